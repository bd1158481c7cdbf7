// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// testAuthorities shows which authorities MSAL takes. The realm is the part of
// its cache keys that ought to tell tenants apart.
func testAuthorities(t *testing.T, p *script, b2c *emulator.Server) {
	const customTFP = "https://login.contoso.example/tfp/contoso.onmicrosoft.com/B2C_1_susi"
	local := b2c.URL + "/contoso.onmicrosoft.com/B2C_1_susi"
	for _, row := range []struct{ name, authority, discovery, issuer, environment, realm string }{
		{"domain", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "", issuer, host, domain},
		{"GUID", "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi", "", issuer, host, tenantID},
		{"flow in another case", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_SUSI", "", issuer, host, domain},
		{"tfp", "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi", "", issuer, host, "tfp"},
		{"custom policy", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1A_partner", "", issuer, host, domain},
		{"custom domain", "https://login.contoso.example/contoso.onmicrosoft.com/B2C_1_susi", "", customIssuer, customHost, domain},
		{"custom domain, GUID", "https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi", "", customIssuer, customHost, tenantID},
		{"custom domain, tfp, no instance discovery", customTFP, "off", customIssuer, customHost, "tfp"},
		{"address and port", local, "", b2c.URL + "/" + tenantID + "/v2.0/", "127.0.0.1", domain},
	} {
		t.Run(row.name, func(t *testing.T) {
			steps := p.run(t, "authority", authorityArgs(row.authority, row.discovery))
			_, app := steps.get(t, "app")
			if app.Raised != "" {
				t.Fatalf("MSAL refused %s: %s", row.authority, app.Message)
			}
			at, err := authority.Parse(row.authority)
			if err == nil {
				at, err = at.WithTenantID(tenantID)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, token := steps.get(t, "token")
			verified := accept(t, api(t, b2c, apiID, at), token.AccessToken, validator.Scope("jobs.run"))
			if verified.Issuer != row.issuer {
				t.Errorf("issuer: got %s, want %s", verified.Issuer, row.issuer)
			}
			p.note(t, "environment and realm in MSAL's cache", app.Environment+" "+app.Realm, row.environment+" "+row.realm)
		})
	}

	for _, row := range []struct{ name, authority, raised, looksFor string }{
		{"custom domain, tfp", customTFP, "ConnectionError", "login.microsoftonline.com:443"},
		{"custom domain, slash at the end", "https://login.contoso.example/contoso.onmicrosoft.com/B2C_1_susi/", "ConnectionError", "login.microsoftonline.com:443"},
		{"slash at the end", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/", "ValueError", ""},
		{"flow in the query", "https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=B2C_1_susi", "ValueError", ""},
		{"no flow", "https://contoso.b2clogin.com/contoso.onmicrosoft.com", "ValueError", ""},
		{"unknown flow", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_none", "ValueError", ""},
		{"unknown tenant", "https://contoso.b2clogin.com/fabrikam.onmicrosoft.com/B2C_1_susi", "ValueError", ""},
		{"no path", "https://contoso.b2clogin.com", "ValueError", ""},
		{"plain http", strings.Replace(local, "https:", "http:", 1), "ValueError", ""},
	} {
		t.Run("refused/"+row.name, func(t *testing.T) {
			r, app := p.run(t, "authority", authorityArgs(row.authority, "")).get(t, "app")
			if app.Raised == "" {
				p.note(t, "authority", "taken", "refused")
				return
			}
			p.note(t, "raised", app.Raised, row.raised)
			p.note(t, "looked for", strings.Join(r.UnknownNames, " "), row.looksFor)
			if r.Requests.Token != 0 {
				t.Errorf("got %s, want none at the token endpoint", requests(r.Requests))
			}
		})
	}
}

func authorityArgs(authority, discovery string) map[string]any {
	args := map[string]any{"authority": authority}
	if discovery == "off" {
		args["instance_discovery"] = false
	}
	return args
}

func testClientCredentials(t *testing.T, p *script, b2c *emulator.Server) {
	for _, flow := range []string{"B2C_1_susi", "B2C_1A_partner"} {
		t.Run(flow, func(t *testing.T) {
			steps := p.run(t, "client_credentials", map[string]any{"flow": flow})
			_, first := steps.get(t, "first")
			v := api(t, b2c, apiID, contoso(t).Flow(flow))
			token := accept(t, v, first.AccessToken, validator.Scope("jobs.run"))
			if daemon := b2c.Daemon(); token.ClientID != daemon.ID || token.Subject != daemon.ObjectID {
				t.Errorf("got %v, want client %s and subject %s", token, daemon.ID, daemon.ObjectID)
			}
			if first.IDToken+first.RefreshToken != "" {
				t.Errorf("got %v, want an access token alone", first)
			}

			// Until 1.23, acquire_token_for_client never looks into the cache, and
			// acquire_token_silent without an account does nothing else.
			p.note(t, "requests for a second token", steps["again"].Requests.Token, 1)
			p.note(t, "requests for a silent token", steps["silent"].Requests.Token, 0)
			silent := steps["silent"].Result
			p.note(t, "silent token", silent, "access token")
			if silent != nil {
				accept(t, v, silent.AccessToken, validator.Scope("jobs.run"))
			}
		})
	}
}

// testSharedAppTokens shows the mistake of MSAL that our own cache must not have:
// a user flow and a custom policy are two authorities with keys of their own,
// but MSAL's cache has no place for the flow.
func testSharedAppTokens(t *testing.T, p *script, b2c *emulator.Server) {
	tenant := contoso(t)
	susi := api(t, b2c, apiID, tenant.Flow("B2C_1_susi"))
	partner := api(t, b2c, apiID, tenant.Flow("B2C_1A_partner"))
	ask := validator.Scope("jobs.run")

	steps := p.run(t, "shared_app_tokens", nil)
	_, first := steps.get(t, "susi")
	_, second := steps.get(t, "partner")
	accept(t, susi, first.AccessToken, ask)
	refuse(t, partner, first.AccessToken, validator.ErrUnknownKey)
	// Since 1.23, acquire_token_for_client has the mistake too.
	if shared := second.AccessToken == first.AccessToken; !shared {
		accept(t, partner, second.AccessToken, ask)
		refuse(t, susi, second.AccessToken, validator.ErrUnknownKey)
	} else {
		p.note(t, "acquire_token_for_client shares the token", shared, false)
	}

	whose := func(label string) string {
		switch got := steps[label].Result; {
		case got == nil:
			return "none"
		case got.AccessToken == first.AccessToken:
			return "of B2C_1_susi"
		case got.AccessToken == second.AccessToken:
			return "of B2C_1A_partner"
		default:
			return "another"
		}
	}
	p.note(t, "token that the app of B2C_1A_partner gets from the cache", whose("partner, silent"), "of B2C_1_susi")
	p.note(t, "token that the app of B2C_1_susi gets from the cache", whose("susi, silent"), "of B2C_1A_partner")

	// Package acquire, two apps that share a cache: at first it is empty, then
	// there is a token for either flow.
	daemon, shared := b2c.Daemon(), new(memory)
	for _, wantRequests := range []int{2, 0} {
		before := b2c.Counts()
		for _, side := range []struct {
			flow      string
			validator *validator.Validator
		}{{"B2C_1_susi", susi}, {"B2C_1A_partner", partner}} {
			app, err := acquire.NewConfidential(tenant.Flow(side.flow), daemon.ID, acquire.Secret(daemon.Secret), quietly(b2c, shared))
			if err != nil {
				t.Fatal(err)
			}
			token, err := app.Token(t.Context(), apiURI+"/.default")
			if err != nil {
				t.Fatal(err)
			}
			accept(t, side.validator, token.AccessToken, ask)
			if err := app.Close(); err != nil {
				t.Error(err)
			}
		}
		if got := since(before, b2c.Counts()).Token; got != wantRequests {
			t.Errorf("acquire, requests for the tokens of two flows: got %d, want %d", got, wantRequests)
		}
	}
}
