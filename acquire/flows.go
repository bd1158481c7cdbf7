// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// flow is an authority and what validates its ID tokens.
type flow struct {
	authority authority.Authority
	idTokens  *validator.IDTokens
}

func newFlow(at authority.Authority, clientID string, opts *validator.IDTokenOptions) (flow, error) {
	ids, err := validator.NewIDTokens([]authority.Authority{at}, clientID, opts)
	return flow{authority: at, idTokens: ids}, err
}

// flows are those of one client.
type flows struct {
	own   flow
	links map[string]flow // by authority.FoldFlow of the name
}

func newFlows(own authority.Authority, links []authority.Authority, clientID string, opts *validator.IDTokenOptions) (flows, error) {
	all := flows{links: map[string]flow{}}
	var err error
	if all.own, err = newFlow(own, clientID, opts); err != nil {
		return all, fmt.Errorf("acquire: %w", err)
	}
	for _, link := range links {
		if all.links[link.FlowKey()], err = newFlow(link, clientID, opts); err != nil {
			return all, fmt.Errorf("acquire: Options.Links: %w", err)
		}
	}
	return all, nil
}

// named returns the flow of that name.
func (all *flows) named(name string) (f flow, isLink, ok bool) {
	if authority.SameFlow(name, all.own.authority.Flow()) {
		return all.own, false, true
	}
	f, ok = all.links[authority.FoldFlow(name)]
	return f, true, ok
}

// states returns the states of the keys: of the own flow, and of the links by name.
func (all *flows) states() []jwks.State {
	states := all.own.idTokens.State()
	for _, name := range slices.Sorted(maps.Keys(all.links)) {
		states = append(states, all.links[name].idTokens.State()...)
	}
	return states
}

func (all *flows) close() error {
	var errs []error
	for _, f := range all.links {
		errs = append(errs, f.close())
	}
	return errors.Join(append(errs, all.own.close())...)
}

func (f flow) close() error {
	if f.idTokens == nil {
		return nil
	}
	return f.idTokens.Close()
}

// validate validates the ID token of an answer. TLS tells who sent it, and
// nothing of what it is for.
func (f flow) validate(ctx context.Context, during string, got *answer, want validator.Expected) (*validator.IDToken, error) {
	if got.idToken == "" {
		return nil, fail(ErrUnexpected, during, "the answer has no ID token, though openid was asked for")
	}
	if got.access != nil {
		want.AccessToken = got.access.Text() // for at_hash
	}
	id, err := f.idTokens.Validate(ctx, got.idToken, want)
	if err != nil {
		return nil, idTokenError(during, err)
	}
	return id, nil
}

// account reads an account from an answer whose ID token is id.
func (f flow) account(id *validator.IDToken, got *answer, typed string) (Account, error) {
	return newAccountDetails(id, f.authority, got.clientInfo, typed)
}

// idTokenError is for an ID token that was refused, or that can't be validated
// now.
func idTokenError(during string, err error) *Error {
	if e, ok := errors.AsType[*validator.Error](err); ok && e.Reason == validator.ErrUnavailable {
		return &Error{Class: ErrRetry, During: during, Err: err, RetryAfter: e.RetryAfter, Advice: "the keys to verify the ID token with can't be had now; if this was a sign-in, it has to be begun again"}
	}
	return &Error{Class: ErrIDToken, During: during, Err: err}
}
