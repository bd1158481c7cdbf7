// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// Scopes that ask for something else than access to an API.
var oidcScopes = []string{"openid", "offline_access", "profile", "email"}

// apiScopes returns the scopes of an API among all, sorted and once each:
// what an access token is for, and so what it is cached by. The result is one
// text with single spaces.
func apiScopes(kind authority.Kind, all []string) (string, *Error) {
	graphToo := kind != authority.AzureADB2C
	if len(all) == 1 && isScopeToken(all[0]) && !slices.Contains(oidcScopes, all[0]) && (graphToo || !isOfGraph(all[0])) {
		return all[0], nil
	}
	kept := make([]string, 0, len(all))
	for _, s := range all {
		switch {
		case !isScopeToken(s):
			return "", fail(ErrConfiguration, "", "scope %q: not a scope; give each its own argument, as {App ID URI}/{scope}", s)
		case !graphToo && isOfGraph(s):
			return "", errGraph(s)
		case !slices.Contains(oidcScopes, s):
			kept = append(kept, s)
		}
	}
	slices.Sort(kept)
	kept = slices.Compact(kept)
	if one, other, ok := twoAPIs(kept); ok {
		return "", fail(ErrConfiguration, "", "scopes %s and %s: %s", foreign.Name(one), foreign.Name(other), adviceOneAPI)
	}
	return strings.Join(kept, " "), nil
}

// twoAPIs finds a scope that is not of the API whose {App ID URI}/.default is
// among them. For others the request has to tell (AADB2C90146, AADSTS28000), as App ID URIs
// and scopes may hold slashes.
func twoAPIs(scopes []string) (one, other string, found bool) {
	i := slices.IndexFunc(scopes, func(s string) bool { return strings.HasSuffix(s, "/.default") })
	if i < 0 {
		return "", "", false
	}
	api := strings.TrimSuffix(scopes[i], ".default")
	j := slices.IndexFunc(scopes, func(s string) bool { return !strings.HasPrefix(s+"/", api) })
	if j < 0 {
		return "", "", false
	}
	return scopes[i], scopes[j], true
}

// What names Microsoft Graph in a scope, in all clouds, and what it has replaced.
var graphs = []string{
	"graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn",
	"graph.windows.net", "00000003-0000-0000-c000-000000000000",
}

func isOfGraph(scope string) bool {
	_, rest, ok := strings.Cut(scope, "://")
	if !ok {
		rest = scope
	}
	name, _, _ := strings.Cut(rest, "/")
	return slices.ContainsFunc(graphs, func(g string) bool { return strings.EqualFold(g, name) })
}

// errGraph is for scopes of Microsoft Graph, which takes no token of a user flow
// or custom policy
// (https://learn.microsoft.com/azure/active-directory-b2c/microsoft-graph-get-started).
func errGraph(scope string) *Error {
	return fail(ErrConfiguration, "", "scope %s: a user flow or custom policy gives no token for Microsoft Graph, neither to applications nor to users; call it as the application, with client credentials at https://login.microsoftonline.com/{tenant id}/oauth2/v2.0/token (golang.org/x/oauth2/clientcredentials)", foreign.Name(scope))
}

// userScopes is what is sent for a user: an ID token, a refresh token, and
// the scopes of the API. At External ID and Entra a user's oid comes with profile
// alone, and B2C knows no such scope.
func userScopes(kind authority.Kind, api string) string {
	own := "openid profile offline_access "
	if kind == authority.AzureADB2C {
		own = "openid offline_access "
	}
	return strings.TrimSuffix(own+api, " ")
}

// errNoneGiven is for scopes of an API that no token was given for.
func errNoneGiven(during string) *Error {
	return fail(ErrNoAccessToken, during, "no access token was given for these scopes; is the application granted them, and were they asked for when the user signed in?")
}

func errNoAPIScope(during string) *Error {
	return fail(ErrNoAccessToken, during, "no scope of an API was asked for, and openid alone gives access to none; ask for {App ID URI}/{scope}, or for the application's own client id")
}
