// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "log/slog"

// logLocked returns what logs the outcome of a fetch, after so many failures in
// a row. Good keys may come beside bad metadata.
func (c *Cache) logLocked(f *flight, before *snapshot, good bool, failures int) func() {
	now := c.current.Load()
	usable := now.usable(c.opts.MaxStale) != nil
	lapsed := now != nil && !usable && !c.lapsed
	c.lapsed = now != nil && !usable
	return func() {
		if good {
			c.logSet(before, now.set, failures, f.err == nil)
		}
		// At the 1st, 2nd, 4th, 8th … in a row, since an outage must not fill the
		// log, and when it begins to hurt.
		if f.err != nil && (failures&(failures-1) == 0 || lapsed) {
			c.logFailure(f, good, failures, usable)
		}
	}
}

// logSet tells about the first keys, changed ones, and recovery.
func (c *Cache) logSet(before *snapshot, set *Set, failures int, recovered bool) {
	attrs := []slog.Attr{slog.String("authority", c.authority.ID()), slog.Any("key_ids", set.KeyIDs())}
	for _, k := range set.ignored {
		attrs = append(attrs, slog.String("ignored_key", k.ID+": "+k.Reason))
	}
	switch {
	case before == nil:
		c.opts.Logger.LogAttrs(c.ctx, slog.LevelInfo, "keys loaded", attrs...)
	case failures > 0 && recovered:
		attrs = append(attrs, slog.Int("failures", failures))
		c.opts.Logger.LogAttrs(c.ctx, slog.LevelInfo, "fetching keys works again", attrs...)
	case !sameKeys(before.set, set):
		c.opts.Logger.LogAttrs(c.ctx, slog.LevelInfo, "keys changed", attrs...)
	}
}

func (c *Cache) logFailure(f *flight, good bool, failures int, usable bool) {
	level := slog.LevelWarn
	if f.panicked != nil {
		level = slog.LevelError
	}
	attrs := append([]slog.Attr{
		slog.String("authority", c.authority.ID()), slog.Int("failures", failures),
		slog.Bool("usable_keys", usable), slog.String("error", f.err.Error()),
	}, f.panicked...)
	if good {
		c.opts.Logger.LogAttrs(c.ctx, level, "fetching metadata failed, but not the keys", attrs...)
		return
	}
	c.opts.Logger.LogAttrs(c.ctx, level, "fetching keys failed", attrs...)
}
