// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestScopes: what is granted of a request, in the access token and in the
// answer.
func TestScopes(t *testing.T) {
	const uri = "https://contoso.onmicrosoft.com/tasks"
	b2c := emulator.NewTenant(&emulator.Options{Apps: []emulator.App{
		{Name: "api", ID: apiID, URI: uri, Scopes: []string{"tasks.read", "tasks.write", "tasks.admin"}, Roles: []string{"jobs.run"}},
		{Name: "web", ID: webID, Secret: webSecret, RedirectURIs: []string{callback}, Granted: []string{uri + "/tasks.write", uri + "/tasks.read", uri + "/jobs.run"}},
		{Name: "both", ID: clientID, URI: "https://contoso.onmicrosoft.com/both", Scopes: []string{"x"}, Secret: webSecret, RedirectURIs: []string{callback}, Granted: []string{"https://contoso.onmicrosoft.com/both/x"}},
	}})
	for _, c := range []struct {
		name, client, scope string
		aud, scp            any
		granted             string
	}{
		{"one", webID, uri + "/tasks.read", apiID, "tasks.read", uri + "/tasks.read"},
		{"in the API's order", webID, uri + "/tasks.write " + uri + "/tasks.read", apiID, "tasks.read tasks.write", uri + "/tasks.write " + uri + "/tasks.read"},
		{"twice", webID, uri + "/tasks.read  " + uri + "/tasks.read openid openid", apiID, "tasks.read", uri + "/tasks.read openid"},
		{"at least one granted", webID, uri + "/tasks.admin " + uri + "/tasks.read", apiID, "tasks.read", uri + "/tasks.read"},
		{"at least one published", webID, uri + "/nope " + uri + "/tasks.read", apiID, "tasks.read", uri + "/tasks.read"},
		{"a role is no scope", webID, uri + "/jobs.run " + uri + "/tasks.read", apiID, "tasks.read", uri + "/tasks.read"},
		{"all of OpenID Connect", webID, "profile offline_access " + uri + "/tasks.read openid", apiID, "tasks.read", uri + "/tasks.read openid profile offline_access"},
		{"own id", webID, webID, webID, nil, webID},
		{"an API's own id and scope", clientID, clientID + " https://contoso.onmicrosoft.com/both/x", clientID, "x", clientID + " https://contoso.onmicrosoft.com/both/x"},
	} {
		code := codeFor(t, browser(t, b2c.Transport()), authorizeURL, "client_id", c.client, "scope", c.scope)
		a := redeem(t, b2c.Client(), tokenURL, changed(redemption(code), "client_id", c.client))
		claims := claimsOf(t, a.AccessToken)
		equal(t, c.name+": aud", claims["aud"], c.aud)
		equal(t, c.name+": scp", claims["scp"], c.scp)
		equal(t, c.name+": scope", a.Scope, c.granted)
		equal(t, c.name+": resource", any(a.Resource), c.aud)
	}
	for _, scope := range []string{uri + "/jobs.run", uri + "/nope", uri + "/tasks.admin", uri + "/", uri + "/.default"} {
		values := landed(t, visit(t, browser(t, b2c.Transport()), authorizeURL, "scope", "openid "+scope))
		wantDescription(t, scope, values.Get("error"), values.Get("error_description"), "invalid_request",
			"AADB2C90205: This application does not have sufficient permissions against this web resource to perform the operation.")
	}
}
