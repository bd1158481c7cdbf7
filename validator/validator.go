// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// Validator checks access tokens against a fixed list of trusted
// authorities. It is safe for concurrent use, and while keys are there
// Validate does no I/O and takes no lock. Make one with [New]; the zero
// Validator accepts nothing.
type Validator struct {
	trusted []trust
	opts    Options
	closed  atomic.Bool

	// patience bounds all that one validation waits for.
	patience time.Duration
}

// trust is one trusted authority and its keys.
type trust struct {
	authority authority.Authority
	source    jwks.Source
}

// New returns a validator that accepts access tokens which one of the
// trusted authorities issued for the audience: the API's application (client)
// id. Options may be nil.
//
// New does no I/O. Metadata and keys are fetched at first use and refreshed
// in the background until Close.
func New(trusted []authority.Authority, audience string, opts *Options) (*Validator, error) {
	sources := make([]jwks.Source, 0, len(trusted))
	for _, a := range trusted {
		s, err := jwks.New(a, opts.keyOptions())
		if err != nil {
			return nil, errors.Join(fmt.Errorf("validator: %w", err), closeAll(sources))
		}
		sources = append(sources, s)
	}
	return ownSources(sources, audience, opts)
}

// NewFromSources is like New for sources made by the caller, such as static
// ones. The validator owns the sources from then on and closes them, also if
// it returns an error. Options that are for key caches (Transport, Logger,
// Keys) must be left out.
func NewFromSources(sources []jwks.Source, audience string, opts *Options) (*Validator, error) {
	if opts != nil && (opts.Transport != nil || opts.Logger != nil || opts.Keys != nil) {
		return nil, errors.Join(errors.New("validator: Options.Transport, Logger and Keys: the sources are made already; give these to jwks.New"), closeAll(sources))
	}
	return ownSources(sources, audience, opts)
}

func ownSources(sources []jwks.Source, audience string, opts *Options) (*Validator, error) {
	v, err := newFromSources(sources, audience, opts)
	if err != nil {
		return nil, errors.Join(err, closeAll(sources))
	}
	return v, nil
}

func newFromSources(sources []jwks.Source, audience string, opts *Options) (*Validator, error) {
	o, err := opts.withDefaults(audience)
	if err != nil {
		return nil, err
	}
	v := &Validator{opts: o}
	all := make([]authority.Authority, 0, len(sources))
	for i, s := range sources {
		if s == nil {
			return nil, fmt.Errorf("validator: sources: number %d is nil", i)
		}
		all = append(all, s.Authority())
		v.trusted = append(v.trusted, trust{authority: s.Authority(), source: s})
		if c, ok := s.(interface{ FindTimeout() time.Duration }); ok {
			v.patience = max(v.patience, c.FindTimeout())
		}
	}
	if v.patience == 0 { // static sources don't wait; others may
		v.patience = defaultPatience
	}
	return v, checkTrusted(all, o.Audiences)
}

// Validate checks a raw token as it came in and returns it verified. The
// error is an [*Error]. Validate waits only when keys have to be fetched, and
// then no longer than ctx allows and than a fetch may take, by default five
// seconds.
func (v *Validator) Validate(ctx context.Context, raw string) (*Token, error) {
	switch {
	case v.closed.Load():
		return nil, &Error{Reason: ErrUnavailable, Detail: "the validator is closed"}
	case len(v.trusted) == 0:
		return nil, &Error{Reason: ErrUnavailable, Detail: "the validator is empty; look at the error of validator.New"}
	}
	mem, _ := scratches.Get().(*scratch)
	defer mem.release()
	t, e := parseCompact(raw, v.opts.MaxTokenBytes, mem)
	if e != nil {
		return nil, e
	}
	switch { // what a JWS may do without, and an access token may not
	case t.header.kid == "":
		return nil, refuse(ErrHeader, "kid", "the header has no kid")
	case t.payload == "":
		return nil, refuse(ErrMalformed, "", "the token has no payload")
	}
	token, e := v.judge(ctx, &t)
	if e != nil {
		return nil, e
	}
	for _, r := range v.opts.Requirements {
		if err := r.Check(token); err != nil {
			return nil, err
		}
	}
	return token, nil
}

// Ready returns nil if the keys of all trusted authorities are there, and
// else makes one attempt to fetch those that are missing. It suits readiness
// probes, and callers who want to know at start-up that tenant and flows are
// right. It waits no longer than ctx.
func (v *Validator) Ready(ctx context.Context) error {
	errs := make([]error, len(v.trusted))
	var wg sync.WaitGroup
	for i, t := range v.trusted {
		wg.Go(func() { errs[i] = t.source.Ready(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// State returns the state of each trusted authority's keys, for people and
// metrics, in the order given to New.
func (v *Validator) State() []jwks.State {
	states := make([]jwks.State, 0, len(v.trusted))
	for _, t := range v.trusted {
		states = append(states, t.source.State())
	}
	return states
}

// Close stops fetching keys. Afterwards Validate returns ErrUnavailable.
func (v *Validator) Close() error {
	v.closed.Store(true)
	sources := make([]jwks.Source, 0, len(v.trusted))
	for _, t := range v.trusted {
		sources = append(sources, t.source)
	}
	return closeAll(sources)
}

func closeAll(sources []jwks.Source) error {
	var errs []error
	for _, s := range sources {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}
