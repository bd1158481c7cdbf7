// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/b2ckit/b2ckit/jwks"
)

// readyAtOnce is how many authorities one call of Ready asks.
const readyAtOnce = 10

// Ready returns nil if tokens can be judged: some trusted authority has keys.
// While none has any it makes one attempt to fetch them, asks at most ten
// authorities, those first that were not asked for longest, and returns with the
// first that answers. It suits readiness probes: one flow that is gone does not
// take the others along. It waits no longer than ctx, nor than a fetch may take.
//
// Whether all authorities have keys is another question, see AllReady.
func (v *engine) Ready(ctx context.Context) error {
	if err := v.usable(); err != nil || !v.isCold() {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	some := v.rota.next(readyAtOnce)
	answers := make(chan func() error, len(some))
	for _, i := range some {
		go func() { answers <- caught(func() error { return ready(ctx, v.trusted[i].source) }) }()
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
func (v *engine) AllReady(ctx context.Context) error {
	return v.all(func(s jwks.Source) error { return ready(ctx, s) })
}

// Refresh asks all trusted authorities for metadata and keys now, whatever is
// there: after a change in the portal, or when an outage is known to be over.
// It does not wait for the time that failures hold requests back otherwise, but
// for what a host has asked for by HTTP 429, and asks at most once a second. It
// returns when all have answered or ctx ends; the error tells which have failed,
// and why. What keys there are stay if it fails.
func (v *engine) Refresh(ctx context.Context) error {
	return v.all(func(s jwks.Source) error { return s.Refresh(ctx) })
}

// ready returns nil if the source has keys, and makes one attempt to have them.
func ready(ctx context.Context, s jwks.Source) error {
	_, err := s.Find(ctx, jwks.Query{})
	return err
}

// all does something with all sources at once and joins their errors, in the
// order of the sources.
func (v *engine) all(do func(jwks.Source) error) error {
	if err := v.usable(); err != nil {
		return err
	}
	answers := make([]func() error, len(v.trusted))
	var wg sync.WaitGroup
	for i := range v.trusted {
		wg.Go(func() { answers[i] = caught(func() error { return do(v.trusted[i].source) }) })
	}
	wg.Wait()
	var errs []error
	for _, answer := range answers {
		errs = append(errs, answer())
	}
	return errors.Join(errs...)
}

// usable tells why nothing can be judged, whatever keys there are.
func (v *engine) usable() error {
	switch {
	case len(v.trusted) == 0:
		return errors.New("validator: it is empty; look at the error of its constructor")
	case v.closed.Load():
		return fmt.Errorf("validator: %w", jwks.ErrClosed)
	}
	return nil
}
