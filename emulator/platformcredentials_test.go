// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// credentials is a request for a token of an app's own.
func credentials(client, secret, scope string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {client}, "client_secret": {secret}, "scope": {scope}}
}

// platformError is an error of the token endpoint.
type platformError struct {
	Error, Description string
	Codes              []int `json:"error_codes"`
	Timestamp          string
	TraceID            string `json:"trace_id"`
	CorrelationID      string `json:"correlation_id"`
	URI                string `json:"error_uri"`
}

func TestPlatformClientCredentials(t *testing.T) {
	for kind, base := range map[emulator.TenantKind]string{emulator.ExternalID: ciamURL, emulator.EntraID: entraURL} {
		tenant := fixedOf(kind)
		r := post(t, tenant.Client(), base+"/oauth2/v2.0/token", credentials(daemonID, "s3cret", taskURI+"/.default openid offline_access profile"))
		equal(t, "status", r.status, 200)
		equalList(t, "members", names(t, r.body), []string{"token_type", "expires_in", "ext_expires_in", "access_token"})
		token := decode[map[string]any](t, r.body)["access_token"].(string)
		c := claimsOf(t, token)
		for name, want := range map[string]any{"sub": principalID, "oid": principalID, "azp": daemonID, "azpacr": "1", "scp": nil, "idtyp": nil, "aud": apiID} {
			equal(t, name, c[name], want)
		}
		equal(t, "roles", len(c["roles"].([]any)), 2)
		equal(t, "a good signature", verifiedBy(t, tenant.Client(), tenant.JWKSURL(""), token) != "", true)
		equal(t, "Issued", tenant.Issued()[0].Token, token)

		r = post(t, tenant.Client(), base+"/oauth2/v2.0/token", credentials(clientID, "s3cret", apiID+"/.default"))
		c = claimsOf(t, decode[map[string]any](t, r.body)["access_token"].(string))
		equal(t, "an app without roles gets a token without", c["roles"], nil)
		equal(t, "and no scp", c["scp"], nil)
	}
}

func TestPlatformRefuses(t *testing.T) {
	ciam := fixedOf(emulator.ExternalID)
	for _, c := range []struct {
		name   string
		form   url.Values
		status int
		oauth  string
		code   int
	}{
		{"no grant", url.Values{}, 400, "invalid_request", 900144},
		{"no such grant", url.Values{"grant_type": {"password"}, "client_id": {clientID}}, 400, "unsupported_grant_type", 70003},
		{"no client", credentials("", "", taskURI+"/.default"), 400, "invalid_request", 900144},
		{"no such client", credentials(userID, "x", taskURI+"/.default"), 400, "unauthorized_client", 700016},
		{"wrong secret", credentials(daemonID, "x", taskURI+"/.default"), 401, "invalid_client", 7000215},
		{"expired secret", credentials(clientID, "0ld", taskURI+"/.default"), 401, "invalid_client", 7000222},
		{"no secret", credentials(daemonID, "", taskURI+"/.default"), 401, "invalid_client", 7000218},
		{"public client", credentials(apiID, "", taskURI+"/.default"), 401, "invalid_client", 7000218},
		{"secret of a public client", credentials(apiID, "x", taskURI+"/.default"), 401, "invalid_client", 700025},
		{"no scope", credentials(daemonID, "s3cret", ""), 400, "invalid_request", 900144},
		{"a user's scope", credentials(daemonID, "s3cret", taskURI+"/tasks.read"), 400, "invalid_scope", 1002012},
		{"none but OpenID Connect's", credentials(daemonID, "s3cret", "openid profile"), 400, "invalid_scope", 1002012},
		{"no such API", credentials(daemonID, "s3cret", "api://x/.default"), 400, "invalid_resource", 500011},
	} {
		r := post(t, ciam.Client(), ciam.TokenURL(""), c.form)
		equal(t, c.name+" status", r.status, c.status)
		e := decode[platformError](t, strings.Replace(r.body, "error_description", "Description", 1))
		equal(t, c.name, e.Error, c.oauth)
		equal(t, c.name+" code", len(e.Codes) == 1 && e.Codes[0] == c.code, true)
		if strings.Contains(r.body, "s3cret") || strings.Contains(r.body, "0ld") {
			t.Errorf("%s: the answer has a secret: %s", c.name, r.body)
		}
	}
	r := post(t, ciam.Client(), ciam.TokenURL(""), credentials(daemonID, "x", taskURI+"/.default"))
	equalList(t, "members", names(t, r.body), []string{"error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"})
	want := regexp.MustCompile(`^AADSTS7000215: Invalid client secret provided\..* Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: 2025-06-15 15:06:40Z$`)
	if e := decode[map[string]any](t, r.body); !want.MatchString(e["error_description"].(string)) || e["error_uri"] != "https://login.microsoftonline.com/error?code=7000215" {
		t.Errorf("got %s", r.body)
	}
	all := ciam.Requests()
	equal(t, "the recorded error", all[len(all)-1].Error, "AADSTS7000215")
}

// TestPlatformAssignment: an API that asks for an assignment gives nobody a token
// without roles.
func TestPlatformAssignment(t *testing.T) {
	entra := emulator.NewTenant(&emulator.Options{Kind: emulator.EntraID, Apps: []emulator.App{
		{Name: "api", URI: taskURI, Roles: []string{"jobs.run"}, AssignmentRequired: true},
		{Name: "daemon", ID: daemonID, Secret: "s3cret"},
	}})
	r := post(t, entra.Client(), entra.TokenURL(""), credentials(daemonID, "s3cret", taskURI+"/.default"))
	equal(t, "code", strings.Contains(r.body, `"error_codes":[50105]`), true)
}

func TestPlatformFaults(t *testing.T) {
	entra := fixedOf(emulator.EntraID)
	entra.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, RetryAfter: 3 * time.Second, Times: 1})
	r := post(t, entra.Client(), entra.TokenURL(""), credentials(daemonID, "s3cret", taskURI+"/.default"))
	equal(t, "status", r.status, http.StatusTooManyRequests)
	equal(t, "Retry-After", r.header.Get("Retry-After"), "3")
	equal(t, "error", decode[platformError](t, r.body).Error, "temporarily_unavailable")
	for _, path := range []string{"/775527ff-9a37-4307-8b3d-cc311f58d925", "/common"} {
		entra.MustSetFaults(emulator.Fault{Kind: emulator.FaultWrongIssuer, Times: 1})
		issuer := decode[document](t, get(t, entra.Client(), "https://login.microsoftonline.com"+path+wellKnown).body).Issuer
		equal(t, "another tenant's issuer", regexp.MustCompile(`^https://login\.microsoftonline\.com/[0-9a-f-]{36}/v2\.0$`).MatchString(issuer) && issuer != entraIssuer, true)
	}
	entra.MustSetFaults(emulator.Fault{Kind: emulator.FaultOddKeys})
	equal(t, "odd keys", len(decode[published](t, get(t, entra.Client(), entra.JWKSURL("")).body).Keys) > 20, true)
}
