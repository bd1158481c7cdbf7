// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"fmt"
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

	lapsed bool // it was logged that the keys are too old; its upkeep guards it
}

// write has something logged.
func (j *journal) write(ctx context.Context, log func(context.Context)) {
	defer func() { _ = recover() }() // there is no one left to tell
	log(ctx)
}

// tell calls Options.OnFetch. What it panics with could hold anything, so only its
// type is logged.
func (j *journal) tell(ctx context.Context, w *watch) {
	if w == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			stack := string(debug.Stack())
			j.write(ctx, func(ctx context.Context) {
				j.logger.LogAttrs(ctx, slog.LevelError, "jwks.Options.OnFetch panicked",
					slog.String("authority", j.authority), slog.String("panic", fmt.Sprintf("%T", p)), slog.String("stack", stack))
			})
		}
	}()
	for _, f := range w.seen {
		j.onFetch(f)
	}
}

// event is what a fetch has changed.
type event struct {
	before, now *snapshot
	out         *outcome
	failures    int  // fetches in a row that failed, this one or those before it
	usable      bool // what there is now
	lapsed      bool // that has just become unusable
}

// entry returns what logs the event, which must be called without a lock: the
// handler is the user's. Good keys may come beside bad metadata.
func (j *journal) entry(e event) func(context.Context) {
	lapsed := e.now != nil && !e.usable
	e.lapsed = lapsed && !j.lapsed
	j.lapsed = lapsed
	return func(ctx context.Context) {
		if e.out.keys.isGood() {
			j.logSet(ctx, e)
		}
		// At the 1st, 2nd, 4th, 8th … in a row, since an outage must not fill the
		// log, and when it begins to hurt.
		if e.out.err() != nil && (e.failures&(e.failures-1) == 0 || e.lapsed) {
			j.logFailure(ctx, e)
		}
	}
}

// logSet tells about the first keys, changed ones, and recovery.
func (j *journal) logSet(ctx context.Context, e event) {
	set := e.now.set
	attrs := []slog.Attr{slog.String("authority", j.authority), slog.Any("key_ids", set.KeyIDs())}
	if e.out.stored {
		attrs = append(attrs, slog.Duration("snapshot_age", time.Since(e.out.keys.begun).Round(time.Second)))
	}
	for _, k := range set.ignored {
		attrs = append(attrs, slog.String("ignored_key", k.ID+": "+k.Reason))
	}
	switch {
	case e.before == nil:
		j.logger.LogAttrs(ctx, slog.LevelInfo, "keys loaded", attrs...)
	case e.failures > 0 && e.out.err() == nil:
		attrs = append(attrs, slog.Int("failures", e.failures))
		j.logger.LogAttrs(ctx, slog.LevelInfo, "fetching keys works again", attrs...)
	case !sameKeys(e.before.set, set):
		j.logger.LogAttrs(ctx, slog.LevelInfo, "keys changed", attrs...)
	}
}

func (j *journal) logFailure(ctx context.Context, e event) {
	level := slog.LevelWarn
	if e.out.panicked != nil {
		level = slog.LevelError
	}
	attrs := append([]slog.Attr{
		slog.String("authority", j.authority), slog.Int("failures", e.failures),
		slog.Bool("usable_keys", e.usable), slog.String("error", e.out.err().Error()),
	}, e.out.panicked...)
	if e.out.keys.isGood() {
		j.logger.LogAttrs(ctx, level, "fetching metadata failed, but not the keys", attrs...)
		return
	}
	j.logger.LogAttrs(ctx, level, "fetching keys failed", attrs...)
}
