// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/cachetest"
	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/internal/freeport"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

// told fails unless the cause of an outage gets into the log and into what the
// callers are told, and secrets don't.
func told(t *testing.T, l *journal, op func() error, cause string) {
	t.Helper()
	var lines, said string
	wait(t, "the cause to be told", func() bool {
		err := op()
		if !errors.Is(err, rediscache.ErrUnavailable) {
			t.Fatalf("got %v, want %v", err, rediscache.ErrUnavailable)
		}
		lines += strings.Join(l.lines(), "\n")
		said += err.Error()
		return strings.Contains(lines, cause) && strings.Contains(said, cause)
	})
	if strings.Contains(lines+said, password) || strings.Contains(lines+said, secret) {
		t.Errorf("got %s and %s, want no secret", lines, said)
	}
}

// What an operator set up wrong is named, though it takes the client longer to
// find out than a caller waits.
func TestCausesAreTold(t *testing.T) {
	s := newSecured(t)
	nobody := listen(t, func(conn net.Conn) { _ = conn.Close() })
	for _, tc := range []struct {
		name, addr string
		change     func(*redis.Options)
		cause      string
	}{
		{"wrong password", s.server.Addr, func(o *redis.Options) { o.Username, o.Password = "app", password+"x" }, "WRONGPASS invalid username-password pair"},
		{"no such user", s.server.Addr, func(o *redis.Options) { o.Username, o.Password = "nobody", password }, "WRONGPASS invalid username-password pair"},
		{"authority not trusted", s.server.TLSAddr, func(o *redis.Options) {
			o.TLSConfig = &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
		}, "certificate signed by unknown authority"},
		{"another name", s.server.TLSAddr, func(o *redis.Options) {
			o.TLSConfig = &tls.Config{RootCAs: s.roots, ServerName: "redis.example", MinVersion: tls.VersionTLS12}
		}, "not redis.example"},
		{"nobody listens", freeport.Address(t), nil, "connection refused"},
		{"hangs up", nobody, nil, "EOF"},
	} {
		for _, heeds := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, ContextTimeoutEnabled %v", tc.name, heeds), func(t *testing.T) {
				t.Parallel() // they wait, more than anything
				client := dial(t, tc.addr, func(o *redis.Options) {
					o.ContextTimeoutEnabled = heeds
					if tc.change != nil {
						tc.change(o)
					}
				})
				l := &journal{}
				c := newCache(t, client, rediscache.Options{Logger: l.logger()})
				told(t, l, func() error { return c.Set(t.Context(), "key", []byte(secret), time.Minute) }, tc.cause)
			})
		}
	}
}

func TestTLSConformance(t *testing.T) {
	s := newSecured(t)
	client := s.client(t, 0, security{password: true, tls: true}, true)
	cachetest.Run(t, func(t *testing.T) acquire.Cache { return newCache(t, client, patient) })
}

// A Redis that is full goes on giving what it has.
func TestRedisIsFull(t *testing.T) {
	server := redistest.Start(t, "--maxmemory-policy", "noeviction")
	admin := dial(t, server.Addr, nil)
	l := &journal{}
	c := newCache(t, dial(t, server.Addr, nil), rediscache.Options{Logger: l.logger(), MinPause: 10 * time.Millisecond, MaxPause: 10 * time.Millisecond})
	set(t, newCache(t, dial(t, server.Addr, nil), patient), "key", "value")
	full := func(memory string) {
		if err := admin.ConfigSet(t.Context(), "maxmemory", memory).Err(); err != nil {
			t.Fatal(err)
		}
	}
	full("1")
	told(t, l, func() error { return c.Set(t.Context(), "key", []byte(secret), time.Minute) }, "set: OOM command not allowed when used memory")
	wait(t, "what is there", func() bool {
		got, err := c.Get(t.Context(), "key")
		return string(got) == "value" && err == nil
	})
	told(t, l, func() error { _, _, err := c.Lease(t.Context(), "key", time.Minute); return err }, "lease: OOM command not allowed when used memory")
	wait(t, "a deletion", func() bool { return c.Delete(t.Context(), "key") == nil })
	full("0")
	works(t, c)
}

// A replica, which a failover may have left one with, gives what it has.
func TestRedisIsAReadOnlyReplica(t *testing.T) {
	master := redistest.Start(t)
	replica := redistest.StartReplica(t, master)
	l := &journal{}
	source := newCache(t, dial(t, master.Addr, nil), patient)
	c := newCache(t, dial(t, replica.Addr, nil), rediscache.Options{Logger: l.logger(), MinPause: 10 * time.Millisecond, MaxPause: 10 * time.Millisecond})
	set(t, source, "key", "value")
	has := func() bool {
		got, err := c.Get(t.Context(), "key")
		return string(got) == "value" && err == nil
	}
	wait(t, "the replica to have it", has)
	const cause = "READONLY You can't write against a read only replica"
	told(t, l, func() error { return c.Set(t.Context(), "key", []byte(secret), time.Minute) }, "set: "+cause)
	wait(t, "what is there", has)
	told(t, l, func() error { return c.Delete(t.Context(), "key") }, "delete: "+cause)
	told(t, l, func() error { _, _, err := c.Lease(t.Context(), "key", time.Minute); return err }, "lease: "+cause)
	if err := dial(t, replica.Addr, nil).ReplicaOf(t.Context(), "NO", "ONE").Err(); err != nil {
		t.Fatal(err)
	}
	works(t, c)
}

// Sentinel promotes the replica when the master is killed, and nothing need be
// done about it here.
func TestSentinelFailsOver(t *testing.T) {
	master := redistest.Start(t)
	replica := redistest.StartReplica(t, master)
	admin := dial(t, master.Addr, nil)
	wait(t, "the replica", func() bool {
		info, err := admin.Info(t.Context(), "replication").Result()
		return err == nil && strings.Contains(info, "state=online")
	})
	sentinel := redistest.StartSentinel(t, "tokens", master)
	client := redis.NewFailoverClient(&redis.FailoverOptions{MasterName: "tokens", SentinelAddrs: []string{sentinel.Addr}, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = client.Close() })
	asked := dial(t, sentinel.Addr, nil)
	wait(t, "Sentinel to know the replica", func() bool {
		answer, err := asked.Do(t.Context(), "sentinel", "replicas", "tokens").Slice()
		return err == nil && len(answer) == 1
	})

	c := newCache(t, client, impatient)
	works(t, c)
	set(t, newCache(t, client, patient), "before", "value")
	promoted := dial(t, replica.Addr, nil)
	wait(t, "the replica to have it", func() bool { return promoted.Exists(t.Context(), at("before")).Val() == 1 })
	master.Kill()
	broken(t, c)
	works(t, c)
	if role, err := promoted.Do(t.Context(), "role").Slice(); err != nil || role[0] != "master" {
		t.Errorf("got role %v, %v, want the replica to be the master", role, err)
	}
	if got, err := newCache(t, client, patient).Get(t.Context(), "before"); string(got) != "value" || err != nil {
		t.Errorf("set before: got %q, %v, want value", got, err)
	}
}
