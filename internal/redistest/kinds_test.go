// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redistest_test

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

// soon fails unless the condition holds soon.
func soon(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !condition(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited 30s for %s, want it sooner", what)
		}
		time.Sleep(5 * time.Millisecond) // a real server, in real time
	}
}

func TestStartTLS(t *testing.T) {
	cert := emulator.NewCertificate()
	pem, err := cert.PEM()
	if err != nil {
		t.Fatal(err)
	}
	s := redistest.StartTLS(t, pem, "--maxclients", "42")
	if err := client(t, s).Ping(t.Context()).Err(); err != nil {
		t.Errorf("without TLS: got %v, want an answer", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cert.CACertificatePEM())
	c := redis.NewClient(&redis.Options{Addr: s.TLSAddr, TLSConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}})
	t.Cleanup(func() { _ = c.Close() })
	for range 2 {
		if got, err := c.ConfigGet(t.Context(), "maxclients").Result(); got["maxclients"] != "42" || err != nil {
			t.Errorf("by TLS: got %v, %v, want the argument", got, err)
		}
		s.Kill()
		s.Restart()
	}
}

func TestStartReplicaAndSentinel(t *testing.T) {
	master := redistest.Start(t)
	if err := client(t, master).Set(t.Context(), "key", "value", 0).Err(); err != nil {
		t.Fatal(err)
	}
	replica := client(t, redistest.StartReplica(t, master))
	soon(t, "the replica to have the key", func() bool { return replica.Get(t.Context(), "key").Val() == "value" })
	if err := replica.Set(t.Context(), "key", "value", 0).Err(); !redis.IsReadOnlyError(err) {
		t.Errorf("a write to the replica: got %v, want it refused", err)
	}
	sentinel := client(t, redistest.StartSentinel(t, "tokens", master))
	soon(t, "Sentinel to know the replica", func() bool {
		answer, err := sentinel.Do(t.Context(), "sentinel", "replicas", "tokens").Slice()
		return err == nil && len(answer) == 1
	})
	master.Kill()
	soon(t, "the replica to be the master", func() bool {
		role, err := replica.Do(t.Context(), "role").Slice()
		return err == nil && slices.Contains(role, any("master"))
	})
}
