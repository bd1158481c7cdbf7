// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"
)

// journal tells what comes of fetches. Logger and hook are the user's: they must be
// called without a lock, and a panic of theirs would end the process.
type journal struct {
	logger    *slog.Logger
	onFetch   func(Fetch) // nil if there is none
	authority string

	// Its upkeep guards what follows.
	lapsed bool      // it was logged that the keys are too old
	logged int       // which failure in a row was logged last
	began  time.Time // when the failures in a row did
}

// write has something logged.
func (j *journal) write(ctx context.Context, log func(context.Context)) {
	defer func() { _ = recover() }() // there is no one left to tell
	log(ctx)
}

// tell calls Options.OnFetch for each document. One that it panics with keeps it from
// none of the others.
func (j *journal) tell(ctx context.Context, w *watch) {
	if w == nil {
		return
	}
	for _, f := range w.seen {
		j.tellOf(ctx, f)
	}
}

func (j *journal) tellOf(ctx context.Context, f Fetch) {
	defer func() {
		if p := recover(); p != nil {
			stack := string(debug.Stack())
			j.write(ctx, func(ctx context.Context) {
				j.logger.LogAttrs(ctx, slog.LevelError, "jwks.Options.OnFetch panicked",
					slog.String("authority", j.authority), slog.String("panic", panicText(p)), slog.String("stack", stack))
			})
		}
	}()
	j.onFetch(f)
}

// event is what a fetch has changed.
type event struct {
	before, now *snapshot
	out         *outcome
	cause       Cause
	failures    int  // fetches in a row that failed, this one or those before it
	usable      bool // what there is now
	lapsed      bool // that has just become unusable

	omitted int           // failures that were not logged
	outage  time.Duration // since the first of the failures
}

// entry returns what logs the event, which must be called without a lock: the
// handler is the user's. Good keys may come beside bad metadata.
func (j *journal) entry(e event) func(context.Context) {
	lapsed := e.now != nil && !e.usable
	e.lapsed = lapsed && !j.lapsed
	j.lapsed = lapsed
	// At the 1st, 2nd, 4th, 8th … in a row, since an outage must not fill the
	// log, and when it begins to hurt.
	failed := e.out.err() != nil && (e.failures&(e.failures-1) == 0 || e.lapsed)
	j.followOutage(&e, failed)
	return func(ctx context.Context) {
		if e.out.keys.isGood() {
			j.logSet(ctx, e)
		}
		if failed {
			j.logFailure(ctx, e)
		}
	}
}

// followOutage notes when failures began, and how many of them were logged.
func (j *journal) followOutage(e *event, logged bool) {
	if e.failures <= 1 && e.out.err() != nil {
		j.began, j.logged = time.Now(), 0
	}
	e.outage = time.Since(j.began)
	if logged {
		e.omitted = max(0, e.failures-j.logged-1)
		j.logged = e.failures
	}
}

// logSet tells about the first keys, changed ones, and recovery; in the level of
// debugging also that nothing has changed.
func (j *journal) logSet(ctx context.Context, e event) {
	set, via := e.now.set, e.out.via()
	attrs := []slog.Attr{
		slog.String("authority", j.authority), slog.String("cause", string(e.cause)), slog.String("via", string(via)),
		slog.Any("key_ids", set.KeyIDs()),
	}
	switch {
	case via != ViaServer:
		attrs = append(attrs, slog.Duration("age", time.Since(e.out.keys.begun).Round(time.Second)))
	case e.out.lacked != "" && e.before == nil: // or a wrong prefix would go unnoticed
		attrs = append(attrs, slog.String("snapshot", e.out.lacked))
	}
	for _, k := range set.ignored {
		attrs = append(attrs, slog.String("ignored_key", k.ID+": "+k.Reason))
	}
	switch {
	case e.before == nil:
		j.logger.LogAttrs(ctx, slog.LevelInfo, "keys loaded", attrs...)
	case e.failures > 0 && e.out.err() == nil:
		attrs = append(attrs, slog.Int("failures", e.failures), slog.Duration("outage", e.outage.Round(time.Second)))
		j.logger.LogAttrs(ctx, slog.LevelInfo, "fetching keys works again", append(attrs, changes(e)...)...)
	case !sameKeys(e.before.set, set):
		j.logger.LogAttrs(ctx, slog.LevelInfo, "keys changed", append(attrs, changes(e)...)...)
	default:
		j.logger.LogAttrs(ctx, slog.LevelDebug, "keys confirmed", attrs...)
	}
}

// changes tells which keys came and left.
func changes(e event) (attrs []slog.Attr) {
	added, removed := changedKeys(e.before, e.now)
	if len(added) > 0 {
		attrs = append(attrs, slog.Any("added", added))
	}
	if len(removed) > 0 {
		attrs = append(attrs, slog.Any("removed", removed))
	}
	return attrs
}

func (j *journal) logFailure(ctx context.Context, e event) {
	level, failed := slog.LevelWarn, e.out.keys
	message := "fetching keys failed"
	if e.out.panicked != nil {
		level = slog.LevelError
	}
	if failed.isGood() {
		failed, message = e.out.metadata, "fetching metadata failed, but not the keys"
	}
	attrs := []slog.Attr{slog.String("authority", j.authority), slog.String("cause", string(e.cause))}
	if failed.status != 0 {
		attrs = append(attrs, slog.Int("status", failed.status))
	}
	attrs = append(attrs, slog.Int("failures", e.failures), slog.Bool("usable_keys", e.usable), slog.String("error", e.out.err().Error()))
	if e.omitted > 0 {
		attrs = append(attrs, slog.Int("omitted", e.omitted))
	}
	j.logger.LogAttrs(ctx, level, message, append(attrs, e.out.panicked...)...) //nolint:sloglint // it is one of two constants
}
