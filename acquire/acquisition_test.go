// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// clerk keeps what Options.OnAcquisition is told.
type clerk struct {
	mu   sync.Mutex
	seen []acquire.Acquisition
}

func (c *clerk) add(ctx context.Context, a acquire.Acquisition) {
	if ctx.Err() != nil && a.Err == nil {
		a.Err = errors.New("told with a context that has ended")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, a)
}

// take returns what it was told since it was last asked, once all is quiet.
func (c *clerk) take() []acquire.Acquisition {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.seen
	c.seen = nil
	return seen
}

// told is grant and source of each, with the class if there is no token.
func (c *clerk) told() string {
	var all []string
	for _, a := range c.take() {
		s := fmt.Sprintf("%s %s", a.Grant, a.Source)
		if a.Renewal {
			s += " renewal"
		}
		if e, ok := errors.AsType[*acquire.Error](a.Err); ok {
			s += " " + string(e.Class)
		} else if a.Err != nil {
			s += " " + a.Err.Error()
		}
		all = append(all, s)
	}
	return strings.Join(all, "; ")
}

func (c *clerk) want(t testing.TB, what, want string) {
	t.Helper()
	if got := c.told(); got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestAcquisitionsOfTheApp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		e, c := new(endpoint), new(clerk)
		app := newDaemon(t, e, &acquire.Options{OnAcquisition: c.add})
		call := func() { _, _ = app.Token(t.Context(), tasksScope) }
		e.always(reply{after: 2 * time.Second})
		start := time.Now()
		var wg sync.WaitGroup
		for range 100 { // who wait for one renewal
			wg.Go(call)
		}
		wg.Wait()
		seen := c.take()
		if len(seen) != 1 || seen[0].Source != acquire.SourceEndpoint || seen[0].Grant != acquire.GrantClientCredentials || seen[0].Err != nil ||
			seen[0].Renewal || !seen[0].Start.Equal(start) || seen[0].Duration != 2*time.Second {
			t.Errorf("first: got %+v", seen)
		}
		call()
		c.want(t, "again", "client_credentials memory")
		time.Sleep(56 * time.Minute)
		call()
		time.Sleep(3 * time.Second)
		c.want(t, "an aging one", "client_credentials memory; client_credentials endpoint renewal")

		e.always(down())
		time.Sleep(2 * time.Hour)
		call()
		c.want(t, "an outage", "client_credentials endpoint renewal retry; client_credentials endpoint renewal retry")
		call()
		c.want(t, "held back", "client_credentials none retry")
		e.always(reply{status: http.StatusTooManyRequests, header: map[string]string{"Retry-After": "30"}, body: "{}"})
		_, _ = app.Token(t.Context(), stockScope)
		c.want(t, "429", "client_credentials endpoint retry")
		_, _ = app.Token(t.Context(), "https://contoso.onmicrosoft.com/other/.default")
		c.want(t, "after 429", "client_credentials none retry")
		s := app.State()
		if s.Requests != 5 || s.Shared != 0 || s.Failures[acquire.ErrRetry] != 4 || len(s.Failures) != 1 || time.Until(s.HeldUntil) != 30*time.Second ||
			!s.LastErrorAt.Equal(time.Now()) || !s.LastSuccess.Before(time.Now().Add(-2*time.Hour)) || s.LastError == nil {
			t.Errorf("got state %+v", s)
		}
		if len(s.Tokens) != 3 || s.Tokens[2].Scopes != tasksScope || !s.Tokens[2].Expiry.IsZero() || s.Tokens[2].LastError == nil || !s.Tokens[2].NextAttempt.After(time.Now()) {
			t.Errorf("got tokens %+v", s.Tokens)
		}
		e.always(reply{})
		time.Sleep(time.Minute)
		call()
		if s := app.State(); !s.HeldUntil.IsZero() || !s.Tokens[2].Expiry.After(time.Now()) || s.Tokens[2].LastError != nil || !s.Tokens[2].NextAttempt.IsZero() || s.LastError == nil {
			t.Errorf("after recovery: got state %+v", s)
		}
		c.take()
		_ = app.Close()
		_, _ = app.Token(t.Context(), "https://contoso.onmicrosoft.com/more/.default")
		c.want(t, "closed", "client_credentials none closed")
	})
}

func TestAcquisitionWithoutSecret(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := new(clerk)
		app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.SecretFunc(func(context.Context) (string, error) { return "", errors.New("the vault is sealed") }),
			new(endpoint), &acquire.Options{OnAcquisition: c.add})
		_, err := app.Token(t.Context(), tasksScope)
		e, _ := errors.AsType[*acquire.Error](err)
		if e == nil {
			t.Fatal("got a token")
		}
		c.want(t, "no secret", "client_credentials none "+string(e.Class))
	})
}

func TestAcquisitionsOfUsers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, c := emulator.NewTenant(nil), new(clerk)
		cache, fetches := newMemory(), 0
		var mu sync.Mutex
		opts := &acquire.Options{OnAcquisition: c.add, Cache: cache, OnFetch: func(f jwks.Fetch) {
			mu.Lock()
			defer mu.Unlock()
			fetches++
		}}
		app := newWeb(t, b2c.Transport(), "B2C_1_susi", opts)
		in := signedIn(t, app, newBrowser(t, b2c), readScope, writeScope)
		c.want(t, "a sign-in", "authorization_code endpoint")
		synctest.Wait()
		if s := app.State(); fetches != 2 || s.Accounts != 1 || s.Unsent != 0 || len(s.Keys) != 1 || !s.Keys[0].Usable || len(s.Tokens) != 0 {
			t.Errorf("got %d fetches of keys, state %+v", fetches, s)
		}
		userToken(t, app, in.Account, readScope, writeScope)
		c.want(t, "a token", "refresh_token memory")
		time.Sleep(56 * time.Minute)
		userToken(t, app, in.Account, readScope, writeScope)
		c.want(t, "an aging one", "refresh_token memory; refresh_token endpoint renewal")
		other := newWeb(t, b2c.Transport(), "B2C_1_susi", opts)
		userToken(t, other, in.Account, readScope, writeScope)
		c.want(t, "another process", "refresh_token cache")
		if s := other.State(); s.Shared != 1 || s.Requests != 0 || !s.LastSuccess.Equal(time.Now()) {
			t.Errorf("got %+v", s)
		}
		userToken(t, app, in.Account, writeScope)
		c.want(t, "other scopes", "refresh_token endpoint")
		b2c.Revoke(adaID)
		time.Sleep(2 * time.Hour)
		if _, err := app.User(in.Account).Token(t.Context(), readScope, writeScope); err == nil {
			t.Error("got a token")
		}
		c.want(t, "revoked", "refresh_token endpoint renewal reauthenticate")
		if _, err := app.User(in.Account).Token(t.Context(), readScope, writeScope); err == nil {
			t.Error("got a token")
		}
		c.want(t, "no good refresh token", "refresh_token none renewal interaction_required")

		ropc := newNative(t, b2c.Transport(), "B2C_1_ropc", opts)
		_, _ = ropc.SignInWithPassword(t.Context(), "ada@contoso.example", "wrong", readScope)
		if got := c.told(); got != "password endpoint user" && got != "password endpoint reauthenticate" {
			t.Errorf("a password: got %q", got)
		}
	})
}

// Nobody waits for the hook of a renewal, and its panic ends nothing.
func TestOnAcquisitionHoldsNobodyUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		log, lines := newLogs()
		var app *acquire.App
		app = newDaemon(t, new(endpoint), &acquire.Options{Logger: log, OnAcquisition: func(_ context.Context, a acquire.Acquisition) {
			if a.Source == acquire.SourceEndpoint {
				app.State() // takes the locks
				time.Sleep(time.Hour)
				panic("secret text")
			}
		}})
		start := time.Now()
		mustToken(t, app, tasksScope)
		if err := app.Close(); err != nil || time.Since(start) != 0 {
			t.Errorf("took %v, and Close got %v; want neither to wait", time.Since(start), err)
		}
		time.Sleep(2 * time.Hour)
		if lines.lines("acquire.Options.OnAcquisition panicked") != 1 || strings.Contains(lines.String(), "secret text") {
			t.Errorf("got %s", lines)
		}
	})
}

func TestOnAcquisitionHoldsNoUserUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		app := newWeb(t, b2c.Transport(), "B2C_1_susi", &acquire.Options{OnAcquisition: func(_ context.Context, a acquire.Acquisition) {
			if a.Grant == acquire.GrantRefreshToken && a.Source == acquire.SourceEndpoint {
				time.Sleep(time.Hour)
			}
		}})
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		start := time.Now()
		userToken(t, app, in.Account, readScope)
		if time.Since(start) != 0 {
			t.Errorf("took %v, want no wait", time.Since(start))
		}
		time.Sleep(2 * time.Hour) // the hook's goroutine ends with the bubble
	})
}

// Under load and faults the hook is told of each request that the tenant has got, and
// of no other, and State counts the same.
func TestOnAcquisitionCountsAsTheServerDoes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, c, cache := emulator.NewTenant(nil), new(clerk), newMemory()
		daemon, web := b2c.Daemon(), newBrowser(t, b2c)
		var apps []*acquire.App
		for range 3 {
			app, err := acquire.NewConfidential(contoso(t).Flow("B2C_1_susi"), daemon.ID, acquire.Secret(daemon.Secret), over(b2c.Transport(), &acquire.Options{OnAcquisition: c.add, Cache: cache}))
			if err != nil {
				t.Fatal(err)
			}
			apps = append(apps, app)
		}
		signIn := newWeb(t, b2c.Transport(), "B2C_1_susi", &acquire.Options{OnAcquisition: c.add, Cache: cache})
		in := signedIn(t, signIn, web, readScope)
		calls, waited := 0, 0
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				for range 150 {
					time.Sleep(time.Duration(rand.Int64N(int64(3 * time.Minute))))
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+rand.Int64N(int64(3*time.Second))))
					start := time.Now()
					var err error
					switch i % 4 {
					case 0:
						_, err = signIn.User(in.Account).Token(ctx, []string{readScope, writeScope}[rand.IntN(2)])
					default:
						_, err = apps[i%len(apps)].Token(ctx, b2c.API().URI+"/.default")
					}
					cancel()
					mu.Lock()
					if calls++; err != nil || time.Since(start) > 0 {
						waited++
					}
					mu.Unlock()
				}
			})
		}
		wg.Go(func() {
			for i := range 60 {
				time.Sleep(4 * time.Minute)
				b2c.Intercept([]func(http.ResponseWriter, *http.Request, http.Handler){
					nil,
					func(w http.ResponseWriter, r *http.Request, next http.Handler) {
						time.Sleep(time.Second)
						next.ServeHTTP(w, r)
					},
					func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusBadGateway) },
					func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { panic(http.ErrAbortHandler) },
				}[i%4])
			}
		})
		wg.Wait()
		time.Sleep(time.Minute) // what Close cuts off may have been on its way
		for _, app := range apps {
			_ = app.Close()
		}
		_ = signIn.Close()
		by, failed := map[acquire.Source]int{}, 0
		for _, a := range c.take() {
			if by[a.Source]++; a.Err != nil && a.Source == acquire.SourceEndpoint {
				failed++
			}
			if free := a.Source == acquire.SourceMemory || a.Source == acquire.SourceCache; free && a.Err != nil || a.Source == acquire.SourceNone && a.Err == nil {
				t.Errorf("got %+v", a)
			}
		}
		requests := uint64(0)
		for _, app := range append(slices.Clone(apps), signIn) {
			requests += app.State().Requests
		}
		t.Logf("%d calls, of which %d waited or failed; %v, %d of the requests failed; the tenant has counted %d", calls, waited, by, failed, b2c.Counts().Token)
		if got := b2c.Counts().Token; by[acquire.SourceEndpoint] != got || requests != uint64(got) {
			t.Errorf("got %d requests, and %d by State; the tenant has counted %d", by[acquire.SourceEndpoint], requests, got)
		}
		if served := by[acquire.SourceMemory]; served > calls || served+by[acquire.SourceCache]+by[acquire.SourceEndpoint] < calls-waited {
			t.Errorf("got %d from memory, of %d calls of which %d waited or failed", served, calls, waited)
		}
		if failed == 0 || by[acquire.SourceCache] == 0 || by[acquire.SourceNone] == 0 {
			t.Error("too little has happened for this to show anything")
		}
	})
}
