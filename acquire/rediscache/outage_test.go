// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

// TestOutageAsksForNoSignIn: two processes, refresh tokens that die with their
// use, access tokens that live for three seconds, and a Redis that is away in
// between. Nobody is sent to sign in, and both have tokens again afterwards.
func TestOutageAsksForNoSignIn(t *testing.T) {
	const outage = 3 * time.Second
	for name, begin := range map[string]func(t *testing.T) (address string, start, end func()){
		"killed": func(t *testing.T) (string, func(), func()) {
			s := redistest.Start(t)
			return s.Addr, s.Kill, s.Restart
		},
		"read-only": func(t *testing.T) (string, func(), func()) {
			s := redistest.Start(t)
			return s.Addr, func() { replicaOf(t, s.Addr, "127.0.0.1", "1") }, func() { replicaOf(t, s.Addr, "NO", "ONE") }
		},
		"failing over": func(t *testing.T) (string, func(), func()) {
			master, replica := redistest.Start(t), redistest.Start(t)
			host, port, _ := net.SplitHostPort(master.Addr)
			replicaOf(t, replica.Addr, host, port)
			d := newDoor(t, master.Addr)
			return d.address, master.Kill, func() {
				replicaOf(t, replica.Addr, "NO", "ONE")
				d.to.Store(&replica.Addr)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, start, end := begin(t)
			b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
				{Name: "B2C_1_ropc", Kind: emulator.ROPC, Lifetime: 3 * time.Second, RefreshOnce: true},
			}})
			processes := []*acquire.App{ropc(t, b2c, address), ropc(t, b2c, address)}
			in, err := processes[0].SignInWithPassword(t.Context(), "lin@example.org", emulator.DefaultPassword, b2c.API().URI+"/tasks.read")
			if err != nil {
				t.Fatal(err)
			}
			ask := func(app *acquire.App) error {
				_, err := app.User(in.Account).Token(t.Context(), b2c.API().URI+"/tasks.read")
				return err
			}
			wait(t, "both have a token", func() bool { return ask(processes[0]) == nil && ask(processes[1]) == nil })
			var signIns, retries, good atomic.Int64
			var wg sync.WaitGroup
			quit := make(chan struct{})
			for _, app := range processes {
				wg.Go(func() {
					for tick := time.NewTicker(50 * time.Millisecond); ; {
						select {
						case <-quit:
							tick.Stop()
							return
						case <-tick.C:
						}
						switch err := ask(app); {
						case err == nil:
							good.Add(1)
						case errors.Is(err, acquire.ErrRetry):
							retries.Add(1)
						default:
							if signIns.Add(1) == 1 {
								t.Error(err)
							}
						}
					}
				})
			}
			time.Sleep(time.Second) // of health
			start()
			time.Sleep(outage) // real Redis, real time
			end()
			ended := time.Now()
			wait(t, "both have tokens again", func() bool { return ask(processes[0]) == nil && ask(processes[1]) == nil })
			took := time.Since(ended)
			time.Sleep(5 * time.Second) // a renewal or two
			close(quit)
			wg.Wait()
			t.Logf("%d good, %d to try again, %d to sign in; both well %v after", good.Load(), retries.Load(), signIns.Load(), took.Round(100*time.Millisecond))
			if signIns.Load() > 0 {
				t.Errorf("got %d calls told to sign in, want none", signIns.Load())
			}
		})
	}
}

// ropc is the App of a process of its own.
func ropc(t *testing.T, b2c *emulator.Tenant, address string) *acquire.App {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: address})
	t.Cleanup(func() { _ = client.Close() })
	tenant, err := authority.B2C("contoso", b2c.ID())
	if err != nil {
		t.Fatal(err)
	}
	app, err := acquire.NewPublic(tenant.Flow("B2C_1_ropc"), b2c.Native().ID, &acquire.Options{
		Transport: b2c.Transport(), Logger: slog.New(slog.DiscardHandler), Cache: newCache(t, client, rediscache.Options{}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	return app
}

func replicaOf(t *testing.T, address, host, port string) {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: address})
	defer c.Close()
	if err := c.ReplicaOf(t.Context(), host, port).Err(); err != nil {
		t.Fatal(err)
	}
}

// door leads to one server and later to another.
type door struct {
	address string
	to      atomic.Pointer[string]
}

func newDoor(t *testing.T, to string) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	d := &door{address: l.Addr().String()}
	d.to.Store(&to)
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer near.Close()
				far, err := net.Dial("tcp", *d.to.Load())
				if err != nil {
					return
				}
				defer far.Close()
				go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
				_, _ = io.Copy(near, far)
			}()
		}
	}()
	return d
}
