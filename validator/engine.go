// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// engine is what [Validator] and [IDTokens] have in common: the trusted
// authorities with their keys, and the judgement of one kind of token.
type engine struct {
	kind     tokenKind
	audience string // the one given to New; of ID tokens, the app
	trusted  []trust
	opts     Options
	clock    clock
	closed   atomic.Bool
	rota     rota

	// patience bounds all that one validation waits for.
	patience time.Duration
}

// trust is one trusted authority, the audiences that its tokens may name, and
// its keys.
type trust struct {
	authority authority.Authority
	audiences []string
	source    jwks.Source
}

// trustAuthorities sets the engine up with a key cache for each authority.
func (v *engine) trustAuthorities(kind tokenKind, trusted []authority.Authority, audience string, opts *Options) error {
	m := v.configure(kind, trusted, audience, opts)
	sources := make([]jwks.Source, 0, len(trusted))
	keys := opts.keyOptions()
	if err := keys.Check(); err != nil {
		m.add(fmt.Errorf("validator: %w", err))
		keys = nil // told once; what else is wrong?
	}
	for _, a := range trusted {
		if a.Err() != nil {
			continue // one of the mistakes already
		}
		s, err := jwks.New(a, keys)
		if err != nil {
			m.add(fmt.Errorf("validator: %w", err))
			continue
		}
		sources = append(sources, s)
	}
	return v.own(m, sources)
}

// trustSources sets the engine up with sources that are made already.
func (v *engine) trustSources(kind tokenKind, sources []jwks.Source, audience string, opts *Options) error {
	var m mistakes
	trusted := make([]authority.Authority, 0, len(sources))
	for i, s := range sources {
		if s == nil {
			m.addf("sources", "number %d is nil", i)
			continue
		}
		trusted = append(trusted, s.Authority())
	}
	m = append(m, v.configure(kind, trusted, audience, opts)...)
	if opts != nil && (opts.Transport != nil || opts.Logger != nil || opts.Keys != nil) {
		m.addf(kind.optionsName()+".Transport, Logger and Keys", "the sources are made already; give these to jwks.New")
	}
	return v.own(m, sources)
}

// configure takes over all but the sources, and returns what is wrong with it.
func (v *engine) configure(kind tokenKind, trusted []authority.Authority, audience string, opts *Options) (m mistakes) {
	checkTrusted(&m, trusted)
	v.kind, v.audience = kind, foldGUID(audience)
	checkAudiences(&m, kind, trusted, v.audience)
	v.opts = opts.withDefaults(&m, kind)
	v.clock = clock{now: v.opts.Now, leeway: v.opts.Leeway}
	v.rota.turns = make([]uint64, len(trusted))
	for _, a := range trusted {
		v.trusted = append(v.trusted, trust{authority: a, audiences: audiencesOf(kind, a, v.audience)})
	}
	if len(m) == 0 && len(v.opts.Requirements) > 0 {
		if err := canSatisfy(v.opts.Requirements, trusted, v.opts.Clients); err != nil {
			m.addf("Options.Requirements", "%w", err)
		}
	}
	return m
}

// own takes over the sources, which are those of the trusted authorities, or
// closes them if there are mistakes.
func (v *engine) own(m mistakes, sources []jwks.Source) error {
	if err := m.err(); err != nil {
		return errors.Join(err, closeAll(sources))
	}
	for i, s := range sources {
		v.trusted[i].source = s
		v.patience = max(v.patience, s.State().FindTimeout)
	}
	if v.patience == 0 { // static sources don't wait; others may
		v.patience = defaultPatience
	}
	return nil
}

// validate checks a raw token as it came in and returns its claims and the
// authority that all of it belongs to.
func (v *engine) validate(ctx context.Context, raw string) (c claims, match *trust, e *Error) {
	if ctx == nil {
		ctx = context.Background()
	}
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
