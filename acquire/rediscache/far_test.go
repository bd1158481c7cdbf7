// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

// secured is a Redis to which one may connect by TLS or without, and with a
// password or without.
type secured struct {
	server *redistest.Server
	roots  *x509.CertPool
}

const password = "pa55word"

func newSecured(tb testing.TB) *secured {
	tb.Helper()
	cert := emulator.NewCertificate()
	pem, err := cert.PEM()
	if err != nil {
		tb.Fatal(err)
	}
	s := &secured{redistest.StartTLS(tb, pem), x509.NewCertPool()}
	s.roots.AppendCertsFromPEM(cert.CACertificatePEM())
	admin := dial(tb, s.server.Addr, nil)
	if err := admin.Do(tb.Context(), "acl", "setuser", "app", "on", ">"+password, "~*", "+@all").Err(); err != nil {
		tb.Fatal(err)
	}
	return s
}

// security is how to connect.
type security struct {
	name          string
	password, tls bool
}

var securities = []security{{"plain", false, false}, {"password", true, false}, {"TLS", false, true}, {"both", true, true}}

// client returns one for a new process, so far away.
func (s *secured) client(tb testing.TB, roundTrip time.Duration, how security, heeds bool) *redis.Client {
	tb.Helper()
	o := &redis.Options{ContextTimeoutEnabled: heeds}
	to := s.server.Addr
	if how.tls {
		to, o.TLSConfig = s.server.TLSAddr, &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}
	}
	if how.password {
		o.Username, o.Password = "app", password
	}
	addr := redistest.NewRelay(tb, to, roundTrip).Addr
	return dial(tb, addr, func(d *redis.Options) { o.Addr = addr; *d = *o })
}

// shared has one process set a value and another get it, and returns how long
// each has tried, and whether the value was shared at all.
func (s *secured) shared(tb testing.TB, a, b *rediscache.Cache) (set, get time.Duration, ok bool) {
	tb.Helper()
	if err := dial(tb, s.server.Addr, nil).FlushAll(tb.Context()).Err(); err != nil {
		tb.Fatal(err)
	}
	begin := time.Now()
	first := func(try func() bool) (took time.Duration, ok bool) {
		for !ok && time.Since(begin) < far {
			ok = try()
			took = time.Since(begin)
			time.Sleep(5 * time.Millisecond) // real time: Redis is real
		}
		return took, ok
	}
	type result struct {
		took time.Duration
		ok   bool
	}
	sets := make(chan result, 1)
	go func() {
		took, ok := first(func() bool { return a.Set(tb.Context(), "key", []byte("value"), time.Minute) == nil })
		sets <- result{took, ok}
	}()
	get, ok = first(func() bool { value, err := b.Get(tb.Context(), "key"); return err == nil && string(value) == "value" })
	r := <-sets
	return r.took, get, ok && r.ok
}

// A Redis that takes longer to connect to than an operation may take is used
// all the same.
func TestRedisIsFarAway(t *testing.T) {
	s := newSecured(t)
	for _, tc := range []struct {
		roundTrip time.Duration
		how       security
	}{
		{20 * time.Millisecond, securities[0]},
		{16 * time.Millisecond, securities[1]},
		{16 * time.Millisecond, securities[2]},
		{30 * time.Millisecond, securities[3]},
	} {
		for _, heeds := range []bool{true, false} {
			t.Run(fmt.Sprintf("%v, %s, ContextTimeoutEnabled %v", tc.roundTrip, tc.how.name, heeds), func(t *testing.T) {
				a := newCache(t, s.client(t, tc.roundTrip, tc.how, heeds), rediscache.Options{})
				b := newCache(t, s.client(t, tc.roundTrip, tc.how, heeds), rediscache.Options{})
				set, get, ok := s.shared(t, a, b)
				if !ok {
					t.Fatalf("got nothing shared within %v, want it", far)
				}
				t.Logf("set after %v, had by another after %v", set, get)
			})
		}
	}
}

// BenchmarkFarAway measures how long after the start of two processes the
// first Set has worked in one, and a Get has had a value in the other.
func BenchmarkFarAway(b *testing.B) {
	s := newSecured(b)
	for _, roundTrip := range []int{2, 5, 10, 16, 25, 40} {
		for _, how := range securities {
			b.Run(fmt.Sprintf("%dms/%s", roundTrip, how.name), func(b *testing.B) {
				var set, get time.Duration
				for b.Loop() {
					process := func() *rediscache.Cache {
						return newCache(b, s.client(b, time.Duration(roundTrip)*time.Millisecond, how, true), rediscache.Options{})
					}
					setAfter, getAfter, ok := s.shared(b, process(), process())
					if !ok {
						b.Fatalf("got nothing shared within %v, want it", far)
					}
					set, get = set+setAfter, get+getAfter
				}
				b.ReportMetric(float64(set.Milliseconds())/float64(b.N), "ms/set")
				b.ReportMetric(float64(get.Milliseconds())/float64(b.N), "ms/get")
			})
		}
	}
}
