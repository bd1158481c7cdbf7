// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// staticValidator trusts B2C_1_susi with the corpus's user-flow key, at the
// corpus's time.
func staticValidator(tb testing.TB, opts *validator.Options) *validator.Validator {
	tb.Helper()
	s, err := jwks.NewStatic(contosoTenant(tb).Flow("B2C_1_susi"), contosoIssuer, []byte(`{"keys":[`+jwkOf(&keysOf(tb).userFlow.PublicKey)+`]}`))
	if err != nil {
		tb.Fatal(err)
	}
	o := validator.Options{}
	if opts != nil {
		o = *opts
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Unix(corpusNow, 0) }
	}
	v, err := validator.NewFromSources([]jwks.Source{s}, contosoAPI, &o)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// A hostile token costs little, and what is too long is not even copied.
func TestBoundedWork(t *testing.T) {
	v := staticValidator(t, nil)
	large := staticValidator(t, &validator.Options{MaxTokenBytes: 1 << 20})
	key := keysOf(t).userFlow
	good := signToken(key, headerOf(key), payloadOf())
	dots := strings.Repeat(".", 1_000_000)
	for _, tc := range []struct {
		name          string
		v             *validator.Validator
		raw           string
		want          validator.Reason
		allocs, bytes float64
	}{
		{"16 MiB of letters", v, strings.Repeat("a", 16<<20), validator.ErrTooLarge, 8, 1 << 10},
		{"16 MiB behind a good token", v, good + strings.Repeat("A", 16<<20), validator.ErrTooLarge, 8, 1 << 10},
		{"a million dots", v, dots, validator.ErrTooLarge, 8, 1 << 10},
		{"a million dots within the limit", large, dots, validator.ErrMalformed, 8, 1 << 10},
		{"16 KiB of dots", v, dots[:16<<10], validator.ErrMalformed, 8, 1 << 10},
		{"1 MiB of letters within the limit", large, strings.Repeat("a", 1<<20), validator.ErrMalformed, 8, 1 << 10},
		{"five parts of 200 kB", large, strings.Repeat(strings.Repeat("a", 200_000)+".", 4) + "a", validator.ErrEncrypted, 8, 1 << 10},
		{"16 KiB of brackets", v, signToken(key, headerOf(key), strings.Repeat("[", 11000)), validator.ErrMalformed, 60, 512 << 10},
		{"16 KiB of nested objects", v, signToken(key, headerOf(key), strings.Repeat(`{"a":`, 2200)), validator.ErrMalformed, 20, 64 << 10},
		{"2000 members", v, signToken(key, headerOf(key), strings.TrimSuffix(payloadOf(), "}")+strings.Repeat(`,"":1`, 2000)+"}"), validator.ErrMalformed, 60, 128 << 10},
	} {
		_, err := tc.v.Validate(t.Context(), tc.raw)
		wantReason(t, tc.name, err, tc.want)
		if raceEnabled {
			continue // the detector allocates too
		}
		run := func() { _, _ = tc.v.Validate(context.Background(), tc.raw) }
		if got := testing.AllocsPerRun(20, run); got > tc.allocs {
			t.Errorf("%s: got %v allocations, want at most %v", tc.name, got, tc.allocs)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 20 {
			run()
		}
		runtime.ReadMemStats(&after)
		if got := float64(after.TotalAlloc-before.TotalAlloc) / 20; got > tc.bytes {
			t.Errorf("%s: got %.0f bytes a run, want at most %.0f", tc.name, got, tc.bytes)
		}
	}
}

// longPayloads are of about n bytes each.
func longPayloads(n int) map[string]string {
	return map[string]string{
		"nested arrays": `{"a":` + strings.Repeat("[", n/2) + strings.Repeat("]", n/2) + "}",
		"many names":    manyNames(n / 10),
		"one long name": `{"` + strings.Repeat("a", n) + `":1}`,
		"one long text": `{"a":"` + strings.Repeat(`\u0041`, n/6) + `"}`,
		"many digits":   `{"exp":1` + strings.Repeat("0", n) + `}`,
		"long audience": `{"aud":[` + strings.Repeat(`"a",`, n/4) + `"a"]}`,
		"long scope":    `{"scp":"` + strings.Repeat("a ", n/2) + `"}`,
	}
}

// TestLongPayloads: what is worse than linear would not end in time.
func TestLongPayloads(t *testing.T) {
	v := staticValidator(t, &validator.Options{MaxTokenBytes: 1 << 20})
	key := keysOf(t).userFlow
	for name, payload := range longPayloads(700_000) {
		if _, err := v.Validate(t.Context(), signToken(key, headerOf(key), payload)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// BenchmarkLongPayloads tells how much longer eight times the bytes take: 8 if
// that is linear.
func BenchmarkLongPayloads(b *testing.B) {
	v := staticValidator(b, &validator.Options{MaxTokenBytes: 1 << 20})
	key := keysOf(b).userFlow
	timed := func(token string) time.Duration {
		start := time.Now()
		_, _ = v.Validate(b.Context(), token)
		return time.Since(start)
	}
	short := longPayloads(80_000)
	for name, payload := range longPayloads(640_000) {
		b.Run(name, func(b *testing.B) {
			eighth, whole := signToken(key, headerOf(key), short[name]), signToken(key, headerOf(key), payload)
			var one, eight time.Duration
			for b.Loop() {
				one += timed(eighth)
				eight += timed(whole)
			}
			b.ReportMetric(float64(eight)/float64(one), "x/8x")
		})
	}
}

func manyNames(n int) string {
	var b strings.Builder
	b.WriteString(`{"a":0`)
	for i := range n {
		b.WriteString(`,"`)
		for ; i > 0; i /= 26 {
			b.WriteByte(byte('a' + i%26))
		}
		b.WriteString(`b":0`)
	}
	b.WriteString("}")
	return b.String()
}
