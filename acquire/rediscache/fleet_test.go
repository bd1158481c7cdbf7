// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

// fleet is a tenant with two flows that sign with different keys, and the Apps
// of several processes at each, which share clients and one Redis.
type fleet struct {
	b2c      *emulator.Tenant
	tenant   authority.Tenant
	dial     func(t *testing.T) *redis.Client // to the Redis, for one process
	api      string
	accounts map[string]acquire.Account // by flow
}

var fleetFlows = []string{"B2C_1_ropc", "B2C_1A_ropc"}

func newFleet(t *testing.T, life time.Duration, dial func(t *testing.T) *redis.Client) *fleet {
	t.Helper()
	f := &fleet{dial: dial, accounts: map[string]acquire.Account{}}
	f.b2c = emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
		{Name: fleetFlows[0], Kind: emulator.ROPC, Lifetime: life},
		{Name: fleetFlows[1], Kind: emulator.ROPC, Lifetime: life},
	}})
	f.api = f.b2c.API().URI
	var err error
	if f.tenant, err = authority.B2C("contoso", f.b2c.ID()); err != nil {
		t.Fatal(err)
	}
	return f
}

// process returns the Apps of one process at a flow: one for its own tokens,
// one for users'.
func (f *fleet) process(t *testing.T, flow string) (daemon, native *acquire.App) {
	t.Helper()
	opts := &acquire.Options{
		Transport: f.b2c.Transport(), Logger: slog.New(slog.DiscardHandler),
		Cache: newCache(t, f.dial(t), rediscache.Options{MinPause: 50 * time.Millisecond, MaxPause: 100 * time.Millisecond}),
	}
	d := f.b2c.Daemon()
	daemon, err := acquire.NewConfidential(f.tenant.Flow(flow), d.ID, acquire.Secret(d.Secret), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = daemon.Close() })
	native, err = acquire.NewPublic(f.tenant.Flow(flow), f.b2c.Native().ID, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = native.Close() })
	return daemon, native
}

func (f *fleet) signIn(t *testing.T, native *acquire.App, flow string) {
	t.Helper()
	in, err := native.SignInWithPassword(t.Context(), "lin@example.org", emulator.DefaultPassword, f.api+"/tasks.read")
	if err != nil {
		t.Fatal(err)
	}
	f.accounts[flow] = in.Account
}

// signedBy tells which flow's key signed the token: app-only tokens name none.
func (f *fleet) signedBy(t *testing.T, token string) string {
	t.Helper()
	head, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		t.Fatal(err)
	}
	var header struct{ Kid string }
	if err := json.Unmarshal(raw, &header); err != nil {
		t.Fatal(err)
	}
	for _, flow := range fleetFlows {
		if f.b2c.CurrentKey(flow).ID() == header.Kid {
			return flow
		}
	}
	return "none"
}

// TestFlowsDoNotMix has two flows share client ids, user and Redis, in virtual
// time: in real time a Redis that is slow for once costs a request.
func TestFlowsDoNotMix(t *testing.T) { synctest.Test(t, testFlowsDoNotMix) }

func testFlowsDoNotMix(t *testing.T) {
	m := newMemory()
	f := newFleet(t, time.Hour, func(t *testing.T) *redis.Client {
		t.Helper()
		return (&fake{reply: m.reply}).pipe(t, nil)
	})
	for _, flow := range fleetFlows {
		_, native := f.process(t, flow)
		f.signIn(t, native, flow)
	}
	for round := range 2 { // the second finds everything in Redis
		before := f.b2c.Counts().Token
		for _, flow := range fleetFlows {
			daemon, native := f.process(t, flow)
			own, err := daemon.Token(t.Context(), f.api+"/.default")
			if err != nil {
				t.Fatal(err)
			}
			user, err := native.User(f.accounts[flow]).Token(t.Context(), f.api+"/tasks.read")
			if err != nil {
				t.Fatal(err)
			}
			for what, token := range map[string]string{"its own": own.AccessToken, "the user's": user.AccessToken} {
				if got := f.signedBy(t, token); got != flow {
					t.Errorf("%s got a token of %s for %s", flow, got, what)
				}
			}
			for _, other := range fleetFlows {
				if _, err := native.Account(t.Context(), f.accounts[other].ID); (err == nil) != (other == flow) {
					t.Errorf("%s knows the account of %s: %v", flow, other, err == nil)
				}
			}
		}
		if made := f.b2c.Counts().Token - before; made != []int{2, 0}[round] {
			t.Errorf("round %d made %d token requests, want %d", round, made, []int{2, 0}[round])
		}
	}
}

// TestRedisDiesMidRun kills, hangs and restarts the server under a fleet whose
// tokens live for seconds. Nobody may notice.
func TestRedisDiesMidRun(t *testing.T) {
	const life = 2 * time.Second
	server := redistest.Start(t)
	f := newFleet(t, life, func(t *testing.T) *redis.Client { t.Helper(); return dial(t, server.Addr, nil) })
	type process struct{ daemon, native *acquire.App }
	var all []process
	for range 3 {
		daemon, native := f.process(t, fleetFlows[0])
		all = append(all, process{daemon, native})
	}
	f.signIn(t, all[0].native, fleetFlows[0])
	account := f.accounts[fleetFlows[0]]
	// Who doesn't know the account has to wait for Redis. The first process, which
	// does, renews its token and puts it there again, should Redis be slow.
	wait(t, "all processes to know the account", func() bool {
		for _, p := range all {
			if _, err := p.native.User(account).Token(t.Context(), f.api+"/tasks.read"); err != nil {
				return false
			}
		}
		return true
	})

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var calls atomic.Int64
	var callers sync.WaitGroup
	for i, p := range all {
		callers.Go(func() {
			for ctx.Err() == nil {
				own, err := p.daemon.Token(t.Context(), f.api+"/.default")
				user, err2 := p.native.User(account).Token(t.Context(), f.api+"/tasks.read")
				calls.Add(2)
				if err := errors.Join(err, err2); err != nil {
					t.Errorf("process %d: %v", i, err)
					return
				}
				for _, token := range []*oauth2.Token{own, user} {
					if token.Expiry.After(time.Now().Add(life)) {
						t.Errorf("process %d: a token until %v, which is longer than it lives", i, token.Expiry)
					}
				}
				time.Sleep(5 * time.Millisecond) // real time: a real server dies meanwhile
			}
		})
	}
	for _, disaster := range []func(){server.Kill, server.Restart, server.Pause, server.Resume, server.Kill, server.Restart} {
		time.Sleep(life / 2) // so that tokens are renewed in each state
		disaster()
	}
	cancel()
	callers.Wait()
	t.Logf("%d calls, %d token requests, no error", calls.Load(), f.b2c.Counts().Token)
}
