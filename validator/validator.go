// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// Validator checks access tokens against a list of trusted authorities, which
// is fixed unless Options.Updatable says otherwise. It is safe for concurrent use,
// and while keys are there Validate does no I/O, and takes no lock but for the moment
// in which a token is remembered or forgotten. Make one with [New]; the zero Validator
// accepts nothing.
type Validator struct {
	engine
	memory remembered
}

// New returns a validator that accepts access tokens which one of the
// trusted authorities issued for the audience: the API's application (client)
// id. An API that is registered in several tenants has an id in each, and more
// than one in a tenant if it is registered there more than once; the
// authorities name these themselves then, see [authority.Tenant.WithAudiences].
// The audience is that of all authorities which name none; if there is no such
// one, it must be "". Options may be nil.
//
// New does no I/O. Metadata and keys are fetched at first use and refreshed
// in the background until Close. The error tells all that is wrong with the
// arguments, a line each.
func New(trusted []authority.Authority, audience string, opts *Options) (*Validator, error) {
	v := new(Validator)
	if err := v.trustAuthorities(accessToken(), trusted, audience, opts); err != nil {
		return nil, err
	}
	v.memory.open(v.opts.MemoryBytes, opts == nil || opts.Now == nil)
	return v, nil
}

// NewFromSources is like New for sources made by the caller: static ones, or key
// caches that several validators share. Whoever made a source closes it, behind the
// last validator that has it; the validator never does. Options that are for key
// caches (Transport, Logger, Keys) must be left out.
func NewFromSources(sources []jwks.Source, audience string, opts *Options) (*Validator, error) {
	v := new(Validator)
	if err := v.trustSources(accessToken(), sources, audience, opts); err != nil {
		return nil, err
	}
	v.memory.open(v.opts.MemoryBytes, opts == nil || opts.Now == nil)
	return v, nil
}

// Validate checks a raw token as it came in and returns it verified. The
// error is an [*Error]. Validate waits only when keys have to be fetched, and
// then no longer than ctx allows and than a fetch may take, by default five
// seconds.
//
// A token that is remembered, see Options.MemoryBytes, gets the verdict that it would
// get otherwise: times, keys and Options.Requirements are asked each time.
func (v *Validator) Validate(ctx context.Context, raw string) (*Token, error) {
	t, e := v.judgeAndTell(ctx, raw)
	if e != nil {
		return nil, e
	}
	return t.token.fresh(), nil
}

func (v *Validator) judgeAndTell(ctx context.Context, raw string) (*verified, *Error) {
	if v.opts.OnValidation == nil {
		t, _, e := v.judge(ctx, raw)
		return t, e
	}
	start := time.Now()
	t, remembered, e := v.judge(ctx, raw)
	told := Validation{Remembered: remembered, Err: e}
	if t != nil {
		told.Authority = t.anchor.authority
	}
	v.tell(ctx, start, told)
	return t, e
}

// judge verifies a token and asks Options.Requirements of it.
func (v *Validator) judge(ctx context.Context, raw string) (t *verified, remembered bool, e *Error) {
	t, remembered, e = v.verify(ctx, raw)
	if e != nil {
		return nil, false, e
	}
	if v.opts.MapUser != nil {
		if t, e = v.mapUser(ctx, t); e != nil {
			return nil, remembered, e
		}
	}
	for _, r := range v.opts.Requirements {
		if e := r.checkToken(ctx, &t.token); e != nil {
			e.Holder = t.holder()
			return nil, remembered, e
		}
	}
	return t, remembered, nil
}

// mapUser asks the application who the token's user is.
func (v *Validator) mapUser(ctx context.Context, t *verified) (*verified, *Error) {
	if ctx == nil {
		ctx = context.Background()
	}
	id, err := v.opts.MapUser(ctx, t.token.fresh())
	if err != nil {
		retryAfter, _ := outage(err)
		return nil, &Error{Reason: ErrUndecided, Detail: "Options.MapUser", RetryAfter: retryAfter, Holder: t.holder(), Err: err}
	}
	return t.withUserID(id), nil
}

// verify recalls a token or validates it.
func (v *Validator) verify(ctx context.Context, raw string) (t *verified, remembered bool, e *Error) {
	known, seen := v.memory.recall(v.terms.Load(), raw)
	if known != nil {
		return known, true, nil
	}
	var c claims
	found, e := v.validate(ctx, raw, &c)
	if e != nil {
		return nil, false, e
	}
	t = newVerified(&c, found, &v.clock)
	v.memory.remember(&seen, t, v.terms.Load())
	return t, false, nil
}

// Purge forgets all tokens that were verified so far, those that are being validated
// among them: the next time each is validated as a whole. It changes no verdict, since
// the memory does not: to keep out a user whose token has not expired takes a [Lookup]
// among Options.Requirements, which is asked on each request and needs no Purge.
func (v *Validator) Purge() { v.memory.purge() }

// State returns the state of the keys and of the memory of verified tokens.
func (v *Validator) State() State {
	return State{Authorities: v.states(), Memory: v.memory.state()}
}

// Close ends the validator's work: it closes the key caches that it made, forgets all
// tokens, and leaves alone the sources that others made. Afterwards Validate returns
// ErrUnavailable. It may be called more than once.
func (v *Validator) Close() error {
	err := v.engine.Close()
	v.memory.close()
	return err
}

// CanSatisfy returns an error if no token that this validator accepts could
// satisfy the requirement together with Options.Requirements, so that a route
// which would refuse everybody is found before the first request: [Role] where
// only B2C is trusted, [Flow] of a flow that is not, [Client] that is not in
// Options.Clients, or two parts of [AllOf] that no token meets at once. The
// error names the part at fault and what is trusted. That there is no error
// does not mean that such a token exists. With Options.Updatable it is an error
// only if no token of anybody could satisfy them, since what is trusted may change.
func (v *Validator) CanSatisfy(r Requirement) error {
	if err := r.Err(); err != nil {
		return err
	}
	t := v.terms.Load()
	if t == nil {
		return errors.New("validator: the validator is empty, so no token can satisfy anything")
	}
	if err := v.issuers(t).canSatisfy(slices.Concat([]Requirement{r}, v.opts.Requirements)); err != nil {
		return fmt.Errorf("validator: %w", err)
	}
	return nil
}

// Logger returns the logger of the Options, else that of their Keys, else nil.
func (v *Validator) Logger() *slog.Logger {
	if v.opts.Logger == nil && v.opts.Keys != nil {
		return v.opts.Keys.Logger
	}
	return v.opts.Logger
}
