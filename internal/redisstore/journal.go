// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"log/slog"
)

// journal writes down what becomes of the breaker.
type journal struct{ logger *slog.Logger }

// write writes the news, if there are any. Nobody waits for a log handler, and
// there is never more than one line for a pause.
func (j journal) write(ctx context.Context, n news, err error) {
	switch {
	case n.opened != nil:
		go j.logger.LogAttrs(ctx, slog.LevelWarn, "redis fails and is left alone",
			slog.Duration("pause", n.opened.pause), slog.Int("pauses", n.opened.pauses), slog.String("error", err.Error()))
	case n.closed:
		go j.logger.LogAttrs(ctx, slog.LevelInfo, "redis works again", slog.Int("pauses", n.pauses))
	}
}
