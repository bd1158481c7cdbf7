// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

const (
	susiToken = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token"
	editToken = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit/oauth2/v2.0/token"
)

// newLinked returns a web app with links to the usual flows, and Ada signed in.
func newLinked(t *testing.T, opts *acquire.Options) (b2c *emulator.Tenant, w *wire, app *acquire.App, b *browser, in *acquire.SignIn) {
	t.Helper()
	b2c = emulator.NewTenant(nil)
	w = newWire(b2c)
	o := acquire.Options{}
	if opts != nil {
		o = *opts
	}
	o.Links = links(t, "B2C_1_edit", "B2C_1_reset")
	app, b = newWeb(t, w, "B2C_1_susi", &o), newBrowser(t, b2c)
	return b2c, w, app, b, signedIn(t, app, b, readScope)
}

// renamed makes the user of the browser's session change the name.
func renamed(b2c *emulator.Tenant, name string) {
	b2c.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
		user := *r.Session
		user.Name = name
		return emulator.SignIn{User: &user}, nil
	})
}

// TestLink: what comes back from profile editing is for reading. The session
// and its tokens stay what they were.
func TestLink(t *testing.T) {
	store := newMemory()
	b2c, w, app, b, in := newLinked(t, &acquire.Options{Cache: store})
	before, entries := app.Accounts(), store.entries()
	renamed(b2c, "Ada Lovelace")
	pending, params := linked(t, app, b, "B2C_1_edit")
	ret, err := app.Finish(t.Context(), pending, params)
	if err != nil {
		t.Fatal(err)
	}
	wantForm(t, "code", w.last(t), editToken, form("client_id", webID, "client_secret", webSecret, "grant_type", "authorization_code",
		"code", params.Get("code"), "code_verifier", pending.Verifier, "redirect_uri", returnURI, "scope", "openid offline_access", "client_info", "1"))
	if ret.Flow != "B2C_1_edit" || ret.SignIn != nil || ret.IDToken == nil {
		t.Fatalf("got %+v, want an ID token of B2C_1_edit and no sign-in", ret)
	}
	if ret.IDToken.Name != "Ada Lovelace" || ret.IDToken.ObjectID != adaID || ret.IDToken.Flow != "B2C_1_edit" {
		t.Errorf("got %q of %v, want the new name", ret.IDToken.Name, ret.IDToken)
	}
	if got := app.Accounts(); !reflect.DeepEqual(got, before) {
		t.Errorf("got accounts %v, want %v", got, before)
	}
	if got := store.entries(); !reflect.DeepEqual(got, entries) {
		t.Error("the link changed the shared cache")
	}
	if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
		t.Error("User.Token gives another token after the link")
	}
	// The account that B2C would name for the link's flow does not exist.
	_, err = app.User(acquire.Account{ID: strings.Replace(adaAccount, "_susi", "_edit", 1)}).Token(t.Context(), readScope)
	wantClass(t, "account of the link", err, acquire.ErrInteractionRequired)
	w.wantCount(t, "all", 2)
}

// TestLinkTokensAreDropped: also when the flow hands out an access token and a
// refresh token, these never become the user's.
func TestLinkTokensAreDropped(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c, w, app, b, in := newLinked(t, nil)
		pending, params := linked(t, app, b, "B2C_1_edit")
		foreign := b2c.MustMint(emulator.Spec{Flow: "B2C_1_edit"})
		var refresh string
		w.altering(func(_ post, answer map[string]any) {
			answer["access_token"], answer["expires_in"] = foreign, 86400
			id := b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_edit", ClientID: webID, Claims: map[string]any{"nonce": pending.Nonce}})
			answer["id_token"], refresh = id, answer["refresh_token"].(string)
		})
		ret, err := app.Finish(t.Context(), pending, params)
		if err != nil || ret.SignIn != nil {
			t.Fatalf("got %v, %v, want no sign-in", ret, err)
		}
		w.altering(nil)
		for _, scopes := range [][]string{{readScope}, {writeScope}, {readScope, writeScope}} {
			token, err := app.User(in.Account).Token(t.Context(), scopes...)
			if err == nil && token.AccessToken == foreign {
				t.Errorf("%v: got the token of the link", scopes)
			}
		}
		time.Sleep(2 * time.Hour) // the sign-in's token is gone by now, the link's would not be
		if got := userToken(t, app, in.Account, readScope); got == foreign {
			t.Error("got the token of the link after a refresh")
		}
		for _, p := range w.since(0) {
			if p.form.Get("refresh_token") == refresh {
				t.Error("the link's refresh token was used")
			}
		}
	})
}

// TestLinkWithoutSession: a link is for users who are not signed in too, and
// doesn't sign them in.
func TestLinkWithoutSession(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_edit"), Cache: newMemory()})
	pending, params := linked(t, app, newBrowser(t, b2c), "b2c_1_EDIT")
	ret, err := app.Finish(t.Context(), pending, params)
	if err != nil || ret.SignIn != nil || ret.Flow != "B2C_1_edit" {
		t.Errorf("got %+v, %v, want the return from B2C_1_edit without sign-in", ret, err)
	}
	wantNothingKept(t, "link", app)
}

// TestLinkOfPolicy: a link may be a custom policy, with keys of its own.
func TestLinkOfPolicy(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1A_partner")})
	pending, params := linked(t, app, newBrowser(t, b2c), "B2C_1A_partner")
	ret, err := app.Finish(t.Context(), pending, params)
	if err != nil || ret.SignIn != nil || ret.IDToken.Subject != adaID {
		t.Errorf("got %+v, %v, want Ada's ID token", ret, err)
	}
}

// TestLinkOfPublicClient sends no secret.
func TestLinkOfPublicClient(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	app := newNative(t, w, "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_edit")})
	pending, params := linked(t, app, newBrowser(t, b2c), "B2C_1_edit")
	if _, err := app.Finish(t.Context(), pending, params); err != nil {
		t.Fatal(err)
	}
	if p := w.last(t); p.url != editToken || p.form.Has("client_secret") {
		t.Errorf("got a request to %s, with secret %t", p.url, p.form.Has("client_secret"))
	}
}

// TestResetPassword: the story of a forgotten password from begin to end.
func TestResetPassword(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_reset")})
	b := newBrowser(t, b2c)
	b2c.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
		if r.Flow.Name == "B2C_1_susi" {
			return emulator.SignIn{}, emulator.ErrForgotPassword
		}
		return emulator.SignIn{}, nil
	})
	pending, params := begun(t, app, b, nil, readScope)
	_, err := app.Finish(t.Context(), pending, params)
	wantClass(t, "sign-in", err, acquire.ErrForgotPassword)

	pending, params = linked(t, app, b, "B2C_1_reset")
	ret, err := app.Finish(t.Context(), pending, params)
	if err != nil || ret.SignIn != nil || ret.Flow != "B2C_1_reset" {
		t.Fatalf("reset: got %+v, %v, want the return from B2C_1_reset without sign-in", ret, err)
	}
	wantNothingKept(t, "reset", app)

	b2c.OnSignIn(nil)
	if in := signedIn(t, app, b, readScope); in.Account.ID != adaAccount || in.Token == nil {
		t.Errorf("sign-in again: got %v, want Ada with a token", in)
	}
}

// TestLinkCancelled: the user is signed in as before.
func TestLinkCancelled(t *testing.T) {
	b2c, w, app, b, in := newLinked(t, nil)
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, emulator.ErrCancelled })
	pending, params := linked(t, app, b, "B2C_1_edit")
	_, err := app.Finish(t.Context(), pending, params)
	if e := wantClass(t, "edit", err, acquire.ErrCancelled); e.Flow != "B2C_1_edit" {
		t.Errorf("got flow %s, want B2C_1_edit", e.Flow)
	}
	if got := userToken(t, app, in.Account, readScope); got != in.Token.AccessToken {
		t.Error("User.Token gives another token after the cancelled link")
	}
	w.wantCount(t, "all", 1)
}

// TestLinkMixedUp: return and pending of two flows, in every combination that
// an attacker, or an app's own mistake, could make of them. The code of a link
// never becomes a session.
func TestLinkMixedUp(t *testing.T) {
	for name, c := range map[string]struct {
		mix   func(own, link *acquire.Pending) *acquire.Pending // which Pending to give with the link's return
		class acquire.Class
		code  string
	}{
		"the sign-in's pending":                {func(own, _ *acquire.Pending) *acquire.Pending { return own }, acquire.ErrState, ""},
		"the sign-in's, with the link's state": {func(own, link *acquire.Pending) *acquire.Pending { own.State = link.State; return own }, acquire.ErrConfiguration, "AADB2C90088"},
		"all but the flow of the link's": {func(own, link *acquire.Pending) *acquire.Pending {
			link.Flow, link.Authority = own.Flow, own.Authority
			return link
		}, acquire.ErrState, ""},
		"all but the flow of the link's, as if it were no link": {func(own, link *acquire.Pending) *acquire.Pending {
			link.Flow, link.Authority, link.Link = own.Flow, own.Authority, false
			return link
		}, acquire.ErrConfiguration, "AADB2C90088"},
		"only the flow changed":      {func(own, link *acquire.Pending) *acquire.Pending { link.Flow = own.Flow; return link }, acquire.ErrState, ""},
		"only the authority changed": {func(own, link *acquire.Pending) *acquire.Pending { link.Authority = own.Authority; return link }, acquire.ErrState, ""},
		"another link":               {func(_, link *acquire.Pending) *acquire.Pending { link.Flow = "B2C_1_reset"; return link }, acquire.ErrState, ""},
	} {
		b2c := emulator.NewTenant(nil)
		app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_edit", "B2C_1_reset"), Cache: newMemory()})
		b := newBrowser(t, b2c)
		own, _ := begun(t, app, b, nil, readScope)
		link, params := linked(t, app, b, "B2C_1_edit")
		p := c.mix(own, link)
		ret, err := app.Finish(t.Context(), p, params)
		if ret != nil {
			t.Errorf("%s: got %+v, want nothing", name, ret)
		}
		if e := wantClass(t, name, err, c.class); e.Code != c.code {
			t.Errorf("%s: got %v, want code %q", name, err, c.code)
		}
		wantNothingKept(t, name, app)
	}
}

// TestLinkIDTokenOfAnotherFlow: even a token endpoint that mixes flows up does
// not turn a link into a session, or a sign-in into another flow's.
func TestLinkIDTokenOfAnotherFlow(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_edit"), Cache: newMemory()})
	b := newBrowser(t, b2c)
	var nonce, flow string
	w.altering(func(_ post, answer map[string]any) {
		delete(answer, "access_token")
		answer["id_token"] = b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: flow, ClientID: webID, Claims: map[string]any{"nonce": nonce}})
	})
	link, params := linked(t, app, b, "B2C_1_edit")
	nonce, flow = link.Nonce, "B2C_1_susi"
	_, err := app.Finish(t.Context(), link, params)
	wantClass(t, "sign-in's ID token at the link", err, acquire.ErrIDToken)
	wantReason(t, "sign-in's ID token at the link", err, validator.ErrFlow)

	own, params := begun(t, app, b, nil)
	nonce, flow = own.Nonce, "B2C_1_edit"
	_, err = app.Finish(t.Context(), own, params)
	wantClass(t, "link's ID token at the sign-in", err, acquire.ErrIDToken)
	wantReason(t, "link's ID token at the sign-in", err, validator.ErrFlow)
	wantNothingKept(t, "both", app)
}

// TestLinkKeepsToState: a link's return is checked as a sign-in's is.
func TestLinkKeepsToState(t *testing.T) {
	_, w, app, b, _ := newLinked(t, nil)
	pending, params := linked(t, app, b, "B2C_1_edit")
	forged := maps.Clone(params)
	forged.Set("state", "FORGEDFORGEDFORGEDFORGEDFO")
	_, err := app.Finish(t.Context(), pending, forged)
	wantClass(t, "forged", err, acquire.ErrState)
	w.wantCount(t, "forged", 1)
	if _, err := app.Finish(t.Context(), pending, params); err != nil {
		t.Fatal(err)
	}
	_, err = app.Finish(t.Context(), pending, params)
	wantClass(t, "again", err, acquire.ErrReauthenticate)
}

func TestLinksChecked(t *testing.T) {
	fabrikam, err := authority.B2C("fabrikam", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := authority.B2C("contoso", "2f6a1b3c-8d4e-4f5a-9b6c-7d8e9f0a1b2c")
	if err != nil {
		t.Fatal(err)
	}
	for name, link := range map[string][]authority.Authority{
		"own flow":       links(t, "b2c_1_SUSI"),
		"twice":          links(t, "B2C_1_edit", "b2c_1_edit"),
		"another host":   {fabrikam.Flow("B2C_1_edit")},
		"another tenant": {stranger.Flow("B2C_1_edit")},
		"no flow":        links(t, "edit"),
		"zero":           {{}},
	} {
		_, err := acquire.NewConfidential(contoso(t).Flow("B2C_1_susi"), webID, acquire.Secret(webSecret), &acquire.Options{Links: link})
		if err == nil || !strings.Contains(err.Error(), "Options.Links") {
			t.Errorf("%s: got %v, want an error that names Options.Links", name, err)
		}
	}
}

// TestLinkAtItsOwnApp: the return of a link does not become a sign-in at
// another App of the same client whose own flow that is.
func TestLinkAtItsOwnApp(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	w := newWire(b2c)
	one := newWeb(t, w, "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1A_partner")})
	two := newWeb(t, w, "B2C_1A_partner", &acquire.Options{Links: links(t, "B2C_1_susi")})
	b := newBrowser(t, b2c)
	pending, params := linked(t, one, b, "B2C_1A_partner")
	_, err := two.Finish(t.Context(), pending, params)
	wantClass(t, "the link's return", err, acquire.ErrState)
	pending, params = begun(t, one, b, nil, readScope)
	_, err = two.Finish(t.Context(), pending, params)
	wantClass(t, "the sign-in's return", err, acquire.ErrState)
	for _, app := range []*acquire.App{one, two} {
		if got := app.Accounts(); len(got) != 0 {
			t.Errorf("got accounts %v, want none", got)
		}
	}
	w.wantCount(t, "all", 0)
}

// TestLinkTellsWho: who comes back from a link is known by the id that is the
// same at all flows.
func TestLinkTellsWho(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_edit")})
	in := signedIn(t, app, newBrowser(t, b2c), readScope)
	for id, same := range map[string]bool{adaID: true, linID: false} {
		everyoneIs(b2c, id, nil)
		p, params := linked(t, app, newBrowser(t, b2c), "B2C_1_edit")
		ret, err := app.Finish(t.Context(), p, params)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ret.IDToken.UserID(); err != nil || (got == in.Account.UserID) != same {
			t.Errorf("got %s, %v beside %s, want the same: %v", got, err, in.Account.UserID, same)
		}
	}
}
