// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// A day of an idle cache under one caching header: nobody asks for a key.
func TestSchedule(t *testing.T) {
	const hour, minute = time.Hour, time.Minute
	percent := func(p int, d time.Duration) time.Duration { return d * time.Duration(p) / 100 }
	for _, tt := range []struct {
		name, header string
		opts         jwks.Options
		low, high    time.Duration
	}{
		{"no header", "", jwks.Options{}, percent(72, hour), percent(88, hour)},
		{"no-store", "no-store, must-revalidate, no-cache", jwks.Options{}, 5 * minute, percent(110, 5*minute)},
		{"max-age=0", "max-age=0", jwks.Options{}, 5 * minute, percent(110, 5*minute)},
		{"a minute", "public, max-age=60", jwks.Options{}, 5 * minute, percent(110, 5*minute)},
		{"half an hour", "max-age=1800", jwks.Options{}, percent(72, 30*minute), percent(88, 30*minute)},
		{"quoted, upper case", `MAX-AGE="1800"`, jwks.Options{}, percent(72, 30*minute), percent(88, 30*minute)},
		{"a year", "max-age=31536000", jwks.Options{}, percent(72, hour), percent(88, hour)},
		{"beyond int64", "max-age=99999999999999999999999", jwks.Options{}, percent(72, hour), percent(88, hour)},
		{"negative", "max-age=-60", jwks.Options{}, percent(72, hour), percent(88, hour)},
		{"nonsense", "max-age=soon, =, ,;", jwks.Options{}, percent(72, hour), percent(88, hour)},
		{"own bounds, low", "no-store", jwks.Options{MinRefresh: 7 * minute, MaxRefresh: 10 * minute}, 7 * minute, percent(110, 7*minute)},
		{"own bounds, high", "max-age=86400", jwks.Options{MinRefresh: minute, MaxRefresh: 10 * minute}, percent(72, 10*minute), percent(88, 10*minute)},
		{"ceiling below default floor", "", jwks.Options{MaxRefresh: 3 * minute}, percent(72, 3*minute), percent(88, 3*minute)},
		{"the same, no-store", "no-store", jwks.Options{MaxRefresh: 6 * minute}, 3 * minute, percent(110, 3*minute)},
		{"floor above default ceiling", "no-store", jwks.Options{MinRefresh: 2 * hour}, percent(90, 2*hour), 2 * hour},
		{"floor and ceiling the same", "", jwks.Options{MinRefresh: hour, MaxRefresh: hour}, percent(90, hour), hour},
		{"the same, no-store and no room", "no-store", jwks.Options{MinRefresh: hour, MaxRefresh: hour}, percent(90, hour), hour},
		{"hardly any room", "no-store", jwks.Options{MinRefresh: hour, MaxRefresh: hour + 2*minute}, hour - 4*minute, hour + 2*minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				var metadata, keys timeline
				b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if isKeys(r) {
						keys.mark()
					} else {
						metadata.mark()
					}
					if tt.header != "" {
						w.Header().Set("Cache-Control", tt.header)
					}
					next.ServeHTTP(w, r)
				})
				warm(t, b2c, &tt.opts)
				time.Sleep(24 * time.Hour)
				synctest.Wait() // a refresh may fall on the very end of the day

				gaps, spread := keys.gaps(0), map[time.Duration]bool{}
				if want := int(24 * time.Hour / tt.high); len(gaps) < want-1 {
					t.Fatalf("got %d refreshes in a day, want at least %d", len(gaps), want-1)
				}
				for i, gap := range gaps {
					spread[gap] = true
					if gap < tt.low || gap > tt.high {
						t.Errorf("refresh %d after %v, want %v to %v", i, gap, tt.low, tt.high)
					}
				}
				if tt.low < tt.high && len(spread) < len(gaps)*9/10 {
					t.Errorf("got %d different times in %d refreshes, want jitter", len(spread), len(gaps))
				}
				if metadata.len() != keys.len() {
					t.Errorf("got %d requests for metadata, %d for keys; want both refreshed", metadata.len(), keys.len())
				}
			})
		})
	}
}

// The shorter of both documents' hints counts.
func TestShorterHintCounts(t *testing.T) {
	for _, ages := range [][2]int{{600, 3000}, {3000, 600}} {
		synctest.Test(t, func(t *testing.T) {
			b2c := emulator.NewTenant(nil)
			b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				age := ages[0]
				if isKeys(r) {
					age = ages[1]
				}
				w.Header().Set("Cache-Control", fmt.Sprintf("max-age=%d", age))
				next.ServeHTTP(w, r)
			})
			c := warm(t, b2c, nil)
			if d := time.Until(c.State().NextRefresh); d > 9*time.Minute {
				t.Errorf("next refresh in %v, want about 8 min", d)
			}
		})
	}
}

func TestRefreshFindsRotationsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		old := b2c.CurrentKey("").ID()
		b2c.Rotate("", false)
		kid := b2c.CurrentKey("").ID()
		time.Sleep(time.Hour)
		if _, ok := c.Current().Key(kid); !ok {
			t.Error("an idle cache lacks the new key after an hour")
		}
		if _, ok := c.Current().Key(old); ok {
			t.Error("the revoked key is still there after an hour")
		}
		if s := c.State(); s.KeyFetches != uint64(b2c.Counts().Keys) || s.Failures != 0 {
			t.Errorf("got %+v, want as many fetches as the server has seen: %+v", s, b2c.Counts())
		}
	})
}

// A hostile or careless flood of unknown kids must not push the refresh, which
// alone reads the metadata, further and further away.
func TestUnknownKidsDontPostponeTheRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		slowly(b2c, 300*time.Millisecond)
		for range 6 * 60 * 60 {
			_ = seeks(t, c, "unknown")
			time.Sleep(time.Second)
		}
		if got := b2c.Counts().Metadata; got < 7 || got > 10 {
			t.Errorf("got %d requests for metadata in 6 h under a flood, want about 8", got)
		}
	})
}

// One who wants no background refresh may set a bound of centuries.
func TestHugeBoundsDontOverflow(t *testing.T) {
	for _, opts := range []jwks.Options{
		{MinRefresh: math.MaxInt64},
		{MinRefresh: math.MaxInt64 - 1, MaxRefresh: math.MaxInt64},
		{MaxRefresh: math.MaxInt64, MaxStale: math.MaxInt64, KeyGrace: math.MaxInt64, MinRefetch: math.MaxInt64},
	} {
		synctest.Test(t, func(t *testing.T) {
			b2c := emulator.NewTenant(nil)
			c := warm(t, b2c, &opts)
			time.Sleep(10 * 365 * 24 * time.Hour)
			if got := b2c.Counts().Keys; got != 1 {
				t.Errorf("%+v: got %d key fetches in ten years, want 1", opts, got)
			}
			b2c.Rotate("", false)
			if !finds(t, c, b2c.CurrentKey("").ID()) {
				t.Error("a rotated key is not found")
			}
		})
	}
}

// The metadata may start to name the other issuer pattern, or another key URL.
func TestRefreshFollowsMetadata(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var moved atomic.Bool
		keys := keySet(jwk("one", 2048))
		c := open(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			switch {
			case r.URL.Path == "/moved/keys":
				return reply(r, keySet(jwk("two", 2048))), nil
			case isKeys(r):
				return reply(r, keys), nil
			case moved.Load():
				return reply(r, metadataOf(tfpIssuer, origin+"/moved/keys")), nil
			}
			return reply(r, metadataOf(issuer, keysURL)), nil
		}), nil)
		if !finds(t, c, "one") || c.Current().Issuer() != issuer {
			t.Fatal("not warm")
		}
		moved.Store(true)
		time.Sleep(time.Hour)
		set := c.Current()
		if _, ok := set.Key("two"); !ok || set.Issuer() != tfpIssuer || strings.Join(set.KeyIDs(), " ") != "two" {
			t.Errorf("got issuer %q and keys %q after the metadata changed", set.Issuer(), set.KeyIDs())
		}
	})
}
