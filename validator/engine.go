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

// engine is what [Validator] and [IDTokens] have in common: the trusted
// authorities with their keys, and the judgement of one kind of token.
type engine struct {
	kind    tokenKind
	trusted []trust
	opts    Options
	clock   clock
	closed  atomic.Bool

	// patience bounds all that one validation waits for.
	patience time.Duration
}

// trust is one trusted authority and its keys.
type trust struct {
	authority authority.Authority
	source    jwks.Source
}

// trustAuthorities sets the engine up with a key cache for each authority.
func (v *engine) trustAuthorities(kind tokenKind, trusted []authority.Authority, audience string, opts *Options) error {
	sources := make([]jwks.Source, 0, len(trusted))
	for _, a := range trusted {
		s, err := jwks.New(a, opts.keyOptions())
		if err != nil {
			return errors.Join(fmt.Errorf("validator: %w", err), closeAll(sources))
		}
		sources = append(sources, s)
	}
	return v.own(kind, sources, audience, opts)
}

// trustSources sets the engine up with sources that are made already.
func (v *engine) trustSources(kind tokenKind, sources []jwks.Source, audience string, opts *Options) error {
	if opts != nil && (opts.Transport != nil || opts.Logger != nil || opts.Keys != nil) {
		err := fmt.Errorf("validator: %s.Transport, Logger and Keys: the sources are made already; give these to jwks.New", kind.optionsName())
		return errors.Join(err, closeAll(sources))
	}
	return v.own(kind, sources, audience, opts)
}

func (v *engine) own(kind tokenKind, sources []jwks.Source, audience string, opts *Options) error {
	if err := v.setUp(kind, sources, audience, opts); err != nil {
		return errors.Join(err, closeAll(sources))
	}
	return nil
}

func (v *engine) setUp(kind tokenKind, sources []jwks.Source, audience string, opts *Options) error {
	o, err := opts.withDefaults(kind, audience)
	if err != nil {
		return err
	}
	v.kind, v.opts, v.clock = kind, o, clock{now: o.Now, leeway: o.Leeway}
	all := make([]authority.Authority, 0, len(sources))
	for i, s := range sources {
		if s == nil {
			return fmt.Errorf("validator: sources: number %d is nil", i)
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
	return checkTrusted(kind, all, o.Audiences)
}

// validate checks a raw token as it came in and returns its claims and the
// authority that all of it belongs to.
func (v *engine) validate(ctx context.Context, raw string) (c claims, match *trust, e *Error) {
	switch {
	case v.closed.Load():
		return c, nil, &Error{Reason: ErrUnavailable, Detail: "the validator is closed"}
	case len(v.trusted) == 0:
		return c, nil, &Error{Reason: ErrUnavailable, Detail: "the validator is empty; look at the error of its constructor"}
	}
	mem, _ := scratches.Get().(*scratch)
	defer mem.release()
	t, e := parseCompact(raw, v.kind, v.opts.MaxTokenBytes, mem)
	if e != nil {
		return c, nil, e
	}
	switch { // what a JWS may do without, and a token may not
	case t.header.kid == "":
		return c, nil, refuse(ErrHeader, "kid", "the header has no kid")
	case t.payload == "":
		return c, nil, refuse(ErrMalformed, "", "the token has no payload")
	}
	return v.judge(ctx, &t)
}

// Ready returns nil if the keys of all trusted authorities are there, and
// else makes one attempt to fetch those that are missing. It suits readiness
// probes, and callers who want to know at start-up that tenant and flows are
// right. It waits no longer than ctx.
func (v *engine) Ready(ctx context.Context) error {
	errs := make([]error, len(v.trusted))
	var wg sync.WaitGroup
	for i, t := range v.trusted {
		wg.Go(func() { errs[i] = t.source.Ready(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// State returns the state of each trusted authority's keys, for people and
// metrics, in the order in which the authorities were given.
func (v *engine) State() []jwks.State {
	states := make([]jwks.State, 0, len(v.trusted))
	for _, t := range v.trusted {
		states = append(states, t.source.State())
	}
	return states
}

// Close stops fetching keys. Afterwards Validate returns ErrUnavailable.
func (v *engine) Close() error {
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
