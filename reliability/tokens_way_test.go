// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

// security is how to connect to Redis.
type security struct {
	name          string
	password, tls bool
}

// secured is a Redis to which one may connect in all ways.
type secured struct {
	server *redistest.Server
	roots  *x509.CertPool
}

// newSecured starts one for many tests that run at the same time.
func newSecured(t *testing.T) *secured {
	t.Helper()
	cert := emulator.NewCertificate()
	pem, err := cert.PEM()
	if err != nil {
		t.Fatal(err)
	}
	s := &secured{redistest.StartTLS(t, pem), x509.NewCertPool()}
	s.roots.AppendCertsFromPEM(cert.CACertificatePEM())
	admin := redis.NewClient(at(s.server.Addr))
	defer admin.Close()
	if err := admin.Do(t.Context(), "acl", "setuser", "app", "on", ">pa55word", "~*", "+@all").Err(); err != nil {
		t.Fatal(err)
	}
	return s
}

// client returns how a process connects that is so far away. Its client may heed
// the context of a call, while it connects too.
func (s *secured) client(t *testing.T, how security, roundTrip time.Duration, heeds bool) *redis.Options {
	t.Helper()
	to, o := s.server.Addr, &redis.Options{ContextTimeoutEnabled: heeds}
	if how.tls {
		to, o.TLSConfig = s.server.TLSAddr, &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}
	}
	if how.password {
		o.Username, o.Password = "app", "pa55word"
	}
	o.Addr = redistest.NewRelay(t, to, roundTrip).Addr
	return o
}

func redisFarAway() (cases []testCase) {
	for _, roundTrip := range []int{2, 10, 25, 40} {
		for _, how := range []security{{"plain", false, false}, {"password", true, false}, {"TLS", false, true}, {"both", true, true}} {
			cases = append(cases, testCase{
				name: fmt.Sprintf("%d ms, %s", roundTrip, how.name),
				run:  func(t *testing.T, f *figures) { farAway(t, f, how, time.Duration(roundTrip)*time.Millisecond) },
			})
		}
	}
	return cases
}

func farAway(t *testing.T, f *figures, how security, roundTrip time.Duration) {
	s := newSecured(t)
	b2c := emulator.NewTenant(nil)
	a := newNative(t, b2c, acquire.Options{Cache: shared(t, s.client(t, how, roundTrip, true))})
	b := newNative(t, b2c, acquire.Options{Cache: shared(t, s.client(t, how, roundTrip, false))})
	start := time.Now()
	account := lin(t, a)
	until(t, "the other process to have the user's token", func() bool { return ofUserOnce(t, b, account) == nil })
	// A busy machine is farther away than that.
	f.took("known to another after", time.Since(start), 20*time.Second)
	f.counted("token requests", posts(b2c), 2) // one of each process, where an answer comes late
}
