// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// conditional adds ETags to a tenant and answers 304 as a server should.
type conditional struct {
	metadata, keys struct{ asked, unchanged atomic.Int64 } // requests with If-None-Match, and 304s
}

// want checks how often a document was asked for conditionally, and answered 304.
func (s *conditional) want(t *testing.T, when string, metadataAsked, metadataUnchanged, keysAsked, keysUnchanged int64) {
	t.Helper()
	got := [4]int64{s.metadata.asked.Load(), s.metadata.unchanged.Load(), s.keys.asked.Load(), s.keys.unchanged.Load()}
	if want := [4]int64{metadataAsked, metadataUnchanged, keysAsked, keysUnchanged}; got != want {
		t.Errorf("%s: got %v conditional requests and 304s for metadata and keys, want %v", when, got, want)
	}
}

func (s *conditional) put(b2c *emulator.Tenant) {
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		etag := fmt.Sprintf(`W/"%x"`, sha256.Sum256(rec.Body.Bytes()))
		w.Header().Set("ETag", etag)
		count := &s.metadata
		if isKeys(r) {
			count = &s.keys
		}
		if given := r.Header.Get("If-None-Match"); given != "" {
			count.asked.Add(1)
			if given == etag {
				count.unchanged.Add(1)
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		_, _ = w.Write(rec.Body.Bytes())
	})
}

func TestConditionalRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		var server conditional
		server.put(b2c)
		c := warm(t, b2c, nil)
		set := c.Current()
		server.want(t, "at first", 0, 0, 0, 0)
		time.Sleep(54 * time.Minute)
		server.want(t, "after a refresh", 1, 1, 1, 1)
		if s := c.State(); s.LastError != nil || s.Age > 20*time.Minute || c.Current() != set {
			t.Errorf("got %+v, want the same set, confirmed", s)
		}

		b2c.Rotate("", false)
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Error("the rotated key is not found")
		}
		server.want(t, "after a rotation", 1, 1, 2, 1)
		time.Sleep(54 * time.Minute)
		server.want(t, "with the new ETag", 2, 2, 3, 2)
	})
}

func Test304KeepsKeysBeyondMaxStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		new(conditional).put(b2c)
		c := warm(t, b2c, nil)
		time.Sleep(72 * time.Hour)
		if s := c.State(); !s.Usable || s.Age > time.Hour || s.Failures != 0 {
			t.Errorf("got %+v after three days of 304", s)
		}
	})
}

func Test304ForUnknownKid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		new(conditional).put(b2c)
		c := warm(t, b2c, nil)
		for range 10 {
			if seeks(t, c, "unknown") {
				t.Error("found an unknown key")
			}
		}
		if got := b2c.Counts().Keys; got != 3 {
			t.Errorf("got %d key fetches, want 3: a 304 costs budget like any good answer", got)
		}
	})
}

func Test304WithoutIfNoneMatchIsAnError(t *testing.T) {
	for _, keys := range []bool{false, true} {
		t.Run(fmt.Sprintf("keys=%v", keys), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				notModified := func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("If-None-Match") != "" {
						t.Error("a conditional request without an ETag")
					}
					w.WriteHeader(http.StatusNotModified)
				}
				intercept(b2c, keys, notModified)
				cold := open(t, b2c.Transport(), nil)
				err := ready(t.Context(), cold)
				if unavailable(t, err); !strings.Contains(fmt.Sprint(err), "304") {
					t.Errorf("got %v, want an error that names 304", err)
				}

				b2c.Intercept(nil)
				c := warm(t, b2c, nil)
				set := c.Current()
				intercept(b2c, keys, notModified)
				time.Sleep(time.Hour)
				if s := c.State(); s.LastError == nil || !slices.Equal(c.Current().KeyIDs(), set.KeyIDs()) {
					t.Errorf("got %+v, want a failure and the old set", s)
				}
			})
		})
	}
}

// The key set of another issuer or URL is another one, whatever its ETag.
func TestETagOfKeysEndsWithTheirMetadata(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var renamed atomic.Bool
		var conditionals atomic.Int64
		keys := keySet(jwk("one", 2048))
		c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			switch {
			case !isKeys(r) && renamed.Load():
				return reply(r, metadataOf(tfpIssuer, keysURL)), nil
			case !isKeys(r):
				return reply(r, metadataOf(issuer, keysURL)), nil
			case r.Header.Get("If-None-Match") != "":
				conditionals.Add(1)
			}
			resp := reply(r, keys)
			resp.Header.Set("ETag", `"same"`)
			return resp, nil
		}), nil)
		if err := ready(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		renamed.Store(true)
		time.Sleep(54 * time.Minute)
		if got, n := c.Current().Issuer(), conditionals.Load(); got != tfpIssuer || n != 0 {
			t.Errorf("got issuer %q and %d conditional requests, want the keys read anew", got, n)
		}
		time.Sleep(54 * time.Minute)
		if conditionals.Load() == 0 {
			t.Error("the ETag is not used again")
		}
	})
}

// So it is where the keys did not come with the new metadata, but only later.
func TestETagOfKeysEndsWithMetadataThatCameAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var renamed, down atomic.Bool
		keys := keySet(jwk("one", 2048))
		c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			switch {
			case !isKeys(r) && renamed.Load():
				return reply(r, metadataOf(tfpIssuer, keysURL)), nil
			case !isKeys(r):
				return reply(r, metadataOf(issuer, keysURL)), nil
			case down.Load():
				return answered(http.StatusInternalServerError)(r)
			}
			resp := reply(r, keys)
			resp.Header.Set("ETag", `"same"`)
			if r.Header.Get("If-None-Match") == `"same"` {
				resp = reply(r, "")
				resp.StatusCode = http.StatusNotModified
			}
			return resp, nil
		}), nil)
		if err := ready(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		renamed.Store(true)
		down.Store(true)
		if err := c.Refresh(t.Context()); err == nil {
			t.Fatal("Refresh: got no error")
		}
		down.Store(false)
		time.Sleep(5 * time.Second)
		if s := c.State(); s.LastError != nil || s.Issuer != tfpIssuer {
			t.Errorf("got issuer %q and error %v, want the keys under the new issuer", s.Issuer, s.LastError)
		}
	})
}

// An ETag that is no header value would make every later request fail.
func TestOddETagIsNotSentBack(t *testing.T) {
	for _, etag := range []string{"\x01", `"` + strings.Repeat("x", 1000) + `"`, "\"a b\"", "\"\xff\""} {
		synctest.Test(t, func(t *testing.T) {
			b2c := emulator.NewTenant(nil)
			b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if got := r.Header.Get("If-None-Match"); got != "" {
					t.Errorf("sent back %q", got)
				}
				w.Header().Set("ETag", etag)
				next.ServeHTTP(w, r)
			})
			c := warm(t, b2c, nil)
			time.Sleep(2 * time.Hour)
			if s := c.State(); s.Failures != 0 || s.KeyFetches < 3 {
				t.Errorf("ETag %q: got %+v", etag, s)
			}
		})
	}
}
