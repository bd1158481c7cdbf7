// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/b2ckit/b2ckit/jwks"
)

// sources are the trusted authorities and the upkeep of their keys. The zero
// value trusts nobody.
type sources struct {
	terms atomic.Pointer[terms] // nil in the zero value
	turns roundRobin
}

// replaced reports whether an error says no more than that keys were closed, since
// other terms have replaced these.
func (s *sources) replaced(by *terms, err error) bool {
	if err == nil || !errors.Is(err, jwks.ErrClosed) {
		return false
	}
	now := s.terms.Load()
	return now != by && !now.closed
}

// readyAtOnce is how many authorities one call of Ready asks.
const readyAtOnce = 10

// Ready returns nil if tokens can be validated: some trusted authority has keys,
// or none is trusted so far (Options.Updatable), so that all tokens are refused.
// While none has any it makes one attempt to fetch them, asks at most ten
// authorities, those first that were not asked for longest, and returns with the
// first that answers. It suits readiness probes: one flow that is gone does not
// take the others along. It waits no longer than ctx, nor than a fetch may take.
//
// Whether all authorities have keys is another question, see AllReady.
func (s *sources) Ready(ctx context.Context) error {
	for {
		by, err := s.usable()
		if err != nil {
			return err
		}
		if err := s.ready(ctx, by.trust); err == nil || !s.replaced(by, err) || ctx.Err() != nil {
			return err
		}
	}
}

func (s *sources) ready(ctx context.Context, trust *trust) error {
	if !trust.isCold() {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	some := s.turns.next(trust.anchors, readyAtOnce)
	answers := make(chan func() error, len(some))
	for _, a := range some {
		go func() { answers <- caught(func() error { return ready(ctx, a.source) }) }()
	}
	var errs []error
	for range some {
		err := (<-answers)()
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// AllReady returns nil if every trusted authority has keys, and else makes one
// attempt to fetch those that are missing: at once for up to eight of a tenant, and
// then for eight more each second, since B2C counts requests, and for fifty
// authorities at a time in all. Where every fetch takes a moment, n flows of one
// tenant are ready after about n/8 seconds. The error tells which are missing
// still, and why. It suits start-up: it finds a misspelt tenant or
// flow, and no request has to wait for keys afterwards. As a readiness probe it
// would take a service down for the fault of one of its flows. Where many flows
// are trusted it should be called: the requests that tokens cause are bounded, see
// [jwks.Limiter], so that without it the last ones have their keys late. It waits
// no longer than ctx: those that were not asked by then are one error.
func (s *sources) AllReady(ctx context.Context) error {
	return s.all(ctx, (*anchor).isCold, func(source jwks.Source) error { return ready(ctx, source) })
}

// Refresh fetches the metadata and keys of all trusted authorities now, whatever
// is there: after a change in the portal, or when an outage is known to be over.
// It does not wait for the time that failures hold requests back otherwise, but
// for what a host has asked for by HTTP 429, and does so at most once a second. It
// asks as many at a time as AllReady does, and returns when all have answered or
// ctx ends; the error tells which have failed, and why. What keys there are stay if
// it fails.
func (s *sources) Refresh(ctx context.Context) error {
	return s.all(ctx, func(*anchor) bool { return true }, func(source jwks.Source) error { return source.Refresh(ctx) })
}

// ready returns nil if the source has keys, and makes one attempt to have them.
func ready(ctx context.Context, s jwks.Source) error {
	_, err := s.Find(ctx, jwks.Query{})
	return err
}

// all does something with the sources of all authorities that want it, not all at
// once, and joins their errors, in the order of the authorities.
func (s *sources) all(ctx context.Context, wants func(*anchor) bool, do func(jwks.Source) error) error {
	by, err := s.usable()
	if err != nil {
		return err
	}
	anchors := slices.DeleteFunc(slices.Clone(by.trust.anchors), func(a *anchor) bool { return !wants(a) })
	answers, missing := stagger(ctx, anchors, do)
	var errs []error
	for i, answer := range answers {
		if answer == nil {
			continue
		}
		if err := answer(); !s.replaced(by, err) || s.terms.Load().has(anchors[i].source) {
			errs = append(errs, err)
		}
	}
	if missing > 0 {
		errs = append(errs, fmt.Errorf("validator: %d of %d authorities were not asked: %w", missing, len(anchors), context.Cause(ctx)))
	}
	return errors.Join(errs...)
}

// usable returns the terms of now, or why no token can be validated, whatever keys
// there are.
func (s *sources) usable() (*terms, error) {
	switch by := s.terms.Load(); {
	case by == nil:
		return nil, errEmpty
	case by.closed:
		return nil, errClosed
	default:
		return by, nil
	}
}

// states returns the state of each trusted authority's keys, in the order in which
// the authorities were given: those of one time, whatever changes meanwhile.
func (s *sources) states() []jwks.State {
	by := s.terms.Load()
	if by == nil {
		return nil
	}
	states := make([]jwks.State, 0, len(by.trust.anchors))
	for _, a := range by.trust.anchors {
		states = append(states, a.source.State())
	}
	return states
}

// Close ends the validator's work: it closes the key caches that it made, and
// leaves alone the sources that others made. Afterwards Validate returns
// ErrUnavailable. It may be called more than once.
func (s *sources) Close() error {
	for {
		by := s.terms.Load()
		if by == nil {
			return nil
		}
		ended := *by
		ended.closed = true
		if s.terms.CompareAndSwap(by, &ended) {
			return closeAll(by.without(nil))
		}
	}
}

var (
	errEmpty  = errors.New("validator: it is empty; look at the error of its constructor")
	errClosed = fmt.Errorf("validator: %w", jwks.ErrClosed)
)
