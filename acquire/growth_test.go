// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/internal/goroutines"
)

// tokenLength is how long a token of a user flow is, about.
const tokenLength = 1200

// heap returns how much of it is in use.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// mint returns an endpoint that gives out one token and remembers nothing.
func mint(token string) http.RoundTripper {
	body := fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer","expires_in":"3600"}`, token)
	return tripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})
}

// BenchmarkBytesPerToken reports how the heap grows by what is kept, beyond the
// texts of the tokens: of 256 of the application's own, which is how many are
// kept; and of 10,000 users, with one access token, ID token and refresh token
// each. It has no time.
func BenchmarkBytesPerToken(b *testing.B) {
	b.Run("application", func(b *testing.B) {
		const apps, scopes = 40, 250
		e := mint(strings.Repeat("x", tokenLength))
		kept := make([]*acquire.App, apps)
		for i := range kept {
			kept[i] = newDaemon(b, e, nil)
			mustToken(b, kept[i], scopeNumber(scopes))
		}
		before := heap()
		for _, app := range kept {
			for i := range scopes {
				mustToken(b, app, scopeNumber(i))
			}
		}
		report(b, before, apps*scopes, tokenLength)
		runtime.KeepAlive(kept)
	})
	b.Run("user", func(b *testing.B) {
		const users = 10_000
		before := heap()
		app := newMembers(b, users, tokenLength)
		report(b, before, users, 3*tokenLength)
		runtime.KeepAlive(app)
	})
}

func report(b *testing.B, before float64, kept, texts int) {
	b.Helper()
	each := (heap() - before) / float64(kept)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(each, "B/kept")
	b.ReportMetric(each-float64(texts), "B/kept-beyond-texts")
}

// At rest an App has no goroutine and no timer, whatever it keeps.
func TestNothingRunsAtRest(t *testing.T) {
	if raceEnabled {
		return // the detector's own
	}
	bubble(t, func(t *testing.T) {
		for _, keys := range []int{1, 200, 1000} {
			before := goroutines.InBubble()
			app := newMembers(t, keys, 40)
			var e endpoint
			e.always(reply{life: 24 * time.Hour})
			daemon := newDaemon(t, &e, nil)
			for i := range min(keys, 250) {
				mustToken(t, daemon, scopeNumber(i))
			}
			for i := range keys {
				userToken(t, app, member(i), readScope)
			}
			synctest.Wait()
			if got := goroutines.InBubble(); got > before {
				t.Errorf("%d keys: got %d goroutines more than before", keys, got-before)
			}
			requests := e.count()
			time.Sleep(100 * time.Hour) // all have expired long ago
			if got := e.count(); got != requests || goroutines.InBubble() > before {
				t.Errorf("%d keys: got %d requests that nobody asked for", keys, got-requests)
			}
		}
	})
}
