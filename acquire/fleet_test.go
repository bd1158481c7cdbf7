// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
)

// memory is a Cache and a Leaser that several Apps of one test share.
type memory struct {
	mu     sync.Mutex
	values map[string]entry
	leases map[string]*lease
	leased int // how often a lease was given
}

type entry struct {
	value []byte
	until time.Time
}

type lease struct{ until time.Time }

func newMemory() *memory { return &memory{values: map[string]entry{}, leases: map[string]*lease{}} }

func (m *memory) Get(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.values[key]; ok && time.Now().Before(e.until) {
		return bytes.Clone(e.value), nil
	}
	return nil, nil
}

func (m *memory) Set(_ context.Context, key string, value []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[key] = entry{bytes.Clone(value), time.Now().Add(ttl)}
	return nil
}

func (m *memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, key)
	return nil
}

func (m *memory) Lease(_ context.Context, key string, ttl time.Duration) (func(), bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.leases[key]; l != nil && time.Now().Before(l.until) {
		return nil, false, nil
	}
	mine := &lease{time.Now().Add(ttl)}
	m.leases[key] = mine
	m.leased++
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.leases[key] == mine {
			delete(m.leases, key)
		}
	}, true, nil
}

// entries returns what is there.
func (m *memory) entries() map[string]entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.values)
}

// plain is a Cache that can't lease.
type plain struct{ acquire.Cache }

// hookedCache calls a function before each call.
type hookedCache struct {
	*memory
	hook func()
}

func (c hookedCache) Get(ctx context.Context, key string) ([]byte, error) {
	c.hook()
	return c.memory.Get(ctx, key)
}

// scripted is a Cache of which a test may replace any part.
type scripted struct {
	*memory
	get   func(ctx context.Context, key string) ([]byte, error)
	set   func(ctx context.Context) error
	lease func(ctx context.Context) (func(), bool, error)
}

func (c scripted) Get(ctx context.Context, key string) ([]byte, error) {
	if c.get != nil {
		return c.get(ctx, key)
	}
	return c.memory.Get(ctx, key)
}

func (c scripted) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if c.set != nil {
		return c.set(ctx)
	}
	return c.memory.Set(ctx, key, value, ttl)
}

func (c scripted) Lease(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
	if c.lease != nil {
		return c.lease(ctx)
	}
	return c.memory.Lease(ctx, key, ttl)
}

// newFleet returns n Apps that share a Cache, as n processes would.
func newFleet(t *testing.T, n int, rt http.RoundTripper, opts acquire.Options) []*acquire.App {
	t.Helper()
	fleet := make([]*acquire.App, n)
	for i := range fleet {
		fleet[i] = newDaemon(t, rt, &opts)
	}
	return fleet
}

// callEach calls Token of each App from several goroutines at once.
func callEach(t *testing.T, what string, e *endpoint, fleet []*acquire.App, callers int) {
	t.Helper()
	var wg sync.WaitGroup
	for _, app := range fleet {
		wg.Go(func() {
			tokens, errs := herd(callers, func() (*oauth2.Token, error) { return app.Token(t.Context(), tasksScope) })
			wantGood(t, what, e, tokens, errs)
		})
	}
	wg.Wait()
}

// Ten processes that start at once make one request, if the Cache can lease.
func TestFleetCold(t *testing.T) {
	for _, tc := range []struct {
		name  string
		cache acquire.Cache
		most  int
	}{
		{"leaser", newMemory(), 1},
		{"no leaser", plain{newMemory()}, 10},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(reply{after: 700 * time.Millisecond})
			fleet := newFleet(t, 10, &e, acquire.Options{Cache: tc.cache})
			callEach(t, tc.name, &e, fleet, 10)
			if got := e.count(); got > tc.most {
				t.Errorf("%s: got %d requests, want at most %d", tc.name, got, tc.most)
			}
			before := e.count()
			late := newFleet(t, 10, &e, acquire.Options{Cache: tc.cache})
			callEach(t, tc.name, &e, late, 10)
			wantPosts(t, tc.name+": processes that came later", &e, before)
		})
	}
}

// Over three hours, tokens for an hour are renewed three times, whatever the
// number of processes.
func TestFleetAcrossExpiry(t *testing.T) {
	for _, tc := range []struct {
		name  string
		cache acquire.Cache
		most  int
	}{
		{"leaser", newMemory(), 4},
		{"no leaser", plain{newMemory()}, 40},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(reply{after: 700 * time.Millisecond})
			var wg sync.WaitGroup
			for _, app := range newFleet(t, 10, &e, acquire.Options{Cache: tc.cache}) {
				wg.Go(func() {
					for end := time.Now().Add(3 * time.Hour); time.Now().Before(end); time.Sleep(5 * time.Second) {
						token, err := app.Token(t.Context(), tasksScope)
						if err != nil {
							t.Error(err)
							return
						}
						wantUnexpired(t, tc.name, &e, token)
					}
				})
			}
			wg.Wait()
			if got := e.count(); got < 4 || got > tc.most {
				t.Errorf("%s: got %d requests, want 4 to %d", tc.name, got, tc.most)
			}
		})
	}
}

// A process that dies with the lease holds the others up briefly, and only
// those that have no token.
func TestFleetLeaseHolderDies(t *testing.T) {
	for _, tc := range []struct {
		name    string
		timeout time.Duration
		most    time.Duration
	}{
		{"default timeout", 0, 3500 * time.Millisecond},
		{"short timeout", 2 * time.Second, 1900 * time.Millisecond},
	} {
		bubble(t, func(t *testing.T) {
			cache := newMemory()
			dead := false
			var e endpoint
			c := scripted{memory: cache, lease: func(context.Context) (func(), bool, error) {
				if dead {
					return nil, false, nil
				}
				return func() {}, true, nil
			}}
			app := newDaemon(t, &e, &acquire.Options{Cache: c, Timeout: tc.timeout})
			dead = true
			start := time.Now()
			tokens, errs := herd(20, func() (*oauth2.Token, error) { return app.Token(t.Context(), tasksScope) })
			wantGood(t, tc.name, &e, tokens, errs)
			if took := time.Since(start); took > tc.most {
				t.Errorf("%s: got the token after %v, want at most %v", tc.name, took, tc.most)
			}
			wantPosts(t, tc.name, &e, 1)

			// With a token nobody waits, and requests are left to the holder.
			for range 55 * 60 {
				start := time.Now()
				wantUnexpired(t, tc.name, &e, mustToken(t, app, tasksScope))
				if took := time.Since(start); took != 0 {
					t.Fatalf("%s: waited %v though there was a token", tc.name, took)
				}
				time.Sleep(time.Second)
			}
			wantPosts(t, tc.name+": while another has the lease", &e, 1)
			time.Sleep(5 * time.Minute)
			wantUnexpired(t, tc.name+": expired", &e, mustToken(t, app, tasksScope))
			wantPosts(t, tc.name+": expired", &e, 2)
		})
	}
}

// Whatever a Cache does, there is a token, and the right one.
func TestFleetCacheFaults(t *testing.T) {
	bad := errors.New("dial tcp 192.0.2.7:6379: i/o timeout")
	slow := func(ctx context.Context, d time.Duration) error {
		select {
		case <-time.After(d):
			return bad
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	returns := func(text string) func(*memory) acquire.Cache {
		return func(m *memory) acquire.Cache {
			return scripted{memory: m, get: func(context.Context, string) ([]byte, error) { return []byte(text), nil }}
		}
	}
	forged := func(change func(r map[string]any)) func(*memory) acquire.Cache {
		return func(m *memory) acquire.Cache {
			return scripted{memory: m, get: func(_ context.Context, key string) ([]byte, error) {
				now := time.Now()
				r := map[string]any{
					"key": key, "access_token": "token-of-another", "scope": "", "from": now.UnixMilli(), "until": now.Add(time.Hour).UnixMilli(),
				}
				change(r)
				return json.Marshal(r)
			}}
		}
	}
	for _, tc := range []struct {
		name  string
		cache func(m *memory) acquire.Cache
		most  time.Duration // for all of it
	}{
		{"Get fails", func(m *memory) acquire.Cache {
			return scripted{memory: m, get: func(context.Context, string) ([]byte, error) { return nil, bad }}
		}, 0},
		{"Get fails, with a value", func(m *memory) acquire.Cache {
			return scripted{memory: m, get: func(context.Context, string) ([]byte, error) { return []byte("{}"), bad }}
		}, 0},
		{"Set fails", func(m *memory) acquire.Cache {
			return scripted{memory: m, set: func(context.Context) error { return bad }}
		}, 0},
		{"Lease fails", func(m *memory) acquire.Cache {
			return scripted{memory: m, lease: func(context.Context) (func(), bool, error) { return nil, false, bad }}
		}, 0},
		{"all fail", func(m *memory) acquire.Cache {
			return scripted{m, func(context.Context, string) ([]byte, error) { return nil, bad }, func(context.Context) error { return bad }, func(context.Context) (func(), bool, error) { return nil, false, bad }}
		}, 0},
		{"all are slow, then fail", func(m *memory) acquire.Cache {
			return scripted{
				m, func(ctx context.Context, _ string) ([]byte, error) { return nil, slow(ctx, 50*time.Millisecond) },
				func(ctx context.Context) error { return slow(ctx, 50*time.Millisecond) },
				func(ctx context.Context) (func(), bool, error) { return nil, false, slow(ctx, 50*time.Millisecond) },
			}
		}, 200 * time.Millisecond},
		{"all hang", func(m *memory) acquire.Cache {
			return scripted{
				m, func(ctx context.Context, _ string) ([]byte, error) { return nil, slow(ctx, time.Hour) },
				func(ctx context.Context) error { return slow(ctx, time.Hour) },
				func(ctx context.Context) (func(), bool, error) { return nil, false, slow(ctx, time.Hour) },
			}
		}, 9 * time.Second},
		{"Get hangs, another has the lease", func(m *memory) acquire.Cache {
			return scripted{
				memory: m, get: func(ctx context.Context, _ string) ([]byte, error) { return nil, slow(ctx, time.Hour) },
				lease: func(context.Context) (func(), bool, error) { return nil, false, nil },
			}
		}, 9 * time.Second},
		{"garbage", returns("\x00\xff garbage"), 0},
		{"not an object", returns("[1]"), 0},
		{"null", returns("null"), 0},
		{"empty object", returns("{}"), 0},
		{"empty value", returns(""), 0},
		{"1 MiB of letters", returns(strings.Repeat("a", 1<<20)), 0},
		{"1 MiB of brackets", returns(strings.Repeat("[", 1<<20)), 0},
		{"of another key", forged(func(r map[string]any) { r["key"] = "1:app:another" }), 0},
		{"without a key", forged(func(r map[string]any) { delete(r, "key") }), 0},
		{"expired", forged(func(r map[string]any) {
			r["from"], r["until"] = time.Now().Add(-time.Hour).UnixMilli(), time.Now().UnixMilli()
		}), 0},
		{"life turned round", forged(func(r map[string]any) { r["from"], r["until"] = r["until"], r["from"] }), 0},
		{"life of a year", forged(func(r map[string]any) { r["until"] = time.Now().AddDate(1, 0, 0).UnixMilli() }), 0},
		{"from the future", forged(func(r map[string]any) {
			r["from"], r["until"] = time.Now().Add(time.Hour).UnixMilli(), time.Now().Add(2*time.Hour).UnixMilli()
		}), 0},
		{"time overflows", forged(func(r map[string]any) { r["until"] = int64(1) << 62 }), 0},
		{"time is a fraction", forged(func(r map[string]any) { r["until"] = 1.5 }), 0},
		{"time is 1e300", forged(func(r map[string]any) { r["until"] = json.RawMessage("1e300") }), 0},
		{"no token", forged(func(r map[string]any) { r["access_token"] = "" }), 0},
		{"token of two lines", forged(func(r map[string]any) { r["access_token"] = "token\r\nX-Evil: 1" }), 0},
		{"token too long", forged(func(r map[string]any) { r["access_token"] = strings.Repeat("a", 1<<20) }), 0},
		{"token is a number", forged(func(r map[string]any) { r["access_token"] = 17 }), 0},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			logger, logged := newLogs()
			cache := tc.cache(newMemory())
			app := newDaemon(t, &e, &acquire.Options{Cache: cache, Logger: logger})
			start := time.Now()
			tokens, errs := herd(20, func() (*oauth2.Token, error) { return app.Token(t.Context(), tasksScope) })
			wantGood(t, tc.name, &e, tokens, errs)
			if took := time.Since(start); took > tc.most {
				t.Errorf("%s: got the token after %v, want at most %v", tc.name, took, tc.most)
			}
			for range 120 { // the renewals, too
				time.Sleep(time.Minute)
				wantUnexpired(t, tc.name, &e, mustToken(t, app, tasksScope))
			}
			if got := e.count(); got > 4 {
				t.Errorf("%s: got %d requests in two hours, want at most 4", tc.name, got)
			}
			if got := logged.lines("shared cache"); got > 121 {
				t.Errorf("%s: got %d lines about the cache in two hours, want one a minute at most", tc.name, got)
			}
			if strings.Contains(logged.String(), "token-") {
				t.Errorf("%s: the log tells a token: %s", tc.name, logged)
			}
		})
	}
}

// A failure of the Cache is logged, and not for each call.
func TestFleetCacheFailureIsLogged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(down())
		logger, logged := newLogs()
		app := newDaemon(t, &e, &acquire.Options{Logger: logger, Cache: scripted{memory: newMemory(), get: func(context.Context, string) ([]byte, error) {
			return nil, errors.New("redis is away")
		}}})
		for range 600 {
			_, _ = app.Token(t.Context(), tasksScope)
			time.Sleep(time.Second)
		}
		if got := logged.lines("redis is away"); got < 1 || got > 11 {
			t.Errorf("got %d lines in ten minutes, want one a minute at most, and one at least", got)
		}
	})
}

// What tells two tokens apart tells two entries apart, even if the Cache
// answers with whatever was put in last.
func TestFleetIsolation(t *testing.T) {
	at := func(flow string) func(t *testing.T) authority.Authority {
		return func(t *testing.T) authority.Authority { return contoso(t).Flow(flow) }
	}
	fabrikam := func(t *testing.T) authority.Tenant {
		other, err := authority.B2C("fabrikam", "99999999-9999-4999-8999-999999999999")
		if err != nil {
			t.Fatal(err)
		}
		return other
	}
	atHost := func(tenant func(t *testing.T) authority.Tenant) func(t *testing.T) authority.Authority {
		return func(t *testing.T) authority.Authority {
			other, err := tenant(t).WithHosts("login.example.com")
			if err != nil {
				t.Fatal(err)
			}
			return other.Flow("B2C_1_susi")
		}
	}
	const otherClient = "99999999-2222-4333-8444-555555555555"
	type who struct {
		name   string
		at     func(t *testing.T) authority.Authority
		client string
		scope  string
	}
	base := who{"base", at("B2C_1_susi"), clientID, tasksScope}
	all := []who{
		base,
		{"flow", at("B2C_1A_partner"), clientID, tasksScope},
		{"tenant", func(t *testing.T) authority.Authority { return fabrikam(t).Flow("B2C_1_susi") }, clientID, tasksScope},
		{"host", atHost(func(t *testing.T) authority.Tenant { return contoso(t) }), clientID, tasksScope},
		{"tenant at the same host", atHost(fabrikam), clientID, tasksScope},
		{"client", base.at, otherClient, tasksScope},
		{"scope", base.at, clientID, stockScope},
	}
	for _, mixing := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			told := func(p post) string {
				return base64.RawURLEncoding.EncodeToString([]byte(p.url + " " + p.form.Get("client_id") + " " + p.form.Get("scope")))
			}
			e.play(func(p post) reply { return reply{token: told(p)} })
			shared := newMemory()
			var cache acquire.Cache = shared
			if mixing {
				cache = plain{&mixer{memory: shared}}
			}
			for round := range 3 {
				for _, w := range all {
					app, err := acquire.NewConfidential(w.at(t), w.client, acquire.Secret(clientSecret), &acquire.Options{Transport: &e, Cache: cache, Logger: slog.New(slog.DiscardHandler)})
					if err != nil {
						t.Fatal(err)
					}
					token, err := app.Token(t.Context(), w.scope)
					if err != nil {
						t.Fatal(err)
					}
					text, err := base64.RawURLEncoding.DecodeString(token.AccessToken)
					want := w.at(t).TokenEndpoint() + " " + w.client + " " + w.scope
					if err != nil || string(text) != want {
						t.Errorf("round %d, mixing %v, %s: got the token of %s, want that of %s", round, mixing, w.name, text, want)
					}
					if err := app.Close(); err != nil {
						t.Error(err)
					}
				}
			}
			if !mixing {
				wantPosts(t, "each once", &e, len(all))
				if got := len(shared.entries()); got != len(all) {
					t.Errorf("got %d entries, want %d", got, len(all))
				}
			}
		})
	}
}

// mixer is a Cache that answers with whatever was put in last.
type mixer struct {
	*memory
	last []byte
}

func (m *mixer) Get(context.Context, string) ([]byte, error) { return m.last, nil }

func (m *mixer) Set(_ context.Context, _ string, value []byte, _ time.Duration) error {
	m.last = bytes.Clone(value)
	return nil
}

// Keys are the same in each process, short, and tell nothing; entries end with
// their tokens.
func TestFleetEntries(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		cache := newMemory()
		for _, app := range newFleet(t, 3, &e, acquire.Options{Cache: plain{cache}}) {
			mustToken(t, app, tasksScope)
		}
		all := cache.entries()
		if len(all) != 1 {
			t.Fatalf("got %d entries, want 1", len(all))
		}
		for key, stored := range all {
			if len(key) > 64 {
				t.Errorf("key %q has %d bytes, want at most 64", key, len(key))
			}
			for _, c := range key {
				if c <= ' ' || c >= 0x7f {
					t.Errorf("key %q has a character that is not visible ASCII", key)
				}
			}
			for _, part := range []string{contosoID, clientID, "contoso", "tasks", "susi"} {
				if strings.Contains(strings.ToLower(key), part) {
					t.Errorf("key %q tells %q", key, part)
				}
			}
			if end, _ := e.end("token-1"); stored.until.After(end) {
				t.Errorf("the entry stays until %v, its token ends at %v", stored.until, end)
			}
			if bytes.Contains(stored.value, []byte(clientSecret)) {
				t.Error("the entry tells the secret")
			}
		}
	})
}

// A process that starts while B2C is away takes the token that the others
// have, even if it is due for renewal.
func TestFleetStartsDuringOutage(t *testing.T) {
	for name, c := range map[string]acquire.Cache{"leaser": newMemory(), "no leaser": plain{newMemory()}} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			mustToken(t, newDaemon(t, &e, &acquire.Options{Cache: c}), tasksScope)
			e.always(down())
			time.Sleep(52 * time.Minute)
			app := newDaemon(t, &e, &acquire.Options{Cache: c})
			for range 4 * 60 {
				wantUnexpired(t, name, &e, mustToken(t, app, tasksScope))
				time.Sleep(time.Second)
			}
			if got := e.count(); got > 12 {
				t.Errorf("%s: got %d requests, want at most 12", name, got)
			}
			e.always(reply{})
			time.Sleep(time.Minute) // the back-off
			mustToken(t, app, tasksScope)
			synctest.Wait()
			if got := mustToken(t, app, tasksScope).AccessToken; got == "token-1" {
				t.Errorf("%s: not renewed when B2C was back", name)
			}
		})
	}
}

// Machines whose clocks are hours apart don't make each other hand out expired
// tokens. If it is minutes, nobody can tell that from an entry, and a token may
// be handed out for so much longer.
func TestFleetClocksApart(t *testing.T) {
	for _, ahead := range []time.Duration{-30 * time.Hour, -2 * time.Hour, -10 * time.Minute, -30 * time.Second, 30 * time.Second, 10 * time.Minute, 2 * time.Hour, 30 * time.Hour} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			cache := newMemory()
			skewed := newDaemon(t, &e, &acquire.Options{Cache: cache, Now: func() time.Time { return time.Now().Add(ahead) }})
			right := newDaemon(t, &e, &acquire.Options{Cache: cache})
			late := max(ahead, -ahead)
			if late > time.Hour {
				late = 0
			}
			for range 240 {
				for _, app := range []*acquire.App{skewed, right} {
					token := mustToken(t, app, tasksScope)
					if end, ok := e.end(token.AccessToken); !ok || !time.Now().Before(end.Add(late)) {
						t.Fatalf("a clock ahead by %v: got a token that expired %v ago", ahead, time.Since(end))
					}
					now := time.Now()
					if app == skewed {
						now = now.Add(ahead)
					}
					if got := token.Expiry.Sub(now); got <= 0 || got > time.Hour {
						t.Fatalf("a clock ahead by %v: got %v left, want an hour at most", ahead, got)
					}
				}
				time.Sleep(time.Minute)
			}
			if got := e.count(); got > 14 {
				t.Errorf("a clock ahead by %v: got %d requests in four hours, want at most 14", ahead, got)
			}
		})
	}
}

// All processes of a fleet have the token refused at once: it is replaced
// once.
func TestFleetReplace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(reply{after: 300 * time.Millisecond})
		fleet := newFleet(t, 10, &e, acquire.Options{Cache: newMemory()})
		callEach(t, "before", &e, fleet, 3)
		wantPosts(t, "before", &e, 1)
		var wg sync.WaitGroup
		for _, app := range fleet {
			for range 10 {
				wg.Go(func() {
					token, err := app.Replace(t.Context(), &oauth2.Token{AccessToken: "token-1"}, tasksScope)
					if err != nil || token.AccessToken != "token-2" {
						t.Errorf("got %v, %v, want token-2", token, err)
					}
				})
			}
		}
		wg.Wait()
		wantPosts(t, "refused", &e, 2)
		for _, app := range fleet {
			if got := mustToken(t, app, tasksScope).AccessToken; got != "token-2" {
				t.Errorf("afterwards: got %s, want token-2", got)
			}
		}
	})
}

// Between a look at the Cache and the lease another process may have been
// done.
func TestFleetLooksAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		cache := newMemory()
		other := newDaemon(t, &e, &acquire.Options{Cache: cache})
		app := newDaemon(t, &e, &acquire.Options{Cache: scripted{memory: cache, lease: func(context.Context) (func(), bool, error) {
			mustTokenE(t, other, tasksScope)
			return func() {}, true, nil
		}}})
		if got := mustToken(t, app, tasksScope).AccessToken; got != "token-1" {
			t.Errorf("got %s, want token-1", got)
		}
		wantPosts(t, "both", &e, 1)
	})
}

// While another process renews the token, the Cache is asked now and then, not
// at each call.
func TestFleetAsksCacheRarely(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		var mu sync.Mutex
		asked := 0
		cache := newMemory()
		c := hookedCache{cache, func() {
			mu.Lock()
			defer mu.Unlock()
			asked++
		}}
		app := newDaemon(t, &e, &acquire.Options{Cache: c})
		mustToken(t, app, tasksScope)
		time.Sleep(50 * time.Minute)
		for key := range cache.entries() {
			if _, ok, err := cache.Lease(t.Context(), key, time.Hour); !ok || err != nil {
				t.Fatalf("Lease: got %v, %v, want the lease", ok, err)
			}
		}
		mu.Lock()
		asked = 0
		mu.Unlock()
		for range 6000 {
			mustToken(t, app, tasksScope)
			time.Sleep(10 * time.Millisecond)
		}
		mu.Lock()
		defer mu.Unlock()
		if asked < 30 || asked > 61 {
			t.Errorf("the cache was asked %d times in a minute, want 30 to 61", asked)
		}
		wantPosts(t, "while another has the lease", &e, 1)
	})
}

// Leases are given back, and not held across calls.
func TestFleetLeaseIsReleased(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		cache := newMemory()
		app := newDaemon(t, &e, &acquire.Options{Cache: cache})
		e.play(func(p post) reply {
			if p.n == 1 {
				return reply{panics: "x"}
			}
			return refusing(http.StatusBadRequest, "invalid_request", "no")
		})
		for range 2 {
			if _, err := app.Token(t.Context(), tasksScope); err == nil {
				t.Error("got no error")
			}
			time.Sleep(5 * time.Second)
		}
		cache.mu.Lock()
		leased, held := cache.leased, len(cache.leases)
		cache.mu.Unlock()
		if leased != 2 || held != 0 {
			t.Errorf("got %d leases of which %d are still held, want 2 and 0", leased, held)
		}
	})
}

// A lease that nobody gives back, whoever has it, delays no caller: the token is
// renewed in time without it.
func TestFleetLeaseIsNeverGivenBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		store := newMemory()
		app := newDaemon(t, &e, &acquire.Options{Cache: store})
		mustToken(t, app, tasksScope)
		store.mu.Lock()
		for key := range store.values {
			store.leases[key] = &lease{time.Now().Add(1000 * time.Hour)}
		}
		store.mu.Unlock()
		for end := time.Now().Add(6 * time.Hour); time.Now().Before(end); time.Sleep(15 * time.Second) {
			start := time.Now()
			mustToken(t, app, tasksScope)
			if took := time.Since(start); took > 0 {
				t.Fatalf("got a token after %v, want it at once", took)
			}
		}
	})
}

// shipping is a log handler that needs a token, as those do that send logs
// elsewhere.
type shipping struct {
	slog.Handler
	app  **acquire.App
	once *sync.Once
}

func (h shipping) Enabled(context.Context, slog.Level) bool { return true }
func (h shipping) WithAttrs([]slog.Attr) slog.Handler       { return h }

func (h shipping) Handle(ctx context.Context, _ slog.Record) (err error) {
	h.once.Do(func() { _, err = (*h.app).Token(ctx, stockScope) })
	return err
}

// The cache's failures are logged under no lock.
func TestFleetLogNeedsToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		var app *acquire.App
		logger := slog.New(shipping{slog.DiscardHandler, &app, &sync.Once{}})
		app = newDaemon(t, &e, &acquire.Options{Cache: awayCache{errors.New("away")}, Logger: logger})
		start := time.Now()
		mustToken(t, app, tasksScope)
		if took := time.Since(start); took > 0 {
			t.Errorf("got the token after %v, want it at once", took)
		}
		wantPosts(t, "all", &e, 2)
	})
}

// TestFleetClumsyRelease: a token that is there is not lost over giving the
// lease back.
func TestFleetClumsyRelease(t *testing.T) {
	for name, release := range map[string]func(){"panics": func() { panic("no lease") }, "none": nil} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			app := newDaemon(t, &e, &acquire.Options{Cache: scripted{memory: newMemory(), lease: func(context.Context) (func(), bool, error) { return release, true, nil }}})
			if _, err := app.Token(t.Context(), tasksScope); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			wantPosts(t, name, &e, 1)
		})
	}
}
