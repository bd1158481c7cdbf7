// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// apiCalls is an API in process: it keeps the tokens and bodies that it gets,
// and answers 401 to some tokens.
type apiCalls struct {
	mu        sync.Mutex
	tokens    []string // the Authorization headers, by URL
	bodies    []string
	challenge string          // of a 401
	refused   map[string]bool // tokens answered with 401
}

// RoundTrip implements http.RoundTripper.
func (a *apiCalls) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		text, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return nil, err
		}
		body = string(text)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	a.tokens, a.bodies = append(a.tokens, token), append(a.bodies, body)
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}
	if a.refused[token] {
		resp.StatusCode = http.StatusUnauthorized
		resp.Header.Set("WWW-Authenticate", a.challenge)
	}
	return resp, nil
}

// seen returns the tokens that came.
func (a *apiCalls) seen() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.tokens)
}

// called makes a request to an URL by a client and returns the status.
func called(tb testing.TB, client *http.Client, address, body string) (int, error) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

func userClient(tb testing.TB, app *acquire.App, account acquire.Account, api http.RoundTripper, scopes ...string) *http.Client {
	tb.Helper()
	tr, err := app.User(account).Transport("https://api.contoso.example", scopes...)
	if err != nil {
		tb.Fatal(err)
	}
	tr.Base = api
	return &http.Client{Transport: tr}
}

// TestUserTransport sends the user's token to the API, and to nobody else.
func TestUserTransport(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	ada := signedIn(t, app, newBrowser(t, b2c), readScope)
	everyoneIs(b2c, linID, nil)
	lin := signedIn(t, app, newBrowser(t, b2c), readScope)
	api := &apiCalls{}
	for _, in := range []*acquire.SignIn{ada, lin} {
		client := userClient(t, app, in.Account, api, readScope)
		for _, address := range []string{"https://api.contoso.example/tasks", "https://api.contoso.example:443/x", "https://evil.example/", "http://api.contoso.example/", "https://api.contoso.example.evil.example/"} {
			if status, err := called(t, client, address, "x"); err != nil || status != http.StatusOK {
				t.Errorf("%s: got %d, %v", address, status, err)
			}
		}
	}
	want := []string{ada.Token.AccessToken, ada.Token.AccessToken, "", "", "", lin.Token.AccessToken, lin.Token.AccessToken, "", "", ""}
	if got := api.seen(); !slices.Equal(got, want) {
		t.Errorf("got tokens\n%q\nwant\n%q", got, want)
	}
}

// TestUserTransportReplays a request once whose token the API refused, with the
// next token and the same body.
func TestUserTransportReplays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		api := &apiCalls{challenge: `Bearer realm="x", error="invalid_token"`, refused: map[string]bool{in.Token.AccessToken: true}}
		client := userClient(t, app, in.Account, api, readScope)
		time.Sleep(time.Second) // or the next token would be the same to the byte
		if status, err := called(t, client, "https://api.contoso.example/tasks", "milk"); err != nil || status != http.StatusOK {
			t.Fatalf("got %d, %v, want 200", status, err)
		}
		next := userToken(t, app, in.Account, readScope)
		if got := api.seen(); !slices.Equal(got, []string{in.Token.AccessToken, next}) || !slices.Equal(api.bodies, []string{"milk", "milk"}) {
			t.Errorf("got %d calls with bodies %q, want the old token and the new one", len(got), api.bodies)
		}
		if got := w.last(t).form.Get("refresh_token"); got != in.RefreshToken {
			t.Error("got no refresh by the refresh token")
		}
		w.wantCount(t, "replaced", 2)

		api.refused[next] = true // now the API is at fault
		for range 3 {
			if status, err := called(t, client, "https://api.contoso.example/tasks", "milk"); err != nil || status != http.StatusUnauthorized {
				t.Errorf("got %d, %v, want the API's 401", status, err)
			}
		}
		w.wantCount(t, "within 30 seconds", 2)

		api.challenge = `Bearer error="insufficient_scope"`
		time.Sleep(time.Minute)
		if status, _ := called(t, client, "https://api.contoso.example/tasks", "milk"); status != http.StatusUnauthorized {
			t.Errorf("another error: got %d, want the API's 401", status)
		}
		w.wantCount(t, "another error", 2)
	})
}

// TestUserTransportFollowsTheAccount: a client outlives removal and new sign-in
// of its user.
func TestUserTransportFollowsTheAccount(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	api := &apiCalls{}
	client := userClient(t, app, acquire.Account{ID: adaAccount}, api, readScope)
	fails := func(when string) {
		t.Helper()
		_, err := called(t, client, "https://api.contoso.example/", "x")
		if !errors.Is(err, acquire.ErrInteractionRequired) {
			t.Errorf("%s: got %v, want it to say that the user must sign in", when, err)
		}
	}
	fails("before any sign-in")
	in := signedIn(t, app, newBrowser(t, b2c), readScope)
	if _, err := called(t, client, "https://api.contoso.example/", "x"); err != nil {
		t.Errorf("signed in: %v", err)
	}
	if err := app.Remove(t.Context(), in.Account); err != nil {
		t.Fatal(err)
	}
	fails("removed")
	again := signedIn(t, app, newBrowser(t, b2c), readScope)
	if _, err := called(t, client, "https://api.contoso.example/", "x"); err != nil {
		t.Errorf("signed in again: %v", err)
	}
	if got := api.seen(); !slices.Equal(got, []string{in.Token.AccessToken, again.Token.AccessToken}) {
		t.Errorf("got %d calls at the API, want two, each with its own sign-in's token", len(got))
	}
}

func TestUserTransportRefusals(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	in := signedIn(t, app, newBrowser(t, b2c), readScope)
	user := app.User(in.Account)
	for name, c := range map[string]struct {
		target string
		scopes []string
	}{
		"no scope":      {"https://api.contoso.example", nil},
		"only openid":   {"https://api.contoso.example", []string{"openid"}},
		"two in one":    {"https://api.contoso.example", []string{readScope + " " + writeScope}},
		"plain http":    {"http://api.contoso.example", []string{readScope}},
		"with a path":   {"https://api.contoso.example/tasks", []string{readScope}},
		"no target":     {"", []string{readScope}},
		"all of them":   {"https://*", []string{readScope}},
		"host only":     {"api.contoso.example", []string{readScope}},
		"user and host": {"https://ada@api.contoso.example", []string{readScope}},
	} {
		if tr, err := user.Transport(c.target, c.scopes...); err == nil || tr != nil {
			t.Errorf("%s: got %v, %v, want an error", name, tr, err)
		}
	}
	api := &apiCalls{}
	client := userClient(t, app, in.Account, api, readScope)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.contoso.example/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer mine")
	if resp, err := client.Do(r); err == nil {
		resp.Body.Close()
		t.Error("a request with a token of its own: got an answer, want an error")
	}
	if got := api.seen(); len(got) != 0 {
		t.Errorf("got %d calls at the API, want none", len(got))
	}
}

// TestUserTokenSource: the ecosystem's interface. See source_test.go for its
// context.
func TestUserTokenSource(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		source := app.User(in.Account).TokenSource(t.Context(), readScope)
		token, err := source.Token()
		if err != nil || token.AccessToken != in.Token.AccessToken {
			t.Fatalf("got %v, want the token of the sign-in", err)
		}
		api := &apiCalls{}
		client := &http.Client{Transport: &oauth2.Transport{Source: source, Base: api}}
		for range 3 {
			if _, err := called(t, client, "https://api.contoso.example/", "x"); err != nil {
				t.Error(err)
			}
			time.Sleep(2 * time.Hour)
		}
		seen := api.seen()
		slices.Sort(seen)
		if len(slices.Compact(seen)) != 3 || w.count() != 3 {
			t.Errorf("got %d requests, want a new token for each hour", w.count())
		}
	})
}
