// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/b2ckit/b2ckit/internal/redisstore"
)

const maxMaxValueBytes = 1 << 20

// Options tune a [Cache]. Nil, and each zero field, means the default.
type Options struct {
	// Prefix begins every key in Redis: a value is at Prefix + "value:" + key,
	// a lease at Prefix + "lease:" + key, and the index of an [Indexed] at Prefix +
	// "accounts:" + what the keys begin with. Give tenants or environments that
	// share a server and a keyring different ones. If empty, "b2ckit:".
	Prefix string

	// Timeout is how long an operation takes at most. If zero, 50 ms. It need
	// not be enough for connecting, see the package comment, but for a round trip
	// to Redis.
	Timeout time.Duration

	// MaxValueBytes is the length above which a value is neither stored nor
	// read. If zero, 64 KiB; at most 1 MiB.
	MaxValueBytes int

	// MaxFailures is how many operations in a row may fail before Redis is left
	// alone for a while. If zero, 3.
	MaxFailures int

	// MinPause and MaxPause bound how long that is. It begins near MinPause and
	// doubles each time that a try after it fails. If zero, 1 second (or
	// MaxPause, if that is less) and 30 seconds (or MinPause, if that is more).
	MinPause, MaxPause time.Duration

	// Logger is told when Redis is left alone and when it works again. Errors
	// are returned, not logged. If nil, slog.Default().
	Logger *slog.Logger
}

func (o *Options) withDefaults() (Options, error) {
	var r Options
	if o != nil {
		r = *o
	}
	s, err := redisstore.Options{
		Prefix: r.Prefix, Timeout: r.Timeout, MaxFailures: r.MaxFailures, MinPause: r.MinPause, MaxPause: r.MaxPause, Logger: r.Logger,
	}.WithDefaults("rediscache")
	switch {
	case r.MaxValueBytes < 0:
		return r, fmt.Errorf("rediscache: Options.MaxValueBytes: %d is negative", r.MaxValueBytes)
	case r.MaxValueBytes > maxMaxValueBytes:
		return r, fmt.Errorf("rediscache: Options.MaxValueBytes: %d is more than %d", r.MaxValueBytes, maxMaxValueBytes)
	case err != nil:
		return r, err
	case r.MaxValueBytes == 0:
		r.MaxValueBytes = 64 << 10
	}
	r.Prefix, r.Timeout, r.MaxFailures, r.MinPause, r.MaxPause, r.Logger = s.Prefix, s.Timeout, s.MaxFailures, s.MinPause, s.MaxPause, s.Logger
	return r, nil
}
