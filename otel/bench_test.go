// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	b2cotel "github.com/b2ckit/b2ckit/otel"
	"github.com/b2ckit/b2ckit/validator"
)

// versus runs both in turn, for the machine is never the same for long, and reports how
// much longer the second takes.
func versus(b *testing.B, off, on func()) {
	b.Helper()
	const round = 200
	var took [2]time.Duration
	n := 0
	for b.Loop() {
		for i, f := range []func(){off, on} {
			start := time.Now()
			for range round {
				f()
			}
			took[i] += time.Since(start)
		}
		n += round
	}
	b.ReportMetric(float64(took[0].Nanoseconds())/float64(n), "off-ns")
	b.ReportMetric(float64(took[1].Nanoseconds())/float64(n), "on-ns")
	b.ReportMetric(float64(took[1])/float64(took[0]), "ratio")
	b.ReportMetric(0, "ns/op") // of both, and so of nothing
}

// BenchmarkSeenBefore is Validate of a token seen before, with metrics and without.
func BenchmarkSeenBefore(b *testing.B) {
	b2c := emulator.NewTenant(nil)
	off, on, raw := pair(b, b2c)
	versus(b, func() { validate(b, off, raw) }, func() { validate(b, on, raw) })
}

// BenchmarkFirstSight is Validate of a token without a memory.
func BenchmarkFirstSight(b *testing.B) {
	b2c := emulator.NewTenant(nil)
	off, on, raw := pair(b, b2c, -1)
	versus(b, func() { validate(b, off, raw) }, func() { validate(b, on, raw) })
}

// BenchmarkRequest is a whole request through guard and adapter, with a token seen
// before.
func BenchmarkRequest(b *testing.B) {
	b2c, p := emulator.NewTenant(nil), newProbe(b, b2cotel.Options{})
	off, on, raw := pair(b, b2c)
	ok := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	bare, measured := b2chttp.New(guard.New(off, nil), nil).Require()(ok), b2chttp.New(guard.New(on, p.Guard(nil)), nil).Require()(ok)
	r := httptest.NewRequestWithContext(b.Context(), "GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+raw)
	w := httptest.NewRecorder()
	versus(b, func() { bare.ServeHTTP(w, r) }, func() { measured.ServeHTTP(w, r) })
}

// pair returns two validators that have their keys, the second of them measured, and a
// token for both.
func pair(b *testing.B, b2c *emulator.Tenant, memory ...int) (off, on *validator.Validator, raw string) {
	b.Helper()
	opts := validator.Options{Transport: b2c.Transport()}
	for _, n := range memory {
		opts.MemoryBytes = n
	}
	off, err := validator.New(contoso(b).Flows("B2C_1_susi"), contosoAPI, &opts)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = off.Close() })
	on = newProbe(b, b2cotel.Options{}).newValidator(b, b2c, opts)
	raw = b2c.MustMint(emulator.Spec{})
	validate(b, off, raw)
	validate(b, on, raw)
	return off, on, raw
}

func validate(b *testing.B, v *validator.Validator, raw string) {
	b.Helper()
	if _, err := v.Validate(b.Context(), raw); err != nil {
		b.Fatal(err)
	}
}
