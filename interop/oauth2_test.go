// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// TestOAuth2 gets tokens with golang.org/x/oauth2, which knows nothing of B2C
// and not much of OpenID Connect.
func TestOAuth2(t *testing.T) {
	b2c := newTenant(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *emulator.Server)
	}{
		{"code flow", testOAuth2CodeFlow},
		{"refresh", testOAuth2Refresh},
		{"only openid", testOAuth2OnlyOpenID},
		{"ROPC", testOAuth2ROPC},
		{"client credentials", testOAuth2ClientCredentials},
		{"errors", testOAuth2Errors},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b2c) })
	}
}

// oauth2App is an app that signs users in, with what a flow's metadata say.
func oauth2App(t *testing.T, b2c *emulator.Server, flow string, app emulator.App, scopes ...string) *oauth2.Config {
	t.Helper()
	return &oauth2.Config{
		ClientID:     app.ID,
		ClientSecret: app.Secret,
		Endpoint:     provider(t, b2c, flow).Endpoint(),
		RedirectURL:  redirectURI,
		Scopes:       scopes,
	}
}

var userScopes = []string{"openid", "offline_access", apiURI + "/tasks.read"}

// signInOAuth2 is the code flow with PKCE, state and nonce.
func signInOAuth2(t *testing.T, b2c *emulator.Server, app *oauth2.Config) (*oauth2.Token, error) {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	back := visit(t, b2c, app.AuthCodeURL("a state", oauth2.S256ChallengeOption(verifier), oidc.Nonce("a nonce")))
	if back.Get("state") != "a state" || back.Get("error") != "" {
		t.Fatalf("the browser came back with %v", back)
	}
	return app.Exchange(oidcContext(t, b2c), back.Get("code"), oauth2.VerifierOption(verifier))
}

// acceptOAuth2 has our validators and go-oidc validate what a user got.
func acceptOAuth2(t *testing.T, b2c *emulator.Server, flow, client, nonce string, got *oauth2.Token) {
	t.Helper()
	at := contoso(t).Flow(flow)
	access := accept(t, api(t, b2c, apiID, at), got.AccessToken, validator.Scope("tasks.read"))
	if off := got.Expiry.Sub(access.ExpiresAt); off.Abs() > 5*time.Second {
		t.Errorf("%s: the expiry is off by %v", flow, off)
	}
	raw, _ := got.Extra("id_token").(string)
	acceptID(t, b2c, at, client, raw, validator.Expected{Nonce: nonce, AccessToken: got.AccessToken})
	ctx := oidcContext(t, b2c)
	id, err := provider(t, b2c, flow).VerifierContext(ctx, &oidc.Config{ClientID: client}).Verify(ctx, raw)
	if err != nil {
		t.Fatalf("%s: go-oidc refused the ID token: %v", flow, err)
	}
	if err := id.VerifyAccessToken(got.AccessToken); err != nil || id.Nonce != nonce {
		t.Errorf("%s: go-oidc: got nonce %q, at_hash %v, want %q, nil", flow, id.Nonce, err, nonce)
	}
	if got.Type() != "Bearer" || got.RefreshToken == "" {
		t.Errorf("%s: got type %q and refresh token %t, want Bearer and one", flow, got.Type(), got.RefreshToken != "")
	}
}

func testOAuth2CodeFlow(t *testing.T, b2c *emulator.Server) {
	for _, row := range []struct {
		name, flow string
		app        emulator.App
		style      oauth2.AuthStyle
	}{
		{"web, style found out", "B2C_1_susi", b2c.Web(), oauth2.AuthStyleAutoDetect},
		{"web, Basic", "B2C_1_susi", b2c.Web(), oauth2.AuthStyleInHeader},
		{"web, secret in the body", "B2C_1_susi", b2c.Web(), oauth2.AuthStyleInParams},
		{"native", "B2C_1_susi", b2c.Native(), oauth2.AuthStyleInParams},
		{"custom policy, numbers as strings", "B2C_1A_partner", b2c.Web(), oauth2.AuthStyleInParams},
	} {
		t.Run(row.name, func(t *testing.T) {
			app := oauth2App(t, b2c, row.flow, row.app, userScopes...)
			app.Endpoint.AuthStyle = row.style
			before := b2c.Counts()
			got, err := signInOAuth2(t, b2c, app)
			if err != nil {
				t.Fatal(err)
			}
			if n := since(before, b2c.Counts()).Token; n != 1 {
				t.Errorf("requests for a token: got %d, want 1", n)
			}
			acceptOAuth2(t, b2c, row.flow, row.app.ID, "a nonce", got)
		})
	}
}

func testOAuth2Refresh(t *testing.T, b2c *emulator.Server) {
	for _, flow := range []string{"B2C_1_susi", "B2C_1A_partner"} {
		app := oauth2App(t, b2c, flow, b2c.Web(), userScopes...)
		first, err := signInOAuth2(t, b2c, app)
		if err != nil {
			t.Fatal(err)
		}
		stale := *first
		stale.Expiry = time.Now().Add(-time.Second)
		source := app.TokenSource(oidcContext(t, b2c), &stale)
		second, err := source.Token()
		if err != nil {
			t.Fatal(err)
		}
		acceptOAuth2(t, b2c, flow, app.ClientID, "a nonce", second)
		if second.RefreshToken == first.RefreshToken {
			t.Errorf("%s: got the old refresh token, want a new one", flow)
		}
		if again, err := source.Token(); err != nil || again.AccessToken != second.AccessToken {
			t.Errorf("%s: again: got another token or %v, want the same", flow, err)
		}
		if flow != "B2C_1_susi" { // the one whose refresh tokens are good once
			continue
		}
		_, err = app.TokenSource(oidcContext(t, b2c), &stale).Token()
		wantRetrieveError(t, "a used refresh token", err, http.StatusBadRequest, "invalid_grant", "AADB2C90129")
	}
}

// testOAuth2OnlyOpenID shows the quirk of B2C that no setting of x/oauth2 helps
// against: a sign-in without a scope of an API.
func testOAuth2OnlyOpenID(t *testing.T, b2c *emulator.Server) {
	app := oauth2App(t, b2c, "B2C_1_susi", b2c.Web(), "openid")
	app.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	_, err := signInOAuth2(t, b2c, app)
	noted(t, "signing in with openid alone", err, "oauth2: server response missing access_token")
	// Left to find out the style, as go-oidc leaves it, x/oauth2 takes that for a
	// refused secret, tries the other style, and reports the used code.
	_, err = signInOAuth2(t, b2c, oauth2App(t, b2c, "B2C_1_susi", b2c.Web(), "openid"))
	wantRetrieveError(t, "with the style found out", err, http.StatusBadRequest, "invalid_grant", "AADB2C90085")
	// The way out: the app's own client id, which asks for a token for itself.
	got, err := signInOAuth2(t, b2c, oauth2App(t, b2c, "B2C_1_susi", b2c.Web(), "openid", b2c.Web().ID))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := got.Extra("id_token").(string)
	acceptID(t, b2c, contoso(t).Flow("B2C_1_susi"), b2c.Web().ID, raw, validator.Expected{Nonce: "a nonce", AccessToken: got.AccessToken})
}

func testOAuth2ROPC(t *testing.T, b2c *emulator.Server) {
	app := oauth2App(t, b2c, "B2C_1_ropc", b2c.Native(), userScopes...)
	app.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	got, err := app.PasswordCredentialsToken(oidcContext(t, b2c), "lin@example.org", emulator.DefaultPassword)
	if err != nil {
		t.Fatal(err)
	}
	acceptOAuth2(t, b2c, "B2C_1_ropc", app.ClientID, "", got)
	_, err = app.PasswordCredentialsToken(oidcContext(t, b2c), "lin@example.org", "wrong")
	wantRetrieveError(t, "a wrong password", err, http.StatusBadRequest, "access_denied", "AADB2C90225")
}

// daemonOAuth2 is an app that gets tokens for itself.
func daemonOAuth2(b2c *emulator.Server, flow string) *clientcredentials.Config {
	daemon := b2c.Daemon()
	return &clientcredentials.Config{ClientID: daemon.ID, ClientSecret: daemon.Secret, TokenURL: b2c.TokenURL(flow), Scopes: []string{apiURI + "/.default"}}
}

func testOAuth2ClientCredentials(t *testing.T, b2c *emulator.Server) {
	for _, flow := range []string{"B2C_1_susi", "B2C_1A_partner"} {
		for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleAutoDetect, oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
			app := daemonOAuth2(b2c, flow)
			app.AuthStyle = style
			before := b2c.Counts()
			source := app.TokenSource(oidcContext(t, b2c))
			got, err := source.Token()
			if err != nil {
				t.Fatalf("%s, style %d: %v", flow, style, err)
			}
			if again, err := source.Token(); err != nil || again.AccessToken != got.AccessToken {
				t.Errorf("%s, style %d, again: got another token or %v, want the same", flow, style, err)
			}
			if n := since(before, b2c.Counts()).Token; n != 1 {
				t.Errorf("%s, style %d: got %d requests, want 1", flow, style, n)
			}
			token := accept(t, api(t, b2c, apiID, contoso(t).Flow(flow)), got.AccessToken, validator.Scope("jobs.run"))
			if off := got.Expiry.Sub(token.ExpiresAt); off.Abs() > 5*time.Second {
				t.Errorf("%s, style %d: the expiry is off by %v", flow, style, off)
			}
		}
	}
}

func testOAuth2Errors(t *testing.T, b2c *emulator.Server) {
	ctx := oidcContext(t, b2c)
	app := oauth2App(t, b2c, "B2C_1_susi", b2c.Web(), userScopes...)
	app.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	code := func(options ...oauth2.AuthCodeOption) url.Values {
		return visit(t, b2c, app.AuthCodeURL("a state", options...))
	}
	verifier := oauth2.GenerateVerifier()
	issued := code(oauth2.S256ChallengeOption(verifier)).Get("code")
	_, err := app.Exchange(ctx, issued, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	wantRetrieveError(t, "another verifier", err, http.StatusBadRequest, "invalid_grant", "AADB2C90182")
	if _, err := app.Exchange(ctx, issued, oauth2.VerifierOption(verifier)); err != nil {
		t.Errorf("after a wrong try: %v", err)
	}
	_, err = app.Exchange(ctx, issued, oauth2.VerifierOption(verifier))
	wantRetrieveError(t, "a used code", err, http.StatusBadRequest, "invalid_grant", "AADB2C90085")
	edit := oauth2App(t, b2c, "B2C_1_edit", b2c.Web(), userScopes...)
	_, err = edit.Exchange(ctx, code().Get("code"))
	wantRetrieveError(t, "a code of another flow", err, http.StatusBadRequest, "invalid_grant", "AADB2C90088")
	for hint, want := range map[string]string{"cancel": "AADB2C90091: ", "forgot-password": "AADB2C90118: "} {
		if back := code(oauth2.SetAuthURLParam("login_hint", hint)); back.Get("error") != "access_denied" || !strings.HasPrefix(back.Get("error_description"), want) {
			t.Errorf("%s: got %v, want access_denied, %s", hint, back, want)
		}
	}
	// The app is told where it is registered, by the state that it sent.
	other := *app
	other.RedirectURL = "http://localhost:8401/callback"
	back := visit(t, b2c, other.AuthCodeURL("a state"))
	if back.Get("error") != "redirect_uri_mismatch" || !strings.HasPrefix(back.Get("error_description"), "AADB2C90006: ") || back.Get("state") != "a state" {
		t.Errorf("an unregistered redirect URI: got %v, want redirect_uri_mismatch, AADB2C90006 and the state", back)
	}

	for _, row := range []struct {
		name  string
		style oauth2.AuthStyle
		n     int
	}{
		{"Basic", oauth2.AuthStyleInHeader, 1},
		{"in the body", oauth2.AuthStyleInParams, 1},
		{"style found out", oauth2.AuthStyleAutoDetect, 2}, // once in each style
	} {
		daemon := daemonOAuth2(b2c, "B2C_1_susi")
		daemon.ClientSecret, daemon.AuthStyle = "wrong", row.style
		before := b2c.Counts()
		_, err := daemon.Token(ctx)
		wantRetrieveError(t, "a wrong secret, "+row.name, err, http.StatusBadRequest, "invalid_client", "AADB2C90081")
		noted(t, "requests with a wrong secret, "+row.name, since(before, b2c.Counts()).Token, row.n)
	}

	daemon := daemonOAuth2(b2c, "B2C_1_none")
	_, err = daemon.Token(ctx)
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); !ok || e.Response.StatusCode != http.StatusNotFound || !strings.HasPrefix(string(e.Body), "<!DOCTYPE html>") {
		t.Errorf("an unknown flow: got %v, want B2C's page of 404", err)
	}
	throttle(b2c, 7*time.Second)
	defer b2c.MustSetFaults()
	daemon = daemonOAuth2(b2c, "B2C_1_susi")
	daemon.AuthStyle = oauth2.AuthStyleInParams
	_, err = daemon.Token(ctx)
	wantRetrieveError(t, "throttled", err, http.StatusTooManyRequests, "temporarily_unavailable", "AADB2C90229")
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok && e.Response.Header.Get("Retry-After") != "7" {
		t.Errorf("Retry-After: got %q, want 7", e.Response.Header.Get("Retry-After"))
	}
}

// wantRetrieveError checks an error of the token endpoint as x/oauth2 reads it.
func wantRetrieveError(t *testing.T, what string, err error, status int, code, b2c string) {
	t.Helper()
	e, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		t.Errorf("%s: got %v, want a RetrieveError", what, err)
		return
	}
	if e.Response.StatusCode != status || e.ErrorCode != code || !strings.HasPrefix(e.ErrorDescription, b2c+": ") {
		t.Errorf("%s: got %d, %s, %q, want %d, %s, %s", what, e.Response.StatusCode, e.ErrorCode, e.ErrorDescription, status, code, b2c)
	}
}
