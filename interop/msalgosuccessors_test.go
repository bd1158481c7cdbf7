// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// TestMSALGoSuccessors gets tokens with MSAL Go, which supports these tenants.
func TestMSALGoSuccessors(t *testing.T) {
	eachSuccessor(t, func(t *testing.T, s *successor) {
		for _, test := range []struct {
			name string
			run  func(*testing.T, *successor)
		}{
			{"authorities", testMSALGoSuccessorAuthorities},
			{"client credentials", testMSALGoSuccessorCredentials},
			{"code flow", testMSALGoSuccessorCodeFlow},
			{"on behalf of", testMSALGoOnBehalfOf},
			{"device code", testMSALGoDeviceCode},
			{"errors", testMSALGoSuccessorErrors},
		} {
			t.Run(test.name, func(t *testing.T) { test.run(t, s) })
		}
	})
}

func testMSALGoSuccessorAuthorities(t *testing.T, s *successor) {
	rows := []struct{ name, authority, refused string }{
		{"host of the GUID", "https://" + guidHost + "/" + tenantID, ""},
		{"host of the GUID, domain", "https://" + guidHost + "/" + domain, ""},
		{"host of the name", "https://" + ciamHost + "/" + tenantID, "issuer"},
		{"host of the name, domain", "https://" + ciamHost + "/" + domain, "issuer"},
		{"host of the name alone", "https://" + ciamHost, "authority"},
		{"custom domain", "https://" + customHost + "/" + tenantID, "issuer"},
		{"address and port", s.URL + "/" + tenantID, "issuer"},
	}
	if s.Kind() == emulator.EntraID {
		rows = []struct{ name, authority, refused string }{
			{"GUID", "https://" + entraHost + "/" + tenantID, ""},
			{"domain", "https://" + entraHost + "/" + domain, ""},
			{"unknown tenant", "https://" + entraHost + "/fabrikam.onmicrosoft.com", "reply status code was"},
		}
	}
	for _, row := range rows {
		var got confidential.AuthResult
		app, err := msalGo(t, row.authority, s.Client(), emulator.App{ID: daemonID, Secret: daemonSecret})
		if err == nil {
			got, err = app.AcquireTokenByCredential(t.Context(), defaultScope)
		}
		switch {
		case row.refused != "" && (err == nil || !strings.Contains(err.Error(), row.refused)):
			t.Errorf("%s: got %v, want an error with %q", row.name, err, row.refused)
		case row.refused != "":
			t.Logf("noted: %s: %v", row.name, err)
		case err != nil:
			t.Errorf("%s: %v", row.name, err)
		default:
			s.acceptApp(t, got.AccessToken, "1")
		}
	}
}

// msalGo returns an app of the tenant.
func (s *successor) msalGo(t *testing.T, clientID string, credential confidential.Credential, more ...confidential.Option) confidential.Client {
	t.Helper()
	app, err := confidential.New(s.authority, clientID, credential, append(more, confidential.WithHTTPClient(s.Client()), confidential.WithInstanceDiscovery(false))...)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func msalSecret(t *testing.T, secret string) confidential.Credential {
	t.Helper()
	credential, err := confidential.NewCredFromSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	return credential
}

// Of client credentials B2C has the first kind alone.
func testMSALGoSuccessorCredentials(t *testing.T, s *successor) {
	certificate, err := confidential.NewCredFromCert([]*x509.Certificate{s.certificate}, s.key)
	if err != nil {
		t.Fatal(err)
	}
	federated := confidential.NewCredFromAssertionCallback(func(context.Context, confidential.AssertionRequestOptions) (string, error) {
		return s.assertion(t), nil
	})
	for _, row := range []struct {
		name       string
		credential confidential.Credential
		clientAuth string
		more       []confidential.Option
	}{
		{"secret", msalSecret(t, daemonSecret), "1", nil},
		{"certificate", certificate, "2", nil},
		{"certificate with x5c", certificate, "2", []confidential.Option{confidential.WithX5C()}},
		{"the cluster's assertion", federated, "2", nil},
	} {
		app := s.msalGo(t, daemonID, row.credential, row.more...)
		before := s.Counts()
		got, err := app.AcquireTokenByCredential(t.Context(), defaultScope)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		s.acceptApp(t, got.AccessToken, row.clientAuth)
		again, err := app.AcquireTokenByCredential(t.Context(), defaultScope)
		if err != nil || again.AccessToken != got.AccessToken || since(before, s.Counts()).Token != 1 {
			t.Errorf("%s, again: got %v, want the same token from the cache", row.name, err)
		}
	}
}

// signsIn has Ada sign in to the web app, and returns what came of it.
func (s *successor) signsIn(t *testing.T, app confidential.Client) confidential.AuthResult {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	back := visit(t, s.Server, beginMSALGo(t, app, emulator.App{ID: webID}, append([]string{"profile"}, userScopes...), url.Values{
		"nonce": {"a nonce"}, "code_challenge_method": {"S256"}, "code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)},
	}))
	_, err := app.AcquireTokenByAuthCode(t.Context(), back.Get("code"), redirectURI, taskScope, confidential.WithChallenge(oauth2.GenerateVerifier()))
	wantCallErr(t, "another verifier", err, http.StatusBadRequest, "AADSTS50148")
	got, err := app.AcquireTokenByAuthCode(t.Context(), back.Get("code"), redirectURI, taskScope, confidential.WithChallenge(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func testMSALGoSuccessorCodeFlow(t *testing.T, s *successor) {
	app := s.msalGo(t, webID, msalSecret(t, webSecret))
	got := s.signsIn(t, app)
	s.acceptUser(t, tasksID, got.AccessToken, webID, "tasks.read")
	acceptID(t, s.Server, s.trusted, webID, got.IDToken.RawToken, validator.Expected{Nonce: "a nonce"})
	if a := got.Account; a.HomeAccountID != ada+"."+tenantID || a.LocalAccountID != ada || a.Realm != tenantID {
		t.Errorf("account: got %s, %s, %s", a.HomeAccountID, a.LocalAccountID, a.Realm)
	}
	noted(t, "user name", got.Account.PreferredUsername, "ada@example.org")
	silent, err := app.AcquireTokenSilent(t.Context(), taskScope, confidential.WithSilentAccount(got.Account))
	if err != nil || silent.AccessToken != got.AccessToken {
		t.Errorf("silent: got %v, want the same token", err)
	}
}

// The API asks another one in the user's name: with what MSAL's web app got, and with
// what ours did.
func testMSALGoOnBehalfOf(t *testing.T, s *successor) {
	theirs := s.signsIn(t, s.msalGo(t, webID, msalSecret(t, webSecret))).AccessToken
	for name, raw := range map[string]string{"MSAL's token": theirs, "ours": s.ours(t)} {
		got, err := s.msalGo(t, tasksID, msalSecret(t, tasksSecret)).AcquireTokenOnBehalfOf(t.Context(), raw, []string{stockURI + "/stock.read"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s.acceptUser(t, stockID, got.AccessToken, tasksID, "stock.read")
	}
}

// ours is a token that package acquire got for Ada.
func (s *successor) ours(t *testing.T) string {
	t.Helper()
	app, err := acquire.NewConfidential(s.trusted, webID, acquire.Secret(webSecret), quietly(s.Server, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	address, pending, err := app.BeginSignIn(redirectURI, taskScope, nil)
	if err != nil {
		t.Fatal(err)
	}
	in, err := app.Finish(t.Context(), pending, visit(t, s.Server, address))
	if err != nil {
		t.Fatal(err)
	}
	return in.SignIn.Token.AccessToken
}

func testMSALGoDeviceCode(t *testing.T, s *successor) {
	t.Parallel() // it waits before it asks
	app, err := public.New(nativeID, public.WithAuthority(s.authority), public.WithHTTPClient(s.Client()), public.WithInstanceDiscovery(false))
	if err != nil {
		t.Fatal(err)
	}
	code, err := app.AcquireTokenByDeviceCode(t.Context(), taskScope)
	if err != nil {
		t.Fatal(err)
	}
	s.typesCode(t, code.Result.VerificationURL, code.Result.UserCode)
	got, err := code.AuthenticationResult(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.acceptUser(t, tasksID, got.AccessToken, nativeID, "tasks.read")
}

func testMSALGoSuccessorErrors(t *testing.T, s *successor) {
	for _, row := range []struct {
		name       string
		clientID   string
		credential confidential.Credential
		scope      string
		status     int
		want       string
	}{
		{"wrong secret", daemonID, msalSecret(t, "wrong"), apiURI + "/.default", http.StatusUnauthorized, "AADSTS7000215"},
		{"unknown client", "55555555-0000-4000-8000-000000000000", msalSecret(t, "x"), apiURI + "/.default", http.StatusBadRequest, "AADSTS700016"},
		{"one scope", daemonID, msalSecret(t, daemonSecret), apiURI + "/jobs.run", http.StatusBadRequest, "AADSTS1002012"},
		{"unknown API", daemonID, msalSecret(t, daemonSecret), "https://contoso.onmicrosoft.com/none/.default", http.StatusBadRequest, "AADSTS500011"},
	} {
		_, err := s.msalGo(t, row.clientID, row.credential).AcquireTokenByCredential(t.Context(), []string{row.scope})
		wantCallErr(t, row.name, err, row.status, row.want)
	}
}
