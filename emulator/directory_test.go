// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

const goneText = "AADB2C90128: The account associated with this grant no longer exists. Please reauthenticate and try again."

func TestAddUser(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	u, err := b2c.AddUser(emulator.User{Name: "Kim Example", Emails: []string{"kim@example.org"}, Password: "pw"})
	equal(t, "error", err, nil)
	equal(t, "Password", u.Password, "")
	equal(t, "ObjectID", len(u.ObjectID), 36)
	equal(t, "the last user", b2c.Users()[2].ObjectID, u.ObjectID)
	equal(t, "the first user", b2c.User().Name, "Ada Example")
	a := redeem(t, b2c.Client(), ropcURL, changed(ropc(), "username", "KIM@example.org", "password", "pw"))
	equal(t, "oid", claimsOf(t, a.IDToken)["oid"], any(u.ObjectID))

	for _, c := range []struct {
		want string
		user emulator.User
	}{
		{"emulator: User.Name is empty", emulator.User{}},
		{`emulator: User.ObjectID "x" is no GUID`, emulator.User{Name: "a", ObjectID: "x"}},
		{`emulator: User.ObjectID "` + u.ObjectID + `" is there twice (if left out, it follows from the name)`, emulator.User{Name: "a", ObjectID: strings.ToUpper(u.ObjectID)}},
		{`emulator: User.ObjectID "` + u.ObjectID + `" is there twice (if left out, it follows from the name)`, emulator.User{Name: "Kim Example"}},
		{"emulator: User.Password is set, but google.com knows", emulator.User{Name: "a", Username: "a", IDP: "google.com", Password: "p"}},
		{"emulator: User.Password is set, but there is neither", emulator.User{Name: "a", Password: "p"}},
		{`emulator: User signs in as "LIN@example.org", as another`, emulator.User{Name: "a", Username: "LIN@example.org", Password: "p"}},
		{`emulator: User.Claims["f"] is no JSON`, emulator.User{Name: "a", Claims: map[string]any{"a": 1, "f": func() {}}}},
	} {
		if _, err := b2c.AddUser(c.user); err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), `"p"`) {
			t.Errorf("got error %v, want %s", err, c.want)
		}
		equal(t, "users", len(b2c.Users()), 3)
	}
	_, err = b2c.AddUser(emulator.User{ObjectID: "x", Password: "p"})
	equal(t, "all mistakes", fmt.Sprint(err), "emulator: User.Name is empty\n"+
		`emulator: User.ObjectID "x" is no GUID; left out, it follows from the name`+"\n"+
		"emulator: User.Password is set, but there is neither Username nor Emails")
}

func TestSetUser(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	before := redeem(t, c, tokenURL, redemption(codeFor(t, c, authorizeURL)))
	ada, lin := b2c.User(), b2c.Users()[1]
	ada.Name, ada.ObjectID = "Ada Lovelace", strings.ToUpper(ada.ObjectID)
	equal(t, "error", b2c.SetUser(ada), nil)
	equal(t, "name", b2c.User().Name, "Ada Lovelace")
	equal(t, "ObjectID", b2c.User().ObjectID, strings.ToLower(ada.ObjectID))
	now := redeem(t, c, tokenURL, redemption(codeFor(t, c, authorizeURL, "prompt", "none")))
	equal(t, "name in the session", claimsOf(t, now.IDToken)["name"], any("Ada Lovelace"))
	after := redeem(t, c, tokenURL, refreshing(before.RefreshToken))
	equal(t, "name after a refresh", claimsOf(t, after.IDToken)["name"], any("Ada Example"))

	lin.Username = "lin"
	equal(t, "error", b2c.SetUser(lin), nil)
	equal(t, "the old password", post(t, c, ropcURL, changed(ropc(), "username", "lin")).status, 200)
	lin.Password = "another"
	equal(t, "error", b2c.SetUser(lin), nil)
	equal(t, "the old password", post(t, c, ropcURL, ropc()).status, 400)
	equal(t, "the new password", post(t, c, ropcURL, changed(ropc(), "password", "another")).status, 200)

	for _, c := range []struct {
		want   string
		change func(*emulator.User)
	}{
		{`emulator: User.ObjectID: tenant contoso has no user ""`, func(u *emulator.User) { u.ObjectID = "" }},
		{`emulator: User.ObjectID: tenant contoso has no user "x"`, func(u *emulator.User) { u.ObjectID = "x" }},
		{"emulator: User.Name is empty", func(u *emulator.User) { u.Name = "" }},
		{"emulator: User.Password is set, but there is neither", func(u *emulator.User) { u.Username, u.Emails, u.Password = "", nil, "" }},
		{"emulator: User.Password is set, but google.com", func(u *emulator.User) { u.IDP = "google.com" }},
		{`emulator: User.Claims["x"] is no JSON`, func(u *emulator.User) { u.Claims = map[string]any{"x": make(chan int)} }},
	} {
		u := lin
		c.change(&u)
		if err := b2c.SetUser(u); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got error %v, want %s", err, c.want)
		}
	}
	equal(t, "unchanged", b2c.Users()[1].Username, "lin")

	_, err := b2c.AddUser(emulator.User{Name: "Kim", Username: "kim", Password: "p"})
	equal(t, "error", err, nil)
	lin.Username = "KIM"
	if err := b2c.SetUser(lin); err == nil || !strings.HasPrefix(err.Error(), `emulator: User signs in as "KIM"`) {
		t.Errorf("got error %v, want one of the name", err)
	}
	lin.Username, lin.IDP, lin.Password = "", "facebook.com", ""
	equal(t, "an account moves to a provider", b2c.SetUser(lin), nil)
	equal(t, "its password", post(t, c, ropcURL, changed(ropc(), "password", "another")).status, 400)
	lin.IDP = ""
	equal(t, "and back", b2c.SetUser(lin), nil)
	equal(t, "its password", post(t, c, ropcURL, changed(ropc(), "password", "another")).status, 400)
}

func TestRemoveUser(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	a := redeem(t, c, tokenURL, redemption(codeFor(t, c, authorizeURL)))
	code := codeFor(t, c, authorizeURL)
	ada := b2c.User()
	equal(t, "error", b2c.RemoveUser(strings.ToUpper(ada.ObjectID)), nil)
	equal(t, "session", silent(t, c), false)
	wantError(t, "refresh", post(t, c, tokenURL, refreshing(a.RefreshToken)), "invalid_grant", goneText)
	wantError(t, "code", post(t, c, tokenURL, redemption(code)), "invalid_grant", goneText)
	if err := b2c.RemoveUser(ada.ObjectID); err == nil || !strings.Contains(err.Error(), ada.ObjectID) {
		t.Errorf("got error %v, want one that names the id", err)
	}
	equal(t, "User", b2c.User().Name, "Lin Example")

	again, err := b2c.AddUser(ada)
	equal(t, "error", err, nil)
	equal(t, "ObjectID", again.ObjectID, ada.ObjectID)
	wantError(t, "refresh of the account before", post(t, c, tokenURL, refreshing(a.RefreshToken)), "invalid_grant", goneText)
	b2c.Revoke("")
	wantError(t, "gone, then revoked", post(t, c, tokenURL, refreshing(a.RefreshToken)), "invalid_grant", goneText)

	for _, u := range b2c.Users() {
		equal(t, "error", b2c.RemoveUser(u.ObjectID), nil)
	}
	equal(t, "nobody", b2c.User().ObjectID+b2c.User().Name, "")
	equal(t, "no users", len(b2c.Users()), 0)
	values := landed(t, visit(t, browser(t, b2c.Transport()), authorizeURL))
	wantDescription(t, "sign-in of nobody", values.Get("error"), values.Get("error_description"), "access_denied",
		"AADB2C90053: A user with the specified credential could not be found.")
	_, err = b2c.Mint(emulator.Spec{})
	if err == nil || !strings.Contains(err.Error(), "Spec.User is needed") {
		t.Errorf("got error %v, want one of Spec.User", err)
	}
	mint(t, b2c, emulator.Spec{Kind: emulator.AppToken})
	equal(t, "name", claimsOf(t, mint(t, b2c, emulator.Spec{User: &ada}))["name"], any("Ada Example"))
}

func TestUserClaims(t *testing.T) {
	tiers := []any{"gold"}
	given := map[string]any{"extension_LoyaltyTier": "gold", "extension_All": tiers, "name": "Ada, called L.", "given_name": emulator.Absent, "nonce": "no"}
	b2c := emulator.NewTenant(&emulator.Options{Users: []emulator.User{{Name: "Ada", GivenName: "Ada", Claims: given}}})
	given["extension_LoyaltyTier"], tiers[0] = "changed", "changed"
	b2c.User().Claims["name"] = "changed"
	list, _ := b2c.User().Claims["extension_All"].([]any)
	list[0] = "changed"

	c := browser(t, b2c.Transport())
	a := redeem(t, c, tokenURL, redemption(codeFor(t, c, authorizeURL)))
	for _, compact := range []string{a.IDToken, a.AccessToken, mint(t, b2c, emulator.Spec{Claims: map[string]any{"nonce": "n-7f3a"}})} {
		claims := claimsOf(t, compact)
		for name, want := range map[string]any{"extension_LoyaltyTier": "gold", "name": "Ada, called L.", "given_name": nil, "nonce": "n-7f3a"} {
			equal(t, name, claims[name], want)
		}
		equal(t, "extension_All", fmt.Sprint(claims["extension_All"]), "[gold]")
	}
	if !strings.Contains(b64(t, a.ProfileInfo), `"name":"Ada, called L."`) {
		t.Errorf("got profile_info %s", b64(t, a.ProfileInfo))
	}
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{Claims: map[string]any{"extension_LoyaltyTier": "silver"}}, nil
	})
	a = redeem(t, c, tokenURL, redemption(codeFor(t, c, authorizeURL)))
	equal(t, "of the sign-in", claimsOf(t, a.IDToken)["extension_LoyaltyTier"], any("silver"))
	equal(t, "of an app", claimsOf(t, mint(t, b2c, emulator.Spec{Kind: emulator.AppToken}))["name"], nil)
}

// TestDirectoryConcurrency is for the race detector.
func TestDirectoryConcurrency(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	visit(t, c, authorizeURL)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			name := fmt.Sprintf("user-%d", i)
			u, err := b2c.AddUser(emulator.User{Name: name, Username: name, Password: "p", Claims: map[string]any{"n": []any{i}}})
			equal(t, "error of AddUser", err, nil)
			ada := b2c.User()
			ada.GivenName = name
			equal(t, "error of SetUser", b2c.SetUser(ada), nil)
			equal(t, "silent", silent(t, c), true)
			equal(t, "password", post(t, c, ropcURL, changed(ropc(), "username", name, "password", "p")).status, 200)
			equal(t, "error of RemoveUser", b2c.RemoveUser(u.ObjectID), nil)
			b2c.Users()
		})
	}
	wg.Wait()
	equal(t, "users", len(b2c.Users()), 2)
}

// TestRemovedWhileSigningIn: who is removed while a sign-in is on its way has no
// session, code or refresh token afterwards, whoever was first.
func TestRemovedWhileSigningIn(t *testing.T) {
	for range 50 {
		b2c := withPages()
		c := browser(t, b2c.Transport())
		page := read(t, visit(t, c, authorizeURL))
		var removed sync.WaitGroup
		removed.Go(func() { _ = b2c.RemoveUser(b2c.Users()[1].ObjectID) })
		r := linSignsIn(t, c, page)
		removed.Wait()
		equal(t, "session", landed(t, visit(t, c, authorizeURL, "prompt", "none")).Get("error"), "interaction_required")
		if r.status != http.StatusFound {
			continue // too late to sign in
		}
		r = post(t, b2c.Client(), tokenURL, redemption(landed(t, r).Get("code")))
		wantError(t, "code", r, "invalid_grant", goneText)
	}
}

// TestRemovedWhileDeciding: nor has anyone whom a function signs in.
func TestRemovedWhileDeciding(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		lin := b2c.Users()[1]
		return emulator.SignIn{User: &lin}, b2c.RemoveUser(lin.ObjectID)
	})
	c := browser(t, b2c.Transport())
	code := codeFor(t, c, authorizeURL)
	b2c.OnSignIn(nil)
	wantError(t, "code", post(t, c, tokenURL, redemption(code)), "invalid_grant", goneText)
	equal(t, "session", silent(t, c), false)
}

// TestRevokedWhileSigningIn: a session that is taken back while a request goes on
// with it stays so.
func TestRevokedWhileSigningIn(t *testing.T) {
	web := emulator.NewTenant(nil).Web()
	web.Implicit, web.Granted = true, nil
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{web}})
	c := browser(t, b2c.Transport())
	signIn := func() { visit(t, c, authorizeURL, "response_type", "id_token", "scope", "openid") }
	signIn()
	decide(b2c, whenMinted(func() { b2c.Revoke("") }))
	signIn()
	values := landed(t, visit(t, c, authorizeURL, "prompt", "none", "scope", "openid"))
	equal(t, "session", values.Get("error"), "interaction_required")
}

// TestRevokedWhileRefreshing: nor does a refresh token come of what was taken back
// meanwhile.
func TestRevokedWhileRefreshing(t *testing.T) {
	for _, once := range []bool{false, true} {
		b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi", RefreshOnce: once}}})
		minted := func() {}
		decide(b2c, whenMinted(func() { minted() }))
		c := browser(t, b2c.Transport())
		code := codeFor(t, c, authorizeURL)
		revoke := func() { b2c.Revoke(b2c.User().ObjectID) }
		minted = revoke
		a := redeem(t, c, tokenURL, redemption(code))
		wantError(t, "of the code", post(t, c, tokenURL, refreshing(a.RefreshToken)), "invalid_grant", revokedText)

		minted = func() {}
		a = redeem(t, c, tokenURL, redemption(codeFor(t, c, authorizeURL)))
		minted = revoke
		a = redeem(t, c, tokenURL, refreshing(a.RefreshToken))
		wantError(t, "of the refresh token", post(t, c, tokenURL, refreshing(a.RefreshToken)), "invalid_grant", revokedText)
	}
}

// whenMinted is a claim that does something when it gets into a token.
type whenMinted func()

func (do whenMinted) MarshalJSON() ([]byte, error) { do(); return []byte("true"), nil }

// decide lets everyone sign in with a claim.
func decide(b2c *emulator.Tenant, claim any) {
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{Claims: map[string]any{"extension_Minted": claim}}, nil
	})
}

// Names are one if they are to whoever signs in.
func TestNamesFold(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	if _, err := b2c.AddUser(emulator.User{Name: "Sam", Emails: []string{"Sam@example.org"}, Password: "p"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sam@example.org", "\u017fam@example.org"} { // U+017F is a long s
		if _, err := b2c.AddUser(emulator.User{Name: "Another " + name, Emails: []string{name}, Password: "p"}); err == nil {
			t.Errorf("%q: got no error, want that another user signs in so", name)
		}
	}
}
