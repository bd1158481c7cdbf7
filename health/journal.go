// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// How many lines there are at once, and how often one more.
const (
	logBurst = 3
	logEvery = 10 * time.Second
)

// journal tells the log when the service is not ready, and when it is again.
type journal struct {
	logger func() *slog.Logger

	mu      sync.Mutex
	limiter *rate.Limiter
	omitted int
	told    bool // the last line was that it is not ready
}

func newJournal(parts []Part) *journal {
	return &journal{logger: loggerOf(parts), limiter: rate.NewLimiter(rate.Every(logEvery), logBurst)}
}

// loggerOf returns what returns the logger at the time: that of the first part which
// has one, or else the default one.
func loggerOf(parts []Part) func() *slog.Logger {
	return func() *slog.Logger {
		for _, p := range parts {
			if has, ok := p.(interface{ Logger() *slog.Logger }); ok {
				if l := has.Logger(); l != nil {
					return l
				}
			}
		}
		return slog.Default()
	}
}

// note tells of an answer what is new, or has not been told for a while.
func (j *journal) note(ctx context.Context, err error) {
	omitted, ok := j.take(err != nil)
	if !ok {
		return
	}
	var attrs []slog.Attr
	if omitted > 0 {
		attrs = append(attrs, slog.Int("omitted", omitted))
	}
	if err == nil {
		j.logger().LogAttrs(ctx, slog.LevelInfo, "ready again", attrs...)
		return
	}
	attrs = append(attrs, slog.String("error", foreign.Text(err.Error())))
	j.logger().LogAttrs(ctx, slog.LevelWarn, "not ready", attrs...)
}

// take reports whether there is a line to write, and how many were left out.
func (j *journal) take(bad bool) (omitted int, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !bad && !j.told {
		return 0, false
	}
	if !j.limiter.Allow() {
		if bad {
			j.omitted++
		}
		return 0, false
	}
	omitted, j.omitted, j.told = j.omitted, 0, bad
	return omitted, true
}
