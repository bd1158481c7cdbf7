// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
)

// herd calls f from n goroutines at once.
func herd(n int, f func() (*oauth2.Token, error)) ([]*oauth2.Token, []error) {
	tokens, errs := make([]*oauth2.Token, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { tokens[i], errs[i] = f() })
	}
	wg.Wait()
	return tokens, errs
}

// wantGood fails if a call of a herd came back with an error, or with a token
// that is not good at this moment.
func wantGood(t *testing.T, what string, e *endpoint, tokens []*oauth2.Token, errs []error) {
	t.Helper()
	for i := range tokens {
		if errs[i] != nil {
			t.Errorf("%s: call %d: %v", what, i, errs[i])
			return
		}
		wantUnexpired(t, what, e, tokens[i])
	}
}

// wantUnexpired fails if a token has expired, by what it says of itself or by
// what the endpoint knows.
func wantUnexpired(t *testing.T, what string, e *endpoint, token *oauth2.Token) {
	t.Helper()
	end, known := e.end(token.AccessToken)
	switch now := time.Now(); {
	case !known:
		t.Errorf("%s: the endpoint gave out no token %q", what, token.AccessToken)
	case !now.Before(end):
		t.Errorf("%s: %s has expired %v ago", what, token.AccessToken, now.Sub(end))
	case !now.Before(token.Expiry):
		t.Errorf("%s: %s says of itself that it expired %v ago", what, token.AccessToken, now.Sub(token.Expiry))
	case token.Expiry.After(end.Add(time.Millisecond)):
		t.Errorf("%s: %s says of itself that it is good for %v longer than it is", what, token.AccessToken, token.Expiry.Sub(end))
	}
}

// What is sent, by https://learn.microsoft.com/azure/active-directory-b2c/client-credentials-grant-flow.
func TestTokenRequest(t *testing.T) {
	var e endpoint
	app := newDaemon(t, &e, nil)
	token := mustToken(t, app, tasksScope)
	if token.AccessToken != "token-1" || token.TokenType != "Bearer" || token.RefreshToken != "" {
		t.Errorf("got token %+v, want token-1 of type Bearer", token)
	}
	wantPosts(t, "one call", &e, 1)
	p := e.since(0)[0]
	want := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {clientSecret}, "scope": {tasksScope}}
	if p.url != contosoToken || !reflect.DeepEqual(p.form, want) {
		t.Errorf("got a request to %s with %v, want one to %s with %v", p.url, p.form, contosoToken, want)
	}
	for name, want := range map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "Authorization": ""} {
		if got := p.header.Get(name); got != want {
			t.Errorf("header %s: got %q, want %q", name, got, want)
		}
	}
}

// A token of the emulated tenant is for the API, with the roles that were
// granted.
func TestTokenOfTenant(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, app, scope := newEmulated(t, nil)
		token := mustToken(t, app, scope)
		parts := strings.Split(token.AccessToken, ".")
		if len(parts) != 3 {
			t.Fatalf("got %d parts, want a JWT", len(parts))
		}
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		var claims struct {
			Aud, Azp, Scp string
			Exp           int64
		}
		if err := json.Unmarshal(payload, &claims); err != nil {
			t.Fatal(err)
		}
		if claims.Aud != b2c.API().ID || claims.Azp != b2c.Daemon().ID || claims.Scp != "jobs.run" {
			t.Errorf("got %+v, want aud %s, azp %s, scp jobs.run", claims, b2c.API().ID, b2c.Daemon().ID)
		}
		if token.Expiry.Unix() != claims.Exp {
			t.Errorf("got expiry %v, want the token's own, %v", token.Expiry, time.Unix(claims.Exp, 0))
		}
		if again := mustToken(t, app, scope); again.AccessToken != token.AccessToken {
			t.Error("the second call got another token")
		}
		if got := b2c.Counts().Token; got != 1 {
			t.Errorf("got %d requests, want 1", got)
		}
	})
}

// The scopes make the key: order and repetition don't matter, the API does.
func TestTokenScopes(t *testing.T) {
	var e endpoint
	app := newDaemon(t, &e, nil)
	for _, tc := range []struct {
		name   string
		scopes []string
		want   string // the token
	}{
		{"first", []string{tasksScope}, "token-1"},
		{"twice", []string{tasksScope, tasksScope}, "token-1"},
		{"with openid", []string{"openid", tasksScope, "offline_access"}, "token-1"},
		{"other API", []string{stockScope}, "token-2"},
		{"case", []string{"https://contoso.onmicrosoft.com/Tasks/.default"}, "token-3"},
		{"first again", []string{tasksScope}, "token-1"},
	} {
		if got := mustToken(t, app, tc.scopes...).AccessToken; got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
	for _, tc := range []struct {
		name   string
		scopes []string
		want   acquire.Class
	}{
		{"none", nil, acquire.ErrNoAccessToken},
		{"openid alone", []string{"openid", "profile"}, acquire.ErrNoAccessToken},
		{"empty", []string{""}, acquire.ErrConfiguration},
		{"two in one", []string{tasksScope + " " + stockScope}, acquire.ErrConfiguration},
		{"line break", []string{"a/.default\r\nX: y"}, acquire.ErrConfiguration},
		{"quote", []string{`a"/.default`}, acquire.ErrConfiguration},
		{"not .default", []string{"https://contoso.onmicrosoft.com/tasks/tasks.read"}, acquire.ErrConfiguration},
		{"one of two", []string{tasksScope, "https://contoso.onmicrosoft.com/tasks/tasks.read"}, acquire.ErrConfiguration},
	} {
		_, err := app.Token(t.Context(), tc.scopes...)
		wantClass(t, tc.name, err, tc.want)
	}
	wantPosts(t, "all", &e, 3)
}

func TestTokenOfPublicClient(t *testing.T) {
	var e endpoint
	app, err := acquire.NewPublic(contoso(t).Flow("B2C_1_susi"), clientID, &acquire.Options{Transport: &e})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = app.Close() }()
	_, err = app.Token(t.Context(), tasksScope)
	wantClass(t, "public client", err, acquire.ErrUnsupported)
	_, err = app.TokenSource(t.Context(), tasksScope).Token()
	wantClass(t, "its source", err, acquire.ErrUnsupported)
	wantPosts(t, "public client", &e, 0)
}

// What callers do to their token is no concern of others.
func TestTokenIsACopy(t *testing.T) {
	var e endpoint
	app := newDaemon(t, &e, nil)
	mine := mustToken(t, app, tasksScope)
	mine.AccessToken, mine.Expiry, mine.TokenType = "spoilt", time.Time{}, "MAC"
	if got := mustToken(t, app, tasksScope); got.AccessToken != "token-1" || got.Expiry.IsZero() || got.TokenType != "Bearer" {
		t.Errorf("got %+v, want token-1 as it was", got)
	}
}

// However many callers find nothing there, there is one request.
func TestTokenCold(t *testing.T) {
	for _, callers := range []int{2, 100, 200} {
		bubble(t, func(t *testing.T) {
			var e endpoint
			e.always(reply{after: 700 * time.Millisecond})
			app := newDaemon(t, &e, nil)
			tokens, errs := herd(callers, func() (*oauth2.Token, error) { return app.Token(t.Context(), tasksScope) })
			wantGood(t, "cold", &e, tokens, errs)
			wantPosts(t, "cold", &e, 1)
		})
	}
}

// The same against a whole tenant, in real time.
func TestTokenColdTenant(t *testing.T) {
	b2c, app, scope := newEmulated(t, nil)
	tokens, errs := herd(200, func() (*oauth2.Token, error) { return app.Token(t.Context(), scope) })
	for i := range tokens {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		if tokens[i].AccessToken != tokens[0].AccessToken {
			t.Fatal("two callers got two tokens")
		}
	}
	if got := b2c.Counts().Token; got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
}

// A caller's context ends that caller's wait, at once, and nothing else.
func TestTokenCallersContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		answer := make(chan struct{})
		e.always(reply{until: answer})
		app := newDaemon(t, &e, nil)
		start := time.Now()

		// The first one, who causes the request, is the one who leaves.
		var wg sync.WaitGroup
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := app.Token(ctx, tasksScope)
			if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
				t.Errorf("with a second's time: got %v after %v, want context.DeadlineExceeded after 1s", err, took)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(2*time.Second, cancel)
			_, err := app.Token(ctx, tasksScope)
			if took := time.Since(start); !errors.Is(err, context.Canceled) || took != 2*time.Second {
				t.Errorf("cancelled: got %v after %v, want context.Canceled after 2s", err, took)
			}
		})
		for range 50 {
			wg.Go(func() {
				token, err := app.Token(t.Context(), tasksScope)
				if took := time.Since(start); err != nil || took != 4*time.Second {
					t.Errorf("who stays: got %v, %v after %v, want the token after 4s", token, err, took)
				}
			})
		}
		time.Sleep(4 * time.Second)
		close(answer)
		wg.Wait()
		wantPosts(t, "all", &e, 1)

		// Someone in no hurry at all gets a token that is there.
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := app.Token(ended, tasksScope); err != nil {
			t.Errorf("with an ended context: got %v, want the token that is there", err)
		}
		if _, err := app.Token(ended, stockScope); !errors.Is(err, context.Canceled) {
			t.Errorf("with an ended context: got %v, want context.Canceled", err)
		}
		synctest.Wait()
		wantPosts(t, "with an ended context", &e, 1)
	})
}

// Why a context ended is told beside that it did.
func TestTokenContextCause(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(hanging())
		app := newDaemon(t, &e, nil)
		cause := errors.New("the client went away")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, cause)
		defer cancel()
		_, err := app.Token(ctx, tasksScope)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, cause) {
			t.Errorf("got %v, want context.DeadlineExceeded and the cause", err)
		}
	})
}

// The values of a caller's context are not the business of a request that
// serves many.
func TestTokenRequestHasItsOwnContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		type key struct{}
		var e endpoint
		app := newDaemon(t, &e, &acquire.Options{Timeout: 7 * time.Second})
		if _, err := app.Token(context.WithValue(t.Context(), key{}, "mine"), tasksScope); err != nil {
			t.Fatal(err)
		}
		p := e.since(0)[0]
		if p.ctx.Value(key{}) != nil {
			t.Error("the request has a caller's values")
		}
		if deadline, ok := p.ctx.Deadline(); !ok || deadline.Sub(p.at) != 7*time.Second/2 {
			t.Errorf("got deadline %v, %v, want 3.5s from the request, half of the Timeout", deadline, ok)
		}
	})
}

func TestTokenSource(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(reply{life: 10 * time.Minute})
		app := newDaemon(t, &e, nil)
		source := app.TokenSource(t.Context(), tasksScope)
		for range 60 {
			token, err := source.Token()
			if err != nil {
				t.Fatal(err)
			}
			wantUnexpired(t, "source", &e, token)
			time.Sleep(time.Minute)
		}
		if got := e.count(); got < 6 || got > 9 {
			t.Errorf("got %d requests in an hour with tokens for 10 minutes, want 6 to 9", got)
		}
		if _, err := app.TokenSource(t.Context(), "openid").Token(); !errors.Is(err, acquire.ErrNoAccessToken) {
			t.Errorf("got %v, want %v", err, acquire.ErrNoAccessToken)
		}
	})
}

// The function for the secret is asked each time, so that a secret may be
// rotated.
func TestSecretFunc(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		var mu sync.Mutex
		secret, secretErr, asked := "secret-1", error(nil), 0
		set := func(s string, err error) {
			mu.Lock()
			defer mu.Unlock()
			secret, secretErr = s, err
		}
		app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.SecretFunc(func(ctx context.Context) (string, error) {
			if _, bounded := ctx.Deadline(); !bounded {
				t.Error("the function's context has no deadline")
			}
			mu.Lock()
			defer mu.Unlock()
			asked++
			return secret, secretErr
		}), &e, nil)
		mustToken(t, app, tasksScope)
		set("secret-2", nil)
		mustToken(t, app, tasksScope)
		mustToken(t, app, stockScope)
		for i, want := range []string{"secret-1", "secret-2"} {
			if got := e.since(0)[i].form.Get("client_secret"); got != want {
				t.Errorf("request %d: got %s, want %s", i, got, want)
			}
		}
		mu.Lock()
		if asked != 2 {
			t.Errorf("the function was asked %d times, want 2: once a request", asked)
		}
		mu.Unlock()

		broken := errors.New("vault is sealed")
		set("", broken)
		_, err := app.Token(t.Context(), "https://contoso.onmicrosoft.com/a/.default")
		wantClass(t, "error", err, acquire.ErrRetry)
		if !errors.Is(err, broken) {
			t.Errorf("got %v, want it to wrap the function's error", err)
		}
		set("", nil)
		_, err = app.Token(t.Context(), "https://contoso.onmicrosoft.com/b/.default")
		wantClass(t, "empty", err, acquire.ErrConfiguration)
		wantPosts(t, "without a secret", &e, 2)

		set("secret-3", nil)
		time.Sleep(2 * time.Second) // the back-off
		mustToken(t, app, "https://contoso.onmicrosoft.com/a/.default")
		mustToken(t, app, "https://contoso.onmicrosoft.com/b/.default")
	})
}

// Code of the user's that panics or ends its goroutine fails a call, never
// the process, and the next call does well.
func TestTokenSurvivesPanics(t *testing.T) {
	for _, tc := range []struct {
		name string
		what func()
	}{
		{"panic", func() { panic("told: " + clientSecret) }},
		{"panic with an error", func() { panic(errors.New("told: " + clientSecret)) }},
		{"panic of the runtime", func() { _ = strings.Repeat("x", -len(clientID)) }},
		{"Goexit", runtime.Goexit},
	} {
		for _, where := range []string{"transport", "secret", "cache", "body"} {
			bubble(t, func(t *testing.T) {
				var e endpoint
				var mu sync.Mutex
				bad := true
				at := func(place string) {
					mu.Lock()
					now := bad && place == where
					mu.Unlock()
					if now {
						tc.what()
					}
				}
				logger, logged := newLogs()
				rt := roundTripper(func(r *http.Request) (*http.Response, error) {
					at("transport")
					resp, err := e.RoundTrip(r)
					if err == nil {
						resp.Body = readHook{resp.Body, func() { at("body") }}
					}
					return resp, err
				})
				app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.SecretFunc(func(context.Context) (string, error) {
					at("secret")
					return clientSecret, nil
				}), rt, &acquire.Options{Logger: logger, Cache: hookedCache{newMemory(), func() { at("cache") }}})
				name := tc.name + " in " + where
				_, errs := herd(20, func() (*oauth2.Token, error) { return app.Token(t.Context(), tasksScope) })
				for _, err := range errs {
					if where == "cache" && tc.name != "Goexit" { // it goes without
						if err != nil {
							t.Errorf("%s: %v", name, err)
						}
						continue
					}
					wantClass(t, name, err, acquire.ErrUnexpected)
				}
				mu.Lock()
				bad = false
				mu.Unlock()
				time.Sleep(2 * time.Second) // the back-off
				wantUnexpired(t, name, &e, mustToken(t, app, tasksScope))
				if strings.Contains(logged.String(), clientSecret) {
					t.Errorf("%s: the log tells the secret: %s", name, logged)
				}
				if logged.lines("ing a token ")+logged.lines("the shared cache failed") == 0 {
					t.Errorf("%s: nothing was logged", name)
				}
			})
		}
	}
}

type roundTripper func(r *http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// readHook calls a function at each Read.
type readHook struct {
	body interface {
		Read(p []byte) (int, error)
		Close() error
	}
	hook func()
}

func (h readHook) Read(p []byte) (int, error) {
	h.hook()
	return h.body.Read(p)
}

func (h readHook) Close() error { return h.body.Close() }

// A handler that panics is not worth a process either.
func TestTokenSurvivesLogger(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(refusing(http.StatusBadRequest, "invalid_request", "no"))
		logger := newPanickyLogger()
		app := newDaemon(t, &e, &acquire.Options{Logger: logger})
		_, err := app.Token(t.Context(), tasksScope)
		wantClass(t, "refused", err, acquire.ErrConfiguration)
		e.always(reply{})
		time.Sleep(2 * time.Second)
		mustToken(t, app, tasksScope)
	})
}

// After Close, that is the reason, not what was the matter before.
func TestTokenAfterCloseDuringOutage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(down())
		app := newDaemon(t, &e, nil)
		_, err := app.Token(t.Context(), tasksScope)
		wantClass(t, "before", err, acquire.ErrRetry)
		if err := app.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		_, err = app.Token(t.Context(), tasksScope)
		if failed := wantClass(t, "afterwards", err, acquire.ErrClosed); failed.RetryAfter != 0 {
			t.Errorf("got RetryAfter %v, want none", failed.RetryAfter)
		}
	})
}

// Close ends what is under way. Tokens that are there stay good; no more are
// fetched.
func TestTokenAfterClose(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		app := newDaemon(t, &e, nil)
		before := mustToken(t, app, tasksScope)

		e.always(hanging())
		start := time.Now()
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				_, err := app.Token(t.Context(), stockScope)
				wantClass(t, "waiting", err, acquire.ErrClosed)
			})
		}
		synctest.Wait()
		if err := app.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		wg.Wait()
		if took := time.Since(start); took != 0 {
			t.Errorf("Close took %v", took)
		}
		e.always(reply{})
		after := mustToken(t, app, tasksScope)
		if after.AccessToken != before.AccessToken {
			t.Errorf("got %s, want %s", after.AccessToken, before.AccessToken)
		}
		_, err := app.Token(t.Context(), stockScope)
		wantClass(t, "a token that has to be fetched", err, acquire.ErrClosed)
		time.Sleep(59 * time.Minute) // to be renewed, but that is over
		wantUnexpired(t, "at the end", &e, mustToken(t, app, tasksScope))
		time.Sleep(time.Minute)
		_, err = app.Token(t.Context(), tasksScope)
		wantClass(t, "expired", err, acquire.ErrClosed)
		_, err = app.Replace(t.Context(), before, tasksScope)
		wantClass(t, "Replace", err, acquire.ErrClosed)
		wantPosts(t, "after Close", &e, 2)
		if err := app.Close(); err != nil {
			t.Errorf("Close again: %v", err)
		}
	})
}
