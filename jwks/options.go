// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
)

// Options tune a [Cache]. Nil, and each zero field, means the default.
type Options struct {
	// Transport performs the requests: for a proxy, a private CA or an
	// emulator. Redirects and deadlines stay the cache's own. If nil, a copy
	// of http.DefaultTransport, which the caches of a Limiter share.
	Transport http.RoundTripper

	// Logger is told about changed keys, failed fetches and recovery. If nil,
	// slog.Default().
	Logger *slog.Logger

	// MinRefresh and MaxRefresh are the floor and the ceiling of the time
	// between background refreshes. Within them a Cache-Control header of the
	// server counts. If zero, 5 minutes (or half of MaxRefresh, if that is less)
	// and 1 hour. The refresh comes at about 80 % of that time, with jitter;
	// where the two leave no room for it, it comes up to a tenth early.
	MinRefresh, MaxRefresh time.Duration

	// MinRefetch is the time in which the budget for fetches on unknown key
	// ids gains one, up to two. If zero, 30 seconds.
	MinRefetch time.Duration

	// MaxStale is how long keys are used after the server last confirmed them,
	// or their metadata if that is longer ago, while it fails. If zero, 24
	// hours; at least MaxRefresh.
	MaxStale time.Duration

	// KeyGrace is how long a key is still used after it left the published
	// set. If zero, it is gone at once, so that a revocation works. Set it to
	// the life of a token if your key containers drop keys whose tokens live.
	KeyGrace time.Duration

	// FetchTimeout bounds the fetch of each document, and how long a caller
	// waits for keys in all. If metadata and keys together take longer, the
	// fetch goes on for the next caller. If zero, 5 seconds.
	FetchTimeout time.Duration

	// Limiter is shared by caches whose requests B2C counts together. If nil,
	// the cache has one of its own; a validator makes one for all of its caches.
	Limiter *Limiter

	// Snapshots keep what is fetched for the next start of this process, and for
	// others: see NewSnapshots, and the packages keyfile and rediskeys. Of the
	// caches that share them one fetches, and the others take over what it got. If
	// nil, there are none.
	Snapshots *Snapshots

	// OnFetch is called for each document that was fetched, or could not be, and for
	// those taken over from another cache or from Snapshots: for metrics and traces.
	// It runs on the goroutine of the fetch, behind all who waited for that and
	// without any lock, so it holds nobody up; the next fetch may be under way by
	// then, so it must be safe for concurrent use. Close does not wait for it. What it
	// panics with is logged. If nil, nothing is called and no time read.
	OnFetch func(Fetch)

	// KeyHosts are hosts from which keys may be fetched besides the host of
	// the metadata, as host or host:port.
	KeyHosts []string
}

// withDefaults fills in the defaults. The error tells all mistakes at once.
func (o *Options) withDefaults() (Options, error) {
	var r Options
	if o != nil {
		r = *o
	}
	errs := []error{r.checkDurations()}
	setDefault(&r.MaxRefresh, max(time.Hour, r.MinRefresh))
	setDefault(&r.MinRefresh, min(5*time.Minute, (r.MaxRefresh+1)/2))
	setDefault(&r.MinRefetch, 30*time.Second)
	setDefault(&r.MaxStale, max(24*time.Hour, r.MaxRefresh))
	setDefault(&r.FetchTimeout, 5*time.Second)
	if errs[0] == nil && r.MinRefresh > r.MaxRefresh {
		errs = append(errs, fmt.Errorf("jwks: Options.MinRefresh: %v is more than MaxRefresh %v", r.MinRefresh, r.MaxRefresh))
	}
	if errs[0] == nil && r.MaxStale < r.MaxRefresh {
		errs = append(errs, fmt.Errorf("jwks: Options.MaxStale: %v is less than MaxRefresh %v, so good keys would lapse between refreshes", r.MaxStale, r.MaxRefresh))
	}
	r.KeyHosts = slices.Clone(r.KeyHosts)
	for i, h := range r.KeyHosts {
		r.KeyHosts[i] = strings.TrimSuffix(authority.FoldFlow(h), ":443")
		if r.KeyHosts[i] == "" || h[0] == ':' || strings.ContainsAny(h, "/@?#* \\") {
			errs = append(errs, fmt.Errorf("jwks: Options.KeyHosts: %q is not a host or host:port", h))
		}
	}
	if r.Logger == nil {
		r.Logger = slog.Default()
	}
	if r.Limiter == nil {
		r.Limiter = new(Limiter)
	}
	return r, errors.Join(errs...)
}

// Check returns what is wrong with the options, all of it at once. Nil options
// are right.
func (o *Options) Check() error {
	_, err := o.withDefaults()
	return err
}

func (o *Options) checkDurations() error {
	var errs []error
	for _, f := range []struct {
		name  string
		value time.Duration
	}{
		{"MinRefresh", o.MinRefresh},
		{"MaxRefresh", o.MaxRefresh},
		{"MinRefetch", o.MinRefetch},
		{"MaxStale", o.MaxStale},
		{"KeyGrace", o.KeyGrace},
		{"FetchTimeout", o.FetchTimeout},
	} {
		switch {
		case f.value < 0:
			errs = append(errs, fmt.Errorf("jwks: Options.%s: %v is negative", f.name, f.value))
		case f.value > 0 && f.value < time.Millisecond:
			errs = append(errs, fmt.Errorf("jwks: Options.%s: %v is less than a millisecond; is the unit missing, as in %d*time.Second?", f.name, f.value, f.value))
		}
	}
	return errors.Join(errs...)
}

func setDefault(d *time.Duration, v time.Duration) {
	if *d == 0 {
		*d = v
	}
}
