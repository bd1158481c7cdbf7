// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
)

// What ends one's fetch does not end the other's.
func TestSharedFetchThatFails(t *testing.T) {
	for name, tt := range map[string]struct {
		how  func(a *jwks.Cache, r *http.Request) error
		most time.Duration
	}{
		"fails":  {func(*jwks.Cache, *http.Request) error { return errors.New("reset") }, 0},
		"panics": {func(*jwks.Cache, *http.Request) error { panic("the transport's") }, 0},
		"ends":   {func(*jwks.Cache, *http.Request) error { runtime.Goexit(); return nil }, 0},
		"closes": {func(a *jwks.Cache, r *http.Request) error {
			go a.Close()
			<-r.Context().Done()
			return r.Context().Err()
		}, 0},
		"hangs":    {func(_ *jwks.Cache, r *http.Request) error { <-r.Context().Done(); return r.Context().Err() }, time.Second},
		"not JSON": {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &ciam{late: time.Millisecond}
				a, b := twins(t, n, jwks.Options{})
				if tt.how == nil {
					n.keys = "{"
				}
				first := true
				n.before = func(r *http.Request) error {
					if !isKeys(r) || !first {
						return nil
					}
					first = false
					time.Sleep(10 * time.Millisecond) // the other waits
					n.publish("old")
					if tt.how == nil {
						return nil
					}
					return tt.how(a, r)
				}
				go func() { _ = ready(t.Context(), a) }()
				start := time.Now()
				both(t, "old", b)
				if took := time.Since(start) - 10*time.Millisecond; took > tt.most+time.Millisecond {
					t.Errorf("waited %v, want %v", took, tt.most)
				}
				if got := n.asked(); got != 2 {
					t.Errorf("got %d requests for the key set, want 2", got)
				}
			})
		})
	}
}

// One whose metadata fails leaves the other alone, and one that is closed leaves
// what is known.
func TestSharedKeySetOutlivesACache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &ciam{}
		a, b := twins(t, n, jwks.Options{})
		bothReady(t, n, a, b)
		n.set(func() {
			n.before = func(r *http.Request) error {
				if r.URL.Host == ciamByName {
					return errors.New("away")
				}
				return nil
			}
		})
		time.Sleep(3 * time.Hour)
		if s := b.State(); s.LastError != nil || s.Age > time.Hour {
			t.Errorf("got %+v, want fresh keys", s)
		}
		_ = a.Close()
		n.publish("new")
		both(t, "new", b)
	})
}

// byValue is a transport that can't be told from another one.
type byValue struct{ roundTripper }

func TestKeySetIsNotShared(t *testing.T) {
	for name, open := range map[string]func(t *testing.T, n *ciam, l *jwks.Limiter) (a, b *jwks.Cache){
		"other transport": func(t *testing.T, n *ciam, l *jwks.Limiter) (a, b *jwks.Cache) {
			other := &struct{ http.RoundTripper }{n}
			return openAt(t, ciamAt(t, "contoso"), n, &jwks.Options{Limiter: l}), openAt(t, ciamAt(t, tenantID), other, &jwks.Options{Limiter: l})
		},
		"transport without identity": func(t *testing.T, n *ciam, l *jwks.Limiter) (a, b *jwks.Cache) {
			rt := byValue{n.RoundTrip}
			return openAt(t, ciamAt(t, "contoso"), rt, &jwks.Options{Limiter: l}), openAt(t, ciamAt(t, tenantID), rt, &jwks.Options{Limiter: l})
		},
		"other Limiter": func(t *testing.T, n *ciam, l *jwks.Limiter) (a, b *jwks.Cache) {
			return openAt(t, ciamAt(t, "contoso"), n, &jwks.Options{Limiter: l}), openAt(t, ciamAt(t, tenantID), n, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &ciam{}
				n.publish("old")
				a, b := open(t, n, new(jwks.Limiter))
				both(t, "old", a)
				both(t, "old", b)
				if got := n.asked(); got != 2 {
					t.Errorf("got %d requests for the key set, want each its own", got)
				}
			})
		})
	}
}

// A key set is another's only if one's own metadata names it, byte for byte, and
// may name it; the issuer is that of one's own metadata.
func TestSharedKeySetWidensNoTrust(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const customIssuer = "https://login.contoso.com/" + tenantID + "/v2.0"
		const named = ciamByGUID + "/" + tenantID + "/discovery/v2.0/keys"
		served := 0
		rt := &struct{ http.RoundTripper }{roundTripper(func(r *http.Request) (*http.Response, error) {
			switch {
			case isKeys(r):
				served++
				return reply(r, keySet(jwk("old", 2048))), nil
			case r.URL.Host == "contoso.b2clogin.com" && strings.Contains(strings.ToLower(r.URL.Path), "b2c_1_other"):
				return reply(r, metadataOf(issuer, "https://"+strings.ToUpper(named[:1])+named[1:]+"?")), nil
			case r.URL.Host == "contoso.b2clogin.com":
				return reply(r, metadataOf(issuer, ciamKeys)), nil
			case r.URL.Host == "login.contoso.com":
				return reply(r, metadataOf(customIssuer, ciamKeys)), nil
			}
			return reply(r, metadataOf(ciamIssuer, ciamKeys)), nil
		})}
		l := new(jwks.Limiter)
		both(t, "old", openAt(t, ciamAt(t, "contoso"), rt, &jwks.Options{Limiter: l}))

		unnamed := openAt(t, susi(t), rt, &jwks.Options{Limiter: l})
		if err := ready(t.Context(), unnamed); err == nil || !strings.Contains(err.Error(), "KeyHosts") {
			t.Errorf("got %v, want a key host that is not allowed", err)
		}
		custom, err := ciamAt(t, "contoso").WithHost("login.contoso.com")
		if err != nil {
			t.Fatal(err)
		}
		same := openAt(t, custom, rt, &jwks.Options{Limiter: l})
		both(t, "old", same)
		if got := same.Current().Issuer(); got != customIssuer || served != 1 {
			t.Errorf("got issuer %s and %d requests, want that of its own metadata and none of its own for keys", got, served-1)
		}
		// B2C reads keys by other rules.
		allowed := openAt(t, susi(t), rt, &jwks.Options{Limiter: l, KeyHosts: []string{ciamByGUID}})
		both(t, "old", allowed)
		if got := allowed.Current().Issuer(); got != issuer || served != 2 {
			t.Errorf("got issuer %s and %d requests, want that of its own metadata and one for keys", got, served-1)
		}
		spelt := openAt(t, contoso(t).Flow("B2C_1_other"), rt, &jwks.Options{Limiter: l, KeyHosts: []string{ciamByGUID}})
		if both(t, "old", spelt); served != 3 {
			t.Errorf("got %d requests for the key set, want one more for another URL", served)
		}
	})
}

// What was taken over is saved as if fetched, at the time of the request.
func TestTakenOverKeysAreSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, store := &ciam{}, &memory{}
		a, b := twins(t, n, *shared(t, store))
		bothReady(t, n, a)
		time.Sleep(10 * time.Minute)
		both(t, "old", b)
		_ = b.Close()
		if len(store.values) != 2 || n.asked() != 0 {
			t.Errorf("got %d snapshots, want both caches'", len(store.values))
		}
		n.set(func() { n.before = func(*http.Request) error { return errors.New("away") } })
		again := openAt(t, ciamAt(t, tenantID), n, shared(t, store))
		both(t, "old", again)
		if s := again.State(); s.Age != 10*time.Minute || !s.FromSnapshot {
			t.Errorf("got %+v, want a snapshot as old as the other's request", s)
		}
	})
}
