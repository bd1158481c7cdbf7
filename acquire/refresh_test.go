// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// strictTenant is one whose refresh tokens die with their first use, and whose
// numbers are strings.
func strictTenant() *emulator.Tenant {
	return emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
		{Name: "B2C_1_susi", RefreshOnce: true, StringNumbers: true},
		{Name: "B2C_1A_partner", RefreshOnce: true},
	}})
}

// chain keeps the refresh tokens that a wire carried.
type chain struct {
	mu        sync.Mutex
	given     []string
	redeemed  []string
	unchained int // redeemed that were not the latest given
}

func follow(w *wire) *chain {
	c := &chain{}
	w.altering(func(p post, answer map[string]any) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if used := p.form.Get("refresh_token"); used != "" {
			c.redeemed = append(c.redeemed, used)
			if used != c.given[len(c.given)-1] {
				c.unchained++
			}
		}
		if token, ok := answer["refresh_token"].(string); ok {
			c.given = append(c.given, token)
		}
	})
	return c
}

// TestRefresh: the request (https://learn.microsoft.com/azure/active-directory-b2c/authorization-code-flow), and the token it brings.
func TestRefresh(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			newApp func(*wire) *acquire.App
			client []string
		}{
			"web":    {func(w *wire) *acquire.App { return newWeb(t, w, "B2C_1_susi", nil) }, []string{"client_id", webID, "client_secret", webSecret}},
			"native": {func(w *wire) *acquire.App { return newNative(t, w, "B2C_1_susi", nil) }, []string{"client_id", nativeID}},
		} {
			b2c := emulator.NewTenant(nil)
			w := newWire(b2c)
			app := c.newApp(w)
			in := signedIn(t, app, newBrowser(t, b2c), readScope)
			time.Sleep(2 * time.Hour)
			token, err := app.User(in.Account).Token(t.Context(), readScope)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			wantForm(t, name, w.last(t), susiToken, form(append(c.client, "grant_type", "refresh_token", "refresh_token", in.RefreshToken,
				"scope", "openid offline_access "+readScope, "client_info", "1")...))
			if token.AccessToken == in.Token.AccessToken || !token.Expiry.Equal(time.Now().Add(time.Hour)) {
				t.Errorf("%s: got a token until %v, want a new one until %v", name, token.Expiry, time.Now().Add(time.Hour))
			}
			wantClaims(t, name, token.AccessToken, map[string]any{"scp": "tasks.read", "oid": adaID})
			w.wantCount(t, name, 2)
		}
	})
}

// TestRefreshAhead: while the old token is good, callers get it at once, and a
// new one comes in the background.
func TestRefreshAhead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(45 * time.Minute)
		userToken(t, app, in.Account, readScope)
		synctest.Wait()
		w.wantCount(t, "after 45 minutes", 1)
		time.Sleep(6 * time.Minute)
		gate := make(chan struct{})
		w.cutting(func(post, *http.Request) (*http.Response, error) { <-gate; return nil, nil })
		for range 5 {
			if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
				t.Error("after 51 minutes: got another token while the old one is good")
			}
		}
		synctest.Wait()
		w.wantCount(t, "after 51 minutes", 2)
		close(gate)
		synctest.Wait()
		if got := userToken(t, app, in.Account, readScope); got == in.Token.AccessToken {
			t.Error("after the refresh: got the old token")
		}
		w.wantCount(t, "after the refresh", 2)
	})
}

// TestRefreshRotation: ten days of use, with refresh tokens that die when used.
// Each is used once, and it is always the newest.
func TestRefreshRotation(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		c := follow(w)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		for hour := range 10 * 24 {
			time.Sleep(time.Hour)
			if _, err := app.User(in.Account).Token(t.Context(), readScope); err != nil {
				t.Fatalf("hour %d: %v", hour, err)
			}
		}
		if c.unchained != 0 || len(c.redeemed) < 230 {
			t.Errorf("got %d of %d refreshes with an old refresh token, want none of 230 or more", c.unchained, len(c.redeemed))
		}
	})
}

// TestRefreshTwoScopes: tokens for two scopes of a user come by the same
// refresh token, one after the other.
func TestRefreshTwoScopes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		c := follow(w)
		w.cutting(func(post, *http.Request) (*http.Response, error) { time.Sleep(300 * time.Millisecond); return nil, nil })
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope, writeScope)
		for range 5 {
			time.Sleep(2 * time.Hour)
			var wg sync.WaitGroup
			for _, scopes := range [][]string{{readScope}, {writeScope}, {readScope, writeScope}, {writeScope, readScope}} {
				for range 3 {
					wg.Go(func() {
						if _, err := app.User(in.Account).Token(t.Context(), scopes...); err != nil {
							t.Errorf("%v: %v", scopes, err)
						}
					})
				}
			}
			wg.Wait()
		}
		if c.unchained != 0 || len(c.redeemed) != 15 {
			t.Errorf("got %d of %d refreshes with an old refresh token, want none of 15", c.unchained, len(c.redeemed))
		}
		wantClaims(t, "read", userToken(t, app, in.Account, readScope), map[string]any{"scp": "tasks.read"})
		wantClaims(t, "write", userToken(t, app, in.Account, writeScope), map[string]any{"scp": "tasks.write"})
		wantClaims(t, "both", userToken(t, app, in.Account, writeScope, "openid", readScope), map[string]any{"scp": "tasks.read tasks.write"})
		w.wantCount(t, "all", 16)
	})
}

// TestRefreshCrowd: however many wait, there is one request.
func TestRefreshCrowd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		w.cutting(func(post, *http.Request) (*http.Response, error) { time.Sleep(time.Second); return nil, nil })
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		tokens := make([]string, 100)
		var wg sync.WaitGroup
		for i := range tokens {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i%10 == 0 { // some give up, and cost the others nothing
					time.AfterFunc(500*time.Millisecond, cancel)
				}
				token, err := app.User(in.Account).Token(ctx, readScope)
				switch {
				case i%10 == 0 && !errors.Is(err, context.Canceled):
					t.Errorf("caller %d, who gave up: got %v", i, err)
				case i%10 != 0 && err != nil:
					t.Errorf("caller %d: %v", i, err)
				case err == nil:
					tokens[i] = token.AccessToken
				}
			})
		}
		wg.Wait()
		for i, token := range tokens {
			if want := tokens[1]; i%10 != 0 && token != want {
				t.Errorf("caller %d got another token than caller 1", i)
			}
		}
		w.wantCount(t, "all", 2)
	})
}

// TestRefreshRefused: what B2C no longer takes is not sent again, and a new
// sign-in mends it at once, for all scopes.
func TestRefreshRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app, b := newWeb(t, w, "B2C_1_susi", nil), newBrowser(t, b2c)
		in := signedIn(t, app, b, readScope, writeScope)
		user := app.User(in.Account)
		both := in.Token.AccessToken
		read := userToken(t, app, in.Account, readScope)
		time.Sleep(30 * time.Minute)
		b2c.Revoke(adaID)
		if userToken(t, app, in.Account, readScope) != read || userToken(t, app, in.Account, readScope, writeScope) != both {
			t.Error("while the tokens are good: got others")
		}
		time.Sleep(time.Hour)
		n := w.count()
		_, err := user.Token(t.Context(), readScope)
		e := wantClass(t, "first", err, acquire.ErrReauthenticate)
		if e.Code != "AADB2C90129" || e.OAuthError != "invalid_grant" || e.During != "refresh_token" || e.Flow != "B2C_1_susi" {
			t.Errorf("first: got %v", err)
		}
		if _, ok := errors.AsType[*oauth2.RetrieveError](err); !ok {
			t.Errorf("first: got no *oauth2.RetrieveError in %v", err)
		}
		w.wantCount(t, "first", n+1)
		_, err = user.Token(t.Context(), writeScope)
		wantClass(t, "another scope", err, acquire.ErrInteractionRequired)
		for i := range 10 {
			time.Sleep(20 * time.Second)
			for _, scopes := range [][]string{{readScope}, {writeScope}, {readScope, writeScope}} {
				_, err = user.Token(t.Context(), scopes...)
				wantClass(t, "later", err, acquire.ErrInteractionRequired)
			}
			if i == 0 && w.count() != n+1 {
				t.Errorf("later: got %d requests, want none", w.count()-n-1)
			}
		}
		w.wantCount(t, "later", n+1)
		if got := app.Accounts(); len(got) != 1 {
			t.Errorf("got accounts %v, want Ada still: the app has to know whom to ask", got)
		}

		again := signedIn(t, app, b, readScope)
		if got := userToken(t, app, in.Account, readScope); got != again.Token.AccessToken {
			t.Error("after signing in again: got another token")
		}
		pending, params := begun(t, app, b, nil, readScope, writeScope)
		if _, err := app.Finish(t.Context(), pending, params); err != nil {
			t.Fatal(err)
		}
		if _, err := user.Token(t.Context(), writeScope); err != nil {
			t.Errorf("a scope that had failed just before the new sign-in: %v", err)
		}
	})
}

// TestRefreshTokenExpires: its end is known from the answer, so no request is
// made for one that is over.
func TestRefreshTokenExpires(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(14*24*time.Hour - time.Minute)
		userToken(t, app, in.Account, readScope)
		w.wantCount(t, "in time", 2)
		time.Sleep(14 * 24 * time.Hour)
		_, err := app.User(in.Account).Token(t.Context(), readScope)
		wantClass(t, "too late", err, acquire.ErrInteractionRequired)
		w.wantCount(t, "too late", 2)
	})
}

// TestRefreshWithoutNewRefreshToken: the one there is stays.
func TestRefreshWithoutNewRefreshToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		w.altering(func(_ post, answer map[string]any) { delete(answer, "refresh_token") })
		for range 3 {
			time.Sleep(2 * time.Hour)
			userToken(t, app, in.Account, readScope)
			if got := w.last(t).form.Get("refresh_token"); got != in.RefreshToken {
				t.Error("got another refresh token sent than the one of the sign-in")
			}
		}
		w.wantCount(t, "all", 4)
	})
}

// TestNoRefreshToken: a flow may be set to give none. Then there is the access
// token of the sign-in, and no more.
func TestNoRefreshToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		w.altering(func(_ post, answer map[string]any) { delete(answer, "refresh_token") })
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		if in.RefreshToken != "" {
			t.Errorf("got refresh token %q, want none", in.RefreshToken)
		}
		time.Sleep(59 * time.Minute)
		if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
			t.Error("got another token")
		}
		_, err := app.User(in.Account).Token(t.Context(), writeScope)
		wantClass(t, "another scope", err, acquire.ErrInteractionRequired)
		time.Sleep(time.Minute)
		_, err = app.User(in.Account).Token(t.Context(), readScope)
		wantClass(t, "afterwards", err, acquire.ErrInteractionRequired)
		w.wantCount(t, "all", 1)
	})
}

// TestRefreshScopeNotAsked: B2C gives no access token for a scope that the
// sign-in didn't ask for. The refresh token that was used up for it doesn't cost
// the others theirs.
func TestRefreshScopeNotAsked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		_, err := app.User(in.Account).Token(t.Context(), writeScope)
		wantClass(t, "not asked", err, acquire.ErrNoAccessToken)
		time.Sleep(2 * time.Hour)
		userToken(t, app, in.Account, readScope)
	})
}

// TestRefreshIDToken: the user must stay the same (OpenID Connect Core section
// 12.2), and what came with a bad ID token is worth nothing.
func TestRefreshIDToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		type spec = emulator.Spec
		for name, c := range map[string]struct {
			change func(b2c *emulator.Tenant, s *spec)
			reason validator.Reason
			ok     bool
		}{
			"none":           {nil, "", true},
			"good":           {func(*emulator.Tenant, *spec) {}, "", true},
			"another user":   {func(b2c *emulator.Tenant, s *spec) { s.User = &b2c.Users()[1] }, "", false},
			"another client": {func(_ *emulator.Tenant, s *spec) { s.ClientID = nativeID }, validator.ErrAudience, false},
			"another flow":   {func(_ *emulator.Tenant, s *spec) { s.Flow = "B2C_1_edit" }, validator.ErrFlow, false},
			"expired":        {func(_ *emulator.Tenant, s *spec) { s.Lifetime = -time.Hour }, validator.ErrExpired, false},
			"forged":         {func(_ *emulator.Tenant, s *spec) { s.Key = emulator.NewTenant(nil).CurrentKey("B2C_1A_partner") }, validator.ErrSignature, false},
			"wrong hash":     {func(_ *emulator.Tenant, s *spec) { s.Claims = map[string]any{"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"} }, validator.ErrHash, false},
			"nobody": {func(_ *emulator.Tenant, s *spec) {
				s.Claims = map[string]any{"oid": emulator.Absent, "sub": emulator.Absent}
			}, "", true}, // client_info tells
		} {
			b2c := emulator.NewTenant(nil)
			w := newWire(b2c)
			app := newWeb(t, w, "B2C_1_susi", nil)
			in := signedIn(t, app, newBrowser(t, b2c), readScope)
			w.altering(func(_ post, answer map[string]any) {
				delete(answer, "id_token")
				if c.change != nil {
					s := spec{Kind: emulator.IDToken, ClientID: webID}
					c.change(b2c, &s)
					answer["id_token"] = b2c.MustMint(s)
				}
			})
			before := app.Accounts()
			time.Sleep(50 * time.Minute)
			if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
				t.Errorf("%s: while the old token is good: got another", name)
			}
			synctest.Wait()
			w.wantCount(t, name, 2)
			if got := userToken(t, app, in.Account, readScope); c.ok == (got == in.Token.AccessToken) {
				t.Errorf("%s: after the refresh: got the old token: %t", name, got == in.Token.AccessToken)
			}
			time.Sleep(2 * time.Hour)
			_, err := app.User(in.Account).Token(t.Context(), readScope)
			if !c.ok {
				wantClass(t, name, err, acquire.ErrIDToken)
				if c.reason != "" {
					wantReason(t, name, err, c.reason)
				}
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if got := app.Accounts(); !reflect.DeepEqual(got, before) {
				t.Errorf("%s: got accounts %v, want %v", name, got, before)
			}
		}
	})
}

// TestRefreshWithoutKeys: the access token is good whether or not the keys for
// the ID token that came along can be had.
func TestRefreshWithoutKeys(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		b2c.Rotate(emulator.UserFlowKeys, false)
		withoutKeys(b2c, true)
		time.Sleep(2 * time.Hour)
		if got := userToken(t, app, in.Account, readScope); got == in.Token.AccessToken {
			t.Error("got the old token")
		}
		if got := app.Accounts("ada@example.org"); len(got) != 1 || got[0].Name != "Ada Example" {
			t.Errorf("got accounts %v, want Ada as before", got)
		}
		w.wantCount(t, "all", 2)
	})
}

// TestRefreshOutage: while B2C is away the old token serves; when that is gone
// too the error says so, and the user need not sign in.
func TestRefreshOutage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		w.cutting(func(post, *http.Request) (*http.Response, error) { return nil, errors.New("connection refused") })
		for range 59 {
			time.Sleep(time.Minute)
			if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
				t.Error("while the old token is good: got another")
			}
		}
		time.Sleep(time.Minute)
		_, err := app.User(in.Account).Token(t.Context(), readScope)
		wantClass(t, "gone", err, acquire.ErrRetry)
		w.cutting(nil)
		time.Sleep(15 * time.Second)
		userToken(t, app, in.Account, readScope)
		if n := w.count(); n > 20 {
			t.Errorf("got %d requests in an hour of outage, want fewer", n)
		}
	})
}

// TestRefreshConfiguration: a secret that was changed is for an operator; the
// refresh token stays good.
func TestRefreshConfiguration(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		secret := webSecret
		app, err := acquire.NewConfidential(contoso(t).Flow("B2C_1_susi"), webID, acquire.SecretFunc(func(context.Context) (string, error) { return secret, nil }), over(w, nil))
		if err != nil {
			t.Fatal(err)
		}
		defer app.Close()
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		secret = "an-old-secret"
		time.Sleep(2 * time.Hour)
		_, err = app.User(in.Account).Token(t.Context(), readScope)
		if e := wantClass(t, "old secret", err, acquire.ErrConfiguration); e.Code != "AADB2C90081" {
			t.Errorf("got %v, want AADB2C90081", err)
		}
		secret = webSecret
		time.Sleep(time.Minute)
		userToken(t, app, in.Account, readScope)
	})
}

// TestUserReplace: a token that an API refused is replaced once, and at most
// every 30 seconds.
func TestUserReplace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		user := app.User(in.Account)
		time.Sleep(time.Second) // or the next token would be the same to the byte
		next, err := user.Replace(t.Context(), in.Token, readScope)
		if err != nil || next.AccessToken == in.Token.AccessToken {
			t.Fatalf("first: got %v, want a new token", err)
		}
		w.wantCount(t, "first", 2)
		for name, rejected := range map[string]*oauth2.Token{"again": in.Token, "nil": nil, "zero": {}} {
			if token, err := user.Replace(t.Context(), rejected, readScope); err != nil || token.AccessToken != next.AccessToken {
				t.Errorf("%s: got %v, want the token of before", name, err)
			}
		}
		w.wantCount(t, "others", 2)
		_, err = user.Replace(t.Context(), next, readScope)
		if e := wantClass(t, "too soon", err, acquire.ErrRetry); e.RetryAfter != 30*time.Second {
			t.Errorf("too soon: got again after %v, want 30s", e.RetryAfter)
		}
		if got := userToken(t, app, in.Account, readScope); got != next.AccessToken {
			t.Error("Token gives another token")
		}
		time.Sleep(30 * time.Second)
		if token, err := user.Replace(t.Context(), next, readScope); err != nil || token.AccessToken == next.AccessToken {
			t.Errorf("after 30 s: got %v, want a new token", err)
		}
		w.wantCount(t, "all", 3)
		_, err = user.Replace(t.Context(), next)
		wantClass(t, "no scope", err, acquire.ErrNoAccessToken)
		_, err = app.User(acquire.Account{ID: linAccount}).Replace(t.Context(), next, readScope)
		wantClass(t, "nobody", err, acquire.ErrInteractionRequired)
	})
}

// TestUserTokenRefusals: before any request.
func TestUserTokenRefusals(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	app := newWeb(t, w, "B2C_1_susi", nil)
	in := signedIn(t, app, newBrowser(t, b2c), readScope)
	for name, c := range map[string]struct {
		account acquire.Account
		scopes  []string
		class   acquire.Class
	}{
		"no account":    {acquire.Account{}, []string{readScope}, acquire.ErrInteractionRequired},
		"another":       {acquire.Account{ID: linAccount}, []string{readScope}, acquire.ErrInteractionRequired},
		"name alone":    {acquire.Account{Username: "ada@example.org", Logins: []string{"ada@example.org"}}, []string{readScope}, acquire.ErrInteractionRequired},
		"no scope":      {in.Account, nil, acquire.ErrNoAccessToken},
		"openid":        {in.Account, []string{"openid", "profile"}, acquire.ErrNoAccessToken},
		"two in one":    {in.Account, []string{readScope + " " + writeScope}, acquire.ErrConfiguration},
		"empty scope":   {in.Account, []string{""}, acquire.ErrConfiguration},
		"not a scope":   {in.Account, []string{"a\nb"}, acquire.ErrConfiguration},
		"scope is here": {in.Account, []string{readScope}, ""},
	} {
		_, err := app.User(c.account).Token(t.Context(), c.scopes...)
		if c.class != "" {
			wantClass(t, name, err, c.class)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.wantCount(t, "all", 1)
}

// TestUserTokensAreCopies: what a caller does with one is its own affair.
func TestUserTokensAreCopies(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	in := signedIn(t, app, newBrowser(t, b2c), readScope)
	want := in.Token.AccessToken
	in.Token.AccessToken = "mine"
	token, err := app.User(in.Account).Token(t.Context(), readScope)
	if err != nil {
		t.Fatal(err)
	}
	token.AccessToken = "mine too"
	if got := userToken(t, app, in.Account, readScope); got != want {
		t.Errorf("got %q, want the token as it came", got)
	}
}

// TestUsersDontMix: tokens of two people, asked for at the same time.
func TestUsersDontMix(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		accounts := map[string]acquire.Account{}
		for _, id := range []string{adaID, linID} {
			everyoneIs(b2c, id, nil)
			accounts[id] = signedIn(t, app, newBrowser(t, b2c), readScope).Account
		}
		for range 10 {
			time.Sleep(55 * time.Minute)
			var wg sync.WaitGroup
			for id, account := range maps.All(accounts) {
				for range 5 {
					wg.Go(func() {
						token, err := app.User(account).Token(t.Context(), readScope)
						if err != nil {
							t.Error(err)
							return
						}
						wantClaims(t, account.Username, token.AccessToken, map[string]any{"oid": id})
					})
				}
			}
			wg.Wait()
		}
	})
}

// heldRefreshes makes refreshes wait at the wire until the gate is closed.
func heldRefreshes(w *wire) (gate chan struct{}) {
	gate = make(chan struct{})
	w.cutting(func(p post, _ *http.Request) (*http.Response, error) {
		if p.form.Get("grant_type") == "refresh_token" {
			<-gate
		}
		return nil, nil
	})
	return gate
}

// TestSignInDuringRefresh: a refresh of the old session that is under way does
// not replace what a new sign-in has brought: that may be a stronger one.
func TestSignInDuringRefresh(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		gate := heldRefreshes(w)
		done := make(chan struct{})
		go func() { defer close(done); _, _ = app.User(in.Account).Token(t.Context(), readScope) }()
		synctest.Wait()
		again := signedIn(t, app, newBrowser(t, b2c), readScope) // another browser: its session began now
		time.Sleep(time.Second)                                  // tokens of the same second are the same
		close(gate)
		<-done
		synctest.Wait()
		if got := userToken(t, app, in.Account, readScope); got != again.Token.AccessToken {
			t.Error("got another token than that of the new sign-in")
		}
		want := claimsOf(t, again.Token.AccessToken)["auth_time"]
		if old := claimsOf(t, in.Token.AccessToken)["auth_time"]; want == nil || old == want {
			t.Fatalf("got auth_time %v and %v, want two", old, want)
		}
		time.Sleep(2 * time.Hour)
		wantClaims(t, "its refresh", userToken(t, app, in.Account, readScope), map[string]any{"auth_time": want})
	})
}

// TestSignInDuringRefusal: a refusal that comes after a new sign-in is of the
// old session, and costs the new one nothing.
func TestSignInDuringRefusal(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		app, b := newWeb(t, w, "B2C_1_susi", nil), newBrowser(t, b2c)
		in := signedIn(t, app, b, readScope, writeScope)
		time.Sleep(2 * time.Hour)
		b2c.Revoke(adaID)
		gate := heldRefreshes(w)
		failed := make(chan error, 1)
		go func() {
			_, err := app.User(in.Account).Token(t.Context(), writeScope)
			failed <- err
		}()
		synctest.Wait()
		signedIn(t, app, b, readScope, writeScope)
		close(gate)
		if err := <-failed; err != nil {
			t.Errorf("who waited: %v", err)
		}
		userToken(t, app, in.Account, writeScope)
	})
}

// TestRefreshIDTokenRefusedOnce: what came with an ID token that is refused is
// not handed out, but its refresh token is used: the old one may be good no
// more.
func TestRefreshIDTokenRefusedOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		w.altering(func(_ post, answer map[string]any) { answer["id_token"] = "x.y.z" })
		_, err := app.User(in.Account).Token(t.Context(), readScope)
		wantClass(t, "bad ID token", err, acquire.ErrIDToken)
		w.altering(nil)
		time.Sleep(time.Minute)
		userToken(t, app, in.Account, readScope)
	})
}

// TestRefreshTakesTurns: who waits in vain for another token of the same user
// to be renewed learns so in the usual form.
func TestRefreshTakesTurns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		time.Sleep(2 * time.Hour)
		w.cutting(func(_ post, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			time.Sleep(100 * time.Millisecond) // a transport that tidies up
			return nil, r.Context().Err()
		})
		go func() { _, _ = app.User(in.Account).Token(t.Context(), readScope) }()
		synctest.Wait()
		_, err := app.User(in.Account).Token(context.Background(), writeScope)
		wantClass(t, "second in turn", err, acquire.ErrRetry)
		w.wantCount(t, "all", 2)
		time.Sleep(time.Minute)
	})
}

// TestRefusedWithGoodToken: once B2C has refused the refresh token, those who
// use the access token for as long as it lasts cause neither a look into the
// shared cache each time nor a line in the log.
func TestRefusedWithGoodToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		w := newWire(b2c)
		var looks atomic.Int64
		logger, logged := newLogs()
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: hookedCache{newMemory(), func() { looks.Add(1) }}, Logger: logger})
		b := newBrowser(t, b2c)
		in := signedIn(t, app, b, readScope)
		b2c.Revoke(adaID)
		time.Sleep(50 * time.Minute)
		before := looks.Load()
		for range 600 {
			if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
				t.Fatal("got another token")
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := looks.Load() - before; n > 4*60 {
			t.Errorf("got %d looks into the cache in a minute of 600 calls, want at most 4 a second", n)
		}
		if n := logged.lines(" a token failed"); n > 1 {
			t.Errorf("got %d lines in the log, want one at most", n)
		}
		w.wantCount(t, "all", 2)
		again := signedIn(t, app, b, readScope)
		if got := userToken(t, app, in.Account, readScope); got != again.Token.AccessToken {
			t.Error("after a new sign-in: got another token than its own")
		}
	})
}
