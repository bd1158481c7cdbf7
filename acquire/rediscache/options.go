// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

const maxMaxValueBytes = 1 << 20

// Options tune a [Cache]. Nil, and each zero field, means the default.
type Options struct {
	// Prefix begins every key in Redis: a value is at Prefix + "value:" + key,
	// a lease at Prefix + "lease:" + key. Give tenants or environments that
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
	for _, f := range []struct {
		name  string
		value int64
		shown any
	}{
		{"Timeout", int64(r.Timeout), r.Timeout},
		{"MaxValueBytes", int64(r.MaxValueBytes), r.MaxValueBytes},
		{"MaxFailures", int64(r.MaxFailures), r.MaxFailures},
		{"MinPause", int64(r.MinPause), r.MinPause},
		{"MaxPause", int64(r.MaxPause), r.MaxPause},
	} {
		if f.value < 0 {
			return r, fmt.Errorf("rediscache: Options.%s: %v is negative", f.name, f.shown)
		}
	}
	setDefault(&r.Prefix, "b2ckit:")
	setDefault(&r.Timeout, 50*time.Millisecond)
	setDefault(&r.MaxValueBytes, 64<<10)
	setDefault(&r.MaxFailures, 3)
	setDefault(&r.MaxPause, max(30*time.Second, r.MinPause))
	setDefault(&r.MinPause, min(time.Second, r.MaxPause))
	if r.MinPause > r.MaxPause {
		return r, fmt.Errorf("rediscache: Options.MinPause: %v is more than MaxPause %v", r.MinPause, r.MaxPause)
	}
	if r.MaxValueBytes > maxMaxValueBytes {
		return r, fmt.Errorf("rediscache: Options.MaxValueBytes: %d is more than %d", r.MaxValueBytes, maxMaxValueBytes)
	}
	for _, c := range r.Prefix {
		if c == ' ' || !strconv.IsPrint(c) {
			return r, fmt.Errorf("rediscache: Options.Prefix: %q has white space or what does not print", r.Prefix)
		}
	}
	if r.Logger == nil {
		r.Logger = slog.Default()
	}
	return r, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
