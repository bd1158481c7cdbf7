// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// TestMSALNode is TestMSALPython with MSAL Node.
func TestMSALNode(t *testing.T) {
	b2c := newTenant(t)
	config := settings(t, b2c)
	ca, ok := config["ca_file"].(string)
	if !ok {
		t.Fatal("there is no CA file in the settings")
	}
	p := startNode(t, b2c, config, ca)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *script, *emulator.Server)
	}{
		{"authorities", testNodeAuthorities},
		{"network client", testNodeNetworkClient},
		{"client credentials", testNodeClientCredentials},
		{"app tokens of two flows", testNodeSharedAppTokens},
		{"code flow", testNodeCodeFlow},
		{"code flow, what MSAL checks", testNodeCodeFlowChecks},
		{"only openid", testNodeOnlyOpenID},
		{"own client id as scope", testOwnClientID},
		{"refresh", testNodeRefresh},
		{"accounts", testNodeAccounts},
		{"ROPC", testNodeROPC},
		{"edit profile", testNodeEditProfile},
		{"errors", testNodeErrors},
		{"unsupported", testNodeUnsupported},
		{"throttled", testNodeThrottled},
		{"acquire gets the same", testAcquireGetsTheSame},
		{"acquire takes over a refresh token", testTakeover},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, p, b2c) })
	}
	t.Run("without the CA file", func(t *testing.T) {
		testNodeWithoutCA(t, startNode(t, b2c, config, ""))
	})
}

// unresolved is what MSAL Node says of everything that can go wrong before it
// has metadata.
const unresolved = "endpoints_resolution_error"

// testNodeWithoutCA shows that all the rest of this is TLS that MSAL has
// checked.
func testNodeWithoutCA(t *testing.T, p *script) {
	steps := p.run(t, "without_the_ca_file", nil)
	r, got := steps.get(t, "token")
	if got.Error != unresolved || r.Requests != (emulator.Counts{}) {
		t.Errorf("with the CAs of Node: got %v and %s, want %s and none", got, requests(r.Requests), unresolved)
	}
	_, fetch := steps.get(t, "fetch")
	if fetch.Raised == "" || !strings.Contains(fetch.Message, "CERT") && !strings.Contains(fetch.Message, "SIGNATURE") {
		t.Errorf("fetch: got %v, want an error about the certificate", fetch)
	}
}

// testNodeAuthorities shows which authorities MSAL takes. The realm is the part
// of its cache keys that ought to tell tenants apart; for the form with /tfp/
// it is the same for all tenants.
func testNodeAuthorities(t *testing.T, p *script, b2c *emulator.Server) {
	address := strings.TrimPrefix(b2c.URL, "https://")
	local := b2c.URL + "/contoso.onmicrosoft.com/B2C_1_susi"
	byName := strings.Replace(local, "127.0.0.1", "localhost", 1)
	for _, row := range []struct{ name, authority, issuer, environment, realm string }{
		{"domain", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", issuer, host, domain},
		{"GUID", "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi", issuer, host, tenantID},
		{"flow in another case", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_SUSI", issuer, host, domain},
		{"tfp", "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi", issuer, host, "tfp"},
		{"slash at the end", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/", issuer, host, domain},
		{"custom policy", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1A_partner", issuer, host, domain},
		{"custom domain", "https://login.contoso.example/contoso.onmicrosoft.com/B2C_1_susi", customIssuer, customHost, domain},
		{"custom domain, tfp", "https://login.contoso.example/tfp/contoso.onmicrosoft.com/B2C_1_susi", customIssuer, customHost, "tfp"},
		{"address and port", local, b2c.URL + "/" + tenantID + "/v2.0/", address, domain},
		{"localhost and port", byName, strings.Replace(b2c.URL, "127.0.0.1", "localhost", 1) + "/" + tenantID + "/v2.0/", strings.Replace(address, "127.0.0.1", "localhost", 1), domain},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, got := p.run(t, "authority", map[string]any{"authority": row.authority}).get(t, "token")
			if got.Raised != "" {
				t.Fatalf("MSAL refused %s: %v", row.authority, got)
			}
			at, err := authority.Parse(row.authority)
			if err == nil {
				at, err = at.WithTenantID(tenantID)
			}
			if err != nil {
				t.Fatal(err)
			}
			token := accept(t, api(t, b2c, apiID, at), got.AccessToken, validator.Scope("jobs.run"))
			if token.Issuer != row.issuer {
				t.Errorf("issuer: got %s, want %s", token.Issuer, row.issuer)
			}
			p.note(t, "environment and realm in MSAL's cache", got.Environment+" "+got.Realm, row.environment+" "+row.realm)
		})
	}

	const susi = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"
	none, microsoft := []string{}, "login.microsoftonline.com:443"
	for _, row := range []struct {
		name, authority string
		known           []string // nil for the authority's host
		err, looksFor   string
		notFound        int
	}{
		{"not among knownAuthorities", susi, none, unresolved, microsoft, 0},
		{"custom domain, not among knownAuthorities", "https://login.contoso.example/contoso.onmicrosoft.com/B2C_1_susi", none, unresolved, microsoft, 0},
		{"known without its port", local, []string{"127.0.0.1"}, unresolved, microsoft, 0},
		{"flow in the query", "https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=B2C_1_susi", nil, unresolved, "", 1},
		{"no flow", "https://contoso.b2clogin.com/contoso.onmicrosoft.com", nil, unresolved, "", 1},
		{"unknown flow", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_none", nil, unresolved, "", 1},
		{"unknown tenant", "https://contoso.b2clogin.com/fabrikam.onmicrosoft.com/B2C_1_susi", nil, unresolved, "", 1},
		{"plain http", strings.Replace(local, "https:", "http:", 1), nil, "authority_uri_insecure", "", 0},
	} {
		t.Run("refused/"+row.name, func(t *testing.T) {
			args := map[string]any{"authority": row.authority}
			if row.known != nil {
				args["known"] = row.known
			}
			r, got := p.run(t, "authority", args).get(t, "token")
			p.note(t, "error", got.Error, row.err)
			p.note(t, "looked for", strings.Join(r.UnknownNames, " "), row.looksFor)
			if r.Requests != (emulator.Counts{NotFound: row.notFound}) {
				t.Errorf("got %s, want %d that was not found", requests(r.Requests), row.notFound)
			}
		})
	}
}

// testNodeNetworkClient is the way to B2C's names that an app has by MSAL's own
// settings.
func testNodeNetworkClient(t *testing.T, p *script, b2c *emulator.Server) {
	steps := p.run(t, "network_client", nil)
	_, got := steps.get(t, "token")
	if got.Raised != "" {
		t.Fatalf("got %v, want a token", got)
	}
	accept(t, api(t, b2c, apiID, contoso(t).Flow("B2C_1_susi")), got.AccessToken, validator.Scope("jobs.run"))
	if _, sent := steps.get(t, "sent"); sent.Message != "2" {
		t.Errorf("requests through the network client: got %s, want 2", sent.Message)
	}
}

func testNodeClientCredentials(t *testing.T, p *script, b2c *emulator.Server) {
	for _, flow := range []string{"B2C_1_susi", "B2C_1A_partner"} { // the second one writes numbers as strings
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
			lasts(t, first, token.ExpiresAt)

			r, again := steps.get(t, "again")
			if again.AccessToken != first.AccessToken || !again.FromCache || r.Requests != (emulator.Counts{}) {
				t.Errorf("again: got %v and %s, want the same token and none", again, requests(r.Requests))
			}
			r, skipping := steps.get(t, "skipping the cache")
			if skipping.FromCache || r.Requests.Token != 1 {
				t.Errorf("skipping the cache: got %v and %s, want a token and one for it", skipping, requests(r.Requests))
			}
		})
	}
}

// lasts compares when MSAL takes a token to expire with when it does.
func lasts(t *testing.T, got *result, expires time.Time) {
	t.Helper()
	if off := time.Duration(got.Seconds)*time.Second - time.Until(expires); off.Abs() > 5*time.Second {
		t.Errorf("MSAL's expiry is off by %v", off)
	}
}

// testNodeSharedAppTokens shows the mistake of MSAL that our own cache must not
// have, see testSharedAppTokens. MSAL Node hands a token of another flow out
// without being asked for silence.
func testNodeSharedAppTokens(t *testing.T, p *script, b2c *emulator.Server) {
	susi := api(t, b2c, apiID, contoso(t).Flow("B2C_1_susi"))
	partner := api(t, b2c, apiID, contoso(t).Flow("B2C_1A_partner"))
	steps := p.run(t, "shared_app_tokens", nil)
	for _, row := range []struct{ what, of, by string }{
		{"the app of B2C_1A_partner gets, from a shared cache", "partner", "susi"},
		{"one app asked for B2C_1A_partner gets", "one app, partner", "one app, susi"},
	} {
		_, first := steps.get(t, row.by)
		accept(t, susi, first.AccessToken, validator.Scope("jobs.run"))
		_, second := steps.get(t, row.of)
		whose := "a token of B2C_1_susi"
		if second.AccessToken != first.AccessToken {
			whose = "its own"
			accept(t, partner, second.AccessToken, validator.Scope("jobs.run"))
		} else {
			refuse(t, partner, second.AccessToken, validator.ErrUnknownKey)
		}
		p.note(t, row.what, whose, "a token of B2C_1_susi")
		if _, again := steps.get(t, row.by+" again"); again.AccessToken != first.AccessToken {
			t.Errorf("%s again: got another token, want the one from the cache", row.by)
		}
	}
}
