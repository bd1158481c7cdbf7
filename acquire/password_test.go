// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

const (
	ropcToken      = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_ropc/oauth2/v2.0/token"
	linRopcAccount = "541ce58e-d234-4cea-8a0f-68d1ebfa09a7-b2c_1_ropc.775527ff-9a37-4307-8b3d-cc311f58d925"
	linName        = "lin@example.org"
)

// TestPassword: the request and what comes of it (https://learn.microsoft.com/azure/active-directory-b2c/add-ropc-policy). No
// App sends a secret, not even one that has one, and not for the refresh token
// either (AADB2C90084).
func TestPassword(t *testing.T) {
	bubble(t, func(t *testing.T) {
		confidential := func(style oauth2.AuthStyle) func(w *wire, cache acquire.Cache) *acquire.App {
			return func(w *wire, cache acquire.Cache) *acquire.App {
				app, err := acquire.NewConfidential(contoso(t).Flow("B2C_1_ropc"), nativeID, acquire.Secret(clientSecret), over(w, &acquire.Options{AuthStyle: style, Cache: cache}))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = app.Close() })
				return app
			}
		}
		for name, newApp := range map[string]func(*wire, acquire.Cache) *acquire.App{
			"public": func(w *wire, cache acquire.Cache) *acquire.App {
				return newNative(t, w, "B2C_1_ropc", &acquire.Options{Cache: cache})
			},
			"confidential":         confidential(oauth2.AuthStyleInParams),
			"confidential, header": confidential(oauth2.AuthStyleInHeader),
		} {
			w, store := newWire(strictROPC()), newMemory()
			app, other := newApp(w, store), newApp(w, store)
			in, err := app.SignInWithPassword(t.Context(), linName, emulator.DefaultPassword, readScope)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			wantForm(t, name, w.last(t), ropcToken, form("grant_type", "password", "client_id", nativeID, "username", "lin@example.org", "password", "emulated-password",
				"scope", "openid offline_access "+readScope, "response_type", "token id_token", "client_info", "1"))
			want := acquire.Account{ID: linRopcAccount, Username: linName, Name: "Lin Example", Logins: []string{linName}}
			if !reflect.DeepEqual(known(t, in.Account), want) {
				t.Errorf("%s: got account %+v, want %+v", name, in.Account, want)
			}
			if in.Token == nil || !in.Token.Expiry.Equal(time.Now().Add(time.Hour)) || in.IDToken.Flow != "B2C_1_ropc" || in.RefreshToken == "" {
				t.Errorf("%s: got %+v with token %v, want both tokens", name, in, in.Token)
			}
			if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
				t.Errorf("%s: User.Token gives another token", name)
			}
			for i, app := range []*acquire.App{app, other, app} { // the others of the fleet know that too
				time.Sleep(2 * time.Hour)
				if _, err := app.User(in.Account).Token(t.Context(), readScope); err != nil {
					t.Errorf("%s: refresh %d: %v", name, i, err)
				}
			}
			w.wantCount(t, name, 4)
			for _, p := range w.since(0) {
				if p.form.Has("client_secret") || p.header.Get("Authorization") != "" {
					t.Errorf("%s: got a secret sent with %s", name, p.form.Get("grant_type"))
				}
			}
		}
	})
}

// strictROPC is a tenant whose flow for passwords gives refresh tokens for one
// use.
func strictROPC() *emulator.Tenant {
	return emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
		{Name: "B2C_1_susi"},
		{Name: "B2C_1_edit", Kind: emulator.EditProfile},
		{Name: "B2C_1_reset", Kind: emulator.ResetPassword},
		{Name: "B2C_1_ropc", Kind: emulator.ROPC, RefreshOnce: true},
	}})
}

func TestPasswordRefused(t *testing.T) {
	native := func(flow string) func(*wire) *acquire.App {
		return func(w *wire) *acquire.App { return newNative(t, w, flow, nil) }
	}
	web := func(w *wire) *acquire.App { return newWeb(t, w, "B2C_1_ropc", nil) }
	const good = emulator.DefaultPassword
	for name, c := range map[string]struct {
		newApp         func(*wire) *acquire.App
		user, password string
		scopes         []string
		class          acquire.Class
		code           string
		posts          int
	}{
		"wrong password":     {native("B2C_1_ropc"), linName, "Wrong-Passw0rd&=?", []string{readScope}, acquire.ErrUser, "AADB2C90225", 1},
		"unknown user":       {native("B2C_1_ropc"), "nobody@example.org", good, []string{readScope}, acquire.ErrUser, "AADB2C90225", 1},
		"federated user":     {native("B2C_1_ropc"), "ada@example.org", good, []string{readScope}, acquire.ErrUser, "AADB2C90225", 1},
		"not made for it":    {native("B2C_1_susi"), linName, good, []string{readScope}, acquire.ErrConfiguration, "AADB2C90224", 1},
		"not a native app":   {web, linName, good, []string{readScope}, acquire.ErrConfiguration, "AADB2C90224", 1},
		"scope not granted":  {native("B2C_1_ropc"), linName, good, []string{"https://contoso.onmicrosoft.com/tasks/x"}, acquire.ErrConfiguration, "AADB2C90205", 1},
		"unknown API":        {native("B2C_1_ropc"), linName, good, []string{"https://contoso.onmicrosoft.com/x/x"}, acquire.ErrConfiguration, "AADB2C90117", 1},
		"no password":        {native("B2C_1_ropc"), linName, "", []string{readScope}, acquire.ErrUser, "", 0},
		"no user name":       {native("B2C_1_ropc"), "", good, []string{readScope}, acquire.ErrUser, "", 0},
		"two in one scope":   {native("B2C_1_ropc"), linName, good, []string{readScope + " " + writeScope}, acquire.ErrConfiguration, "", 0},
		"password and break": {native("B2C_1_ropc"), linName, "line\r\nbreak", []string{readScope}, acquire.ErrUser, "AADB2C90225", 1},
	} {
		w := newWire(emulator.NewTenant(nil))
		app := c.newApp(w)
		in, err := app.SignInWithPassword(t.Context(), c.user, c.password, c.scopes...)
		if in != nil {
			t.Errorf("%s: got %+v, want nothing", name, in)
		}
		if e := wantClass(t, name, err, c.class); e.Code != c.code || e.During != "password" {
			t.Errorf("%s: got %v, want %s during password", name, err, c.code)
		}
		if c.password != "" && strings.Contains(err.Error(), c.password) {
			t.Errorf("%s: the error tells the password", name)
		}
		wantNothingKept(t, name, app)
		w.wantCount(t, name, c.posts)
	}
}

// TestPasswordIDToken: it has no nonce to fit, and must be good in all else.
func TestPasswordIDToken(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for name, c := range map[string]struct {
		spec   emulator.Spec
		reason validator.Reason
	}{
		"good":           {emulator.Spec{Flow: "B2C_1_ropc", ClientID: nativeID}, ""},
		"another client": {emulator.Spec{Flow: "B2C_1_ropc", ClientID: webID}, validator.ErrAudience},
		"another flow":   {emulator.Spec{Flow: "B2C_1_susi", ClientID: nativeID}, validator.ErrFlow},
		"expired":        {emulator.Spec{Flow: "B2C_1_ropc", ClientID: nativeID, Lifetime: -time.Hour}, validator.ErrExpired},
	} {
		w := newWire(b2c)
		c.spec.Kind = emulator.IDToken
		w.altering(func(_ post, answer map[string]any) { answer["id_token"] = b2c.MustMint(c.spec) })
		app := newNative(t, w, "B2C_1_ropc", nil)
		_, err := app.SignInWithPassword(t.Context(), linName, emulator.DefaultPassword, readScope)
		switch {
		case c.reason != "":
			wantClass(t, name, err, acquire.ErrIDToken)
			wantReason(t, name, err, c.reason)
			wantNothingKept(t, name, app)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		}
	}
	w := newWire(b2c)
	w.altering(func(_ post, answer map[string]any) { delete(answer, "id_token") })
	app := newNative(t, w, "B2C_1_ropc", nil)
	_, err := app.SignInWithPassword(t.Context(), linName, emulator.DefaultPassword, readScope)
	wantClass(t, "none", err, acquire.ErrUnexpected)
	wantNothingKept(t, "none", app)
}

// TestPasswordWithoutAPI: for openid alone there is no access token.
func TestPasswordWithoutAPI(t *testing.T) {
	app := newNative(t, newWire(emulator.NewTenant(nil)), "B2C_1_ropc", nil)
	in, err := app.SignInWithPassword(t.Context(), linName, emulator.DefaultPassword)
	if err != nil || in.Token != nil || in.Account.ID != linRopcAccount {
		t.Errorf("got %+v, %v, want Lin without an access token", in, err)
	}
}

// TestPasswordTypedName: a flow need not put any name into the ID token. What
// the user typed is the last resort, also after a refresh.
func TestPasswordTypedName(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		lin := b2c.Users()[1]
		claims := map[string]any{"emails": emulator.Absent}
		w.altering(func(_ post, answer map[string]any) {
			answer["id_token"] = b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_ropc", ClientID: nativeID, User: &lin, Claims: claims})
		})
		app := newNative(t, w, "B2C_1_ropc", nil)
		in, err := app.SignInWithPassword(t.Context(), "LIN@example.org", emulator.DefaultPassword, readScope)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			got := app.Accounts("lin@EXAMPLE.org")
			if len(got) != 1 || got[0].Username != "LIN@example.org" || len(got[0].Logins) != 1 {
				t.Errorf("got %+v, want the name as it was typed", got)
			}
			time.Sleep(2 * time.Hour)
			userToken(t, app, in.Account, readScope)
		}
		claims = map[string]any{"emails": []string{"lin@home.example"}}
		time.Sleep(2 * time.Hour)
		userToken(t, app, in.Account, readScope)
		if got := app.Accounts()[0]; got.Username != "lin@home.example" || !reflect.DeepEqual(got.Logins, []string{"lin@home.example", "LIN@example.org"}) {
			t.Errorf("with an address: got %+v, want that first", got)
		}
	})
}

// TestPasswordThrottled: Retry-After counts for interactive calls too.
func TestPasswordThrottled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newNative(t, w, "B2C_1_ropc", nil)
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, RetryAfter: 20 * time.Second, Times: 1})
		_, err := app.SignInWithPassword(t.Context(), linName, emulator.DefaultPassword, readScope)
		if e := wantClass(t, "throttled", err, acquire.ErrRetry); e.RetryAfter != 20*time.Second {
			t.Errorf("got again after %v, want 20s", e.RetryAfter)
		}
		time.Sleep(20*time.Second - 1)
		for name, f := range map[string]func() error{
			"password": func() error {
				_, err := app.SignInWithPassword(t.Context(), linName, emulator.DefaultPassword, readScope)
				return err
			},
			"import": func() error { _, err := app.ImportRefreshToken(t.Context(), "e.y.J", readScope); return err },
		} {
			wantClass(t, name, f(), acquire.ErrRetry)
		}
		w.wantCount(t, "while throttled", 1)
		time.Sleep(time.Nanosecond)
		if _, err := app.SignInWithPassword(t.Context(), linName, emulator.DefaultPassword, readScope); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// TestImportRefreshToken: users move over from another library.
func TestImportRefreshToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := strictTenant()
		old := signedIn(t, newWeb(t, newWire(b2c), "B2C_1_susi", nil), newBrowser(t, b2c), readScope)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		time.Sleep(24 * time.Hour)
		in, err := app.ImportRefreshToken(t.Context(), old.RefreshToken, readScope)
		if err != nil {
			t.Fatal(err)
		}
		wantForm(t, "import", w.last(t), susiToken, form("grant_type", "refresh_token", "client_id", webID, "client_secret", webSecret,
			"refresh_token", old.RefreshToken, "scope", "openid offline_access "+readScope, "client_info", "1"))
		if !reflect.DeepEqual(known(t, in.Account), known(t, old.Account)) || in.Token == nil || in.RefreshToken == old.RefreshToken || in.IDToken.ObjectID != adaID {
			t.Errorf("got %+v, want Ada with new tokens", in)
		}
		if got := userToken(t, app, old.Account, readScope); got != in.Token.AccessToken {
			t.Error("User.Token gives another token")
		}
		time.Sleep(2 * time.Hour)
		userToken(t, app, old.Account, readScope)
		if got := w.last(t).form.Get("refresh_token"); got != in.RefreshToken {
			t.Error("got another refresh token sent than the new one")
		}
		w.wantCount(t, "all", 2)

		// Where none comes back, the old one stays.
		w.altering(func(_ post, answer map[string]any) { delete(answer, "refresh_token") })
		b2c = emulator.NewTenant(nil)
		w.b2c = b2c
		old = signedIn(t, newWeb(t, newWire(b2c), "B2C_1_susi", nil), newBrowser(t, b2c), readScope)
		app = newWeb(t, w, "B2C_1_susi", nil)
		if in, err = app.ImportRefreshToken(t.Context(), old.RefreshToken); err != nil || in.Token != nil || in.RefreshToken != old.RefreshToken {
			t.Fatalf("no scope, no new one: got %+v, %v, want the old refresh token and no access token", in, err)
		}
		userToken(t, app, old.Account, readScope)
	})
}

func TestImportRefreshTokenRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		type tokens struct{ good, edit, native string }
		for name, c := range map[string]struct {
			token  func(tokens) string
			before func(b2c *emulator.Tenant)
			class  acquire.Class
			code   string
			posts  int
		}{
			"made up":        {func(tokens) string { return "eyJraWQiOiJ4In0.a.b.c.d" }, nil, acquire.ErrReauthenticate, "AADB2C90085", 1},
			"revoked":        {func(t tokens) string { return t.good }, func(b2c *emulator.Tenant) { b2c.Revoke(adaID) }, acquire.ErrReauthenticate, "AADB2C90129", 1},
			"expired":        {func(t tokens) string { return t.good }, func(*emulator.Tenant) { time.Sleep(time.Hour) }, acquire.ErrReauthenticate, "AADB2C90080", 1},
			"another flow":   {func(t tokens) string { return t.edit }, nil, acquire.ErrConfiguration, "AADB2C90088", 1},
			"another client": {func(t tokens) string { return t.native }, nil, acquire.ErrConfiguration, "AADB2C90279", 1},
			"empty":          {func(tokens) string { return "" }, nil, acquire.ErrConfiguration, "", 0},
			"two words":      {func(tokens) string { return "a b" }, nil, acquire.ErrConfiguration, "", 0},
			"line break":     {func(tokens) string { return "a\r\nb" }, nil, acquire.ErrConfiguration, "", 0},
			"endless":        {func(tokens) string { return strings.Repeat("a", 1<<20) }, nil, acquire.ErrConfiguration, "", 0},
		} {
			b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
				{Name: "B2C_1_susi", RefreshLifetime: time.Hour}, {Name: "B2C_1_edit", Kind: emulator.EditProfile},
			}})
			b, helper := newBrowser(t, b2c), newWire(b2c)
			// The link drops the refresh token of its flow, so take it from the wire.
			source := newWeb(t, helper, "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_edit")})
			var all tokens
			helper.altering(func(p post, answer map[string]any) {
				if p.url == editToken {
					all.edit, _ = answer["refresh_token"].(string)
				}
			})
			pending, params := linked(t, source, b, "B2C_1_edit")
			if _, err := source.Finish(t.Context(), pending, params); err != nil {
				t.Fatal(err)
			}
			all.good = signedIn(t, source, b, readScope).RefreshToken
			all.native = signedIn(t, newNative(t, helper, "B2C_1_susi", nil), b, readScope).RefreshToken
			if c.before != nil {
				c.before(b2c)
			}
			w := newWire(b2c)
			app := newWeb(t, w, "B2C_1_susi", nil)
			in, err := app.ImportRefreshToken(t.Context(), c.token(all), readScope)
			if in != nil {
				t.Errorf("%s: got %+v, want nothing", name, in)
			}
			if e := wantClass(t, name, err, c.class); e.Code != c.code || e.During != "refresh_token" {
				t.Errorf("%s: got %v, want %s during refresh_token", name, err, c.code)
			}
			if token := c.token(all); len(token) > 5 && strings.Contains(err.Error(), token) {
				t.Errorf("%s: the error tells the refresh token", name)
			}
			wantNothingKept(t, name, app)
			w.wantCount(t, name, c.posts)
		}
	})
}
