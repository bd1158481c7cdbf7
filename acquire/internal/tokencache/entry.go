// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// grace is how long callers wait for a renewal that has used up its time.
const grace = time.Second

// maxStuck is how many renewals that don't end are started at most.
const maxStuck = 4

// Entry keeps the token of one key and lets one renewal at a time replace it,
// whatever the number of callers. Reading a good token takes no lock.
type Entry struct {
	home   *Home
	renew  Renewal
	finish bool // a renewal under way is not ended by Background.Close

	current atomic.Pointer[Token]
	settled atomic.Int64 // as Instant.mono: until then begin starts nothing for an aging token

	mu     sync.Mutex // never held across I/O
	flight *flight
	stuck  int // renewals given up that have not come back
	pace   pace
}

// NewEntry returns an entry without a token. If finish is set, a renewal under
// way goes on to its end when the application closes, which waits for it.
func (h *Home) NewEntry(finish bool, renew Renewal) *Entry {
	return &Entry{home: h, renew: renew, finish: finish}
}

// Current returns the token there is, good or not; nil if there is none.
func (e *Entry) Current() *Token { return e.current.Load() }

// Failing returns for how long the last failure holds back the next renewal that
// somebody waits for, and that failure; nil if there was none since a token came.
func (e *Entry) Failing() (wait time.Duration, failure error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.pace.failing(e.current.Load().Age(e.home.Clock.Now()) != Gone)
}

// Get returns a good token, and the instant at which it was. It waits only if
// there is none, and then no longer than ctx.
func (e *Entry) Get(ctx context.Context) (*Token, Instant, error) { return e.GetBy(ctx, "") }

// GetBy is Get for callers that have to show something each, see [Ask].
func (e *Entry) GetBy(ctx context.Context, proof string) (*Token, Instant, error) {
	ask := Ask{Proof: proof}
	if e.home.Served == nil {
		t, at, _, err := e.get(ctx, ask)
		return t, at, e.explained(err)
	}
	start := time.Now()
	t, at, renewed, err := e.get(ctx, ask)
	err = e.explained(err)
	if !renewed {
		e.home.Served(ctx, start, err)
	}
	return t, at, err
}

func (e *Entry) explained(err error) error {
	if err == nil {
		return nil
	}
	return e.home.Explain(err)
}

// get reports by renewed whether the outcome is that of a renewal.
func (e *Entry) get(ctx context.Context, ask Ask) (t *Token, at Instant, renewed bool, err error) {
	at = e.home.Clock.Now()
	t = e.current.Load()
	if t.isFresh(at) {
		return t, at, false, nil
	}
	switch t.Age(at) {
	case Fresh:
		return t, at, false, nil
	case Aging:
		if int64(at.mono) >= e.settled.Load() {
			_, _, _ = e.begin(t, ask) // the old one serves meanwhile, and if this fails
		}
		return t, at, false, nil
	case Gone:
		if ctx.Err() != nil {
			return nil, at, false, waitError(ctx)
		}
	case Ending:
		// The next one is worth a wait, but not for longer than this one lasts.
		brief, cancel := context.WithTimeout(ctx, t.Left(at)/2)
		defer cancel()
		got, renewed, err := e.await(brief, t, ask)
		at = e.home.Clock.Now()
		switch {
		case err == nil:
			return got, at, renewed, nil
		case t.Age(at) != Gone:
			return t, at, false, nil
		}
		// The caller was held up for so long that the old one is gone after all.
		if ctx.Err() != nil {
			return nil, at, renewed, waitError(ctx)
		}
	}
	got, renewed, err := e.await(ctx, t, ask)
	at = e.home.Clock.Now()
	if err != nil && t.Age(at) != Gone {
		return t, at, false, nil
	}
	return got, at, renewed, err
}

// Replace returns a good token that is not the rejected one, which an API has
// refused. It causes a renewal only if that is still the one kept here, and at
// most every 30 seconds.
func (e *Entry) Replace(ctx context.Context, ask Ask) (*Token, error) {
	if e.home.Served == nil {
		t, _, err := e.replace(ctx, ask)
		return t, e.explained(err)
	}
	start := time.Now()
	t, renewed, err := e.replace(ctx, ask)
	err = e.explained(err)
	if !renewed {
		e.home.Served(ctx, start, err)
	}
	return t, err
}

func (e *Entry) replace(ctx context.Context, ask Ask) (t *Token, renewed bool, err error) {
	t = e.current.Load()
	if t.Age(e.home.Clock.Now()) != Gone && t.Text() != ask.Rejected {
		return t, false, nil
	}
	t, renewed, err = e.await(ctx, t, ask)
	if err == nil && t.Text() == ask.Rejected {
		err = ErrSame
	}
	if err != nil {
		return nil, renewed, err
	}
	return t, renewed, nil
}

// Renew begins a renewal, unless the token that was seen has been replaced since
// or none is allowed now, and waits for nothing.
func (e *Entry) Renew(seen *Token, ask Ask) { _, _, _ = e.begin(seen, ask) }

// Put keeps a token that came otherwise, from a sign-in.
func (e *Entry) Put(t *Token) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current.Store(t)
	e.pace.succeeded()
	e.settleLocked()
}

// settleLocked publishes until when begin would start nothing for an aging token,
// so that those who have one needn't ask: while a renewal is under way or held
// back, nobody takes the lock.
func (e *Entry) settleLocked() {
	until := e.pace.until()
	switch {
	case e.flight != nil:
		until = e.flight.until
	case e.stuck >= maxStuck:
		until = math.MaxInt64 // one of them may come back
	}
	e.settled.Store(int64(until))
}

// await begins or joins a renewal and waits for it. It reports whether there was one.
func (e *Entry) await(ctx context.Context, seen *Token, ask Ask) (t *Token, renewed bool, err error) {
	newer, f, err := e.begin(seen, ask)
	if f == nil {
		return newer, false, err
	}
	t, err = e.wait(ctx, f)
	return t, true, err
}

// wait waits for a renewal.
func (e *Entry) wait(ctx context.Context, f *flight) (*Token, error) {
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
			if e.home.Background.HasEnded() {
				return nil, ErrClosed
			}
			return nil, ErrHeedless
		}
	}
	switch {
	case f.err != nil:
		return nil, f.err
	case f.token.Age(e.home.Clock.Now()) == Gone: // the slower of two clocks, or a caller held up for long
		return nil, ErrExpired
	}
	return f.token, nil
}

// begin returns the renewal under way, or starts one. It returns a token
// instead if the one that the caller saw has been replaced since, and
// an error if no renewal is allowed now.
func (e *Entry) begin(seen *Token, ask Ask) (newer *Token, f *flight, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	at := e.home.Clock.Now()
	want := Want{Ask: ask, Old: e.current.Load(), Failing: e.pace.failures() > 0}
	usable := want.Old.Age(at) != Gone
	if want.Old != seen && want.Takes(want.Old, at) {
		return want.Old, nil, nil
	}
	if e.flight != nil && at.mono < e.flight.until {
		return nil, e.flight, nil
	}
	if e.home.Background.HasEnded() {
		return nil, nil, ErrClosed
	}
	if e.flight != nil {
		e.giveUpLocked()
	}
	if e.stuck >= maxStuck {
		return nil, nil, ErrHeedless
	}
	if ask.Rejected == "" && usable && at.mono < e.pace.again {
		return want.Old, nil, nil
	}
	if ask.Rejected != "" {
		if err := e.pace.tooSoon(at); err != nil {
			return nil, nil, err
		}
	}
	if held := e.pace.heldBack(usable); held != nil {
		return nil, nil, held
	}
	if ask.Rejected != "" {
		e.pace.replaced = at.mono
	}
	if f = e.launchLocked(want, at); f == nil {
		return nil, nil, ErrClosed
	}
	e.flight = f
	e.settleLocked()
	return nil, f, nil
}

// giveUpLocked leaves a renewal that has not ended to itself.
func (e *Entry) giveUpLocked() {
	e.flight = nil
	e.stuck++
	e.pace.failed(failureOf(ErrHeedless))
	e.settleLocked()
	e.home.Background.Launch(func() { // a logger may take its time
		e.home.Log.Error("renewing a token does not end: the transport, the cache or the function for the secret does not heed its context")
	})
}

// launchLocked starts a renewal; it returns nil if the application was closed.
func (e *Entry) launchLocked(want Want, at Instant) *flight {
	ctx := e.home.Background.Context()
	if e.finish {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, e.home.Timeout)
	f := &flight{want: want, done: make(chan struct{}), late: ctx.Done(), until: at.mono + e.home.Timeout + grace}
	if !e.home.Background.Launch(func() { defer cancel(); e.run(ctx, f) }) {
		cancel()
		return nil
	}
	return f
}

func (e *Entry) run(ctx context.Context, f *flight) {
	// This holds if renew doesn't return: a test's transport may call FailNow.
	t, failure := (*Token)(nil), failureOf(ErrExited)
	defer func() { e.land(f, t, failure) }()
	defer func() {
		// Transport, cache and secret are the user's. A panic here would end
		// the process.
		if p := recover(); p != nil {
			t, failure = nil, failureOf(ErrPanicked)
			stack := string(debug.Stack()) // the value may hold anything, so only its type is told
			e.home.Log.Error("renewing a token panicked", "panic", fmt.Sprintf("%T", p), "stack", stack)
		}
	}()
	t, failure = e.renew(ctx, f.want)
	switch {
	case failure != nil && e.home.Background.HasEnded():
		failure = failureOf(ErrClosed)
	case failure == nil && t != f.want.Old && t.Age(e.home.Clock.Now()) == Gone: // a failure, or each call would cause a renewal
		t, failure = nil, failureOf(ErrExpired)
	}
}

// failureOf returns a failure that the entry finds by itself.
func failureOf(err error) *Failure {
	return &Failure{Err: err, Passing: errors.Is(err, ErrHeedless) || errors.Is(err, ErrExpired)}
}

// land publishes the outcome and lets the waiting go.
func (e *Entry) land(f *flight, t *Token, failure *Failure) {
	e.mu.Lock()
	token, err := t, error(nil)
	if failure != nil {
		err = failure.Err
	}
	old := f.want.Old
	usable := old.Age(e.home.Clock.Now()) != Gone
	mended := 0 // failures in a row before this
	switch current := e.current.Load(); {
	case e.flight != f: // given up long ago
		e.stuck--
		if failure == nil && current == old {
			e.current.Store(t)
		}
		e.settleLocked()
		e.mu.Unlock()
		f.end(token, err)
		return
	case current != old: // a sign-in has put a newer one there
		token, err = current, nil
	case failure != nil:
		e.pace.failed(failure)
		err = e.pace.told(failure, usable)
	case t == old:
		e.pace.unchanged()
	default:
		e.current.Store(t)
		mended = e.pace.failures()
		e.pace.succeeded()
	}
	e.flight = nil
	e.settleLocked()
	failures := e.pace.failures()
	e.mu.Unlock()
	f.end(token, err)
	switch {
	case err != nil && !failure.Quiet:
		e.complain(err, failures, old != nil, usable)
	case mended > 0:
		e.log(slog.LevelInfo, "renewing a token works again", slog.Int("failures", mended))
	}
}

// complain logs a failure: the 1st, 2nd, 4th, 8th … in a row, since an outage
// must not fill the log.
func (e *Entry) complain(err error, failures int, renewal, usable bool) {
	if failures&(failures-1) != 0 {
		return
	}
	message := "getting a token failed"
	if renewal {
		message = "renewing a token failed"
	}
	e.log(slog.LevelWarn, message, slog.Int("failures", failures), slog.Bool("usable_token", usable), slog.String("error", e.home.Explain(err).Error()))
}

// log logs a line, if there is room for it among those of all entries.
func (e *Entry) log(level slog.Level, message string, attrs ...slog.Attr) {
	if e.home.Background.HasEnded() {
		return
	}
	omitted, ok := e.home.Lines()
	if !ok {
		return
	}
	if omitted > 0 {
		attrs = append(attrs, slog.Int("omitted", omitted))
	}
	e.home.Log.LogAttrs(context.Background(), level, message, attrs...) //nolint:sloglint // it is one of three constants
}
