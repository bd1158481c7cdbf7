// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"bytes"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
	"github.com/b2ckit/b2ckit/keyring"
)

// longest is how long a test waits for what has no limit in seconds.
const longest = time.Minute

var sharingRows = []*row{{
	test:    "redis_fails",
	fault:   "Redis is down, hangs for 5 s, or comes and goes, while 3 processes start and ask for the app's token; 100 callers a second",
	promise: "0 errors; p99 ≤ 300 ms (the test allows 1 s and 5 times that of a twin without Redis: machines are busy); ≤ 1 token request of each process",
	by:      realSockets,
	cases: []testCase{
		{name: "down", run: redisFails(func(_ *testing.T, s *redistest.Server) { s.Kill() })},
		{name: "hanging", run: redisFails(func(_ *testing.T, s *redistest.Server) {
			s.Pause()
			<-time.After(5 * time.Second)
			s.Resume()
		})},
		{name: "flapping", run: redisFails(flap)},
	},
}, {
	test:    "redis_fails_for_users",
	fault:   "the same, for a user whom one process knows and two others don't",
	promise: "the one goes on; the others get `ErrRetry`, and never a call to sign in, then the token within 35 s of the return; 0 more token requests",
	by:      realSockets,
	cases: []testCase{
		{name: "down", run: redisFailsForUsers(func(_ *testing.T, s *redistest.Server) {
			s.Kill()
			<-time.After(3 * time.Second)
			s.Restart()
		})},
		{name: "hanging", run: redisFailsForUsers(func(_ *testing.T, s *redistest.Server) {
			s.Pause()
			<-time.After(5 * time.Second)
			s.Resume()
		})},
		{name: "flapping", run: redisFailsForUsers(flap)},
	},
}, {
	test:    "redis_far_away",
	fault:   "a round trip to Redis takes 2, 10, 25 or 40 ms; plain, with a password, by TLS, and with both",
	promise: "a user signed in at one process is known to another within 5 s of the start of both (the test allows 20 s: machines are busy)",
	by:      realSockets,
	cases:   redisFarAway(),
}, {
	test:    "single_use_refresh_tokens",
	fault:   "refresh tokens die with their use, access tokens live for 3 s, and Redis is away for 12 s (killed, failing over, read-only); two processes with a user's calls",
	promise: "`ErrRetry` at worst: 0 calls told to sign in; both processes have tokens again",
	by:      realSockets,
	cases: []testCase{
		{name: "killed", run: singleUse(killed)},
		{name: "read-only", run: singleUse(readOnly)},
		{name: "failing over", run: singleUse(failingOver)},
	},
}}

// flap has Redis come and go, at last for good.
func flap(_ *testing.T, s *redistest.Server) {
	for range 4 {
		s.Kill()
		<-time.After(400 * time.Millisecond)
		s.Restart()
		<-time.After(200 * time.Millisecond)
		s.Pause()
		<-time.After(400 * time.Millisecond)
		s.Resume()
		<-time.After(200 * time.Millisecond)
	}
}

// shared returns a process's cache in Redis. All of them have the same keys.
func shared(t *testing.T, opts *redis.Options) *rediscache.Cache {
	t.Helper()
	client := redis.NewClient(opts)
	t.Cleanup(func() { _ = client.Close() })
	ring, err := keyring.New(bytes.Repeat([]byte{7}, keyring.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	c, err := rediscache.New(client, ring, &rediscache.Options{Logger: quietLog})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(address string) *redis.Options { return &redis.Options{Addr: address} }

func redisFails(how func(*testing.T, *redistest.Server)) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		server := redistest.Start(t)
		b2c := emulator.NewTenant(nil)
		var asked, calm calls
		stop := make(chan struct{})
		twin := ofApp(t, newDaemon(t, emulator.NewTenant(nil), acquire.Options{}))
		var processes []func() (*oauth2.Token, error)
		for range 3 {
			processes = append(processes, ofApp(t, newDaemon(t, b2c, acquire.Options{Cache: shared(t, at(server.Addr))})))
		}
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-tick.C:
					asked.do(processes[i%len(processes)])
					calm.do(twin)
				}
			}
		}()
		how(t, server)
		<-time.After(time.Second)
		close(stop)
		<-sent
		all := asked.wait()
		f.counted("errors", failed(t, all), 0)
		without := p99Call(calm.wait())
		f.took("p99", p99Call(all), time.Second+5*without)
		f.noted("without Redis", without)
		f.counted("requests", posts(b2c), len(processes))
	}
}

func redisFailsForUsers(how func(*testing.T, *redistest.Server)) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		server := redistest.Start(t, "--appendonly", "yes") // what comes back has its data
		b2c := emulator.NewTenant(nil)
		process := func() *acquire.App {
			return newNative(t, b2c, acquire.Options{Cache: shared(t, at(server.Addr))})
		}
		knows := process()
		account := lin(t, knows)
		until(t, "the account to be in Redis", func() bool { return ofUserOnce(t, process(), account) == nil })
		before := posts(b2c)
		var others []*user
		for _, app := range []*acquire.App{knows, process(), process()} {
			others = append(others, goOn(t, ofUser(t, app, account)))
		}
		how(t, server)
		returned := time.Now()
		until(t, "all to have a token", func() bool {
			for _, o := range others {
				if !o.lastGood().After(returned) {
					return false
				}
			}
			return true
		})
		f.took("all have it again after", time.Since(returned), 35*time.Second)
		for i, o := range others {
			f.counted("told to sign in", o.end(t, i > 0), 0)
		}
		f.counted("requests", posts(b2c)-before, 0)
	}
}

// ofUserOnce asks once.
func ofUserOnce(t *testing.T, app *acquire.App, a acquire.Account) error {
	t.Helper()
	_, err := ofUser(t, app, a)()
	return err
}

// until waits until the condition holds.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(longest); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s", longest, what)
		}
	}
}

// user is somebody whose browser asks 20 times a second.
type user struct {
	good, retry, signIn atomic.Int64
	last                atomic.Int64 // good one, Unix nanoseconds
	worst               atomic.Pointer[error]
	stop, ended         chan struct{}
}

func goOn(t *testing.T, get func() (*oauth2.Token, error)) *user {
	t.Helper()
	u := &user{stop: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(u.ended)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-u.stop:
				return
			case <-tick.C:
			}
			switch token, err := get(); {
			case err == nil && time.Now().Before(token.Expiry):
				u.good.Add(1)
				u.last.Store(time.Now().UnixNano())
			case errors.Is(err, acquire.ErrRetry):
				u.retry.Add(1)
			case err != nil:
				u.signIn.Add(1)
				u.worst.Store(&err)
			}
		}
	}()
	return u
}

func (u *user) lastGood() time.Time { return time.Unix(0, u.last.Load()) }

// end returns how many calls were told to sign in. Some may have been told to try
// again, if that is allowed.
func (u *user) end(t *testing.T, retries bool) (signIns int) {
	t.Helper()
	close(u.stop)
	<-u.ended
	if err := u.worst.Load(); err != nil {
		t.Errorf("among others, %v", *err)
	}
	if n := u.retry.Load(); n > 0 && !retries {
		t.Errorf("%d calls were told to try again by a process that has a token", n)
	}
	t.Logf("%d good, %d to try again", u.good.Load(), u.retry.Load())
	return int(u.signIn.Load())
}

func killed(t *testing.T) (address string, start, end func()) {
	t.Helper()
	s := redistest.Start(t)
	return s.Addr, s.Kill, s.Restart
}

func readOnly(t *testing.T) (address string, start, end func()) {
	t.Helper()
	s := redistest.Start(t)
	return s.Addr, func() { replicaOf(t, s.Addr, "127.0.0.1", "1") }, func() { replicaOf(t, s.Addr, "NO", "ONE") }
}

func failingOver(t *testing.T) (address string, start, end func()) {
	t.Helper()
	master := redistest.Start(t)
	replica := redistest.StartReplica(t, master)
	way := redistest.NewRelay(t, master.Addr, 0)
	return way.Addr, master.Kill, func() {
		replicaOf(t, replica.Addr, "NO", "ONE")
		way.LeadTo(replica.Addr)
	}
}

func replicaOf(t *testing.T, address, host, port string) {
	t.Helper()
	c := redis.NewClient(at(address))
	defer c.Close()
	if err := c.ReplicaOf(t.Context(), host, port).Err(); err != nil {
		t.Fatal(err)
	}
}

func singleUse(how func(t *testing.T) (address string, start, end func())) func(*testing.T, *figures) {
	return func(t *testing.T, f *figures) {
		const outage = 12 * time.Second
		address, start, end := how(t)
		b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
			{Name: ropc, Kind: emulator.ROPC, Lifetime: 3 * time.Second, RefreshOnce: true},
		}})
		a := newNative(t, b2c, acquire.Options{Cache: shared(t, at(address))})
		b := newNative(t, b2c, acquire.Options{Cache: shared(t, at(address))})
		account := lin(t, a)
		until(t, "both to have a token", func() bool {
			return ofUserOnce(t, a, account) == nil && ofUserOnce(t, b, account) == nil
		})
		users := []*user{goOn(t, ofUser(t, a, account)), goOn(t, ofUser(t, b, account))}
		begun := time.Now()
		start()
		<-time.After(time.Until(begun.Add(outage)))
		end()
		returned := time.Now()
		until(t, "both to have tokens again", func() bool {
			return users[0].lastGood().After(returned) && users[1].lastGood().After(returned)
		})
		f.took("both have tokens again after", time.Since(returned), longest)
		for _, u := range users {
			f.counted("told to sign in", u.end(t, true), 0)
		}
	}
}
