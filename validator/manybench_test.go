// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package validator_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkManyAuthorities tells what a token costs by how many are trusted, with
// the ratio to what the same costs where one is. The key sets are those of real
// caches, whose budgets the hostile tokens have used up.
func BenchmarkManyAuthorities(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	for _, layout := range []string{"flows", "policies", "tenants"} {
		one := map[string]float64{}
		for _, n := range []int{1, 10, 100, 1000} {
			b.Run(fmt.Sprintf("%s/%d", layout, n), func(b *testing.B) {
				c := flowsOf(b, key, layout, n)
				v := c.validator(b)
				for _, kind := range []string{"good", "good, no flow", "unknown kid, stranger", "unknown kid, of a flow", "unknown kid, no flow", "known kid, altered"} {
					raw := c.tokens(b)[kind]
					b.Run(kind, func(b *testing.B) {
						_, err := v.Validate(b.Context(), raw)
						if strings.HasPrefix(kind, "good") != (err == nil) {
							b.Fatal(err)
						}
						b.ReportAllocs()
						before := cpu(b)
						for b.Loop() {
							_, _ = v.Validate(b.Context(), raw)
						}
						each := float64(cpu(b)-before) / float64(b.N)
						b.ReportMetric(each, "cpu-ns/op")
						if n == 1 {
							one[kind] = each
						}
						if one[kind] > 0 {
							b.ReportMetric(each/one[kind], "x/one")
						}
					})
				}
			})
		}
	}
}

// cpu is the processor's time of this process, which other processes change little.
func cpu(b *testing.B) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// BenchmarkMemoryOfAuthority tells what one more authority costs: its cache with
// keys, and its part in the indexes.
func BenchmarkMemoryOfAuthority(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	heap := func() float64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	const n = 1000
	for b.Loop() {
		c := flowsOf(b, key, "policies", n)
		before := heap()
		v := c.validator(b)
		if _, err := v.Validate(b.Context(), c.token(b, c.kid(n-1), nil)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric((heap()-before)/n, "B/authority")
		runtime.KeepAlive(v)
	}
}
