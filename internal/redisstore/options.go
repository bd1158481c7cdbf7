// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

// Options of a [Store].
type Options struct {
	// Prefix begins every key.
	Prefix string
	// Timeout is how long an operation takes at most.
	Timeout time.Duration
	// MaxFailures is how many in a row may fail before Redis is left alone.
	MaxFailures int
	// MinPause and MaxPause bound for how long.
	MinPause, MaxPause time.Duration
	// Logger is told when Redis is left alone and when it works again.
	Logger *slog.Logger
}

// WithDefaults fills in the defaults. An error names the package whose options
// they are, and the option.
func (o Options) WithDefaults(of string) (Options, error) {
	for _, f := range []struct {
		name  string
		value int64
		shown any
	}{
		{"Timeout", int64(o.Timeout), o.Timeout},
		{"MaxFailures", int64(o.MaxFailures), o.MaxFailures},
		{"MinPause", int64(o.MinPause), o.MinPause},
		{"MaxPause", int64(o.MaxPause), o.MaxPause},
	} {
		if f.value < 0 {
			return o, fmt.Errorf("%s: Options.%s: %v is negative", of, f.name, f.shown)
		}
	}
	setDefault(&o.Prefix, "b2ckit:")
	setDefault(&o.Timeout, 50*time.Millisecond)
	setDefault(&o.MaxFailures, 3)
	setDefault(&o.MaxPause, max(30*time.Second, o.MinPause))
	setDefault(&o.MinPause, min(time.Second, o.MaxPause))
	if o.MinPause > o.MaxPause {
		return o, fmt.Errorf("%s: Options.MinPause: %v is more than MaxPause %v", of, o.MinPause, o.MaxPause)
	}
	for _, c := range o.Prefix {
		if c == ' ' || !strconv.IsPrint(c) {
			return o, fmt.Errorf("%s: Options.Prefix: %q has white space or what does not print", of, o.Prefix)
		}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
