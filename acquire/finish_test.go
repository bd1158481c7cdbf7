// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// TestFinishState: what doesn't belong to the pending attempt is refused before
// any request, and costs the attempt nothing.
func TestFinishState(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		fabrikam, err := authority.B2C("fabrikam", "2f6a1b3c-8d4e-4f5a-9b6c-7d8e9f0a1b2c")
		if err != nil {
			t.Fatal(err)
		}
		const goodIssuer = "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
		own := func(at authority.Authority) func(*acquire.Pending, url.Values) *acquire.App {
			return func(*acquire.Pending, url.Values) *acquire.App {
				app, err := acquire.NewConfidential(at, webID, acquire.Secret(webSecret), over(w, nil))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = app.Close() })
				return app
			}
		}
		change := func(f func(*acquire.Pending, url.Values)) func(*acquire.Pending, url.Values) *acquire.App {
			return func(p *acquire.Pending, params url.Values) *acquire.App { f(p, params); return nil }
		}
		for name, prepare := range map[string]func(p *acquire.Pending, params url.Values) (other *acquire.App){
			"other state":       change(func(_ *acquire.Pending, q url.Values) { q.Set("state", "ABCDEFGHIJKLMNOPQRSTUVWXYZ") }),
			"no state":          change(func(_ *acquire.Pending, q url.Values) { q.Del("state") }),
			"empty state":       change(func(_ *acquire.Pending, q url.Values) { q.Set("state", "") }),
			"state twice":       change(func(p *acquire.Pending, q url.Values) { q["state"] = []string{p.State, p.State} }),
			"two states":        change(func(p *acquire.Pending, q url.Values) { q["state"] = []string{p.State, "x"} }),
			"two codes":         change(func(_ *acquire.Pending, q url.Values) { q.Add("code", "other") }),
			"two errors":        change(func(_ *acquire.Pending, q url.Values) { q["error"] = []string{"access_denied", "server_error"} }),
			"two issuers":       change(func(_ *acquire.Pending, q url.Values) { q["iss"] = []string{goodIssuer, goodIssuer} }),
			"state cut":         change(func(p *acquire.Pending, q url.Values) { q.Set("state", p.State[:len(p.State)-1]) }),
			"state longer":      change(func(p *acquire.Pending, q url.Values) { q.Set("state", p.State+"A") }),
			"other case":        change(func(p *acquire.Pending, q url.Values) { q.Set("state", strings.ToLower(p.State)) }),
			"zero pending":      change(func(p *acquire.Pending, _ url.Values) { *p = acquire.Pending{} }),
			"zero, no state":    change(func(p *acquire.Pending, q url.Values) { *p = acquire.Pending{}; q.Del("state") }),
			"zero, empty state": change(func(p *acquire.Pending, q url.Values) { *p = acquire.Pending{}; q.Set("state", "") }),
			"no nonce":          change(func(p *acquire.Pending, _ url.Values) { p.Nonce = "" }),
			"no verifier":       change(func(p *acquire.Pending, _ url.Values) { p.Verifier = "" }),
			"no flow":           change(func(p *acquire.Pending, _ url.Values) { p.Flow = "" }),
			"no authority":      change(func(p *acquire.Pending, _ url.Values) { p.Authority = "" }),
			"no client":         change(func(p *acquire.Pending, _ url.Values) { p.ClientID = "" }),
			"no expiry":         change(func(p *acquire.Pending, _ url.Values) { p.Expires = time.Time{} }),
			"another link":      change(func(p *acquire.Pending, _ url.Values) { p.Flow = "B2C_1_edit" }),
			"expired":           change(func(*acquire.Pending, url.Values) { time.Sleep(15 * time.Minute) }),
			"foreign issuer":    change(func(_ *acquire.Pending, q url.Values) { q.Set("iss", "https://evil.example/") }),
			"shared key issuer": change(func(_ *acquire.Pending, q url.Values) {
				q.Set("iss", "https://contoso.b2clogin.com/2f6a1b3c-8d4e-4f5a-9b6c-7d8e9f0a1b2c/v2.0/")
			}),
			"issuer of another flow": change(func(_ *acquire.Pending, q url.Values) {
				q.Set("iss", "https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_edit/v2.0/")
			}),
			"issuer without slash": change(func(_ *acquire.Pending, q url.Values) {
				q.Set("iss", "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0")
			}),
			"other flow":   own(contoso(t).Flow("B2C_1A_partner")),
			"other host":   own(parsed(t, "https://login.contoso.com/contoso.onmicrosoft.com/B2C_1_susi")),
			"other form":   own(parsed(t, "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi")),
			"other tenant": own(fabrikam.Flow("B2C_1_susi")),
			"other client": func(*acquire.Pending, url.Values) *acquire.App { return newNative(t, w, "B2C_1_susi", nil) },
		} {
			app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_edit")})
			pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
			n, p, q := w.count(), *pending, maps.Clone(params)
			at := app
			if other := prepare(&p, q); other != nil {
				at = other
			}
			ret, err := at.Finish(t.Context(), &p, q)
			if ret != nil {
				t.Errorf("%s: got %+v, want nothing", name, ret)
			}
			wantClass(t, name, err, acquire.ErrState)
			w.wantCount(t, name, n)
			if name != "expired" {
				if _, err := app.Finish(t.Context(), pending, params); err != nil {
					t.Errorf("%s: the right return afterwards: %v", name, err)
				}
			}
		}
		app := newWeb(t, w, "B2C_1_susi", nil)
		_, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		n := w.count()
		_, err = app.Finish(t.Context(), nil, params)
		wantClass(t, "nil Pending", err, acquire.ErrState)
		_, err = app.Finish(t.Context(), nil, nil)
		wantClass(t, "nil all", err, acquire.ErrState)
		w.wantCount(t, "nil", n)
	})
}

// TestFinishIssuer: RFC 9207, should B2C ever send it, in both of its forms.
func TestFinishIssuer(t *testing.T) {
	for _, iss := range []string{
		"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",
		"https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/v2.0/",
	} {
		b2c := emulator.NewTenant(nil)
		app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
		pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		params.Set("iss", iss)
		if _, err := app.Finish(t.Context(), pending, params); err != nil {
			t.Errorf("%s: %v", iss, err)
		}
	}
}

// TestPendingLifetime: up to the last moment, and not longer. The code itself
// lives for ten minutes, the user's time before that is
// what this bounds.
func TestPendingLifetime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			lifetime, after time.Duration
			ok              bool
		}{
			"default, in time": {0, 15*time.Minute - 1, true},
			"default, late":    {0, 15 * time.Minute, false},
			"short, in time":   {time.Minute, time.Minute - 1, true},
			"short, late":      {time.Minute, time.Minute, false},
			"day, in time":     {24 * time.Hour, 24*time.Hour - 1, true},
		} {
			b2c := emulator.NewTenant(nil)
			app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{PendingLifetime: c.lifetime})
			address, pending, err := app.BeginSignIn(returnURI, []string{readScope}, nil)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(c.after)
			_, err = app.Finish(t.Context(), pending, newBrowser(t, b2c).visit(t, address))
			switch {
			case c.ok && err != nil:
				t.Errorf("%s: %v", name, err)
			case !c.ok:
				wantClass(t, name, err, acquire.ErrState)
			}
		}
	})
}

// TestFinishErrors: what users and policies do instead of signing in, in the
// shape that B2C's have.
func TestFinishErrors(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			journey     error
			class       acquire.Class
			code, oauth string
			description string
		}{
			"forgot password":   {emulator.ErrForgotPassword, acquire.ErrForgotPassword, "AADB2C90118", "access_denied", "The user has forgotten their password."},
			"cancelled":         {emulator.ErrCancelled, acquire.ErrCancelled, "AADB2C90091", "access_denied", "The user has cancelled entering self-asserted information."},
			"cancelled at IdP":  {&emulator.JourneyError{OAuth: "access_denied", Code: "AADB2C90273", Text: "An invalid response was received."}, acquire.ErrCancelled, "AADB2C90273", "access_denied", "An invalid response was received."},
			"policy":            {emulator.PolicyError("E-42", "No contract: call us."), acquire.ErrPolicy, "AAD_Custom_E-42", "access_denied", "No contract: call us."},
			"no B2C":            {errors.New("oops"), acquire.ErrTenantAdmin, "AADB2C90037", "server_error", "An error occurred while processing the request. Please contact administrator of the site you are trying to access."},
			"stale page":        {&emulator.JourneyError{OAuth: "invalid_request", Code: "AADB2C90046", Text: "x"}, acquire.ErrInteractionRequired, "AADB2C90046", "invalid_request", "x"},
			"text over 2 lines": {&emulator.JourneyError{OAuth: "access_denied", Code: "AADB2C90118", Text: "Forgotten.\r\nlogin_hint: ada@example.org"}, acquire.ErrForgotPassword, "AADB2C90118", "access_denied", "Forgotten."},
			"new code":          {&emulator.JourneyError{OAuth: "access_denied", Code: "AADB2C98765", Text: "x"}, acquire.ErrUser, "AADB2C98765", "access_denied", "x"},
			"neither known":     {&emulator.JourneyError{OAuth: "strange", Code: "AADB2C98765", Text: "x"}, acquire.ErrUnexpected, "AADB2C98765", "strange", "x"},
		} {
			for _, mode := range []acquire.ResponseMode{acquire.Query, acquire.FormPost} {
				name := name + ", " + string(mode)
				b2c := emulator.NewTenant(nil)
				b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, c.journey })
				w := newWire(b2c)
				app := newWeb(t, w, "B2C_1_susi", nil)
				pending, params := begun(t, app, newBrowser(t, b2c), &acquire.AuthorizeOptions{ResponseMode: mode}, readScope)
				ret, err := app.Finish(t.Context(), pending, params)
				if ret != nil {
					t.Errorf("%s: got %+v, want nothing", name, ret)
				}
				e := wantClass(t, name, err, c.class)
				if e.Code != c.code || e.OAuthError != c.oauth || e.Description != c.description || e.During != "authorize" || e.Flow != "B2C_1_susi" {
					t.Errorf("%s: got %s, %s, %q during %s at %s", name, e.Code, e.OAuthError, e.Description, e.During, e.Flow)
				}
				if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(e.CorrelationID) || !e.Timestamp.Equal(time.Now()) {
					t.Errorf("%s: got correlation ID %q at %v, want a GUID and now", name, e.CorrelationID, e.Timestamp)
				}
				if strings.ContainsAny(err.Error(), "\r\n") {
					t.Errorf("%s: got a text of several lines: %q", name, err)
				}
				w.wantCount(t, name, 0)
				wantNothingKept(t, name, app)
			}
		}
	})
}

// TestFinishErrorNotBelieved: an error that comes with another state is from
// anybody.
func TestFinishErrorNotBelieved(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
	for name, forged := range map[string]url.Values{
		"other state": form("error", "access_denied", "error_description", "AADB2C90118: x\r\n", "state", "FORGEDFORGEDFORGEDFORGEDFO"),
		"no state":    form("error", "access_denied", "error_description", "AADB2C90118: x\r\n"),
	} {
		_, err := app.Finish(t.Context(), pending, forged)
		e := wantClass(t, name, err, acquire.ErrState)
		if errors.Is(err, acquire.ErrForgotPassword) || e.Code != "" {
			t.Errorf("%s: got %v, want what it says ignored", name, err)
		}
	}
	if _, err := app.Finish(t.Context(), pending, params); err != nil {
		t.Errorf("the right return afterwards: %v", err)
	}
}

// TestFinishOddErrors: what else may stand in the parameters. Nothing of it
// breaks a log line, and secrets in it are not repeated.
func TestFinishOddErrors(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	app := newWeb(t, w, "B2C_1_susi", nil)
	for name, c := range map[string]struct {
		params url.Values
		class  acquire.Class
	}{
		"error and code":      {form("error", "access_denied", "error_description", "AADB2C90091: x", "code", "c"), acquire.ErrCancelled},
		"empty error":         {form("error", ""), acquire.ErrUnexpected},
		"no description":      {form("error", "access_denied"), acquire.ErrUser},
		"login required":      {form("error", "login_required"), acquire.ErrInteractionRequired},
		"code in the middle":  {form("error", "access_denied", "error_description", "see AADB2C90118: x"), acquire.ErrUser},
		"code not at the end": {form("error", "strange", "error_description", "AADB2C90118x: y"), acquire.ErrUnexpected},
		"line breaks":         {form("error", "a\r\nSet-Cookie: x=y", "error_description", "AADB2C90091: b\r\nlevel=ERROR msg=forged\x1b[31m\x00"), acquire.ErrCancelled},
		"only line breaks":    {form("error", "\r\n", "error_description", "\r\n\r\n"), acquire.ErrUnexpected},
		"bad UTF-8":           {form("error", "\xff\xfe", "error_description", "AAD_Custom_\xff: \xff"), acquire.ErrPolicy},
		"long":                {form("error", strings.Repeat("e", 1<<16+1), "error_description", "AADB2C90091: "+strings.Repeat("d", 1<<16+1)), acquire.ErrCancelled},
		"neither":             {form(), acquire.ErrUnexpected},
		"empty code":          {form("code", ""), acquire.ErrUnexpected},
		"code without end":    {form("code", strings.Repeat("c", 1<<16+1)), acquire.ErrUnexpected},
	} {
		_, p, err := app.BeginSignIn(returnURI, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		c.params.Set("state", p.State)
		_, err = app.Finish(t.Context(), p, c.params)
		wantClass(t, name, err, c.class)
		if text := err.Error(); len(text) > 2000 || regexp.MustCompile(`[\x00-\x1f\x7f\xff]`).MatchString(text) {
			t.Errorf("%s: got %d bytes of text, %.200q, want one short line", name, len(text), text)
		}
	}
	_, p, err := app.BeginSignIn(returnURI, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = app.Finish(t.Context(), p, form("state", p.State, "error", "x"+p.State, "error_description", "AADB2C90091: "+p.Nonce+p.Verifier))
	for name, secret := range map[string]string{"state": p.State, "nonce": p.Nonce, "verifier": p.Verifier} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error repeats the %s", name)
		}
	}
	w.wantCount(t, "all", 0)
}

// TestFinishPromptNone: with a session at B2C the user is signed in silently,
// without one the app has to ask.
func TestFinishPromptNone(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app, b := newWeb(t, newWire(b2c), "B2C_1_susi", nil), newBrowser(t, b2c)
	silent := &acquire.AuthorizeOptions{Prompt: "none"}
	pending, params := begun(t, app, b, silent, readScope)
	_, err := app.Finish(t.Context(), pending, params)
	if e := wantClass(t, "no session", err, acquire.ErrInteractionRequired); e.Code != "AADB2C90077" {
		t.Errorf("no session: got code %s, want AADB2C90077", e.Code)
	}
	wantNothingKept(t, "no session", app)
	signedIn(t, app, b, readScope)
	pending, params = begun(t, app, b, silent, readScope)
	if ret, err := app.Finish(t.Context(), pending, params); err != nil || ret.SignIn.Account.ID != adaAccount {
		t.Errorf("with a session: got %v, %v, want Ada", ret, err)
	}
}

// TestFinishTwice: a code is good for once. Who is signed in stays signed in.
func TestFinishTwice(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	app := newWeb(t, w, "B2C_1_susi", nil)
	pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
	ret, err := app.Finish(t.Context(), pending, params)
	if err != nil {
		t.Fatal(err)
	}
	again, err := app.Finish(t.Context(), pending, params)
	if again != nil {
		t.Errorf("got %+v, want nothing", again)
	}
	e := wantClass(t, "again", err, acquire.ErrReauthenticate)
	if e.OAuthError != "invalid_grant" || e.During != "authorization_code" || e.Flow != "B2C_1_susi" || e.Status != 400 {
		t.Errorf("again: got %s during %s at %s, HTTP %d", e.OAuthError, e.During, e.Flow, e.Status)
	}
	if _, ok := errors.AsType[*oauth2.RetrieveError](err); !ok {
		t.Errorf("again: got no *oauth2.RetrieveError in %v", err)
	}
	for name, secret := range map[string]string{"code": params.Get("code"), "verifier": pending.Verifier, "secret": webSecret} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("again: the error tells the %s", name)
		}
	}
	if got := userToken(t, app, ret.SignIn.Account, readScope); got != ret.SignIn.Token.AccessToken {
		t.Error("again: User.Token gives another token")
	}
}

// TestFinishCodeRefused: what B2C refuses about a code.
func TestFinishCodeRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			change func(p *acquire.Pending, params url.Values)
			class  acquire.Class
			code   string
		}{
			"other verifier": {func(p *acquire.Pending, _ url.Values) { p.Verifier = strings.Repeat("v", 43) }, acquire.ErrConfiguration, "AADB2C90182"},
			"short verifier": {func(p *acquire.Pending, _ url.Values) { p.Verifier = "v" }, acquire.ErrConfiguration, "AADB2C90183"},
			"other redirect": {func(p *acquire.Pending, _ url.Values) { p.RedirectURI = "https://app.contoso.example/callback" }, acquire.ErrConfiguration, "AADB2C90287"},
			"expired code":   {func(*acquire.Pending, url.Values) { time.Sleep(11 * time.Minute) }, acquire.ErrReauthenticate, "AADB2C90080"},
			"made-up code":   {func(_ *acquire.Pending, q url.Values) { q.Set("code", "e.y.J.h.b") }, acquire.ErrReauthenticate, "AADB2C90085"},
		} {
			b2c := emulator.NewTenant(nil)
			app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
			pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
			c.change(pending, params)
			_, err := app.Finish(t.Context(), pending, params)
			if e := wantClass(t, name, err, c.class); e.Code != c.code {
				t.Errorf("%s: got %v, want %s", name, err, c.code)
			}
			wantNothingKept(t, name, app)
		}
	})
}

// TestFinishCodeOfAnother: PKCE ties the code to the browser's own attempt, so
// a code that an attacker got for themselves signs nobody in (RFC 9700 section
// 4.5).
func TestFinishCodeOfAnother(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	victim, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
	everyoneIs(b2c, linID, nil)
	_, attackers := begun(t, app, newBrowser(t, b2c), nil, readScope)
	params.Set("code", attackers.Get("code"))
	_, err := app.Finish(t.Context(), victim, params)
	wantClass(t, "injected code", err, acquire.ErrConfiguration)
	wantNothingKept(t, "injected code", app)
}

// TestFinishIDTokenAttacks: the token endpoint, or what stands in its place,
// answers with an ID token that is not the one of this sign-in. The first row
// shows that the others fail for their own reason.
func TestFinishIDTokenAttacks(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	stranger := emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	forger := emulator.NewKey()
	lin := b2c.Users()[1]
	minted := func(change func(s *emulator.Spec)) func(nonce string, answer map[string]any) {
		return func(nonce string, answer map[string]any) {
			s := emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_susi", ClientID: webID, Claims: map[string]any{"nonce": nonce}}
			change(&s)
			answer["id_token"] = b2c.MustMint(s)
		}
	}
	claim := func(name string, value any) func(string, map[string]any) {
		return minted(func(s *emulator.Spec) { s.Claims[name] = value })
	}
	b64 := base64.RawURLEncoding.EncodeToString
	for name, c := range map[string]struct {
		attack func(nonce string, answer map[string]any)
		want   validator.Reason // "" for none
	}{
		"none":             {minted(func(*emulator.Spec) {}), ""},
		"another nonce":    {claim("nonce", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), validator.ErrNonce},
		"no nonce":         {claim("nonce", emulator.Absent), validator.ErrNonce},
		"nonce in a list":  {claim("nonce", []string{"x"}), validator.ErrNonce},
		"another person's": {minted(func(s *emulator.Spec) { s.User, s.Claims["nonce"] = &lin, "of Lin's sign-in" }), validator.ErrNonce},
		"another client":   {minted(func(s *emulator.Spec) { s.ClientID = nativeID }), validator.ErrAudience},
		"two audiences":    {claim("aud", []string{webID, nativeID}), validator.ErrAudience},
		"another flow":     {minted(func(s *emulator.Spec) { s.Flow = "B2C_1_edit" }), validator.ErrFlow},
		"no flow":          {claim("tfp", emulator.Absent), validator.ErrFlow},
		"a custom policy":  {minted(func(s *emulator.Spec) { s.Flow = "B2C_1A_partner" }), validator.ErrUnknownKey},
		"a custom policy's key": {minted(func(s *emulator.Spec) {
			s.Key = b2c.CurrentKey("B2C_1A_partner")
			s.Header = map[string]any{"kid": s.Key.ID()}
		}), validator.ErrUnknownKey},
		"expired":             {minted(func(s *emulator.Spec) { s.IssuedAt = time.Now().Add(-2 * time.Hour) }), validator.ErrExpired},
		"from the future":     {minted(func(s *emulator.Spec) { s.IssuedAt = time.Now().Add(time.Hour) }), validator.ErrNotYetValid},
		"access token":        {minted(func(s *emulator.Spec) { s.Kind, s.Audience, s.Scopes = emulator.UserToken, webID, []string{"x"} }), validator.ErrNotIDToken},
		"API's access token":  {func(_ string, answer map[string]any) { answer["id_token"] = answer["access_token"] }, validator.ErrAudience},
		"forged signature":    {minted(func(s *emulator.Spec) { s.Key = forger }), validator.ErrSignature},
		"forger's key":        {minted(func(s *emulator.Spec) { s.Key, s.Header = forger, map[string]any{"kid": forger.ID()} }), validator.ErrUnknownKey},
		"HMAC":                {minted(func(s *emulator.Spec) { s.Header = map[string]any{"alg": "HS256"} }), validator.ErrAlgorithm},
		"custom issuer":       {claim("iss", "https://evil.example/"), validator.ErrIssuer},
		"legacy issuer":       {claim("iss", "https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"), validator.ErrIssuer},
		"code's hash":         {claim("c_hash", "AAAAAAAAAAAAAAAAAAAAAA"), validator.ErrHash},
		"access token's hash": {claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), validator.ErrHash},
		"encrypted":           {func(_ string, answer map[string]any) { answer["id_token"] = "e30.e30.e30.e30.e30" }, validator.ErrEncrypted},
		"not a token":         {func(_ string, answer map[string]any) { answer["id_token"] = "token" }, validator.ErrMalformed},
		"another access token": {func(_ string, answer map[string]any) {
			answer["access_token"] = b2c.MustMint(emulator.Spec{User: &lin})
		}, validator.ErrHash},
		"another tenant": {func(nonce string, answer map[string]any) {
			answer["id_token"] = stranger.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_susi", ClientID: webID, Claims: map[string]any{"nonce": nonce}})
		}, validator.ErrIssuer},
		"unsigned": {func(_ string, answer map[string]any) {
			parts := strings.Split(answer["id_token"].(string), ".")
			answer["id_token"] = b64([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
		}, validator.ErrAlgorithm},
		"altered": {func(_ string, answer map[string]any) {
			parts := strings.Split(answer["id_token"].(string), ".")
			claims := claimsOf(t, answer["id_token"].(string))
			claims["oid"] = linID
			text, err := json.Marshal(claims)
			if err != nil {
				t.Error(err)
			}
			answer["id_token"] = parts[0] + "." + b64(text) + "." + parts[2]
		}, validator.ErrSignature},
	} {
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: newMemory()})
		pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		var planted []string
		w.altering(func(_ post, answer map[string]any) {
			c.attack(pending.Nonce, answer)
			for _, member := range []string{"id_token", "access_token", "refresh_token"} {
				planted = append(planted, answer[member].(string))
			}
		})
		ret, err := app.Finish(t.Context(), pending, params)
		if c.want == "" {
			if err != nil || ret.SignIn == nil || ret.SignIn.Account.ID != adaAccount {
				t.Errorf("%s: got %v, %v, want Ada", name, ret, err)
			}
			continue
		}
		if ret != nil {
			t.Errorf("%s: got %+v, want nothing", name, ret)
		}
		wantClass(t, name, err, acquire.ErrIDToken)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want reason %s", name, err, c.want)
		}
		for _, token := range planted {
			if len(token) > 20 && err != nil && strings.Contains(err.Error(), token) {
				t.Errorf("%s: the error tells a token", name)
			}
		}
		w.altering(nil)
		wantNothingKept(t, name, app)
		w.wantCount(t, name, 1)
	}
}

// TestFinishWithoutIDToken: openid was asked for, so there must be one.
func TestFinishWithoutIDToken(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for name, value := range map[string]any{"missing": emulator.Absent, "null": nil, "empty": "", "number": 7, "object": map[string]any{}} {
		w := newWire(b2c)
		w.altering(func(_ post, answer map[string]any) {
			answer["id_token"] = value
			if value == emulator.Absent {
				delete(answer, "id_token")
			}
		})
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: newMemory()})
		pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		ret, err := app.Finish(t.Context(), pending, params)
		if ret != nil {
			t.Errorf("%s: got %+v, want nothing", name, ret)
		}
		wantClass(t, name, err, acquire.ErrUnexpected)
		wantNothingKept(t, name, app)
	}
}

// TestFinishWithoutKeys: an ID token that can't be verified is not refused, and
// not believed.
func TestFinishWithoutKeys(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
		pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		withoutKeys(b2c, true)
		ret, err := app.Finish(t.Context(), pending, params)
		if ret != nil {
			t.Errorf("got %+v, want nothing", ret)
		}
		if e := wantClass(t, "keys away", err, acquire.ErrRetry); e.RetryAfter <= 0 || !errors.Is(err, validator.ErrUnavailable) {
			t.Errorf("got %v after %v, want keys unavailable, and when to come again", err, e.RetryAfter)
		}
		wantNothingKept(t, "keys away", app)
		withoutKeys(b2c, false)
		time.Sleep(time.Minute)
		if in := signedIn(t, app, newBrowser(t, b2c), readScope); in.Account.ID != adaAccount {
			t.Errorf("keys back: got %s, want Ada", in.Account.ID)
		}
	})
}

// TestFinishRotatedKey: the first sign-in after B2C changed its key passes.
func TestFinishRotatedKey(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	signedIn(t, app, newBrowser(t, b2c), readScope)
	b2c.Rotate(emulator.UserFlowKeys, false)
	if in := signedIn(t, app, newBrowser(t, b2c), readScope); in.Account.ID != adaAccount {
		t.Errorf("got %s, want Ada", in.Account.ID)
	}
}

// TestFinishBounded: a token endpoint that hangs holds a user up for
// Options.Timeout, or as long as the request lives.
func TestFinishBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Timeout: 7 * time.Second})
		w.cutting(func(_ post, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		for name, c := range map[string]struct{ patience, want time.Duration }{
			"timeout": {time.Hour, 7 * time.Second}, "caller": {3 * time.Second, 3 * time.Second},
		} {
			pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
			ctx, cancel := context.WithTimeout(t.Context(), c.patience)
			start := time.Now()
			_, err := app.Finish(ctx, pending, params)
			cancel()
			wantClass(t, name, err, acquire.ErrRetry)
			if got := time.Since(start); got != c.want || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: got %v after %v, want the deadline after %v", name, err, got, c.want)
			}
			wantNothingKept(t, name, app)
		}
	})
}

// TestFinishAfterClose makes no request.
func TestFinishAfterClose(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	app := newWeb(t, w, "B2C_1_susi", nil)
	pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := app.Finish(t.Context(), pending, params)
	wantClass(t, "Finish", err, acquire.ErrClosed)
	_, err = app.SignInWithPassword(t.Context(), "lin@example.org", "x", readScope)
	wantClass(t, "SignInWithPassword", err, acquire.ErrClosed)
	_, err = app.ImportRefreshToken(t.Context(), "x", readScope)
	wantClass(t, "ImportRefreshToken", err, acquire.ErrClosed)
	w.wantCount(t, "all", 0)
}

// TestFinishThrottled: while B2C asks to be left alone, an interactive call
// makes no request either.
func TestFinishThrottled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		pending, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, RetryAfter: 30 * time.Second, Times: 1})
		for i := range 3 {
			_, err := app.Finish(t.Context(), pending, params)
			if e := wantClass(t, "throttled", err, acquire.ErrRetry); e.RetryAfter != 30*time.Second-time.Duration(i)*10*time.Second || e.Status != 429 {
				t.Errorf("try %d: got HTTP %d, again after %v", i, e.Status, e.RetryAfter)
			}
			w.wantCount(t, "throttled", 1)
			time.Sleep(10 * time.Second)
		}
		if _, err := app.Finish(t.Context(), pending, params); err != nil {
			t.Errorf("after Retry-After: %v", err)
		}
		w.wantCount(t, "after Retry-After", 2)
	})
}

// TestFinishWhileClosing: what Close cuts off says so.
func TestFinishWhileClosing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", nil)
		p, params := begun(t, app, newBrowser(t, b2c), nil, readScope)
		w.cutting(func(_ post, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		failed := make(chan error, 1)
		go func() {
			_, err := app.Finish(t.Context(), p, params)
			failed <- err
		}()
		synctest.Wait()
		if err := app.Close(); err != nil {
			t.Fatal(err)
		}
		wantClass(t, "Finish", <-failed, acquire.ErrClosed)
	})
}
