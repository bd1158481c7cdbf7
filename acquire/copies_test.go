// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// scribble writes to all that a caller can reach of a token.
func scribble(t *oauth2.Token) {
	t.AccessToken, t.TokenType, t.RefreshToken, t.ExpiresIn = "mine", "MAC", "mine", -1
	t.Expiry = time.Unix(0, 0)
	*t = *t.WithExtra(map[string]any{"access_token": "mine"})
}

// What a caller writes to its token, nobody else sees: not the next caller, of
// whatever door, and no request.
func TestTokenIsTheCallersOwn(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	web := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	in := signedIn(t, web, newBrowser(t, b2c), readScope)
	user := web.User(in.Account)
	var e endpoint
	app := newDaemon(t, &e, nil)
	ctx := t.Context()
	appTransport, err := app.Transport("https://stock.internal", tasksScope)
	if err != nil {
		t.Fatal(err)
	}
	userTransport, err := user.Transport("https://stock.internal", readScope)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		doors     map[string]func() (*oauth2.Token, error)
		transport *acquire.Transport
		first     *oauth2.Token
	}{
		"application": {map[string]func() (*oauth2.Token, error){
			"Token":       func() (*oauth2.Token, error) { return app.Token(ctx, tasksScope) },
			"TokenSource": app.TokenSource(ctx, tasksScope).Token,
			"Replace":     func() (*oauth2.Token, error) { return app.Replace(ctx, &oauth2.Token{AccessToken: "old"}, tasksScope) },
		}, appTransport, nil},
		"user": {map[string]func() (*oauth2.Token, error){
			"Token":       func() (*oauth2.Token, error) { return user.Token(ctx, readScope) },
			"TokenSource": user.TokenSource(ctx, readScope).Token,
			"Replace":     func() (*oauth2.Token, error) { return user.Replace(ctx, &oauth2.Token{AccessToken: "old"}, readScope) },
		}, userTransport, in.Token},
	} {
		want := mustCall(t, c.doors["Token"]).AccessToken
		if c.first != nil {
			scribble(c.first)
		}
		var sent string
		c.transport.Base = tripper(func(r *http.Request) (*http.Response, error) {
			sent = r.Header.Get("Authorization")
			r.Header["Authorization"][0] = "mine"
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
		})
		var all sync.WaitGroup
		for door, get := range c.doors {
			for range 4 {
				all.Go(func() {
					for range 50 {
						got, err := get()
						if err != nil || got.AccessToken != want || got.Type() != "Bearer" || got.RefreshToken != "" || !got.Valid() || got.Extra("access_token") != nil {
							t.Errorf("%s, %s: got %v, %v; want what no other caller has written to", name, door, got, err)
							return
						}
						scribble(got)
					}
				})
			}
		}
		all.Wait()
		for range 2 {
			if sendTo(t, c.transport); sent != "Bearer "+want {
				t.Errorf("%s: a request was sent with %q, want the token", name, sent)
			}
		}
	}
}

func mustCall(t *testing.T, get func() (*oauth2.Token, error)) *oauth2.Token {
	t.Helper()
	token, err := get()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func sendTo(t *testing.T, tr *acquire.Transport) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://stock.internal/items", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
}

// What a program does to a list of scopes that it has handed over changes nothing.
func TestScopesAreReadOnce(t *testing.T) {
	var e endpoint
	app := newDaemon(t, &e, nil)
	scopes := []string{tasksScope}
	source := app.TokenSource(t.Context(), scopes...)
	scopes[0] = stockScope
	mustCall(t, source.Token)
	if got := e.since(0)[0].form.Get("scope"); got != tasksScope {
		t.Errorf("got a token for %s, want one for %s", got, tasksScope)
	}
}

// Lists of scopes that look alike are not taken for each other.
func TestScopesThatLookAlike(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	in := signedIn(t, app, newBrowser(t, b2c), readScope, writeScope)
	user := app.User(in.Account)
	for range 2 { // not the second time either
		mustCall(t, func() (*oauth2.Token, error) { return user.Token(t.Context(), readScope, writeScope) })
		for _, scopes := range [][]string{
			{readScope + writeScope},
			{readScope + " " + writeScope},
			{readScope + "\x00" + writeScope},
			{readScope + string(rune(len(writeScope))) + writeScope},
			{"", readScope, writeScope},
			{readScope, "", writeScope},
		} {
			if token, err := user.Token(t.Context(), scopes...); err == nil {
				t.Errorf("%q: got %s, want an error", scopes, claimsOf(t, token.AccessToken)["scp"])
			}
		}
	}
}
