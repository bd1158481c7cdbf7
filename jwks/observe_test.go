// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// observer keeps what Options.OnFetch is told.
type observer struct {
	limiter jwks.Limiter // for the cache that it is told of

	mu   sync.Mutex
	seen []jwks.Fetch
}

func (o *observer) add(f jwks.Fetch) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = append(o.seen, f)
}

// take returns what it was told since it was last asked, once all is quiet.
func (o *observer) take() []jwks.Fetch {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	seen := o.seen
	o.seen = nil
	return seen
}

// next forgets what it was told, and waits until it is told of something.
func (o *observer) next() {
	for o.take(); len(o.take()) == 0; {
		time.Sleep(time.Second)
	}
}

// summary is cause, document, whence and whether it was good, of each.
func summary(seen []jwks.Fetch) string {
	var b strings.Builder
	for _, f := range seen {
		fmt.Fprintf(&b, "%s %s %s", f.Cause, f.Document, f.Via)
		if f.Err != nil {
			b.WriteString(" failed")
		}
		b.WriteString("; ")
	}
	return strings.TrimSuffix(b.String(), "; ")
}

// Every way by which a fetch is started.
func TestFetchCauses(t *testing.T) {
	const host = "contoso.b2clogin.com"
	day := jwks.Options{MinRefresh: time.Hour, MaxRefresh: time.Hour}
	brief := jwks.Options{MinRefresh: time.Minute, MaxRefresh: time.Minute, MaxStale: 2 * time.Minute}
	for _, tt := range []struct {
		cause jwks.Cause
		name  string
		opts  jwks.Options
		run   func(t *testing.T, b2c *emulator.Tenant, c *jwks.Cache, o *observer)
		want  string // of what came in the end
	}{
		{jwks.CauseFirstUse, "a token", day, func(t *testing.T, b2c *emulator.Tenant, c *jwks.Cache, _ *observer) {
			finds(t, c, b2c.CurrentKey("").ID())
		}, "first_use metadata server; first_use keys server"},
		{jwks.CauseFirstUse, "a token that was sent away", day, func(t *testing.T, b2c *emulator.Tenant, c *jwks.Cache, _ *observer) {
			if _, err := c.Find(t.Context(), jwks.Query{KeyID: b2c.CurrentKey("").ID()}); err == nil {
				t.Error("the host was not held")
			}
			time.Sleep(2 * time.Second)
		}, "first_use metadata server; first_use keys server"},
		{jwks.CauseRequested, "a probe", day, func(t *testing.T, _ *emulator.Tenant, c *jwks.Cache, _ *observer) {
			_ = ready(t.Context(), c)
		}, "requested metadata server; requested keys server"},
		{jwks.CauseRequested, "Refresh", day, func(t *testing.T, _ *emulator.Tenant, c *jwks.Cache, o *observer) {
			_ = ready(t.Context(), c)
			o.take()
			if err := c.Refresh(t.Context()); err != nil {
				t.Error(err)
			}
		}, "requested metadata server; requested keys server"},
		{jwks.CauseUnknownKey, "", day, func(t *testing.T, _ *emulator.Tenant, c *jwks.Cache, o *observer) {
			_ = ready(t.Context(), c)
			o.take()
			finds(t, c, "made-up")
		}, "unknown_key keys server"},
		{jwks.CauseIssuer, "", day, func(t *testing.T, _ *emulator.Tenant, c *jwks.Cache, o *observer) {
			_ = ready(t.Context(), c)
			o.take()
			_, _ = c.Find(t.Context(), jwks.Query{Issuer: tfpIssuer})
		}, "issuer metadata server; issuer keys server"},
		{jwks.CauseRefresh, "", day, func(t *testing.T, _ *emulator.Tenant, c *jwks.Cache, o *observer) {
			_ = ready(t.Context(), c)
			o.take()
			time.Sleep(61 * time.Minute)
		}, "refresh metadata server; refresh keys server"},
		{jwks.CauseRetry, "by itself", day, func(t *testing.T, b2c *emulator.Tenant, c *jwks.Cache, o *observer) {
			_ = ready(t.Context(), c)
			fail(b2c)
			time.Sleep(time.Hour)
			if got := summary(o.take()); !strings.Contains(got, "; refresh metadata server failed; refresh keys server failed") {
				t.Errorf("got %q, want the refresh to fail", got)
			}
			b2c.Intercept(nil)
			time.Sleep(time.Minute)
		}, "retry metadata server; retry keys server"},
		{jwks.CauseRetry, "for a token", day, func(t *testing.T, b2c *emulator.Tenant, c *jwks.Cache, o *observer) {
			fail(b2c)
			_ = ready(t.Context(), c)
			time.Sleep(10 * time.Minute)
			o.next() // so that the next one by itself is most of a minute away
			b2c.Intercept(nil)
			time.Sleep(3 * time.Second) // a token may ask 2 s after it
			if !finds(t, c, b2c.CurrentKey("").ID()) {
				t.Error("the token has to wait")
			}
		}, "retry metadata server; retry keys server"},
		{jwks.CauseLapsed, "", brief, func(t *testing.T, b2c *emulator.Tenant, c *jwks.Cache, o *observer) {
			_ = ready(t.Context(), c)
			o.limiter.Hold(host, 10*time.Minute)
			o.take()
			time.Sleep(3 * time.Minute) // beyond which 429 is not obeyed where there are no keys
			if !finds(t, c, b2c.CurrentKey("").ID()) {
				t.Error("the token has to wait")
			}
		}, "lapsed metadata server; lapsed keys server"},
	} {
		t.Run(string(tt.cause)+" "+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c, o, opts := emulator.NewTenant(nil), new(observer), tt.opts
				opts.OnFetch, opts.Limiter = o.add, &o.limiter
				if tt.name == "a token that was sent away" {
					opts.Limiter.Hold(host, time.Second)
				}
				start := time.Now()
				c := open(t, b2c.Transport(), &opts)
				tt.run(t, b2c, c, o)
				seen := o.take()
				if got := summary(seen); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				for _, f := range seen {
					if f.Cause != tt.cause || f.Authority != susi(t).ID() || f.Status != http.StatusOK || f.Start.Before(start) || f.Start.After(time.Now()) {
						t.Errorf("got %+v", f)
					}
				}
			})
		})
	}
}

// What other caches and processes have fetched is told as theirs.
func TestFetchesOfOthers(t *testing.T) {
	t.Run("snapshot", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b2c, store, o := emulator.NewTenant(nil), &memory{}, new(observer)
			start := time.Now()
			warm(t, b2c, shared(t, store))
			time.Sleep(time.Minute)
			opts := shared(t, store)
			opts.OnFetch = o.add
			warm(t, b2c, opts)
			seen := o.take()
			if got := summary(seen); got != "requested metadata snapshot; requested keys snapshot" {
				t.Fatalf("got %q", got)
			}
			if f := seen[1]; f.Duration != 0 || f.Start.Sub(start).Abs() > time.Second || !slices.Equal(f.Added, []string{b2c.CurrentKey("").ID()}) {
				t.Errorf("got %+v, want it to be of a minute ago, with the key", f)
			}
		})
	})
	t.Run("cache", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n, o := new(ciam), new(observer)
			a, b := twins(t, n, jwks.Options{OnFetch: o.add})
			both(t, "old", a)
			o.take()
			both(t, "old", b)
			if got := summary(o.take()); got != "first_use metadata server; first_use keys cache" {
				t.Errorf("got %q", got)
			}
		})
	})
}

// What a request met, and which keys came and left.
func TestFetchOutcomes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := new(observer)
		var keys atomic.Value
		keys.Store(keySet(jwk("a", 2048), jwk("b", 2048)))
		c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return documentsOf(&keys)(r)
		}), &jwks.Options{OnFetch: o.add, KeyGrace: time.Minute})
		turn := func(what func()) []jwks.Fetch {
			t.Helper()
			what()
			time.Sleep(2 * time.Second)
			o.take()
			_ = c.Refresh(t.Context())
			return o.take()
		}
		changes := func(seen []jwks.Fetch) string {
			return fmt.Sprintf("%s: +%v -%v", summary(seen), seen[1].Added, seen[1].Removed)
		}
		seen := turn(func() {})
		if got, want := changes(seen), "requested metadata server; requested keys server: +[a b] -[]"; got != want {
			t.Errorf("at first: got %s, want %s", got, want)
		}
		if f := seen[0]; f.Duration != time.Second || f.Added != nil || f.Removed != nil {
			t.Errorf("got %+v", f)
		}
		if got, want := changes(turn(func() {})), "requested metadata server; requested keys server: +[] -[]"; got != want {
			t.Errorf("unchanged: got %s, want %s", got, want)
		}
		later := []string{jwk("b", 2048), jwk("c", 2048)}
		// One stays under its id with another key, one leaves and is used on, one comes.
		if got, want := changes(turn(func() { keys.Store(keySet(later...)) })), "requested metadata server; requested keys server: +[b c] -[a b]"; got != want {
			t.Errorf("changed: got %s, want %s", got, want)
		}
		if got, want := changes(turn(func() { keys.Store(keySet(append(later, jwk("d", 2048))...)) })), "requested metadata server; requested keys server: +[d] -[]"; got != want {
			t.Errorf("one more, while another is used on: got %s, want %s", got, want)
		}
		seen = turn(func() { keys.Store("{}") })
		if e, ok := errors.AsType[*jwks.FetchError](seen[1].Err); !ok || seen[1].Status != 200 || e.URL != keysURL {
			t.Errorf("not accepted: got %+v", seen[1])
		}
	})
}

// A transport that does not return has made the request all the same.
func TestFetchThatDoesNotReturn(t *testing.T) {
	for name, broken := range map[string]func(){
		"panic": func() { panic("the transport's") }, "exit": runtime.Goexit,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := new(observer)
				c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
					time.Sleep(time.Second)
					if isKeys(r) {
						broken()
					}
					return documents(metadataOf(issuer, keysURL), "")(r)
				}), &jwks.Options{OnFetch: o.add})
				_ = c.Refresh(t.Context())
				seen := o.take()
				if got, want := summary(seen), "requested metadata server; requested keys server failed"; got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
				if f := seen[1]; f.Duration != time.Second || f.Status != 0 {
					t.Errorf("got %+v", f)
				}
			})
		})
	}
}

// Nobody waits for the hook, and it may do as it likes.
func TestHookHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		var log journal
		var c *jwks.Cache
		var calls atomic.Int64
		c = open(t, b2c.Transport(), &jwks.Options{Logger: slog.New(&log), OnFetch: func(f jwks.Fetch) {
			if calls.Add(1); f.Document == jwks.Keys {
				panic("secret text")
			}
			c.State() // takes the cache's lock
			time.Sleep(time.Hour)
		}})
		start := time.Now()
		if !finds(t, c, b2c.CurrentKey("").ID()) || finds(t, c, "made-up") {
			t.Error("got other keys")
		}
		if err := c.Close(); err != nil || time.Since(start) != 0 {
			t.Errorf("took %v, and Close got %v; want neither to wait", time.Since(start), err)
		}
		time.Sleep(2 * time.Hour)
		if got := log.with("ERROR jwks.Options.OnFetch panicked"); calls.Load() != 3 || len(got) != 2 || strings.Contains(got[0], "secret text") || !strings.Contains(got[0], "panic=string") {
			t.Errorf("got %d calls and %q", calls.Load(), got)
		}
	})
}

// What the hook panics with about one document keeps it from no other.
func TestHookPanicsAboutOneDocument(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		var told observer
		c := open(t, b2c.Transport(), &jwks.Options{Logger: slog.New(slog.DiscardHandler), OnFetch: func(f jwks.Fetch) {
			told.add(f)
			panic(f.Document)
		}})
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Fatal("got no key")
		}
		synctest.Wait()
		if got := told.take(); len(got) != 2 || got[0].Document != jwks.Metadata || got[1].Document != jwks.Keys {
			t.Errorf("got %s, want both documents", summary(got))
		}
	})
}

// Under load and faults the hook is told of each request that the tenant has got, and
// of no other.
func TestHookCountsAsTheServerDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c, o, store := emulator.NewTenant(nil), new(observer), &memory{}
		slowly(b2c, 300*time.Millisecond)
		opts := shared(t, store)
		opts.OnFetch, opts.Limiter, opts.MinRefresh, opts.MaxRefresh, opts.MinRefetch = o.add, &o.limiter, time.Minute, 2*time.Minute, time.Second
		var fleet []*jwks.Cache
		for range 3 {
			fleet = append(fleet, open(t, b2c.Transport(), opts))
		}
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				for range 100 {
					time.Sleep(time.Duration(rand.Int64N(int64(5 * time.Second))))
					switch c := fleet[i%len(fleet)]; rand.IntN(5) {
					case 0:
						_, _ = c.Find(t.Context(), jwks.Query{KeyID: randomKid()})
					case 1:
						_, _ = c.Find(t.Context(), jwks.Query{Issuer: tfpIssuer, KeyID: b2c.CurrentKey("").ID()})
					case 2:
						_ = ready(t.Context(), c)
					case 3:
						ctx, cancel := within(t.Context(), 100*time.Millisecond)
						_ = c.Refresh(ctx)
						cancel()
					default:
						_, _ = c.Find(t.Context(), jwks.Query{KeyID: b2c.CurrentKey("").ID()})
					}
				}
			})
		}
		wg.Go(func() {
			for i := range 20 {
				time.Sleep(11 * time.Second)
				switch i % 5 {
				case 0:
					b2c.Rotate("", false)
				case 1:
					fail(b2c)
				case 2:
					interceptKeys(b2c, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
				default:
					slowly(b2c, 300*time.Millisecond)
				}
			}
		})
		wg.Wait()
		for _, c := range fleet { // with a fetch under way
			go func() { _ = c.Refresh(t.Context()) }()
		}
		time.Sleep(100 * time.Millisecond)
		for _, c := range fleet {
			_ = c.Close()
		}
		metadata, keys, failed, taken := 0, 0, 0, 0
		causes := map[jwks.Cause]int{}
		for _, f := range o.take() {
			switch {
			case f.Via != jwks.ViaServer:
				taken++
				continue
			case f.Document == jwks.Metadata:
				metadata++
			default:
				keys++
			}
			if causes[f.Cause]++; f.Err != nil {
				failed++
			}
		}
		got, states := b2c.Counts(), [2]uint64{}
		for _, c := range fleet {
			s := c.State()
			states[0], states[1] = states[0]+s.MetadataFetches, states[1]+s.KeyFetches
		}
		log := map[emulator.Endpoint]int{}
		for _, r := range b2c.Requests() {
			log[r.Endpoint]++
		}
		t.Logf("%d metadata, %d keys, %d of them failed, %d taken over; %v; request log %v", metadata, keys, failed, taken, causes, log)
		if metadata != got.Metadata || keys != got.Keys || states != [2]uint64{uint64(metadata), uint64(keys)} {
			t.Errorf("got %d and %d, and State tells %v; the tenant has counted %+v", metadata, keys, states, got)
		}
		if failed == 0 || taken == 0 || len(causes) < 4 {
			t.Error("too little has happened for this to show anything")
		}
	})
}
