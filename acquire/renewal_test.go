// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// Ten thousand callers across one expiry: none gets an expired token, and
// there are two requests in all.
func TestManyAcrossExpiry(t *testing.T) {
	for _, tc := range []struct {
		name  string
		sleep time.Duration // so long before they come
		every time.Duration // and then one after the other, or all at once
	}{
		{"all at the end", time.Hour, 0},
		{"all just before the end", time.Hour - time.Millisecond, 0},
		{"all when it is due", 50 * time.Minute, 0},
		{"spread over the last seconds", time.Hour - 5*time.Second, time.Millisecond},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(reply{after: 300 * time.Millisecond})
			app := newDaemon(t, &e, nil)
			mustToken(t, app, tasksScope)
			time.Sleep(tc.sleep - 300*time.Millisecond) // its life began with the request
			var wg sync.WaitGroup
			for range 10_000 {
				wg.Go(func() {
					token, err := app.Token(t.Context(), tasksScope)
					if err != nil {
						t.Errorf("%s: %v", tc.name, err)
						return
					}
					wantUnexpired(t, tc.name, &e, token)
				})
				if tc.every > 0 {
					time.Sleep(tc.every)
				}
			}
			wg.Wait()
			wantPosts(t, tc.name, &e, 2)
		})
	}
}

// A token is renewed the larger of five minutes or a fifth of its life before
// its end, with some jitter, and short ones in proportion. Callers never wait
// for that.
func TestRenewalAhead(t *testing.T) {
	for _, tc := range []struct {
		life           time.Duration
		earliest, late time.Duration // after which the renewal comes
	}{
		{24 * time.Hour, 19*time.Hour + 12*time.Minute, 20 * time.Hour},
		{2 * time.Hour, 96 * time.Minute, 100 * time.Minute},
		{time.Hour, 48 * time.Minute, 50 * time.Minute},
		{22 * time.Minute, 17 * time.Minute, 17*time.Minute + 45*time.Second},
		{5 * time.Minute, 225 * time.Second, 237 * time.Second},
		{time.Minute, 45 * time.Second, 48 * time.Second},
		{8 * time.Second, 6 * time.Second, 6400 * time.Millisecond},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(reply{life: tc.life})
			app := newDaemon(t, &e, nil)
			mustToken(t, app, tasksScope)
			born := time.Now()
			slow := min(tc.life/40, 5*time.Second)
			e.always(reply{life: tc.life, after: slow})
			step := tc.life / 800
			for e.count() == 1 {
				time.Sleep(step)
				start := time.Now()
				wantUnexpired(t, tc.life.String(), &e, mustToken(t, app, tasksScope))
				if waited := time.Since(start); waited != 0 {
					t.Fatalf("%v: waited %v", tc.life, waited)
				}
				synctest.Wait()
			}
			if at := e.since(1)[0].at.Sub(born); at < tc.earliest || at > tc.late+step {
				t.Errorf("%v: renewed after %v, want %v to %v", tc.life, at, tc.earliest, tc.late)
			}
			// Meanwhile the old one serves; afterwards the new one does.
			if got := mustToken(t, app, tasksScope).AccessToken; got != "token-1" {
				t.Errorf("%v: during renewal: got %s, want token-1", tc.life, got)
			}
			time.Sleep(slow)
			synctest.Wait()
			if got := mustToken(t, app, tasksScope).AccessToken; got != "token-2" {
				t.Errorf("%v: after renewal: got %s, want token-2", tc.life, got)
			}
			wantPosts(t, tc.life.String(), &e, 2)
		})
	}
}

// Two Apps don't renew in the same moment.
func TestRenewalJitter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		fleet := newFleet(t, 20, &e, acquire.Options{})
		for _, app := range fleet {
			mustToken(t, app, tasksScope)
		}
		moments := map[int]bool{}
		for minute := range 14 {
			before := e.count()
			time.Sleep(48*time.Minute + 10*time.Second - time.Since(e.since(0)[0].at) + time.Duration(minute)*10*time.Second)
			for _, app := range fleet {
				mustToken(t, app, tasksScope)
			}
			synctest.Wait()
			if e.count() > before {
				moments[minute] = true
			}
		}
		wantPosts(t, "each was renewed", &e, 40)
		if len(moments) < 3 {
			t.Errorf("20 Apps renewed in %d of 14 moments, want 3 at least", len(moments))
		}
	})
}

// Tokens of a short life don't make a storm, and none is expired.
func TestShortLives(t *testing.T) {
	for _, tc := range []struct {
		life  time.Duration
		most  int
		after time.Duration
	}{
		{8 * time.Second, 6, 0},
		{8 * time.Second, 6, 100 * time.Millisecond},
		{2 * time.Second, 24, 0},
		{time.Second, 50, 0},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(reply{life: tc.life, after: tc.after})
			app := newDaemon(t, &e, nil)
			for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				wantUnexpired(t, tc.life.String(), &e, mustToken(t, app, tasksScope))
			}
			if got := e.count(); got > tc.most {
				t.Errorf("%v: got %d requests in 30 s, want at most %d", tc.life, got, tc.most)
			}
		})
	}
}

// Tokens that have expired when they come are failures, with a back-off.
func TestExpiredOnArrival(t *testing.T) {
	for name, r := range map[string]reply{
		"life shorter than the way": {life: time.Second, after: 1500 * time.Millisecond},
		"life of a nanosecond":      {after: time.Millisecond, body: `{"access_token":"t","token_type":"Bearer","expires_in":"0.000000001"}`},
		"life of less":              {after: time.Millisecond, body: `{"access_token":"t","token_type":"Bearer","expires_in":1e-300}`},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(r)
			app := newDaemon(t, &e, nil)
			for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				if _, err := app.Token(t.Context(), tasksScope); !errors.Is(err, acquire.ErrRetry) {
					t.Fatalf("%s: got %v, want class %s", name, err, acquire.ErrRetry)
				}
			}
			if got := e.count(); got > 12 {
				t.Errorf("%s: got %d requests in 30 s, want at most 12", name, got)
			}
			e.always(reply{})
			time.Sleep(15 * time.Second)
			wantUnexpired(t, name, &e, mustToken(t, app, tasksScope))
		})
	}
}

// A token endpoint that hangs costs callers nothing as long as there is a good
// token, to its last moment.
func TestHangingDuringRenewal(t *testing.T) {
	for _, life := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, 8 * time.Second} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(reply{life: life})
			app := newDaemon(t, &e, nil)
			mustToken(t, app, tasksScope)
			end := time.Now().Add(life)
			e.always(hanging())
			time.Sleep(life * 70 / 100)
			for time.Now().Before(end) {
				start := time.Now()
				token, err := app.Token(t.Context(), tasksScope)
				if err != nil {
					t.Fatalf("%v: %v before the end: %v", life, end.Sub(start), err)
				}
				wantUnexpired(t, life.String(), &e, token)
				switch waited := time.Since(start); {
				case waited > 2*time.Second:
					t.Fatalf("%v: waited %v, %v before the end", life, waited, end.Sub(start))
				case waited > 0 && end.Sub(start) > min(2*time.Second, life/20):
					t.Fatalf("%v: waited %v, %v before the end", life, waited, end.Sub(start))
				}
				time.Sleep(max(10*time.Millisecond, time.Until(end)/500)) // closer and closer
			}
		})
	}
}

// In the last moments of a token, when its successor is on the way, callers
// get the successor.
func TestLastMoments(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		app := newDaemon(t, &e, nil)
		mustToken(t, app, tasksScope)
		e.always(reply{after: 400 * time.Millisecond})
		time.Sleep(time.Hour - time.Second)
		start := time.Now()
		tokens, errs := herd(100, func() (*oauth2.Token, error) { return app.Token(t.Context(), tasksScope) })
		wantGood(t, "a second before the end", &e, tokens, errs)
		if took := time.Since(start); tokens[0].AccessToken != "token-2" || took != 400*time.Millisecond {
			t.Errorf("got %s after %v, want token-2 after 400ms", tokens[0].AccessToken, took)
		}
		wantPosts(t, "a second before the end", &e, 2)
	})
}

// What the token endpoint says of a token's life, and
// what is made of nonsense.
func TestExpiresIn(t *testing.T) {
	hour, minute, day := time.Hour, time.Minute, 24*time.Hour
	for _, tc := range []struct {
		name, members string
		want          time.Duration
	}{
		{"number", `"expires_in":3600`, hour},
		{"string", `"expires_in":"3600"`, hour},
		{"fraction", `"expires_in":"90.5"`, 90500 * time.Millisecond},
		{"exponent", `"expires_in":3.6e3`, hour},
		{"missing", `"scope":"x"`, minute},
		{"null", `"expires_in":null`, minute},
		{"empty", `"expires_in":""`, minute},
		{"words", `"expires_in":"soon"`, minute},
		{"array", `"expires_in":[3600]`, minute},
		{"object", `"expires_in":{"s":3600}`, minute},
		{"true", `"expires_in":true`, minute},
		{"zero", `"expires_in":0`, minute},
		{"zero in a string", `"expires_in":"0"`, minute},
		{"negative", `"expires_in":-3600`, minute},
		{"negative in a string", `"expires_in":"-1e300"`, minute},
		{"not a number", `"expires_in":"NaN"`, minute},
		{"minus infinity", `"expires_in":"-Inf"`, minute},
		{"a year", `"expires_in":31536000`, day},
		{"1e300", `"expires_in":1e300`, day},
		{"1e300 in a string", `"expires_in":"1e300"`, day},
		{"max int64", `"expires_in":9223372036854775807`, day},
		{"spaces", `"expires_in":" 3600 "`, minute},
		{"from expires_on", `"not_before":"1750000000","expires_on":"1750003600"`, hour},
		{"numbers of expires_on", `"not_before":1750000000,"expires_on":1750003600`, hour},
		{"expires_in comes first", `"expires_in":"60","not_before":1750000000,"expires_on":1750003600`, minute},
		{"expires_in of zero doesn't", `"expires_in":0,"not_before":1750000000,"expires_on":1750003600`, hour},
		{"nor one that is no number", `"expires_in":"NaN","not_before":1750000000,"expires_on":1750003600`, hour},
		{"expires_on turned round", `"not_before":1750003600,"expires_on":1750000000`, minute},
		{"expires_on of 1e300", `"not_before":1750000000,"expires_on":1e300`, day},
		{"all are huge", `"not_before":"-1.7e308","expires_on":"1.7e308"`, day},
	} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(reply{body: `{"access_token":"t","token_type":"Bearer",` + tc.members + `}`})
			app := newDaemon(t, &e, nil)
			token := mustToken(t, app, tasksScope)
			if got := time.Until(token.Expiry); got != tc.want {
				t.Errorf("%s: got a life of %v, want %v", tc.name, got, tc.want)
			}
			time.Sleep(tc.want)
			mustToken(t, app, tasksScope)
			wantPosts(t, tc.name+": afterwards", &e, 2)
		})
	}
}

// A life begins when the request is made, not when a slow answer comes.
// Claims of tokens are whole seconds, so one that was asked for at the end of a
// second has begun before, and ends before.
func TestLifeIsOfWholeSeconds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, app, scope := newEmulated(t, nil)
		time.Sleep(900 * time.Millisecond)
		token := mustToken(t, app, scope)
		exp, _ := claimsOf(t, token.AccessToken)["exp"].(float64)
		if end := time.Unix(int64(exp), 0); !token.Expiry.Equal(end) {
			t.Errorf("got a token until %v that ends at %v", token.Expiry, end)
		}
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultServerError})
		time.Sleep(time.Until(token.Expiry) - time.Millisecond)
		mustToken(t, app, scope)
		time.Sleep(time.Millisecond)
		if late, err := app.Token(t.Context(), scope); err == nil {
			t.Errorf("got a token until %v at %v", late.Expiry, time.Now())
		}
	})
}

func TestLifeBeginsWithTheRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(reply{life: time.Minute, after: 4 * time.Second})
		app := newDaemon(t, &e, nil)
		token := mustToken(t, app, tasksScope)
		if got := time.Until(token.Expiry); got != 56*time.Second {
			t.Errorf("got %v left, want 56s", got)
		}
	})
}

// An API that refuses a token gets another one, by one request.
func TestReplace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(reply{after: 300 * time.Millisecond})
		app := newDaemon(t, &e, nil)
		rejected := mustToken(t, app, tasksScope)
		tokens, errs := herd(100, func() (*oauth2.Token, error) { return app.Replace(t.Context(), rejected, tasksScope) })
		wantGood(t, "refused by 100", &e, tokens, errs)
		for _, token := range tokens {
			if token.AccessToken != "token-2" {
				t.Fatalf("got %s, want token-2", token.AccessToken)
			}
		}
		wantPosts(t, "refused by 100", &e, 2)

		// A straggler with the first one gets what is there.
		start := time.Now()
		if token, err := app.Replace(t.Context(), rejected, tasksScope); err != nil || token.AccessToken != "token-2" || time.Since(start) != 0 {
			t.Errorf("a straggler: got %v, %v after %v, want token-2 at once", token, err, time.Since(start))
		}
		wantPosts(t, "a straggler", &e, 2)

		// If the new one is refused too, another token won't help: not for 30
		// seconds from when the last one was asked for.
		second := tokens[0]
		began := e.since(1)[0].at
		for time.Since(began) < 30*time.Second {
			_, err := app.Replace(t.Context(), second, tasksScope)
			failed := wantClass(t, "refused again", err, acquire.ErrRetry)
			if want := 30*time.Second - time.Since(began); failed.RetryAfter != want {
				t.Fatalf("got RetryAfter %v, want %v", failed.RetryAfter, want)
			}
			time.Sleep(100 * time.Millisecond)
		}
		wantPosts(t, "refused again", &e, 2)
		if got := mustToken(t, app, tasksScope).AccessToken; got != "token-2" {
			t.Errorf("Token meanwhile: got %s, want token-2", got)
		}
		token, err := app.Replace(t.Context(), second, tasksScope)
		if err != nil || token.AccessToken != "token-3" {
			t.Errorf("after 30 s: got %v, %v, want token-3", token, err)
		}
		wantPosts(t, "after 30 s", &e, 3)
		// Other scopes have their own 30 seconds.
		other := mustToken(t, app, stockScope)
		if token, err = app.Replace(t.Context(), other, stockScope); err != nil || token.AccessToken == other.AccessToken {
			t.Errorf("other scopes: got %v, %v, want another token", token, err)
		}
	})
}

// A flood of refusals is at most two requests a minute.
func TestReplaceFlood(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		app := newDaemon(t, &e, nil)
		mustToken(t, app, tasksScope)
		for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			_, _ = app.Replace(t.Context(), mustToken(t, app, tasksScope), tasksScope)
		}
		if got := e.count(); got < 10 || got > 21 {
			t.Errorf("got %d requests in 10 minutes, want 10 to 21", got)
		}
	})
}

func TestReplaceOddities(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		app := newDaemon(t, &e, nil)
		// Nothing is kept yet: whatever was refused, there is only one way.
		token, err := app.Replace(t.Context(), &oauth2.Token{AccessToken: "of another life"}, tasksScope)
		if err != nil || token.AccessToken != "token-1" {
			t.Errorf("cold: got %v, %v, want token-1", token, err)
		}
		for name, rejected := range map[string]*oauth2.Token{"nil": nil, "empty": {}, "another": {AccessToken: "of another life"}} {
			if token, err = app.Replace(t.Context(), rejected, tasksScope); err != nil || token.AccessToken != "token-1" {
				t.Errorf("%s: got %v, %v, want token-1", name, token, err)
			}
		}
		wantPosts(t, "nothing of ours refused", &e, 1)
		if _, err = app.Replace(t.Context(), token, "openid"); !errors.Is(err, acquire.ErrNoAccessToken) {
			t.Errorf("openid: got %v, want %v", err, acquire.ErrNoAccessToken)
		}
		// Expired: that it was refused too is no reason to hold back.
		time.Sleep(time.Hour)
		for _, want := range []string{"token-2", "token-2"} {
			if token, err = app.Replace(t.Context(), &oauth2.Token{AccessToken: "token-1"}, tasksScope); err != nil || token.AccessToken != want {
				t.Errorf("expired: got %v, %v, want %s", token, err, want)
			}
		}
		wantPosts(t, "expired", &e, 2)
	})
}

// While a refused token is being replaced, others go on with it: it may be
// that one API alone dislikes it. Its callers wait no longer than they want.
func TestReplaceWhileHanging(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		app := newDaemon(t, &e, nil)
		rejected := mustToken(t, app, tasksScope)
		e.always(hanging())
		start := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := app.Replace(ctx, rejected, tasksScope); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
				t.Errorf("with a second's time: got %v after %v, want context.DeadlineExceeded after 1s", err, time.Since(start))
			}
		})
		wg.Go(func() {
			_, err := app.Replace(t.Context(), rejected, tasksScope)
			wantClass(t, "hanging", err, acquire.ErrRetry)
			if took := time.Since(start); took > 12*time.Second {
				t.Errorf("hanging: took %v, want at most 12s", took)
			}
		})
		time.Sleep(500 * time.Millisecond)
		if got := mustToken(t, app, tasksScope).AccessToken; got != "token-1" || time.Since(start) != 500*time.Millisecond {
			t.Errorf("Token meanwhile: got %s after %v, want token-1 at once", got, time.Since(start))
		}
		wg.Wait()
	})
}

// A refused token that can't be replaced because B2C refuses, too, makes no
// storm.
func TestReplaceDuringOutage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		app := newDaemon(t, &e, nil)
		rejected := mustToken(t, app, tasksScope)
		e.always(reply{status: http.StatusInternalServerError, body: "oops"})
		for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			_, err := app.Replace(t.Context(), rejected, tasksScope)
			wantClass(t, "outage", err, acquire.ErrRetry)
		}
		if got := e.count() - 1; got > 2 {
			t.Errorf("got %d requests in 30 s, want at most 2", got)
		}
		e.always(reply{})
		time.Sleep(time.Minute)
		token, err := app.Replace(t.Context(), rejected, tasksScope)
		if err != nil || token.AccessToken == rejected.AccessToken {
			t.Errorf("afterwards: got %v, %v, want another token", token, err)
		}
	})
}

// A token endpoint that gives out the same token again, as one with a cache of
// its own may, is no reason to ask all the time.
func TestSameTokenAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		born := time.Now()
		e.play(func(post) reply {
			left := time.Hour - time.Since(born)
			return reply{body: fmt.Sprintf(`{"access_token":"same","token_type":"Bearer","expires_in":%d}`, int64(left.Seconds()))}
		})
		app := newDaemon(t, &e, nil)
		for time.Since(born) < 59*time.Minute {
			mustToken(t, app, tasksScope)
			time.Sleep(time.Second)
		}
		if got := e.count(); got > 20 {
			t.Errorf("got %d requests in 59 minutes, want at most 20", got)
		}
	})
}

// A function for the secret that hangs, and ignores its context, holds callers
// no longer than Options.Timeout and a second. Others are tried meanwhile: it
// may be one lost connection.
func TestHeedlessSecret(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		var calls atomic.Int64
		gate := make(chan struct{})
		app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.SecretFunc(func(context.Context) (string, error) {
			if calls.Add(1) == 1 {
				<-gate
			}
			return clientSecret, nil
		}), &e, nil)
		start := time.Now()
		_, err := app.Token(t.Context(), tasksScope)
		wantClass(t, "hanging", err, acquire.ErrRetry)
		if took := time.Since(start); took > 11*time.Second {
			t.Errorf("hanging: took %v, want at most 11s", took)
		}
		time.Sleep(30 * time.Second)
		_, _ = app.Token(t.Context(), tasksScope) // finds out
		time.Sleep(30 * time.Second)
		token := mustToken(t, app, tasksScope)
		close(gate)
		synctest.Wait()
		if got := mustToken(t, app, tasksScope); got.AccessToken != token.AccessToken {
			t.Errorf("got %s from the one that hung, want still %s", got.AccessToken, token.AccessToken)
		}
	})
}

// If it never comes back, few are tried, and what they bring in the end is
// taken.
func TestHeedlessSecretIsTriedRarely(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		var calls atomic.Int64
		gate := make(chan struct{})
		app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.SecretFunc(func(context.Context) (string, error) {
			calls.Add(1)
			<-gate
			return clientSecret, nil
		}), &e, nil)
		for range 60 {
			_, err := app.Token(t.Context(), tasksScope)
			wantClass(t, "hanging", err, acquire.ErrRetry)
			time.Sleep(time.Minute)
		}
		if n := calls.Load(); n < 2 || n > 4 {
			t.Errorf("got %d calls of the function in an hour, want 2 to 4", n)
		}
		close(gate)
		synctest.Wait()
		for range 3 {
			mustToken(t, app, tasksScope)
			time.Sleep(2 * time.Hour)
		}
	})
}
