// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// outages are the ways in which a token endpoint may be away. They are made
// in the bubble that uses them.
func outages() map[string]reply {
	return map[string]reply{
		"connection refused": down(),
		"500":                {status: http.StatusInternalServerError, body: "<html>oops</html>"},
		"503":                {status: http.StatusServiceUnavailable, body: "<html>back soon</html>"},
		"hangs":              hanging(),
		"slow, then refused": {after: 3 * time.Second, err: errors.New("read: connection reset by peer")},
		"wrong secret":       invalidClient(),
		"cut short":          {body: `{"access_token":"tok`},
		"429":                {status: http.StatusTooManyRequests, body: "busy"},
		"no token":           {body: `{"token_type":"Bearer"}`},
	}
}

// For an hour B2C is away, and there is a token that was got before: a call
// each second, and none fails or waits.
func TestOutageWithGoodToken(t *testing.T) {
	for name := range outages() {
		for _, life := range []time.Duration{2 * time.Hour, 24 * time.Hour} {
			bubble(t, func(t *testing.T) {
				var e endpoint
				e.always(reply{life: life})
				logger, logged := newLogs()
				app := newDaemon(t, &e, &acquire.Options{Logger: logger})
				mustToken(t, app, tasksScope)
				time.Sleep(life - 61*time.Minute)
				mustToken(t, app, tasksScope) // due already, if it lives for 24 hours
				synctest.Wait()
				time.Sleep(time.Second)
				got := mustToken(t, app, tasksScope).AccessToken
				e.always(outages()[name])
				before := e.count()
				if life == 24*time.Hour {
					time.Sleep(life - 62*time.Minute)
				}
				for range 3600 {
					start := time.Now()
					token, err := app.Token(t.Context(), tasksScope)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					if waited := time.Since(start); waited != 0 || token.AccessToken != got {
						t.Fatalf("%s: got %s after %v, want %s at once", name, token.AccessToken, waited, got)
					}
					wantUnexpired(t, name, &e, token)
					time.Sleep(time.Second)
				}
				// 1, 2, 4, … 60 seconds apart, give or take a fifth; an answer
				// that must be waited for comes on top.
				if posts := e.count() - before; posts < 5 || posts > 80 {
					t.Errorf("%s, %v: got %d requests in an hour, want 5 to 80", name, life, posts)
				}
				// 1st, 2nd, 4th, … failure.
				if lines := logged.lines(" a token failed"); lines < 2 || lines > 8 {
					t.Errorf("%s, %v: got %d log lines, want 2 to 8", name, life, lines)
				}
			})
		}
	}
}

// When B2C is back, so are new tokens, within the back-off.
func TestOutageHeals(t *testing.T) {
	for name := range outages() {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(reply{life: 24 * time.Hour})
			app := newDaemon(t, &e, nil)
			mustToken(t, app, tasksScope)
			time.Sleep(20 * time.Hour)
			e.always(outages()[name])
			for range 3600 {
				mustToken(t, app, tasksScope)
				time.Sleep(time.Second)
			}
			e.always(reply{life: 24 * time.Hour})
			for range 73 { // 60 s, or 10 s for the last one to hang
				if mustToken(t, app, tasksScope).AccessToken != "token-1" {
					break
				}
				time.Sleep(time.Second)
			}
			if got := mustToken(t, app, tasksScope); got.AccessToken == "token-1" || time.Until(got.Expiry) < 23*time.Hour {
				t.Errorf("%s: got %s until %v, want a new one", name, got.AccessToken, got.Expiry)
			}
			// The back-off of the next outage begins anew.
			before := e.count()
			time.Sleep(20 * time.Hour)
			e.always(down())
			for range 60 {
				mustToken(t, app, tasksScope)
				time.Sleep(time.Second)
			}
			if got := e.count() - before; got < 5 || got > 8 {
				t.Errorf("%s: got %d requests in the next outage's first minute, want 5 to 8", name, got)
			}
		})
	}
}

// Without a good token callers get an error, at once but for those who wait
// for the attempt under way, and B2C isn't stormed. Then it heals.
func TestOutageWithoutToken(t *testing.T) {
	for name := range outages() {
		for _, cold := range []bool{true, false} {
			bubble(t, func(t *testing.T) {
				var e endpoint
				app := newDaemon(t, &e, nil)
				if !cold {
					mustToken(t, app, tasksScope)
					time.Sleep(time.Hour)
				}
				e.always(outages()[name])
				before, atOnce, calls := e.count(), 0, 0
				for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
					start := time.Now()
					_, err := app.Token(t.Context(), tasksScope)
					if _, ok := errors.AsType[*acquire.Error](err); !ok {
						t.Fatalf("%s: got %v, want an *acquire.Error", name, err)
					}
					took := time.Since(start)
					if took > 10*time.Second {
						t.Fatalf("%s: got the error after %v, want at most 10s", name, took)
					}
					if calls++; took == 0 {
						atOnce++
					}
				}
				// An attempt each 15 seconds, give or take, and the second
				// attempt of each.
				if posts := e.count() - before; posts < 20 || posts > 110 {
					t.Errorf("%s, cold %v: got %d requests in 10 minutes, want 20 to 110", name, cold, posts)
				}
				if atOnce < calls*9/10 {
					t.Errorf("%s, cold %v: %d of %d calls failed at once, want nine of ten", name, cold, atOnce, calls)
				}
				e.always(reply{})
				time.Sleep(15 * time.Second)
				wantUnexpired(t, name, &e, mustToken(t, app, tasksScope))
			})
		}
	}
}

// Nobody waits for B2C longer than the Timeout, whatever it does.
func TestOutageTimeout(t *testing.T) {
	for timeout, posts := range map[time.Duration]int{
		0: 2, 100 * time.Millisecond: 1, 2*time.Second - 1: 1, 2 * time.Second: 2, 4 * time.Second: 2, 30 * time.Second: 2,
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(hanging())
			app := newDaemon(t, &e, &acquire.Options{Timeout: timeout})
			start := time.Now()
			_, errs := herd(100, func() (*oauth2.Token, error) { return app.Token(t.Context(), tasksScope) })
			want := timeout
			if want == 0 {
				want = 10 * time.Second
			}
			if took := time.Since(start); took != want {
				t.Errorf("timeout %v: took %v, want %v", timeout, took, want)
			}
			for _, err := range errs {
				wantClass(t, "hanging", err, acquire.ErrRetry)
			}
			wantPosts(t, "hanging", &e, posts)
		})
	}
}

// A first request that isn't answered leaves half of the Timeout to a second,
// which has all that is left; and so has every request that is the only one.
func TestHalfOfTheTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.play(func(p post) reply {
			if p.n == 1 {
				return hanging()
			}
			return reply{life: time.Minute}
		})
		app := newDaemon(t, &e, nil)
		start := time.Now()
		mustToken(t, app, tasksScope)
		if took := time.Since(start); took < 5200*time.Millisecond || took > 5400*time.Millisecond {
			t.Errorf("got a token after %v, want 5.2s to 5.4s", took)
		}
		time.Sleep(50 * time.Second) // the token still serves
		mustToken(t, app, tasksScope)
		synctest.Wait()
		posts := e.since(0)
		if len(posts) != 3 {
			t.Fatalf("got %d requests, want 3", len(posts))
		}
		for i, want := range []time.Time{start.Add(5 * time.Second), start.Add(10 * time.Second), posts[2].at.Add(10 * time.Second)} {
			if got, _ := posts[i].ctx.Deadline(); !got.Equal(want) {
				t.Errorf("request %d: got until %v, want %v", i+1, got, want)
			}
		}
	})
}

// What is slow but sound is refused once: the next renewal has all its time for
// one request.
func TestSlowButSound(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(reply{after: 8 * time.Second})
		app := newDaemon(t, &e, nil)
		_, err := app.Token(t.Context(), tasksScope)
		refused := wantClass(t, "first", err, acquire.ErrRetry)
		time.Sleep(refused.RetryAfter)
		mustToken(t, app, tasksScope)
		wantPosts(t, "both", &e, 3)
	})
}

// A token endpoint that hangs, or refuses the client, is asked a few times in
// half a minute under load.
func TestNoStorm(t *testing.T) {
	for _, tc := range []struct {
		name string
		what func() reply
		want acquire.Class
		most int
	}{
		{"wrong secret", invalidClient, acquire.ErrConfiguration, 6},
		{"wrong secret, 401", func() reply { return refusing(http.StatusUnauthorized, "invalid_client", "no") }, acquire.ErrConfiguration, 6},
		{"no such flow", func() reply { return reply{status: http.StatusNotFound, body: "<html></html>"} }, acquire.ErrConfiguration, 6},
		{"hangs", hanging, acquire.ErrRetry, 6},
		{"429, a minute", func() reply {
			return reply{status: http.StatusTooManyRequests, header: map[string]string{"Retry-After": "60"}, body: "busy"}
		}, acquire.ErrRetry, 1},
		{"429", func() reply { return reply{status: http.StatusTooManyRequests, body: "busy"} }, acquire.ErrRetry, 6},
		{"503, a minute", func() reply {
			return reply{status: http.StatusServiceUnavailable, header: map[string]string{"Retry-After": "60"}, body: "busy"}
		}, acquire.ErrRetry, 1},
		{"a page", func() reply { return reply{body: "<html>sign in to the network</html>"} }, acquire.ErrUnexpected, 6},
		{"redirect", func() reply {
			return reply{status: http.StatusFound, header: map[string]string{"Location": "https://evil.example/"}, body: "x"}
		}, acquire.ErrUnexpected, 6},
		{"connection refused", down, acquire.ErrRetry, 12},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(tc.what())
			app := newDaemon(t, &e, nil)
			var wg sync.WaitGroup
			for range 3000 { // 100 a second
				wg.Go(func() {
					start := time.Now()
					_, err := app.Token(t.Context(), tasksScope)
					wantClass(t, tc.name, err, tc.want)
					if took := time.Since(start); took > 12*time.Second {
						t.Errorf("%s: took %v, want at most 12s", tc.name, took)
					}
				})
				time.Sleep(10 * time.Millisecond)
			}
			wg.Wait()
			if got := e.count(); got > tc.most {
				t.Errorf("%s: got %d requests in 30 s, want at most %d", tc.name, got, tc.most)
			}
		})
	}
}

// One lost packet doesn't fail callers who have no token: the request is made
// once more, in a moment.
func TestTransientFailure(t *testing.T) {
	for name, tc := range map[string]struct {
		first reply
		again bool
	}{
		"connection":           {down(), true},
		"cut short":            {reply{err: errors.New("unexpected EOF")}, true},
		"500":                  {reply{status: 500, body: "oops"}, true},
		"502":                  {reply{status: 502, body: "oops"}, true},
		"503":                  {reply{status: 503, body: "oops"}, true},
		"B2C's own":            {refusing(http.StatusBadRequest, "temporarily_unavailable", "AADB2C90035: The service is temporarily unavailable. Please retry after a few minutes."), true},
		"503 with a wish":      {reply{status: 503, header: map[string]string{"Retry-After": "2"}, body: "oops"}, false},
		"429":                  {reply{status: 429, body: "oops"}, false},
		"wrong secret":         {invalidClient(), false},
		"not what B2C answers": {reply{body: "<html>"}, false},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.play(func(p post) reply {
				if p.n == 1 {
					return tc.first
				}
				return reply{}
			})
			app := newDaemon(t, &e, nil)
			start := time.Now()
			_, err := app.Token(t.Context(), tasksScope)
			if got := err == nil; got != tc.again {
				t.Errorf("%s: got %v, want a token: %v", name, err, tc.again)
			}
			want, most := 1, time.Duration(0)
			if tc.again {
				want, most = 2, time.Second
			}
			if took := time.Since(start); took > most {
				t.Errorf("%s: took %v, want at most %v", name, took, most)
			}
			wantPosts(t, name, &e, want)
		})
	}
}

// A second attempt needs time.
func TestTransientFailureInLittleTime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(down())
		app := newDaemon(t, &e, &acquire.Options{Timeout: 900 * time.Millisecond})
		start := time.Now()
		_, err := app.Token(t.Context(), tasksScope)
		wantClass(t, "down", err, acquire.ErrRetry)
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v, want no wait", took)
		}
		wantPosts(t, "down", &e, 1)
	})
}

// Retry-After is obeyed, by all scopes of the App: B2C counts requests per
// address and tenant (https://learn.microsoft.com/azure/active-directory-b2c/service-limits).
func TestRetryAfterIsObeyed(t *testing.T) {
	in := func(d time.Duration) func() string {
		return func() string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	}
	is := func(s string) func() string { return func() string { return s } }
	for _, tc := range []struct {
		name        string
		value       func() string
		least, most time.Duration
	}{
		{"seconds", is("90"), 90 * time.Second, 91 * time.Second},
		{"date", in(90 * time.Second), 90 * time.Second, 91 * time.Second},
		{"fraction", is("2.5"), 2500 * time.Millisecond, 4 * time.Second},
		{"almost nothing", is("0.001"), time.Second, 2 * time.Second},
		{"a day", is("86400"), 10 * time.Minute, 601 * time.Second},
		{"1e300", is("1e300"), 10 * time.Minute, 601 * time.Second},
		{"many digits", is(strings.Repeat("9", 400)), 800 * time.Millisecond, 601 * time.Second},
		{"infinity", is("+Inf"), 10 * time.Minute, 601 * time.Second},
		{"date far away", in(10 * 365 * 24 * time.Hour), 10 * time.Minute, 601 * time.Second},
		{"none", is(""), 800 * time.Millisecond, 2 * time.Second},
		{"zero", is("0"), 800 * time.Millisecond, 2 * time.Second},
		{"negative", is("-60"), 800 * time.Millisecond, 2 * time.Second},
		{"date gone by", in(-time.Hour), 800 * time.Millisecond, 2 * time.Second},
		{"not a number", is("NaN"), 800 * time.Millisecond, 2 * time.Second},
		{"words", is("in a while"), 800 * time.Millisecond, 2 * time.Second},
	} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			if status == http.StatusServiceUnavailable && tc.least < time.Second {
				continue // is a failure like others then, see TestTransientFailure
			}
			bubble(t, func(t *testing.T) {
				var e endpoint
				header := map[string]string{}
				if v := tc.value(); v != "" {
					header["Retry-After"] = v
				}
				e.play(func(p post) reply {
					if p.n == 1 {
						return reply{status: status, header: header, body: "busy"}
					}
					return reply{}
				})
				app := newDaemon(t, &e, nil)
				name := tc.name + ", " + strconv.Itoa(status)
				start := time.Now()
				_, err := app.Token(t.Context(), tasksScope)
				wantClass(t, name, err, acquire.ErrRetry)
				for i := 0; e.count() == 1; i++ {
					scope := tasksScope
					if i%2 == 1 && status == http.StatusTooManyRequests { // which is for all of them
						scope = stockScope
					}
					_, err = app.Token(t.Context(), scope)
					took := time.Since(start)
					if err == nil {
						break
					}
					if took > tc.most {
						t.Fatalf("%s: no request for %v, want one after %v at most", name, took, tc.most)
					}
					failed := wantClass(t, name, err, acquire.ErrRetry)
					if failed.RetryAfter <= 0 || failed.RetryAfter > 10*time.Minute {
						t.Errorf("%s: got RetryAfter %v, want what is left", name, failed.RetryAfter)
					}
					time.Sleep(100 * time.Millisecond)
				}
				if took := time.Since(start); took < tc.least || took > tc.most {
					t.Errorf("%s: the next request came after %v, want %v to %v", name, took, tc.least, tc.most)
				}
			})
		}
	}
}

// A request that was under way when another was told to wait changes nothing
// about that, even if it does well.
func TestRetryAfterOutlivesOtherAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.play(func(p post) reply {
			switch p.n {
			case 1:
				return reply{after: 3 * time.Second}
			case 2:
				return reply{status: http.StatusTooManyRequests, header: map[string]string{"Retry-After": "60"}, body: "busy"}
			}
			return reply{}
		})
		app := newDaemon(t, &e, nil)
		var wg sync.WaitGroup
		wg.Go(func() { mustTokenE(t, app, tasksScope) })
		time.Sleep(time.Second)
		_, err := app.Token(t.Context(), stockScope)
		wantClass(t, "429", err, acquire.ErrRetry)
		wg.Wait()
		for range 55 {
			_, err = app.Token(t.Context(), scopeNumber(1))
			wantClass(t, "within the minute", err, acquire.ErrRetry)
			time.Sleep(time.Second)
		}
		wantPosts(t, "within the minute", &e, 2)
		time.Sleep(5 * time.Second)
		mustToken(t, app, scopeNumber(1))
	})
}

// mustTokenE is mustToken for a goroutine.
func mustTokenE(t *testing.T, app *acquire.App, scope string) {
	t.Helper()
	if _, err := app.Token(t.Context(), scope); err != nil {
		t.Error(err)
	}
}

// So does being told to wait without being told how long: once requests do
// well, the next wait is short again.
func TestThrottledBackoffBeginsAnew(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		busy := reply{status: http.StatusTooManyRequests, body: "busy"}
		e.always(busy)
		app := newDaemon(t, &e, nil)
		for range 120 {
			_, err := app.Token(t.Context(), tasksScope)
			wantClass(t, "busy", err, acquire.ErrRetry)
			time.Sleep(time.Second)
		}
		e.always(reply{})
		time.Sleep(15 * time.Second)
		mustToken(t, app, tasksScope)
		e.always(busy)
		_, err := app.Token(t.Context(), stockScope)
		wantClass(t, "busy again", err, acquire.ErrRetry)
		e.always(reply{})
		time.Sleep(1500 * time.Millisecond)
		mustToken(t, app, scopeNumber(1))
	})
}

// Who waits for as long as the error says is not refused again, and what was not
// sent is no failure.
func TestRetryAfterIsEnough(t *testing.T) {
	for _, answer := range []reply{
		{status: http.StatusTooManyRequests, body: "busy", header: map[string]string{"Retry-After": "1"}},
		{status: http.StatusTooManyRequests, body: "busy", header: map[string]string{"Retry-After": "10"}},
		{status: http.StatusTooManyRequests, body: "busy"},
		{status: http.StatusServiceUnavailable, body: "busy", header: map[string]string{"Retry-After": "1"}},
		{status: http.StatusServiceUnavailable, body: "busy"},
		down(),
	} {
		for range 20 { // there is chance in it
			bubble(t, func(t *testing.T) {
				var e endpoint
				app := newDaemon(t, &e, nil)
				e.always(answer)
				_, err := app.Token(t.Context(), tasksScope)
				wait := wantClass(t, "first", err, acquire.ErrRetry).RetryAfter
				e.always(reply{})
				posts := e.count()
				time.Sleep(wait / 2)
				_, err = app.Token(t.Context(), scopeNumber(1)) // another entry, which a 429 holds back as well
				if answer.status == http.StatusTooManyRequests {
					again := wantClass(t, "too early", err, acquire.ErrRetry).RetryAfter
					if again <= 0 || again > wait-wait/2 || e.count() != posts {
						t.Errorf("too early: got %v and %d requests, want at most %v and none", again, e.count()-posts, wait-wait/2)
					}
				}
				time.Sleep(wait - wait/2)
				for _, scope := range []string{tasksScope, scopeNumber(1)} {
					if _, err := app.Token(t.Context(), scope); err != nil {
						t.Errorf("%s after %v: %v", scope, wait, err)
					}
				}
			})
		}
	}
}

// Being told to wait costs nobody who has a token.
func TestRetryAfterWithGoodToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, app, scope := newEmulated(t, nil)
		first := mustToken(t, app, scope)
		time.Sleep(51 * time.Minute)
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, RetryAfter: 5 * time.Minute, Times: 1})
		for range 299 {
			if got := mustToken(t, app, scope); got.AccessToken != first.AccessToken {
				t.Fatal("got another token within the time that B2C asked for")
			}
			time.Sleep(time.Second)
		}
		if got := b2c.Counts().Token; got != 2 {
			t.Errorf("got %d requests, want 2", got)
		}
		time.Sleep(2 * time.Second)
		mustToken(t, app, scope)
		synctest.Wait()
		if got := mustToken(t, app, scope); got.AccessToken == first.AccessToken {
			t.Error("not renewed after the time that B2C asked for")
		}
	})
}

// In an outage a caller's own time still counts.
func TestOutageCallersContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(hanging())
		app := newDaemon(t, &e, nil)
		for range 30 {
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := app.Token(ctx, tasksScope)
			cancel()
			if err == nil || time.Since(start) > time.Second {
				t.Errorf("got %v after %v, want an error within a second", err, time.Since(start))
			}
			time.Sleep(time.Second)
		}
		if got := e.count(); got > 6 {
			t.Errorf("got %d requests in a minute, want at most 6", got)
		}
	})
}

// busyFor is an endpoint that asks to be left alone for so many seconds; 0 says
// not for how long.
func busyFor(seconds int, after time.Duration) reply {
	r := reply{after: after, status: http.StatusTooManyRequests, body: "busy"}
	if seconds > 0 {
		r.header = map[string]string{"Retry-After": strconv.Itoa(seconds)}
	}
	return r
}

// Of several answers that ask to wait, the longest wait counts, whichever comes
// last.
func TestThrottledLongestWaitCounts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.play(func(p post) reply {
			switch p.n {
			case 1:
				return busyFor(0, time.Second)
			case 2:
				return busyFor(120, 0)
			}
			return reply{}
		})
		app := newDaemon(t, &e, nil)
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = app.Token(t.Context(), tasksScope) })
		synctest.Wait()
		_, err := app.Token(t.Context(), stockScope)
		wantClass(t, "429", err, acquire.ErrRetry)
		wg.Wait()
		time.Sleep(118 * time.Second)
		_, err = app.Token(t.Context(), scopeNumber(1))
		wantClass(t, "within two minutes", err, acquire.ErrRetry)
		wantPosts(t, "within two minutes", &e, 2)
		time.Sleep(2 * time.Second)
		mustToken(t, app, scopeNumber(1))
	})
}

// A burst that is refused is one failure: the wait after it is the first one,
// not that after as many failures as there were requests.
func TestThrottledBurstCountsOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.play(func(p post) reply {
			if p.n <= 6 {
				return busyFor(0, time.Duration(p.n)*100*time.Millisecond)
			}
			return reply{}
		})
		app := newDaemon(t, &e, nil)
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() { _, _ = app.Token(t.Context(), scopeNumber(i)) })
		}
		wg.Wait()
		time.Sleep(700 * time.Millisecond) // 1.2 s after the first
		mustToken(t, app, scopeNumber(9))
		wantPosts(t, "all", &e, 7)
	})
}

// A good answer doesn't end a wait that was asked for while its request was
// under way, also if that counts as no failure of its own.
func TestThrottledByLateAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.play(func(p post) reply {
			switch p.n {
			case 1:
				return busyFor(120, 3*time.Second)
			case 2:
				return busyFor(1, 0)
			case 3:
				return reply{after: 2 * time.Second}
			}
			return reply{}
		})
		app := newDaemon(t, &e, nil)
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = app.Token(t.Context(), scopeNumber(1)) })
		synctest.Wait()
		_, err := app.Token(t.Context(), scopeNumber(2))
		wantClass(t, "429", err, acquire.ErrRetry)
		time.Sleep(2 * time.Second)
		mustToken(t, app, scopeNumber(3)) // from 2 s to 4 s
		wg.Wait()
		_, err = app.Token(t.Context(), scopeNumber(4))
		wantClass(t, "afterwards", err, acquire.ErrRetry)
		wantPosts(t, "afterwards", &e, 3)
	})
}

// A function for the secret that takes its time does not let a request pass
// that B2C has asked not to be made meanwhile.
func TestThrottledWhileSecretIsFetched(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.play(func(p post) reply {
			if p.n == 1 {
				return busyFor(120, 0)
			}
			return reply{}
		})
		var calls atomic.Int64
		app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.SecretFunc(func(context.Context) (string, error) {
			if calls.Add(1) == 1 {
				time.Sleep(time.Second)
			}
			return clientSecret, nil
		}), &e, nil)
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := app.Token(t.Context(), tasksScope)
			wantClass(t, "with a slow secret", err, acquire.ErrRetry)
		})
		synctest.Wait()
		_, err := app.Token(t.Context(), stockScope)
		wantClass(t, "429", err, acquire.ErrRetry)
		wg.Wait()
		_, err = app.Token(t.Context(), scopeNumber(1))
		wantClass(t, "afterwards", err, acquire.ErrRetry)
		wantPosts(t, "all", &e, 1)
	})
}

// Retry-After with a 503 is for what was asked for. It stops nobody else: B2C's
// gateway may send it for one request of many.
func TestUnavailableStopsOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		w.cutting(func(p post, r *http.Request) (*http.Response, error) {
			if p.form.Get("code") != params.Get("code") {
				return nil, nil
			}
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"86400"}}, Body: http.NoBody, Request: r}, nil
		})
		_, err := app.Finish(t.Context(), pending, params)
		wantClass(t, "the one", err, acquire.ErrRetry)
		signedIn(t, app, newBrowser(t, b2c), readScope)
	})
}

// HTTP 500 with server_error (RFC 6749 section 4.1.2.1 has it, section 5.2 does
// not) is an outage, not the tenant's fault: the next attempt is made at once.
func TestServerErrorIsTransient(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.play(func(p post) reply {
			if p.n == 1 {
				return refusing(http.StatusInternalServerError, "server_error", "Something went wrong.")
			}
			return reply{}
		})
		mustToken(t, newDaemon(t, &e, nil), tasksScope)
		wantPosts(t, "all", &e, 2)
	})
}
