// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// TestSignIn: the whole round trip, and what is sent for it (https://learn.microsoft.com/azure/active-directory-b2c/authorization-code-flow).
func TestSignIn(t *testing.T) {
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
			pending, params := begun(t, app, newBrowser(t, b2c), &acquire.AuthorizeOptions{Data: "/inbox/7"}, readScope)
			ret, err := app.Finish(t.Context(), pending, params)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}

			w.wantCount(t, name, 1)
			want := form(append(c.client, "grant_type", "authorization_code", "code", params.Get("code"), "code_verifier", pending.Verifier,
				"redirect_uri", "http://localhost:8400/callback", "scope", "openid offline_access https://contoso.onmicrosoft.com/tasks/tasks.read", "client_info", "1")...)
			wantForm(t, name, w.last(t), "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token", want)
			if got := w.last(t).header.Get("Authorization"); got != "" {
				t.Errorf("%s: got an Authorization header, want none", name)
			}

			in := ret.SignIn
			if ret.Flow != "B2C_1_susi" || ret.Data != "/inbox/7" || ret.IDToken == nil || in == nil || in.IDToken != ret.IDToken {
				t.Fatalf("%s: got %+v, want flow, data, sign-in and one ID token", name, ret)
			}
			wantAccount := acquire.Account{ID: adaAccount, Username: "ada@example.org", Name: "Ada Example", Logins: []string{"ada@example.org"}}
			if !reflect.DeepEqual(known(t, in.Account), wantAccount) {
				t.Errorf("%s: got account %+v, want %+v", name, in.Account, wantAccount)
			}
			if in.IDToken.ObjectID != adaID || in.IDToken.Flow != "B2C_1_susi" || in.IDToken.Name != "Ada Example" {
				t.Errorf("%s: got %v named %q, want that of Ada", name, in.IDToken, in.IDToken.Name)
			}
			client := want.Get("client_id")
			wantClaims(t, name+": ID token", in.RawIDToken, map[string]any{"aud": client, "oid": adaID, "nonce": pending.Nonce})
			if in.RefreshToken == "" {
				t.Errorf("%s: got no refresh token", name)
			}
			if in.Token == nil {
				t.Fatalf("%s: got no access token", name)
			}
			wantClaims(t, name+": access token", in.Token.AccessToken, map[string]any{"aud": apiID, "azp": client, "scp": "tasks.read", "oid": adaID, "tfp": "B2C_1_susi"})
			if !in.Token.Valid() || in.Token.Type() != "Bearer" || !in.Token.Expiry.Equal(time.Now().Add(time.Hour)) {
				t.Errorf("%s: got a %s token until %v, want Bearer until %v", name, in.Token.Type(), in.Token.Expiry, time.Now().Add(time.Hour))
			}
			if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
				t.Errorf("%s: User.Token gives another token than the sign-in", name)
			}
			w.wantCount(t, name+": User.Token of what is there", 1)
		}
	})
}

// TestSignInForms: each way to write the authority works from begin to end, and
// the code goes to the endpoint in the same form.
func TestSignInForms(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Hosts: []string{"contoso.b2clogin.com", "login.contoso.com"}})
	for address, want := range map[string]string{
		"https://contoso.b2clogin.com/" + contosoID + "/B2C_1_susi":                     "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi/oauth2/v2.0/token",
		"https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi":           "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=B2C_1_susi":             "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token?p=B2C_1_susi",
		"https://login.contoso.com/contoso.onmicrosoft.com/b2c_1_SUSI":                  "https://login.contoso.com/contoso.onmicrosoft.com/b2c_1_SUSI/oauth2/v2.0/token",
		"https://login.contoso.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi": "https://login.contoso.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/oauth2/v2.0/token",
	} {
		w := newWire(b2c)
		app, err := acquire.NewConfidential(parsed(t, address), webID, acquire.Secret(webSecret), over(w, nil))
		if err != nil {
			t.Fatal(err)
		}
		defer app.Close()
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		if got := w.last(t).url; got != want {
			t.Errorf("%s:\n got code sent to %s\nwant            %s", address, got, want)
		}
		if in.Account.ID != adaAccount {
			t.Errorf("%s: got account %s, want %s", address, in.Account.ID, adaAccount)
		}
	}
}

// TestSignInOfPolicy: custom policies name themselves in acr, sign with keys of
// their own, and have no oid.
func TestSignInOfPolicy(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1A_Partner", nil)
	in := signedIn(t, app, newBrowser(t, b2c), readScope)
	want := acquire.Account{ID: "c7efba82-c747-491c-b669-d4a981268755-b2c_1a_partner.775527ff-9a37-4307-8b3d-cc311f58d925", Username: "ada@example.org", Name: "Ada Example", Logins: []string{"ada@example.org"}}
	if !reflect.DeepEqual(known(t, in.Account), want) {
		t.Errorf("got account %+v, want %+v", in.Account, want)
	}
	if in.IDToken.Flow != "B2C_1A_Partner" || in.IDToken.ObjectID != "" {
		t.Errorf("got flow %q and oid %q, want the flow as configured and none", in.IDToken.Flow, in.IDToken.ObjectID)
	}
	wantClaims(t, "access token", userToken(t, app, in.Account, readScope), map[string]any{"acr": "b2c_1a_partner", "aud": apiID})
}

// TestSignInByForm: the return is a POST whose form holds what a query would.
func TestSignInByForm(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	pending, params := begun(t, app, newBrowser(t, b2c), &acquire.AuthorizeOptions{ResponseMode: acquire.FormPost}, readScope)
	ret, err := app.Finish(t.Context(), pending, params)
	if err != nil {
		t.Fatal(err)
	}
	if ret.SignIn.Account.ID != adaAccount || ret.SignIn.Token == nil {
		t.Errorf("got %+v, want Ada with a token", ret.SignIn)
	}
}

// TestSignInWithoutAPI: for openid alone B2C gives no access token (https://learn.microsoft.com/azure/active-directory-b2c/authorization-code-flow).
func TestSignInWithoutAPI(t *testing.T) {
	for name, scopes := range map[string][]string{"none": nil, "openid": {"openid"}, "all of OpenID Connect": {"openid", "profile", "email", "offline_access"}} {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), scopes...)
		if in.Token != nil || in.IDToken == nil || in.RefreshToken == "" || in.Account.ID != adaAccount {
			t.Errorf("%s: got %+v with token %t, want Ada without one", name, in, in.Token != nil)
		}
		if got := w.last(t).form.Get("scope"); got != "openid offline_access" {
			t.Errorf("%s: got scope %q, want openid offline_access", name, got)
		}
		user := app.User(in.Account)
		for _, scopes := range [][]string{nil, {"openid"}, {"profile", "offline_access"}} {
			token, err := user.Token(t.Context(), scopes...)
			if token != nil {
				t.Errorf("%s: Token(%v): got one", name, scopes)
			}
			wantClass(t, fmt.Sprintf("%s: Token(%v)", name, scopes), err, acquire.ErrNoAccessToken)
		}
		_, err := user.Transport("https://api.contoso.example")
		wantClass(t, name+": Transport", err, acquire.ErrNoAccessToken)
		_, err = user.TokenSource(t.Context()).Token()
		wantClass(t, name+": TokenSource", err, acquire.ErrNoAccessToken)
		w.wantCount(t, name, 1)
	}
}

// TestSignInScopeNotGranted: B2C leaves the access token out, and says no more,
// if the scope was asked for but not granted. Nothing is kept.
func TestSignInScopeNotGranted(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	w.altering(func(_ post, answer map[string]any) { delete(answer, "access_token") })
	app := newWeb(t, w, "B2C_1_susi", nil)
	pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
	ret, err := app.Finish(t.Context(), pending, params)
	if ret != nil {
		t.Errorf("got %+v, want nothing", ret)
	}
	wantClass(t, "Finish", err, acquire.ErrNoAccessToken)
	wantNothingKept(t, "Finish", app)
}

// TestSignInForItself: the application's own client id is a scope too
// (https://learn.microsoft.com/azure/active-directory-b2c/authorization-code-flow).
func TestSignInForItself(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	in := signedIn(t, app, newBrowser(t, b2c), webID)
	if in.Token == nil {
		t.Fatal("got no access token")
	}
	wantClaims(t, "access token", in.Token.AccessToken, map[string]any{"aud": webID})
}

// TestSignInNumbers: numbers of the answer may be strings, and ones that make no sense don't cost the sign-in.
func TestSignInNumbers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			set  map[string]any
			want time.Duration
		}{
			"strings":       {map[string]any{"expires_in": "600", "refresh_token_expires_in": "1209600"}, 10 * time.Minute},
			"only until":    {map[string]any{"expires_in": nil, "not_before": 946684800, "expires_on": "946685400"}, 10 * time.Minute},
			"nothing":       {map[string]any{"expires_in": nil, "not_before": nil, "expires_on": nil}, time.Minute},
			"not a number":  {map[string]any{"expires_in": "soon", "not_before": true, "expires_on": []int{1}}, time.Minute},
			"negative":      {map[string]any{"expires_in": -5, "expires_on": nil, "refresh_token_expires_in": -1}, time.Minute},
			"a millennium":  {map[string]any{"expires_in": 3.2e10, "refresh_token_expires_in": 1e300}, 24 * time.Hour},
			"fraction":      {map[string]any{"expires_in": 600.5}, 600*time.Second + 500*time.Millisecond},
			"null for life": {map[string]any{"expires_in": nil, "expires_on": nil, "refresh_token_expires_in": nil}, time.Minute},
		} {
			b2c := emulator.NewTenant(nil)
			w := newWire(b2c)
			w.altering(func(_ post, answer map[string]any) {
				maps.Copy(answer, c.set)
			})
			in := signedIn(t, newWeb(t, w, "B2C_1_susi", nil), newBrowser(t, b2c), readScope)
			if got := time.Until(in.Token.Expiry); got != c.want {
				t.Errorf("%s: got a token for %v, want %v", name, got, c.want)
			}
		}
	})
}

// TestSignInMaxAge: the ID token must keep to what was asked for.
func TestSignInMaxAge(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			maxAge time.Duration
			age    any // of the sign-in; nil removes auth_time
			ok     bool
		}{
			"young enough":     {time.Hour, 59 * time.Minute, true},
			"too old":          {time.Hour, 2 * time.Hour, false},
			"just now":         {-1, time.Duration(0), true},
			"not just now":     {-1, 5 * time.Minute, false},
			"nobody says when": {time.Hour, nil, false},
			"nobody asks":      {0, 5 * time.Hour, true},
			"asks nobody":      {0, nil, true},
		} {
			b2c := emulator.NewTenant(nil)
			b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
				at := emulator.Absent
				if age, ok := c.age.(time.Duration); ok {
					at = time.Now().Add(-age)
				}
				return emulator.SignIn{Claims: map[string]any{"auth_time": at}}, nil
			})
			app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
			pending, params := begun(t, app, newBrowser(t, b2c), &acquire.AuthorizeOptions{MaxAge: c.maxAge}, readScope)
			_, err := app.Finish(t.Context(), pending, params)
			switch {
			case c.ok && err != nil:
				t.Errorf("%s: %v", name, err)
			case !c.ok:
				wantClass(t, name, err, acquire.ErrIDToken)
				wantNothingKept(t, name, app)
			}
		}
	})
}

// TestSignInMaxAgeAsked: B2C hears of it, and asks a user with an old session
// again.
func TestSignInMaxAgeAsked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		app, b := newWeb(t, newWire(b2c), "B2C_1_susi", nil), newBrowser(t, b2c)
		first := signedIn(t, app, b)
		time.Sleep(30 * time.Minute)
		again := signedIn(t, app, b)
		if !again.IDToken.AuthTime.Equal(first.IDToken.AuthTime) {
			t.Errorf("single sign-on: got auth_time %v, want %v", again.IDToken.AuthTime, first.IDToken.AuthTime)
		}
		for _, maxAge := range []time.Duration{10 * time.Minute, -1} {
			time.Sleep(20 * time.Minute)
			pending, params := begun(t, app, b, &acquire.AuthorizeOptions{MaxAge: maxAge})
			ret, err := app.Finish(t.Context(), pending, params)
			if err != nil {
				t.Fatal(err)
			}
			if got := ret.IDToken.AuthTime; !got.Equal(time.Now()) {
				t.Errorf("max age %v: got auth_time %v, want now", maxAge, got)
			}
		}
	})
}

// TestSeveralTabs: attempts that overlap don't disturb each other.
func TestSeveralTabs(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	app, b := newWeb(t, w, "B2C_1_susi", nil), newBrowser(t, b2c)
	type tab struct {
		pending *acquire.Pending
		params  url.Values
	}
	var tabs []tab
	for range 3 {
		pending, params := begun(t, app, b, nil, readScope)
		tabs = append(tabs, tab{pending, params})
	}
	for _, i := range []int{2, 0, 1} {
		ret, err := app.Finish(t.Context(), tabs[i].pending, tabs[i].params)
		if err != nil {
			t.Fatalf("tab %d: %v", i, err)
		}
		if got := userToken(t, app, ret.SignIn.Account, readScope); got != ret.SignIn.Token.AccessToken {
			t.Errorf("tab %d: User.Token doesn't give the token of the latest sign-in", i)
		}
	}
	if got := len(app.Accounts()); got != 1 {
		t.Errorf("got %d accounts, want 1", got)
	}
}

// TestSignInPrintsNoSecrets: in any of the ways that people print.
func TestSignInPrintsNoSecrets(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
	ret, err := app.Finish(t.Context(), pending, params)
	if err != nil {
		t.Fatal(err)
	}
	type session struct {
		Pending acquire.Pending
		SignIn  acquire.SignIn
	}
	var out bytes.Buffer
	text, inJSON := slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))
	end := acquire.SignOut{PostLogoutRedirectURI: returnURI, IDTokenHint: ret.SignIn.RawIDToken, State: pending.State}
	for _, v := range []any{pending, *pending, ret, *ret, ret.SignIn, *ret.SignIn, end, &end, session{*pending, *ret.SignIn}, app, app.User(ret.SignIn.Account), ret.IDToken} {
		fmt.Fprintf(&out, "%v\n%+v\n%#v\n", v, v, v)
		text.Info("printed", "value", v)
		if _, fields := v.(session); !fields { // these are as they are
			inJSON.Info("printed", "value", v)
		}
	}
	for name, secret := range map[string]string{
		"state": pending.State, "nonce": pending.Nonce, "verifier": pending.Verifier, "code": params.Get("code"), "client secret": webSecret,
		"access token": ret.SignIn.Token.AccessToken, "refresh token": ret.SignIn.RefreshToken, "ID token": ret.SignIn.RawIDToken, "name": "Ada Example",
	} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("got the %s printed", name)
		}
	}
	for _, c := range []struct {
		value fmt.Stringer
		want  string
	}{
		{pending, "pending return from B2C_1_susi"},
		{ret.SignIn, "sign-in of " + adaAccount},
		{ret, "return from B2C_1_susi: sign-in of " + adaAccount},
		{acquire.Return{Flow: "B2C_1_edit"}, "return from B2C_1_edit"},
		{end, "sign-out to " + returnURI},
		{app, "app 2fdd06f3-7b34-49a3-a78b-545da6bd4d4b at https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"},
	} {
		if got := fmt.Sprintf("%v, %#v", c.value, c.value); got != c.want+", "+c.want {
			t.Errorf("got %s, want %s twice", got, c.want)
		}
	}
	// What goes into a session may hold the name, and no token.
	for _, v := range []any{ret, ret.SignIn, *ret.SignIn} {
		stored, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for name, secret := range map[string]string{"access token": ret.SignIn.Token.AccessToken, "refresh token": ret.SignIn.RefreshToken, "ID token": ret.SignIn.RawIDToken} {
			if bytes.Contains(stored, []byte(secret)) {
				t.Errorf("%T: got the %s in JSON", v, name)
			}
		}
		if !bytes.Contains(stored, []byte(adaAccount)) {
			t.Errorf("%T: got %s, want the account in it", v, stored)
		}
	}
	account, err := json.Marshal(ret.SignIn.Account)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"id":"` + adaAccount + `","user_id":"` + adaID + `","signed_in_at":"` + ret.SignIn.Account.SignedInAt.Format(time.RFC3339Nano) + `","username":"ada@example.org","name":"Ada Example","logins":["ada@example.org"]}`; string(account) != want {
		t.Errorf("\n got %s\nwant %s", account, want)
	}
}

// TestSignInScopes: those that B2C says it granted, not those asked for.
func TestSignInScopes(t *testing.T) {
	for name, c := range map[string]struct {
		asked   []string
		granted any // nil leaves it as the tenant made it, Absent removes it
		want    []string
	}{
		"all":          {[]string{readScope, writeScope}, nil, []string{readScope, writeScope, "offline_access", "openid"}},
		"fewer":        {[]string{readScope, writeScope}, readScope, []string{readScope}},
		"odd spaces":   {[]string{readScope}, " " + readScope + "  " + writeScope, []string{readScope, writeScope}},
		"not told":     {[]string{readScope}, emulator.Absent, nil},
		"of no API":    {[]string{"openid"}, readScope, nil},
		"not a string": {[]string{readScope}, 1, nil},
	} {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		w.altering(func(_ post, answer map[string]any) {
			switch c.granted {
			case nil:
			case emulator.Absent:
				delete(answer, "scope")
			default:
				answer["scope"] = c.granted
			}
		})
		in := signedIn(t, newWeb(t, w, "B2C_1_susi", nil), newBrowser(t, b2c), c.asked...)
		if got := slices.Sorted(slices.Values(in.Scopes)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
