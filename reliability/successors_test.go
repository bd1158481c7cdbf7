// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"errors"
	"log/slog"
	"net/http"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
	"github.com/b2ckit/b2ckit/validator"
)

const (
	fabrikamID = "8f0b7d5c-0c3a-4d3c-9a3e-1c5b7c1f2a11"
	strangerID = "5d2e9a40-7c16-4b8e-9f03-6a1d8c4e7b52"
	taskURI    = "https://contoso.onmicrosoft.com/tasks"
	signInURI  = "http://localhost:8400/callback"
)

// trusting returns a validator of what some authorities issue for the API.
func trusting(t *testing.T, network http.RoundTripper, all ...authority.Authority) *validator.Validator {
	t.Helper()
	v, err := validator.New(all, apiID, &validator.Options{Transport: network, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// may returns an authority that is known to be good.
func may(t *testing.T) func(authority.Authority, error) authority.Authority {
	t.Helper()
	return func(a authority.Authority, err error) authority.Authority {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

// wantReason fails the test unless a token is refused for a reason; nil is none.
func wantReason(t *testing.T, what string, v *validator.Validator, token string, want error) {
	t.Helper()
	if _, err := v.Validate(t.Context(), token); !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// TestExternalIssuers: at a custom domain each of the three issuers that have been
// described is good if metadata name it, and then no other one is.
func TestExternalIssuers(t *testing.T) {
	forms := map[emulator.IssuerPattern]string{
		emulator.IssuerGUID:  "https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0",
		emulator.IssuerEntra: "https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0",
		emulator.IssuerHost:  "https://login.contoso.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0",
	}
	for form, issuer := range forms {
		tenant := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Hosts: []string{"login.contoso.com"}, Flows: []emulator.Flow{{Issuer: form}}})
		if got := tenant.Issuer(""); got != issuer {
			t.Errorf("%s: got the issuer %q, want %q", form, got, issuer)
		}
		a := may(t)(may(t)(authority.ExternalID("contoso", tenantID)).WithHost("login.contoso.com"))
		v := trusting(t, tenant.Transport(), a)
		wantReason(t, form.String(), v, tenant.MustMint(emulator.Spec{}), nil)
		for other, text := range forms {
			if other != form {
				wantReason(t, form.String()+", then "+other.String(), v, tenant.MustMint(emulator.Spec{Claims: map[string]any{"iss": text}}), validator.ErrIssuer)
			}
		}
		another := emulator.Spec{Claims: map[string]any{"iss": "https://login.contoso.com/" + fabrikamID + "/v2.0", "tid": fabrikamID}}
		wantReason(t, form.String()+" of another tenant", v, tenant.MustMint(another), validator.ErrIssuer)
	}
}

// TestOwnSigningKey: the key of an app whose claims are mapped is found by the app's
// own metadata alone, at its birth and after a rotation.
func TestOwnSigningKey(t *testing.T) {
	for kind, a := range map[emulator.TenantKind]authority.Authority{
		emulator.ExternalID: may(t)(authority.ExternalID("contoso", tenantID)),
		emulator.EntraID:    may(t)(authority.Entra(tenantID)),
	} {
		o := emulator.Options{Kind: kind}
		o.Apps = emulator.NewTenant(&o).Apps()
		o.Apps[0].OwnSigningKey = true
		tenant := emulator.NewTenant(&o)
		own, plain := trusting(t, tenant.Transport(), a.WithAppID(apiID)), trusting(t, tenant.Transport(), a)
		token := tenant.MustMint(emulator.Spec{})
		wantReason(t, kind.String()+" with the app", own, token, nil)
		wantReason(t, kind.String()+" without it", plain, token, validator.ErrUnknownKey)
		wantReason(t, kind.String()+" with another app", trusting(t, tenant.Transport(), a.WithAppID(tenant.Web().ID)), token, validator.ErrUnknownKey)

		first := tenant.Keys(apiID)[0].ID()
		tenant.Rotate(apiID, true)
		tenant.Retire(apiID)
		if keys := tenant.Keys(apiID); len(keys) != 1 || keys[0].ID() == first || keys[0].ID() == tenant.CurrentKey("").ID() {
			t.Errorf("%s: got the keys %v", kind, keys)
		}
		wantReason(t, kind.String()+" after a rotation", own, tenant.MustMint(emulator.Spec{}), nil)
		if tenant.Rotate("", false); len(tenant.Keys(emulator.TenantKeys)) != 1 {
			t.Errorf("%s: got the tenant's keys %v", kind, tenant.Keys(""))
		}
		wantReason(t, kind.String()+" after the tenant's rotation", own, tenant.MustMint(emulator.Spec{}), nil)

		state, err := tenant.State()
		if err != nil {
			t.Fatal(err)
		}
		again := emulator.NewTenant(&o)
		if err := again.Restore(state); err != nil || again.Keys(apiID)[0].ID() != tenant.Keys(apiID)[0].ID() {
			t.Errorf("%s: got the restored keys %v, %v", kind, again.Keys(apiID), err)
		}
	}
}

// entraTenant is one of several companies that have the same multi-tenant apps.
func entraTenant(name, id string) *emulator.Tenant {
	return emulator.NewTenant(&emulator.Options{Kind: emulator.EntraID, Name: name, ID: id, Apps: []emulator.App{
		{Name: "tasks-api", ID: apiID, URI: taskURI, Scopes: []string{"tasks.read"}, Roles: []string{"jobs.run"}},
		{Name: "tasks-web", ID: "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b", Secret: "emulated-web-secret", RedirectURIs: []string{signInURI}, Granted: []string{taskURI + "/tasks.read"}},
		{Name: "tasks-daemon", ID: "5c7c9b0c-0f0e-4d5f-9a53-6d1f1f0b7a3e", Secret: "emulated-daemon-secret", Granted: []string{taskURI + "/jobs.run"}},
	}})
}

// client returns an application of a tenant at an authority.
func client(t *testing.T, network http.RoundTripper, a authority.Authority, app emulator.App) *acquire.App {
	t.Helper()
	c, err := acquire.NewConfidential(a, app.ID, acquire.Secret(app.Secret), &acquire.Options{Transport: network, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// appToken is an application's own token for the API.
func appToken(t *testing.T, network http.RoundTripper, a authority.Authority, of *emulator.Tenant) string {
	t.Helper()
	token, err := client(t, network, a, of.Daemon()).Token(t.Context(), taskURI+"/.default")
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// userToken is the token of the tenant's first user, who has signed in at an authority.
func userToken(t *testing.T, network http.RoundTripper, a authority.Authority, of *emulator.Tenant) string {
	t.Helper()
	web := client(t, network, a, of.Web())
	address, pending, err := web.BeginSignIn(signInURI, []string{taskURI + "/tasks.read"}, &acquire.AuthorizeOptions{DomainHint: of.Domain()})
	if err != nil {
		t.Fatal(err)
	}
	b := emulatortest.NewBrowser(t, of)
	b.Handle(signInURI, nil)
	b.Open(address)
	back, err := web.Finish(t.Context(), pending, b.Page().Parameters)
	if err != nil {
		t.Fatal(err)
	}
	token, err := web.User(back.SignIn.Account).Token(t.Context(), taskURI+"/tasks.read")
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// TestEntra: companies of one process share host and key, and an API takes the
// tokens of those that it has listed.
func TestEntra(t *testing.T) {
	contoso, fabrikam, stranger := entraTenant("contoso", tenantID), entraTenant("fabrikam", fabrikamID), entraTenant("stranger", strangerID)
	consumers := entraTenant("consumers", emulator.ConsumerTenantID)
	network := emulator.Transport(contoso, fabrikam, stranger, consumers)
	single := may(t)(authority.Entra(tenantID))
	several := may(t)(authority.EntraMultiTenant(tenantID, fabrikamID))
	one, two := trusting(t, network, single), trusting(t, network, several)
	everyone := trusting(t, network, may(t)(authority.EntraMultiTenant(tenantID, authority.ConsumerTenantID)))

	for _, c := range []struct {
		of           *emulator.Tenant
		byOne, byTwo error
	}{
		{contoso, nil, nil},
		{fabrikam, validator.ErrIssuer, nil},
		{stranger, validator.ErrIssuer, validator.ErrIssuer},
	} {
		home := may(t)(authority.Entra(c.of.ID()))
		for what, token := range map[string]string{"app": appToken(t, network, home, c.of), "user": userToken(t, network, home, c.of)} {
			wantReason(t, "contoso: "+what+" of "+c.of.Name(), one, token, c.byOne)
			wantReason(t, "contoso and fabrikam: "+what+" of "+c.of.Name(), two, token, c.byTwo)
		}
	}
	for _, of := range []*emulator.Tenant{contoso, fabrikam} {
		got, err := two.Validate(t.Context(), userToken(t, network, several, of))
		if err != nil || got.TenantID() != of.ID() || got.ObjectID != of.User().ObjectID {
			t.Errorf("signed in at /organizations in %s: got %+v, %v", of.Name(), got, err)
		}
	}

	personal := consumers.MustMint(emulator.Spec{})
	wantReason(t, "a personal account where it is listed", everyone, personal, nil)
	wantReason(t, "a personal account where it isn't", two, personal, validator.ErrUnknownKey)
	forged := emulator.Spec{Key: consumers.CurrentKey(""), Header: map[string]any{"kid": consumers.CurrentKey("").ID()}}
	wantReason(t, "the consumers' key in contoso's name", everyone, contoso.MustMint(forged), validator.ErrUnknownKey)
	wantReason(t, "the same, where the key isn't published", two, contoso.MustMint(forged), validator.ErrUnknownKey)
	mixed := emulator.Spec{Claims: map[string]any{"tid": strangerID}}
	if _, err := two.Validate(t.Context(), contoso.MustMint(mixed)); err == nil {
		t.Error("a token of two tenants is taken")
	}
}
