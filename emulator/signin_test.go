// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestErrorWireShape: byte for byte as B2C redirects with an error.
func TestErrorWireShape(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{
		Now: func() time.Time { return time.Date(2025, 6, 15, 17, 0, 0, 0, time.FixedZone("", 7200)) },
	})
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{}, emulator.ErrForgotPassword
	})
	r := visit(t, browser(t, b2c.Transport()), authorizeURL, "state", "it's ~/(x)!*")
	shape := regexp.MustCompile(`^http://localhost:8400/callback\?error=access_denied` +
		`&error_description=AADB2C90118%3a\+The\+user\+has\+forgotten\+their\+password\.` +
		`%0d%0aCorrelation\+ID%3a\+[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}` +
		`%0d%0aTimestamp%3a\+2025-06-15\+15%3a00%3a00Z%0d%0a&state=it%27s\+%7e%2f\(x\)!\*$`)
	if !shape.MatchString(r.header.Get("Location")) {
		t.Errorf("got %q", r.header.Get("Location"))
	}
	equal(t, "status", r.status, 302)
}

func TestSignInErrors(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for _, c := range []struct {
		err         error
		error, line string
	}{
		{emulator.ErrCancelled, "access_denied", "AADB2C90091: The user has cancelled entering self-asserted information."},
		{emulator.ErrForgotPassword, "access_denied", "AADB2C90118: The user has forgotten their password."},
		{fmt.Errorf("wrapped: %w", emulator.ErrCancelled), "access_denied", "AADB2C90091: The user has cancelled entering self-asserted information."},
		{emulator.PolicyError("E-7", "Not on the list."), "access_denied", "AAD_Custom_E-7: Not on the list."},
		{&emulator.JourneyError{OAuth: "server_error", Code: "AADB2C90289", Text: "Later."}, "server_error", "AADB2C90289: Later."},
		{errors.New("private"), "server_error", "AADB2C90037: An error occurred while processing the request. Please contact administrator of the site you are trying to access."},
	} {
		b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, c.err })
		values := landed(t, visit(t, browser(t, b2c.Transport()), authorizeURL))
		wantDescription(t, c.line, values.Get("error"), values.Get("error_description"), c.error, c.line)
	}
	equal(t, "as an error", emulator.PolicyError("E-7", "Not on the list.").Error(), "AAD_Custom_E-7: Not on the list.")
}

// TestSignInAsSomeone: the decision's user and claims are in both tokens, and in
// those of a refresh.
func TestSignInAsSomeone(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	claims := map[string]any{"newUser": true, "name": "Grace H.", "idp": emulator.Absent}
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{User: &emulator.User{Name: "Grace", ObjectID: "DDDDDDDD-dddd-dddd-dddd-dddddddddddd", IDP: "google.com"}, Claims: claims}, nil
	})
	a := redeem(t, b2c.Client(), tokenURL, redemption(codeFor(t, browser(t, b2c.Transport()), authorizeURL)))
	claims["name"] = "changed later"
	again := redeem(t, b2c.Client(), tokenURL, refreshing(a.RefreshToken))
	for _, compact := range []string{a.IDToken, a.AccessToken, again.IDToken, again.AccessToken} {
		got := claimsOf(t, compact)
		equal(t, "oid", got["oid"], any(principalID))
		equal(t, "newUser", got["newUser"], any(true))
		equal(t, "name", got["name"], any("Grace H."))
		equal(t, "idp", got["idp"], any(nil))
	}
	equal(t, "profile_info", b64(t, a.ProfileInfo),
		`{"ver":"1.0","tid":"775527ff-9a37-4307-8b3d-cc311f58d925","sub":null,"name":"Grace H.","preferred_username":null,"idp":"google.com"}`)

	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{User: &emulator.User{Name: "Bob"}}, nil
	})
	one, two := browser(t, b2c.Transport()), browser(t, b2c.Transport())
	first := redeem(t, b2c.Client(), tokenURL, redemption(codeFor(t, one, authorizeURL)))
	second := redeem(t, b2c.Client(), tokenURL, redemption(codeFor(t, two, authorizeURL)))
	equal(t, "an id that goes with the name", claimsOf(t, first.IDToken)["oid"], claimsOf(t, second.IDToken)["oid"])
	equal(t, "newUser of the next", claimsOf(t, first.IDToken)["newUser"], any(nil))
}

func TestSignInRequest(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	var seen []emulator.SignInRequest
	b2c.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
		seen = append(seen, r)
		return emulator.SignIn{User: &emulator.User{Name: "Bob"}}, nil
	})
	c := browser(t, b2c.Transport())
	visit(t, c, authorizeURL, "login_hint", "ada@example.org", "ui_locales", "de", "campaign", "x y")
	visit(t, c, editURL+"?campaign=1", "campaign", "2", "prompt", "login")
	visit(t, c, authorizeURL, "prompt", "none") // nobody is asked
	if len(seen) != 2 {
		t.Fatalf("got %d requests, want 2", len(seen))
	}
	equal(t, "flow", seen[0].Flow.Name, "B2C_1_susi")
	equal(t, "kind", seen[0].Flow.Kind, emulator.SignUpSignIn)
	equal(t, "client", seen[0].Client.Name, "tasks-web")
	equal(t, "login_hint", seen[0].Parameters.Get("login_hint"), "ada@example.org")
	equal(t, "ui_locales", seen[0].Parameters.Get("ui_locales"), "de")
	equal(t, "campaign", seen[0].Parameters.Get("campaign"), "x y")
	equal(t, "session", seen[0].Session == nil, true)
	equal(t, "flow", seen[1].Flow.Name, "B2C_1_edit")
	equal(t, "kind", seen[1].Flow.Kind, emulator.EditProfile)
	equalList(t, "campaign", seen[1].Parameters["campaign"], []string{"1", "2"})
	equal(t, "session", seen[1].Session != nil && seen[1].Session.Name == "Bob", true)
}

// TestSignInDefault: the first user, in flows of every kind, until the session
// is someone else's.
func TestSignInDefault(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	who := func() any {
		t.Helper()
		return claimsOf(t, redeem(t, b2c.Client(), editTokenURL, redemption(codeFor(t, c, editURL))).IDToken)["name"]
	}
	equal(t, "at first", who(), any("Ada Example"))
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{User: &b2c.Users()[1]}, nil
	})
	equal(t, "decided", who(), any("Lin Example"))
	b2c.OnSignIn(nil)
	equal(t, "by session", who(), any("Lin Example"))
	for _, flow := range []string{"B2C_1_reset", "B2C_1A_partner", "B2C_1_ropc"} {
		landed(t, visit(t, browser(t, b2c.Transport()), b2c.AuthorizeURL(flow)))
	}
}

func TestBadClaimsFailTheTokenRequest(t *testing.T) {
	b2c := withImplicit()
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{Claims: map[string]any{"f": func() {}}}, nil
	})
	public := []string{"client_id", clientID}
	code := codeFor(t, browser(t, b2c.Transport()), authorizeURL, public...)
	r := post(t, b2c.Client(), tokenURL, changed(redemption(code), "client_id", clientID, "client_secret", ""))
	equal(t, "status", r.status, 500)
	equal(t, "error", decode[map[string]string](t, r.body)["error"], "server_error")
	values := landed(t, visit(t, browser(t, b2c.Transport()), authorizeURL, append(public, "response_type", "id_token")...))
	equal(t, "error at the app", values.Get("error"), "server_error")
}

func TestSignInConcurrency(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	var wg sync.WaitGroup
	for range 8 {
		c := browser(t, b2c.Transport())
		wg.Go(func() {
			for range 5 {
				a := redeem(t, c, tokenURL, redemption(codeFor(t, c, authorizeURL)))
				a = redeem(t, c, tokenURL, refreshing(a.RefreshToken))
				equal(t, "scp", claimsOf(t, a.AccessToken)["scp"], any("tasks.read"))
				codeFor(t, c, authorizeURL, "prompt", "none")
				equal(t, "status of logout", get(t, c, logoutURL).status, 200)
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, nil })
			b2c.OnSignIn(nil)
			b2c.Revoke("11111111-1111-1111-1111-111111111111")
			b2c.MustSetFaults()
		}
	})
	wg.Wait()
	equal(t, "counts", b2c.Counts(), emulator.Counts{Authorize: 80, Token: 80, Logout: 40})
}
