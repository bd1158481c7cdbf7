// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/settings"
	"github.com/b2ckit/b2ckit/validator"
)

// TestTrust: what is made of settings lets in tokens of the trusted flows, and none
// that a reset or edited profile brings.
func TestTrust(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	s := mustRead(t, map[string]string{"appsettings.json": section(fmt.Sprintf(`"Instance": "https://contoso.b2clogin.com/tfp/", "Domain": "contoso.onmicrosoft.com", "TenantId": %q, "ClientId": %q,
		"SignUpSignInPolicyId": "b2c_1_SUSI", "TrustedPolicies": ["B2C_1A_partner"], "ResetPasswordPolicyId": "B2C_1_reset", "EditProfilePolicyId": "B2C_1_edit"`, b2c.ID(), b2c.API().ID))})
	g, v, err := s.Guard(nil, &validator.Options{Transport: b2c.Transport()})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	handler := b2chttp.New(g, nil).Require()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for flow, want := range map[string]int{"B2C_1_susi": 200, "B2C_1A_partner": 200, "B2C_1_reset": 401, "B2C_1_edit": 401} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+b2c.MustMint(emulator.Spec{Flow: flow}))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: got %d, want %d", flow, w.Code, want)
		}
	}
}

// TestAudiences: those that are set take the place of the client id, and each of
// several will do.
func TestAudiences(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	base := fmt.Sprintf(`"Instance": "https://contoso.b2clogin.com", "Domain": "contoso.onmicrosoft.com", "TenantId": %q, "SignUpSignInPolicyId": "B2C_1_susi"`, b2c.ID())
	api := b2c.API().ID
	for name, tc := range map[string]struct {
		members string
		good    bool
	}{
		"client id":                        {`, "ClientId": "` + strings.ToUpper(api) + `"`, true},
		"audience":                         {`, "Audience": "` + api + `"`, true},
		"another audience":                 {`, "Audience": "` + otherID + `", "ClientId": "` + api + `"`, false},
		"audience beside another client":   {`, "Audience": "` + api + `", "ClientId": "` + otherID + `"`, true},
		"audiences beside another":         {`, "Audiences": ["` + otherID + `", "` + api + `"]`, true},
		"audience and audiences":           {`, "Audiences": ["` + otherID + `"], "Audience": "` + api + `"`, true},
		"the same one twice is one":        {`, "Audiences": ["` + api + `"], "Audience": "` + api + `"`, true},
		"an empty audience counts as none": {`, "Audience": "", "ClientId": "` + api + `"`, true},
	} {
		v, err := mustRead(t, map[string]string{"appsettings.json": section(base + tc.members)}).Validator(&validator.Options{Transport: b2c.Transport()})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); (err == nil) != tc.good || err != nil && !errors.Is(err, validator.ErrAudience) {
			t.Errorf("%s: got %v, want accepted %v", name, err, tc.good)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestAllowMissingFlow: a daemon's token that names no flow passes if the settings, or
// the program beside them, list the daemon.
func TestAllowMissingFlow(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	daemon, raw := b2c.Daemon().ID, b2c.MustMint(emulator.Spec{Kind: emulator.AppToken})
	file := fmt.Sprintf(`"Instance": "https://contoso.b2clogin.com", "Domain": "contoso.onmicrosoft.com", "TenantId": %q, "ClientId": %q, "SignUpSignInPolicyId": "B2C_1_susi"`, b2c.ID(), b2c.API().ID)
	for name, tc := range map[string]struct {
		members, variable string
		code              []string
		good              bool
	}{
		"nobody":              {"", "", nil, false},
		"another":             {`, "AllowMissingFlow": ["` + otherID + `"]`, "", nil, false},
		"a list":              {`, "AllowMissingFlow": ["` + otherID + `", "` + strings.ToUpper(daemon) + `"]`, "", nil, true},
		"a text":              {`, "allowMissingFlow": "` + otherID + ` ` + daemon + `"`, "", nil, true},
		"a variable":          {"", otherID + " " + daemon, nil, true},
		"a variable in place": {`, "AllowMissingFlow": ["` + daemon + `", "` + daemon + `"]`, otherID, nil, false},
		"code":                {"", "", []string{daemon}, true},
		"code beside":         {`, "AllowMissingFlow": ["` + otherID + `"]`, "", []string{daemon}, true},
		"beside code":         {`, "AllowMissingFlow": ["` + daemon + `"]`, "", []string{otherID}, true},
	} {
		opts := &validator.Options{Transport: b2c.Transport(), AllowMissingFlow: tc.code}
		s := mustRead(t, map[string]string{"appsettings.json": section(file + tc.members)}, "B2C_ALLOW_MISSING_FLOW="+tc.variable)
		v, err := s.Validator(opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := v.Validate(t.Context(), raw); (err == nil) != tc.good || err != nil && !errors.Is(err, validator.ErrFlow) {
			t.Errorf("%s: got %v, want accepted %v", name, err, tc.good)
		}
		if tells, want := strings.Contains(s.String(), "B2C_1_susi, or none for "), len(s.AllowMissingFlow()) > 0; tells != want {
			t.Errorf("%s: got %q", name, s.String())
		}
		if len(opts.AllowMissingFlow) != len(tc.code) {
			t.Errorf("%s: got %q in the caller's options, want them as they were", name, opts.AllowMissingFlow)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestApp(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	environ := []string{
		"B2C_TENANT=contoso", "B2C_TENANT_ID=" + b2c.ID(), "B2C_SIGNIN_FLOW=B2C_1_susi", "B2C_EDIT_FLOW=B2C_1_edit",
		"B2C_CLIENT_ID=" + b2c.Daemon().ID, "B2C_CLIENT_SECRET=" + b2c.Daemon().Secret,
	}
	s := mustRead(t, nil, environ...)
	app, err := s.App(&acquire.Options{Transport: b2c.Transport(), Links: s.Tenant().Flows("B2C_1_reset")})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	if _, err := app.Token(t.Context(), b2c.API().URI+"/.default"); err != nil {
		t.Errorf("token: %v", err)
	}
	for _, flow := range []string{"b2c_1_EDIT", "B2C_1_reset"} {
		if _, _, err := app.BeginFlow(flow, b2c.Web().RedirectURIs[0], nil); err != nil {
			t.Errorf("link %s: %v", flow, err)
		}
	}
	if got := s.ResetPasswordFlow() + " " + s.EditProfileFlow(); got != " B2C_1_edit" {
		t.Errorf("links: got %q, want that for editing alone", got)
	}
	public, err := s.PublicApp(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer public.Close()
	if got := public.Authority().String() + " " + public.ClientID(); got != "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi "+b2c.Daemon().ID {
		t.Errorf("public app: got %s", got)
	}
}

// TestLacking: who needs less gets it, and who needs more is told what, at once.
func TestLacking(t *testing.T) {
	s := mustRead(t, map[string]string{"appsettings.json": section(`"Instance": "https://contoso.b2clogin.com", "TenantId": "` + tenantID + `", "TrustedPolicies": ["B2C_1_a"]`)})
	_, err := s.Validator(nil)
	wantMistakes(t, "validator", err, "AzureAdB2C:ClientId is missing (or B2C_AUDIENCE): want the application (client) id of the API")
	_, _, err = s.Guard(nil, nil)
	wantMistakes(t, "guard", err, "AzureAdB2C:ClientId is missing (or B2C_AUDIENCE): want the application (client) id of the API")
	const client, signIn = "AzureAdB2C:ClientId is missing (or B2C_CLIENT_ID): want the application's client id",
		"AzureAdB2C:SignUpSignInPolicyId is missing (or B2C_SIGNIN_FLOW): name the user flow or custom policy that users sign in through"
	_, err = s.App(nil)
	wantMistakes(t, "app", err, client, signIn, "AzureAdB2C:ClientSecret is missing (or B2C_CLIENT_SECRET): want the application's client secret")
	_, err = s.PublicApp(nil)
	wantMistakes(t, "public app", err, client, signIn)
	if got, want := s.Trusted()[0].String(), "https://contoso.b2clogin.com/"+tenantID+"/B2C_1_a"; got != want {
		t.Errorf("without a domain: got %s, want %s", got, want)
	}
}

func TestAuthority(t *testing.T) {
	for _, url := range []string{
		"https://contoso.b2clogin.com/" + tenantID + "/B2C_1_susi/v2.0", "https://contoso.b2clogin.com/tfp/" + tenantID + "/B2C_1_susi", "https://contoso.b2clogin.com/" + tenantID + "?p=B2C_1_susi",
	} {
		s := mustRead(t, map[string]string{"appsettings.json": section(`"Authority": "` + url + `", "ClientId": "` + clientID + `", "SignUpSignInPolicyId": "b2c_1_SUSI"`)})
		if got, want := s.SignIn().String(), "https://contoso.b2clogin.com/"+tenantID+"/B2C_1_susi"; got != want || s.Origin("TenantId") != "appsettings.json: AzureAdB2C:Authority" {
			t.Errorf("%s: got %s from %s, want %s", url, got, s.Origin("TenantId"), want)
		}
	}
}

// TestNotes: what is for others is told, and is no mistake.
func TestNotes(t *testing.T) {
	s := mustRead(t, map[string]string{"appsettings.json": section(good + `, "CallbackPath": "/signin-oidc", "Scopes": "tasks.read", "Contact": {"Mail": "Q~s3cret"}, "ClientCapabilities": ["cp1"],
		"AllowWebApiToBeAuthorizedByACL": "False", "SendX5C": false, "ClientCertificates": [], "ClientCredentialsUsingManagedIdentity": {"IsEnabled": false, "ManagedIdentityClientId": "x"}, "SignInPolicyId": "B2C_1_x"`)},
		"AzureAdB2C__Contact2__Mail=Q~s3cret", "B2C_SCOPE=tasks.read")
	got := strings.Join(s.Notes(), "\n")
	want := strings.Join([]string{
		"B2C_SCOPE is not known here",
		"AzureAdB2C__Contact2 is not known here",
		"appsettings.json: AzureAdB2C:Contact is not known here",
		"appsettings.json: AzureAdB2C:Scopes has no meaning here: a route asks for scopes in code",
		"appsettings.json: AzureAdB2C:SignInPolicyId is not known here; the nearest key is SignUpSignInPolicyId",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := fmt.Sprint(s.Files()); got != "[appsettings.json]" {
		t.Errorf("files: got %s", got)
	}
}

// TestSecretIsNotShown in whatever way settings are printed.
func TestSecretIsNotShown(t *testing.T) {
	for name, members := range map[string]string{
		"text":        `, "ClientSecret": "Q~s3cret"`,
		"credentials": `, "ClientCredentials": [{"SourceType": "ClientSecret", "ClientSecret": "Q~s3cret"}]`,
		"both":        `, "ClientSecret": "Q~s3cret", "ClientCredentials": [{"SourceType": "ClientSecret", "ClientSecret": "Q~s3cret"}]`,
	} {
		s := mustRead(t, map[string]string{"appsettings.json": section(good + members)})
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).LogAttrs(context.Background(), slog.LevelInfo, "x", slog.Any("settings", s))
		for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%+v %#v", s, s), fmt.Sprintf("%+v %#v", *s, *s), log.String()} {
			if strings.Contains(text, "Q~s3cret") || !strings.Contains(text, "contoso") {
				t.Errorf("%s: got %s", name, text)
			}
		}
		if want := "tenant " + tenantID + " at https://contoso.b2clogin.com, trusted flows B2C_1_susi, audiences " + clientID + ", client " + clientID + ", a client secret"; s.String() != want {
			t.Errorf("%s: got %s, want %s", name, s, want)
		}
		if !s.HasCredential() || s.Origin("ClientSecret") == "" {
			t.Errorf("%s: got no secret", name)
		}
	}
}

// TestCopies: what a caller writes to changes nothing.
func TestCopies(t *testing.T) {
	s := mustRead(t, nil, append(plain, "B2C_X=1")...)
	for _, list := range [][]string{s.Hosts(), s.TrustedFlows(), s.Audiences(), s.Notes()} {
		list[0] = "changed"
	}
	if text := s.String() + fmt.Sprint(s.Notes()); strings.Contains(text, "changed") {
		t.Errorf("got %s", text)
	}
}

var _ slog.LogValuer = (*settings.Settings)(nil)
