// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// replaceEvery is how often the refusal of a token by an API may cause a
// request, per slot.
const replaceEvery = 30 * time.Second

const (
	backoffCap      = time.Minute      // while an old token serves
	backoffCapEmpty = 15 * time.Second // while there is none
)

// grace is how long callers wait for a renewal that has used up its time.
const grace = time.Second

// maxStuck is how many renewals that don't end are started at most.
const maxStuck = 4

// slot keeps the token of one key and lets one request at a time renew it,
// whatever the number of callers. Reading a good token takes no lock.
type slot struct {
	app    *App
	renew  renewal
	finish bool // a renewal under way is not ended by Close

	current atomic.Pointer[held]

	mu       sync.Mutex // never held across I/O
	flight   *flight
	again    time.Time // a renewal that came back without a new token is not repeated before
	backoff  retry.Backoff
	err      error     // of the last renewal
	replaced time.Time // when a refused token last caused a request
	stuck    int       // renewals given up that have not come back
}

// renewal gets a better token than old, which may be nil. If rejected is not
// empty, the token of that text is worth nothing any more. It may return old
// itself, if someone else is about to renew it.
type renewal func(ctx context.Context, old *held, rejected string) (*held, error)

// flight is one renewal that any number of callers wait for.
type flight struct {
	done  chan struct{}
	late  <-chan struct{} // ends with the time for it, whether or not it heeds that
	until time.Time       // when it is given up
	token *held
	err   error
}

// get returns a good token, and the instant at which it was. It waits only if
// there is none, and then no longer than ctx.
func (s *slot) get(ctx context.Context) (*held, instant, error) {
	at := s.app.clock.now()
	h := s.current.Load()
	switch h.age(at) {
	case fresh:
		return h, at, nil
	case aging:
		_, _, _ = s.begin(h, "") // the old one serves meanwhile, and if this fails
		return h, at, nil
	case gone:
		if ctx.Err() != nil {
			return nil, at, waitError(ctx)
		}
	case ending:
		// The next one is worth a wait, but not for longer than this one lasts.
		brief, cancel := context.WithTimeout(ctx, h.left(at)/2)
		defer cancel()
		got, err := s.await(brief, h, "")
		at = s.app.clock.now()
		switch {
		case err == nil:
			return got, at, nil
		case h.age(at) != gone:
			return h, at, nil
		}
		// The caller was held up for so long that the old one is gone after all.
		if ctx.Err() != nil {
			return nil, at, waitError(ctx)
		}
	}
	got, err := s.await(ctx, h, "")
	at = s.app.clock.now()
	if err != nil && h.age(at) != gone {
		return h, at, nil
	}
	return got, at, err
}

// replace returns a good token that is not the rejected one, which an API has
// refused. It makes a request only if that is still the one kept here, and at
// most every 30 seconds.
func (s *slot) replace(ctx context.Context, rejected string) (*held, error) {
	h := s.current.Load()
	if h.age(s.app.clock.now()) != gone && h.access != rejected {
		return h, nil
	}
	got, err := s.await(ctx, h, rejected)
	if err == nil && got.access == rejected {
		err = fail(ErrRetry, "", "what came in place of the rejected token is the same one; %s", adviceLater)
	}
	return got, err
}

// await begins or joins a renewal and waits for it.
func (s *slot) await(ctx context.Context, old *held, rejected string) (*held, error) {
	newer, f, err := s.begin(old, rejected)
	if f == nil {
		return newer, err
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return nil, waitError(ctx)
	case <-f.late:
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, waitError(ctx)
		case <-time.After(grace):
			if s.app.background.hasEnded() {
				return nil, errClosed()
			}
			return nil, errHeedless()
		}
	}
	switch {
	case f.err != nil:
		return nil, f.err
	case f.token.age(s.app.clock.now()) == gone: // the slower of two clocks, or a caller held up for long
		return nil, errExpired()
	}
	return f.token, nil
}

// begin returns the renewal under way, or starts one. It returns a token
// instead if the one that the caller judged by has been replaced since, and
// an error if no request is allowed now.
func (s *slot) begin(seen *held, rejected string) (newer *held, f *flight, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.app.clock.now()
	current := s.current.Load()
	if current != seen && current.age(at) != gone && current.access != rejected {
		return current, nil, nil
	}
	if s.flight != nil && at.now.Before(s.flight.until) {
		return nil, s.flight, nil
	}
	if s.app.background.hasEnded() {
		return nil, nil, errClosed()
	}
	if s.flight != nil {
		s.flight = nil
		s.stuck++
		s.failLocked(errHeedless())
		s.app.background.launch(func() {
			s.app.log.Error("renewing a token does not end: the transport, the cache or the function for the secret does not heed its context")
		})
	}
	if s.stuck >= maxStuck {
		return nil, nil, errHeedless()
	}
	if rejected != "" {
		if wait := replaceEvery - at.now.Sub(s.replaced); !s.replaced.IsZero() && wait > 0 {
			e := fail(ErrRetry, "", "the last attempt to replace this token was less than 30 seconds ago; if an API refuses it, look for the reason there")
			e.RetryAfter = wait
			return nil, nil, e
		}
	} else if wait := s.again.Sub(at.now); wait > 0 && current.age(at) != gone {
		return current, nil, nil
	}
	if err := s.holdBack(current.age(at) != gone); err != nil {
		return nil, nil, err
	}
	if rejected != "" {
		s.replaced = at.now
	}
	ctx := s.app.background.ctx
	if s.finish {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, s.app.opts.Timeout)
	f = &flight{done: make(chan struct{}), late: ctx.Done(), until: at.now.Add(s.app.opts.Timeout + grace)}
	if !s.app.background.launch(func() { defer cancel(); s.run(ctx, f, current, rejected) }) {
		cancel()
		return nil, nil, errClosed()
	}
	s.flight = f
	return nil, f, nil
}

// holdBack returns the last failure while its back-off holds requests back.
func (s *slot) holdBack(usable bool) error {
	ceiling := backoffCapEmpty
	if usable {
		ceiling = backoffCap
	}
	wait := s.backoff.Wait(ceiling)
	if wait <= 0 {
		return nil
	}
	if e, ok := errors.AsType[*Error](s.err); ok {
		again := *e
		again.RetryAfter = wait
		return &again
	}
	return s.err
}

// withWait returns a failure that tells how long requests are held back for it,
// where only time helps. Who waits for that long is not refused again.
func (s *slot) withWait(err error, usable bool) error {
	e, _ := errors.AsType[*Error](err)
	held, _ := errors.AsType[*Error](s.holdBack(usable))
	if e == nil || e.Class != ErrRetry || held == nil || held.RetryAfter <= e.RetryAfter {
		return err
	}
	return held
}

func (s *slot) run(ctx context.Context, f *flight, old *held, rejected string) {
	// This holds if renew doesn't return: a test's transport may call FailNow.
	h, err := (*held)(nil), error(fail(ErrUnexpected, "", "the transport ended its goroutine"))
	defer func() { s.land(f, old, h, err) }()
	defer func() {
		// Transport, cache and secret are the user's. A panic here would end
		// the process.
		if p := recover(); p != nil {
			h, err = nil, fail(ErrUnexpected, "", "the transport, the cache or the function for the secret panicked")
			stack := string(debug.Stack()) // the value may hold anything, so only its type is told
			s.app.log.Error("renewing a token panicked", "panic", fmt.Sprintf("%T", p), "stack", stack)
		}
	}()
	h, err = s.renew(ctx, old, rejected)
	switch {
	case err != nil && s.app.background.hasEnded():
		err = errClosed()
	case err == nil && h != old && h.age(s.app.clock.now()) == gone: // a failure, or each call would make a request
		h, err = nil, errExpired()
	}
}

// land publishes the outcome and lets the waiting go.
func (s *slot) land(f *flight, old, h *held, err error) {
	s.mu.Lock()
	switch current := s.current.Load(); {
	case s.flight != f: // given up long ago
		s.stuck--
		if err == nil && current == old {
			s.current.Store(h)
		}
		s.mu.Unlock()
		f.token, f.err = h, err
		close(f.done)
		return
	case current != old: // a sign-in has put a newer one there
		h, err = current, nil
	case err != nil:
		s.failLocked(err)
		err = s.withWait(err, old.age(s.app.clock.now()) != gone)
	case h == old:
		s.again = soon()
	default:
		s.current.Store(h)
		s.backoff, s.err, s.again = retry.Backoff{}, nil, time.Time{}
	}
	s.flight = nil
	failures := s.backoff.Failures()
	usable := old.age(s.app.clock.now()) != gone
	s.mu.Unlock()
	f.token, f.err = h, err
	close(f.done)
	// At the 1st, 2nd, 4th, 8th … failure in a row: an outage must not fill the
	// log. Nor must users who have to sign in: B2C's refusal is told once.
	e, _ := errors.AsType[*Error](err)
	repeats := failures&(failures-1) != 0 || e != nil && (e.unsent || e.final && e.Status == 0)
	if err != nil && !repeats && !s.app.background.hasEnded() {
		s.app.log.Warn("renewing a token failed", "failures", failures, "usable_token", usable, "error", err.Error())
	}
}

// failLocked holds the next renewal back, unless all there is to wait for is a
// sign-in.
func (s *slot) failLocked(err error) {
	e, _ := errors.AsType[*Error](err)
	if e != nil && e.final {
		s.backoff, s.err, s.again = retry.Backoff{}, nil, soon()
		return
	}
	s.err = err
	switch {
	case e == nil:
		s.backoff.Fail(0)
	case e.unsent: // held back for another's sake
		s.backoff.Hold(e.RetryAfter)
	default:
		s.backoff.Fail(e.RetryAfter)
	}
}

// soon is when to look again for what may come from elsewhere.
func soon() time.Time {
	return time.Now().Add(time.Second + time.Duration(float64(time.Second)*rand.Float64()))
}

// put keeps a token that came otherwise, from a sign-in.
func (s *slot) put(h *held) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current.Store(h)
	s.backoff, s.err, s.again = retry.Backoff{}, nil, time.Time{}
}

// failing tells whether the last renewal failed.
func (s *slot) failing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.backoff.Failures() > 0
}

func waitError(ctx context.Context) error {
	err := ctx.Err()
	if cause := context.Cause(ctx); !errors.Is(cause, err) {
		return fmt.Errorf("acquire: waiting for a token: %w: %w", err, cause)
	}
	return fmt.Errorf("acquire: waiting for a token: %w", err)
}

func errExpired() *Error {
	return fail(ErrRetry, "", "the token that came has expired already; is this machine's clock right?")
}

func errHeedless() *Error {
	return fail(ErrRetry, "", "the transport, the cache or the function for the secret does not heed its context")
}

func errClosed() *Error { return fail(ErrClosed, "", "the App was closed") }
