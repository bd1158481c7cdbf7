// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "log/slog"

// logSet tells about the first keys, changed ones, and recovery.
func (c *Cache) logSet(before *snapshot, set *Set, failures int) {
	attrs := []slog.Attr{slog.String("authority", c.authority.ID()), slog.Any("key_ids", set.KeyIDs())}
	for _, k := range set.ignored {
		attrs = append(attrs, slog.String("ignored_key", k.ID+": "+k.Reason))
	}
	switch {
	case before == nil:
		c.opts.Logger.LogAttrs(c.ctx, slog.LevelInfo, "keys loaded", attrs...)
	case failures > 0:
		attrs = append(attrs, slog.Int("failures", failures))
		c.opts.Logger.LogAttrs(c.ctx, slog.LevelInfo, "fetching keys works again", attrs...)
	case !sameKeys(before.set, set):
		c.opts.Logger.LogAttrs(c.ctx, slog.LevelInfo, "keys changed", attrs...)
	}
}
