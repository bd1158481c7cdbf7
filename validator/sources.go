// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/b2ckit/b2ckit/jwks"
)

// sources are the trusted authorities and the upkeep of their keys. The zero
// value trusts nobody.
type sources struct {
	trust  atomic.Pointer[trust] // nil if nobody is trusted
	closed atomic.Bool
	turns  roundRobin
}

// anchors returns the trusted authorities.
func (s *sources) anchors() []*anchor {
	if t := s.trust.Load(); t != nil {
		return t.anchors
	}
	return nil
}

// readyAtOnce is how many authorities one call of Ready asks.
const readyAtOnce = 10

// Ready returns nil if tokens can be validated: some trusted authority has keys.
// While none has any it makes one attempt to fetch them, asks at most ten
// authorities, those first that were not asked for longest, and returns with the
// first that answers. It suits readiness probes: one flow that is gone does not
// take the others along. It waits no longer than ctx, nor than a fetch may take.
//
// Whether all authorities have keys is another question, see AllReady.
func (s *sources) Ready(ctx context.Context) error {
	if err := s.usable(); err != nil {
		return err
	}
	trust := s.trust.Load()
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
// attempt to fetch those that are missing, all at once. The error tells which
// are missing still, and why. It suits start-up: it finds a misspelt tenant or
// flow, and no request has to wait for keys afterwards. As a readiness probe it
// would take a service down for the fault of one of its flows. Where many flows
// are trusted it should be called: the requests that tokens cause are bounded, see
// [jwks.Limiter], so that without it the last ones have their keys late. It waits
// no longer than ctx, nor than a fetch may take.
func (s *sources) AllReady(ctx context.Context) error {
	return s.all(func(source jwks.Source) error { return ready(ctx, source) })
}

// Refresh fetches the metadata and keys of all trusted authorities now, whatever
// is there: after a change in the portal, or when an outage is known to be over.
// It does not wait for the time that failures hold requests back otherwise, but
// for what a host has asked for by HTTP 429, and does so at most once a second. It
// returns when all have answered or ctx ends; the error tells which have failed,
// and why. What keys there are stay if it fails.
func (s *sources) Refresh(ctx context.Context) error {
	return s.all(func(source jwks.Source) error { return source.Refresh(ctx) })
}

// ready returns nil if the source has keys, and makes one attempt to have them.
func ready(ctx context.Context, s jwks.Source) error {
	_, err := s.Find(ctx, jwks.Query{})
	return err
}

// all does something with all sources at once and joins their errors, in the
// order of the sources.
func (s *sources) all(do func(jwks.Source) error) error {
	if err := s.usable(); err != nil {
		return err
	}
	anchors := s.anchors()
	answers := make([]func() error, len(anchors))
	var wg sync.WaitGroup
	for i, a := range anchors {
		wg.Go(func() { answers[i] = caught(func() error { return do(a.source) }) })
	}
	wg.Wait()
	var errs []error
	for _, answer := range answers {
		errs = append(errs, answer())
	}
	return errors.Join(errs...)
}

// usable returns why no token can be validated, whatever keys there are.
func (s *sources) usable() error {
	switch {
	case s.trust.Load() == nil:
		return errors.New("validator: it is empty; look at the error of its constructor")
	case s.closed.Load():
		return fmt.Errorf("validator: %w", jwks.ErrClosed)
	}
	return nil
}

// State returns the state of each trusted authority's keys, for people and
// metrics, in the order in which the authorities were given.
func (s *sources) State() []jwks.State {
	anchors := s.anchors()
	states := make([]jwks.State, 0, len(anchors))
	for _, a := range anchors {
		states = append(states, a.source.State())
	}
	return states
}

// Close stops fetching keys. Afterwards Validate returns ErrUnavailable.
func (s *sources) Close() error {
	s.closed.Store(true)
	var all []jwks.Source
	for _, a := range s.anchors() {
		all = append(all, a.source)
	}
	return closeAll(all)
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
