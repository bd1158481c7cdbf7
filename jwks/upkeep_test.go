// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// trio is two flows at one host, and one at another, of caches that share a
// Limiter, behind a network that fails as a test likes.
type trio struct {
	b2c                 *emulator.Tenant
	limiter             jwks.Limiter
	one, two, elsewhere *jwks.Cache

	mu    sync.Mutex
	fault func(*http.Request) (*http.Response, error) // nil: none; nil and nil: not for this request
	asked int
}

func newTrio(t *testing.T, warm bool) *trio {
	t.Helper()
	n := &trio{b2c: emulator.NewTenant(&emulator.Options{Hosts: []string{"contoso.b2clogin.com", "login.contoso.com"}})}
	open := func(a authority.Authority) *jwks.Cache {
		c := openAt(t, a, roundTripper(n.roundTrip), &jwks.Options{Limiter: &n.limiter})
		if warm {
			if err := ready(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		return c
	}
	there, err := contoso(t).WithHosts("login.contoso.com")
	if err != nil {
		t.Fatal(err)
	}
	n.one, n.two, n.elsewhere = open(contoso(t).Flow("B2C_1_susi")), open(contoso(t).Flow("B2C_1A_partner")), open(there.Flow("B2C_1_susi"))
	return n
}

func (n *trio) roundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	n.asked++
	fault := n.fault
	n.mu.Unlock()
	if fault != nil {
		if resp, err := fault(r); resp != nil || err != nil {
			return resp, err
		}
	}
	return n.b2c.Transport().RoundTrip(r)
}

func (n *trio) set(fault func(*http.Request) (*http.Response, error)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fault, n.asked = fault, 0
}

func (n *trio) requests() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked
}

func answered(code int, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp := reply(r, "")
		resp.StatusCode = code
		for i := 0; i+1 < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, nil
	}
}

// at makes a fault that of one flow alone.
func at(flow string, fault func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		if strings.Contains(strings.ToLower(r.URL.Path), strings.ToLower(flow)) {
			return fault(r)
		}
		return nil, nil
	}
}

// What one flow finds out about a host the others at it know, and nobody else.
func TestHostWideHold(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault func(*http.Request) (*http.Response, error)
		held  bool
	}{
		{"429", answered(429), true},
		{"429 with Retry-After", answered(429, "Retry-After", "30"), true},
		{"DNS", noSuchHost, true},
		{"500", answered(500), false},
		{"503 with Retry-After", answered(503, "Retry-After", "30"), false},
		{"cut", cutShort, false},
		{"no such flow", answered(404, "Content-Type", "text/html"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newTrio(t, false)
				n.set(at("B2C_1_susi", tt.fault))
				unavailable(t, ready(t.Context(), n.one))
				n.set(nil)
				err := ready(t.Context(), n.two)
				if (err != nil) != tt.held || (n.requests() == 0) != tt.held {
					t.Errorf("another flow: got %v after %d requests, want it held: %v", err, n.requests(), tt.held)
				}
				if tt.held {
					e := unavailable(t, err)
					if e.RetryAfter <= 0 || e.RetryAfter > 30*time.Second {
						t.Errorf("got RetryAfter %v", e.RetryAfter)
					}
					time.Sleep(e.RetryAfter + time.Second) // the first flow's retry may have the first turn
					if err := ready(t.Context(), n.two); err != nil {
						t.Errorf("after the hold: %v", err)
					}
				}
				if err := ready(t.Context(), n.elsewhere); err != nil {
					t.Errorf("another host: %v", err)
				}
			})
		})
	}
}

func noSuchHost(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "contoso.b2clogin.com", IsNotFound: true}}
}

func cutShort(*http.Request) (*http.Response, error) { return nil, errors.New("EOF") }

// Each authority is held back by the cap that fits its own keys.
func TestHoldFitsTheKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTrio(t, false)
		if err := ready(t.Context(), n.one); err != nil {
			t.Fatal(err)
		}
		n.set(answered(429, "Retry-After", "3600"))
		_, err := n.one.Find(t.Context(), jwks.Query{KeyID: "unknown"})
		if e := unavailable(t, err); e.RetryAfter != 10*time.Minute || !e.Usable {
			t.Errorf("with keys: got %+v, want 10 min", e)
		}
		if e := unavailable(t, ready(t.Context(), n.two)); e.RetryAfter != time.Minute || e.Usable {
			t.Errorf("without keys: got %+v, want 1 min", e)
		}
		if held := n.limiter.Held("contoso.b2clogin.com"); held != 10*time.Minute {
			t.Errorf("Held: got %v, want 10 min", held)
		}
		if held := n.limiter.Held("login.contoso.com"); held != 0 {
			t.Errorf("Held of another host: got %v, want 0", held)
		}
		// A good answer lifts it, and nothing else is waited for.
		n.set(nil)
		time.Sleep(time.Minute)
		if err := ready(t.Context(), n.two); err != nil {
			t.Errorf("after a minute: %v", err)
		}
		if !seeks(t, n.one, n.b2c.CurrentKey("").ID()) || n.limiter.Held("contoso.b2clogin.com") != 0 {
			t.Error("the hold outlives a good answer")
		}
		time.Sleep(3 * time.Second)
		if s := n.one.State(); s.LastError != nil {
			t.Errorf("the other flow was not woken: %v", s.LastError)
		}
	})
}

// A token endpoint at the same host may have been told, too.
func TestHoldFromOutside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTrio(t, false)
		n.limiter.Hold("contoso.b2clogin.com", 20*time.Second)
		if held := n.limiter.Held("contoso.b2clogin.com"); held != 20*time.Second {
			t.Errorf("Held: got %v, want 20 s", held)
		}
		if e := unavailable(t, ready(t.Context(), n.one)); e.RetryAfter != 20*time.Second || n.requests() != 0 {
			t.Errorf("got %+v after %d requests, want 20 s and none", e, n.requests())
		}
		n.limiter.Hold("contoso.b2clogin.com", time.Second)
		time.Sleep(10 * time.Second)
		if held := n.limiter.Held("contoso.b2clogin.com"); held != 10*time.Second {
			t.Errorf("one wait has shortened another: got %v, want 10 s", held)
		}
		time.Sleep(10 * time.Second)
		if err := ready(t.Context(), n.one); err != nil || n.limiter.Held("contoso.b2clogin.com") != 0 {
			t.Errorf("got %v, held %v", err, n.limiter.Held("contoso.b2clogin.com"))
		}
	})
}

// What was under way when another request was refused proves nothing.
func TestGoodAnswerOfAnOlderRequestLiftsNoHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTrio(t, false)
		n.set(func(r *http.Request) (*http.Response, error) {
			if strings.Contains(strings.ToLower(r.URL.Path), "b2c_1_susi") {
				time.Sleep(time.Second) // begun before
				return nil, nil
			}
			return answered(429, "Retry-After", "30")(r)
		})
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := ready(t.Context(), n.one); err != nil {
				t.Errorf("the older request: %v", err)
			}
		})
		time.Sleep(1500 * time.Millisecond) // its key set is under way
		unavailable(t, ready(t.Context(), n.two))
		wg.Wait()
		if held := n.limiter.Held("contoso.b2clogin.com"); held < 29*time.Second {
			t.Errorf("got %v, want the rest of 30 s", held)
		}
	})
}

func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		b2c.ResetCounts()
		b2c.Rotate("", false)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if err := c.Refresh(t.Context()); err != nil {
					t.Errorf("Refresh: %v", err)
				}
			})
		}
		wg.Wait()
		if !slices.Equal(c.Current().KeyIDs(), []string{b2c.CurrentKey("").ID()}) {
			t.Error("the new key is not there")
		}
		if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 1 {
			t.Errorf("got %+v, want metadata and keys asked once", got)
		}
		// It costs no budget, and comes once a second at most.
		for range 100 {
			if err := c.Refresh(t.Context()); err != nil {
				t.Errorf("Refresh: %v", err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if got := b2c.Counts(); got.Keys < 9 || got.Keys > 11 || got.Metadata != got.Keys {
			t.Errorf("got %+v in 10 s, want one a second", got)
		}
		b2c.Rotate("", false)
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Error("Refresh has used up the budget")
		}
	})
}

// Refresh ends a back-off, but not what a host has asked for.
func TestRefreshWhileTheServerFails(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault func(*http.Request) (*http.Response, error)
		held  bool
	}{
		{"500", answered(500), false},
		{"503 with Retry-After", answered(503, "Retry-After", "600"), false},
		{"DNS", noSuchHost, false},
		{"no such flow", answered(404, "Content-Type", "text/html"), false},
		{"429", answered(429, "Retry-After", "600"), true},
	} {
		for _, warm := range []bool{false, true} {
			t.Run(tt.name+map[bool]string{true: ", warm", false: ", cold"}[warm], func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newTrio(t, warm)
					n.set(tt.fault)
					err := n.one.Refresh(t.Context())
					if _, ok := errors.AsType[*jwks.FetchError](err); !ok {
						t.Fatalf("got %v, want a *FetchError", err)
					}
					set := n.one.Current()
					n.set(nil)
					if again := n.one.Refresh(t.Context()); again == nil || n.requests() != 0 {
						t.Errorf("within a second: got %v after %d requests, want the same error after none", again, n.requests())
					}
					time.Sleep(time.Second)
					err = n.one.Refresh(t.Context())
					if tt.held {
						if e := unavailable(t, err); e.RetryAfter <= 0 || n.requests() != 0 {
							t.Errorf("got %+v after %d requests, want it held", e, n.requests())
						}
						if n.one.Current() != set {
							t.Error("the keys are gone")
						}
						return
					}
					if err != nil || n.one.Current() == nil {
						t.Errorf("got %v, want it to work again at once", err)
					}
				})
			})
		}
	}
}

func TestRefreshHeedsItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		hang(b2c)
		ctx, cancel := within(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := c.Refresh(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %v, want the caller's deadline", err, time.Since(start))
		}
		_ = c.Close()
		if err := c.Refresh(t.Context()); !errors.Is(err, jwks.ErrClosed) {
			t.Errorf("closed: got %v", err)
		}
	})
}

// The age of keys counts from when the server was asked, not from when it had
// answered.
func TestAgeCountsFromTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		slowly(b2c, 2*time.Second)
		c := open(t, b2c.Transport(), nil)
		start := time.Now()
		if err := ready(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if age := c.State().Age; age != 2*time.Second {
			t.Errorf("got age %v, want the 2 s that the answer took", age)
		}
		fail(b2c)
		time.Sleep(time.Until(start.Add(24*time.Hour - time.Second))) // metadata was asked at the start
		if c.Current() == nil {
			t.Error("the keys have lapsed early")
		}
		time.Sleep(time.Second)
		if c.Current() != nil {
			t.Error("the keys are used for longer than 24 hours")
		}
	})
}

// Keys that come while metadata is away serve, but not for longer than metadata
// may be away: it names the issuer and where keys come from.
func TestKeysWithoutMetadataLapse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		start := time.Now()
		intercept(b2c, false, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		time.Sleep(23 * time.Hour)
		b2c.Rotate("", false)
		time.Sleep(61 * time.Second)
		if set := c.Current(); set == nil || !slices.Equal(set.KeyIDs(), []string{b2c.CurrentKey("").ID()}) {
			t.Error("the rotated key did not come by itself")
		}
		time.Sleep(time.Until(start.Add(24 * time.Hour)))
		if c.Current() != nil {
			t.Error("keys serve for longer than 24 hours without metadata")
		}
		_, err := c.Find(t.Context(), jwks.Query{KeyID: b2c.CurrentKey("").ID()})
		if e := unavailable(t, err); !strings.Contains(e.Error(), "metadata") {
			t.Errorf("got %v, want metadata named", e)
		}
		b2c.Intercept(nil)
		time.Sleep(2 * time.Second)
		if err := ready(t.Context(), c); err != nil {
			t.Errorf("after recovery: %v", err)
		}
	})
}

// Metadata that is good and bad by turns, for a day.
func TestMetadataFlips(t *testing.T) {
	for name, bad := range map[string]http.HandlerFunc{
		"500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"foreign issuer": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(metadataOf("https://evil.example/", keysURL)))
		},
		"foreign keys": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(metadataOf(issuer, "https://evil.example/keys")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				c := warm(t, b2c, nil)
				start, requests := time.Now(), b2c.Counts()
				b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if !isKeys(r) && int(time.Since(start).Minutes())%2 == 1 {
						bad(w, r)
						return
					}
					next.ServeHTTP(w, r)
				})
				for range 24 * 60 {
					if set := c.Current(); set == nil || set.Issuer() != issuer {
						t.Fatalf("got %v after %v", set, time.Since(start))
					}
					if !finds(t, c, b2c.CurrentKey("").ID()) {
						t.Fatal("the key is missing")
					}
					time.Sleep(time.Minute)
				}
				got := b2c.Counts()
				if n := got.Metadata + got.Keys - requests.Metadata - requests.Keys; n > 24*2*15 {
					t.Errorf("got %d requests in a day, want the refreshes and a few retries", n)
				}
				if got.NotFound != 0 {
					t.Errorf("%d requests went elsewhere", got.NotFound)
				}
			})
		})
	}
}

// A server that is up and down by turns, seconds long.
func TestFlapping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		start := time.Now()
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if int(time.Since(start).Seconds())/3%2 == 1 {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			next.ServeHTTP(w, r)
		})
		for time.Since(start) < 6*time.Hour {
			if !finds(t, c, b2c.CurrentKey("").ID()) {
				t.Fatal("the key is missing")
			}
			time.Sleep(time.Second)
		}
		b2c.Rotate("", true)
		rotated := time.Now()
		for !seeks(t, c, b2c.CurrentKey("").ID()) {
			time.Sleep(100 * time.Millisecond)
		}
		if took := time.Since(rotated); took > 12*time.Second {
			t.Errorf("a rotated key was found after %v", took)
		}
		if got := b2c.Counts(); got.Keys > 60 {
			t.Errorf("got %+v in 6 h", got)
		}
	})
}

// However many key ids are made up, nothing grows with them.
func TestAHundredThousandKids(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		b2c.ResetCounts()
		for range 100_000 {
			if seeks(t, c, randomKid()) {
				t.Fatal("found a made-up key")
			}
		}
		if got := b2c.Counts(); got.Keys != 2 || got.Metadata != 0 {
			t.Errorf("got %+v, want the burst of 2", got)
		}
		if s := c.State(); len(s.KeyIDs) != 1 || len(s.Ignored) != 0 {
			t.Errorf("got %+v", s)
		}
	})
}

// Processes that were started together don't ask together, whatever the bounds.
func TestFiftyCachesSpread(t *testing.T) {
	for name, opts := range map[string]*jwks.Options{"default": nil, "no room for jitter": {MinRefresh: time.Hour, MaxRefresh: time.Hour}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				for range 50 {
					warm(t, b2c, opts)
				}
				var requests timeline
				b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if isKeys(r) {
						requests.mark()
					}
					next.ServeHTTP(w, r)
				})
				time.Sleep(time.Hour)
				synctest.Wait()
				if n := requests.len(); n < 50 {
					t.Fatalf("got %d refreshes, want 50", n)
				}
				first, last := requests.times[0], requests.times[49]
				if spread := last.Sub(first); spread < 4*time.Minute {
					t.Errorf("50 caches refresh within %v", spread)
				}
			})
		})
	}
}

// What Refresh could not get is asked again by and by, like after any failure.
func TestRetriesAfterRefresh(t *testing.T) {
	for _, keys := range []bool{false, true} {
		t.Run(map[bool]string{true: "keys fail", false: "metadata fails"}[keys], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				c := warm(t, b2c, nil)
				var asked atomic.Int32
				b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if asked.Add(1) > 100 {
						panic("it is asked again and again without a pause") // the test's goroutine would never run
					}
					if isKeys(r) == keys {
						w.WriteHeader(http.StatusInternalServerError)
						return
					}
					next.ServeHTTP(w, r)
				})
				if err := c.Refresh(t.Context()); err == nil {
					t.Fatal("Refresh: got no error")
				}
				time.Sleep(2 * time.Minute)
				if n := asked.Load(); n < 6 || n > 24 {
					t.Errorf("got %d requests in two minutes, want those of a back-off", n)
				}
				b2c.Intercept(nil)
				time.Sleep(time.Minute + time.Second)
				if s := c.State(); s.LastError != nil {
					t.Errorf("a minute after it is back: got %v", s.LastError)
				}
			})
		})
	}
}

// Many flows whose first requests fail together take no turns of the retries.
func TestFirstRequestsTakeNoTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o emulator.Options
		for i := range 60 {
			o.Flows = append(o.Flows, emulator.Flow{Name: fmt.Sprintf("B2C_1_flow%d", i)})
		}
		b2c := emulator.NewTenant(&o)
		var limiter jwks.Limiter
		var all []*jwks.Cache
		for _, f := range o.Flows {
			all = append(all, openAt(t, contoso(t).Flow(f.Name), b2c.Transport(), &jwks.Options{Limiter: &limiter}))
		}
		interceptKeys(b2c, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		var wg sync.WaitGroup
		for _, c := range all {
			wg.Go(func() { unavailable(t, ready(t.Context(), c)) })
		}
		wg.Wait()
		time.Sleep(time.Second)
		b2c.Intercept(nil)
		for back := time.Now(); ready(t.Context(), all[0]) != nil; time.Sleep(100 * time.Millisecond) {
			if time.Since(back) > 3*time.Second {
				t.Fatal("there are no keys three seconds after the host is back")
			}
		}
	})
}

// The good answers of other flows don't cut short what the server asked of one.
func TestRetryAfterOutlivesGoodAnswersOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTrio(t, true)
		n.set(at("B2C_1_susi", answered(503, "Retry-After", "600")))
		_, err := n.one.Find(t.Context(), jwks.Query{KeyID: "unknown"})
		if e := unavailable(t, err); e.RetryAfter != 10*time.Minute {
			t.Fatalf("got %+v, want 10 min", e)
		}
		for range 9 {
			asked := n.requests()
			seeks(t, n.two, randomKid())
			if got := n.requests() - asked; got != 1 {
				t.Fatalf("the other flow: got %d requests, want 1", got)
			}
			time.Sleep(time.Minute)
			if got := n.requests() - asked; got != 1 {
				t.Fatalf("got %d requests, want the other flow's alone", got)
			}
		}
		_, err = n.one.Find(t.Context(), jwks.Query{KeyID: "unknown"})
		if e := unavailable(t, err); e.RetryAfter != time.Minute {
			t.Errorf("got %+v, want the last of the ten minutes", e)
		}
	})
}

// Refresh that finds a fetch of keys alone under way asks for metadata all the same.
func TestRefreshBesideAFetchOfKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		b2c.ResetCounts()
		slowly(b2c, time.Second)
		var wg sync.WaitGroup
		wg.Go(func() { finds(t, c, "unknown") })
		synctest.Wait()
		if err := c.Refresh(t.Context()); err != nil {
			t.Errorf("Refresh: %v", err)
		}
		wg.Wait()
		if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 2 {
			t.Errorf("got %+v, want metadata asked once, and keys for each", got)
		}
	})
}

// Whether an issuer is a new one only metadata tells: without it there is no
// verdict, though the keys came.
func TestNoVerdictOnIssuersWithoutMetadata(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		intercept(b2c, false, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		_, err := c.Find(t.Context(), jwks.Query{Issuer: tfpIssuer})
		if e := unavailable(t, err); !e.Usable || e.RetryAfter <= 0 || e.RetryAfter > 5*time.Second {
			t.Errorf("got %+v, want to be told when to ask again", e)
		}
	})
}

// Validators may be made anew all day long and share a Limiter: it keeps
// nothing of caches that are closed.
func TestLimiterForgetsClosedCaches(t *testing.T) {
	var limiter jwks.Limiter
	use := func(keyID string, opts jwks.Options) weak.Pointer[jwks.Cache] {
		opts.Limiter, opts.Logger = &limiter, slog.New(slog.DiscardHandler)
		c, err := jwks.New(susi(t), &opts)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Find(t.Context(), jwks.Query{KeyID: keyID})
		_ = c.Close()
		return weak.Make(c)
	}
	asked := use("one", jwks.Options{Transport: documents(metadataOf(issuer, keysURL), keySet(jwk("one", 2048)))})
	failed := use("", jwks.Options{Transport: roundTripper(answered(http.StatusInternalServerError))})
	for range 3 {
		runtime.GC()
	}
	if failed.Value() != nil || asked.Value() != nil {
		t.Errorf("got a cache that is kept: after a failure %v, after a token %v", failed.Value() != nil, asked.Value() != nil)
	}
	runtime.KeepAlive(&limiter)
}

// Failing metadata keeps nobody from telling that a key is not published.
func TestUnknownKeyWhileMetadataFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		intercept(b2c, false, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		if err := c.Refresh(t.Context()); err == nil {
			t.Fatal("Refresh: got no error")
		}
		if finds(t, c, "unknown") {
			t.Error("got a key that is not published")
		}
	})
}

// A host that wants to be left alone is not asked for keys right after its
// metadata; one that fails in another way may have the keys all the same.
func TestKeysAfterFailedMetadata(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault func(*http.Request) (*http.Response, error)
		want  int
	}{
		{"429", answered(429), 1}, {"DNS", noSuchHost, 1}, {"500", answered(500), 2}, {"cut", cutShort, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newTrio(t, true)
				n.set(tt.fault)
				if err := n.one.Refresh(t.Context()); err == nil || n.requests() != tt.want {
					t.Errorf("got %v after %d requests, want %d", err, n.requests(), tt.want)
				}
			})
		})
	}
}

// A failed fetch takes nothing of what tokens may cause.
func TestFailedFetchesTakeNoTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var limiter jwks.Limiter
		for i := range 30 {
			var asked atomic.Int32
			c := openAt(t, contoso(t).Flow(fmt.Sprintf("B2C_1_flow%d", i)), roundTripper(func(r *http.Request) (*http.Response, error) {
				asked.Add(1)
				return answered(http.StatusInternalServerError)(r)
			}), &jwks.Options{Limiter: &limiter})
			_, err := c.Find(t.Context(), jwks.Query{KeyID: "unknown"})
			if unavailable(t, err); asked.Load() != 1 {
				t.Fatalf("flow %d: got %d requests, want 1: %v", i, asked.Load(), err)
			}
		}
	})
}

// Requests that were under way together are refused for one reason.
func TestRefusalsAtOnceCountOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTrio(t, false)
		n.set(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return answered(429)(r)
		})
		var wg sync.WaitGroup
		for _, c := range []*jwks.Cache{n.one, n.two} {
			wg.Go(func() { unavailable(t, ready(t.Context(), c)) })
		}
		wg.Wait()
		if held := n.limiter.Held("contoso.b2clogin.com"); held > 1200*time.Millisecond {
			t.Errorf("got %v, want the wait after one failure", held)
		}
	})
}

// Where keys may be used for less than a minute, no Retry-After is believed for
// longer.
func TestRetryAfterIsHeldToMaxStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, roundTripper(answered(503, "Retry-After", "600")), &jwks.Options{MaxRefresh: 10 * time.Second, MaxStale: 20 * time.Second})
		if e := unavailable(t, ready(t.Context(), c)); e.RetryAfter != 20*time.Second {
			t.Errorf("got %v, want 20 s", e.RetryAfter)
		}
	})
}

// What a second attempt won't mend is left alone for as long as it gets, from
// the first failure on.
func TestLastingFailureWaitsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newTrio(t, false)
		n.set(answered(404, "Content-Type", "text/html"))
		unavailable(t, ready(t.Context(), n.one))
		time.Sleep(45 * time.Second)
		if got := n.requests(); got != 1 {
			t.Errorf("got %d requests in 45 s, want 1", got)
		}
	})
}
