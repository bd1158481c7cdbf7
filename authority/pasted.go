// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// What people have at hand where an authority is wanted: the addresses that the
// portal shows, that metadata lists and that tokens name. They are errors all
// the same. To cut them in silence would trust what nobody has written.

// endpoints are the ends of the addresses in a flow's metadata, and what they
// are called there.
var endpoints = map[string]string{
	"oauth2/v2.0/authorize": "authorize endpoint",
	"oauth2/v2.0/token":     "token endpoint",
	"oauth2/v2.0/logout":    "logout endpoint",
	"discovery/v2.0/keys":   "key set",
	"openid/v2.0/userinfo":  "UserInfo endpoint",
}

// v1Endpoints are the ends of the addresses in the metadata of Entra ID's version 1.
var v1Endpoints = []string{"oauth2/authorize", "oauth2/token", "oauth2/logout", "discovery/keys"}

// pastedError says what was pasted, in words that quote only what has been
// found to be host, tenant and flow.
type pastedError struct{ error }

// checkPasted returns a *pastedError for a URL that goes on behind the flow,
// with any query: what is copied from a browser has client id, state and more.
func (a Authority) checkPasted(rawURL, path, rawQuery string) error {
	segments := a.readTenant(path)
	if a.tenant == "" {
		return nil
	}
	rest := segments[1:]
	if len(rest) > 0 && isFlow(rest[0]) {
		a.flow, rest = rest[0], rest[1:]
	} else if q, err := url.ParseQuery(rawQuery); err == nil && isFlow(q.Get("p")) {
		a.flow = q.Get("p")
		if a.form == PathForm {
			a.form = QueryForm
		}
	}
	behind := strings.ToLower(strings.Join(rest, "/"))
	endpoint := endpoints[behind]
	switch {
	case isEntraHost(a.Host()) && slices.Contains(v1Endpoints, behind):
		return &pastedError{urlError(rawURL, "is an endpoint of Entra ID's version 1; B2C has none, and for Entra ID see Entra")}
	case len(rest) == 0 || endpoint == "" && a.flow == "":
		return nil
	case a.flow == "":
		return &pastedError{urlError(rawURL, "is a tenant's "+endpoint+" and names no user flow or custom policy"+a.withFlow())}
	case endpoint == "":
		return &pastedError{urlError(rawURL, "has more path segments than tenant and flow; write "+a.String())}
	default:
		return &pastedError{urlError(rawURL, "is the flow's "+endpoint+"; write the authority, "+a.String())}
	}
}

// noFlow says what a URL is that has a tenant and no flow.
func (a Authority) noFlow(path string) string {
	if a.tenantID != "" && strings.HasSuffix(strings.TrimSuffix(path, "/"), "/v2.0") && !isEntraHost(a.Host()) {
		return "is an issuer, which names no user flow or custom policy" + a.withFlow()
	}
	return "names no user flow or custom policy" + a.withFlow()
}

// withFlow ends a text on a URL without a flow.
func (a Authority) withFlow() string {
	switch a.Host() {
	case entraHost:
		return "; without one this is the tenant's Entra ID, which is not B2C: see Entra"
	case stsHost:
		return "; it " + v1Issuer
	}
	a.flow = "B2C_1_susi"
	return "; write " + a.String() + ", with your flow's name"
}

func isEntraHost(host string) bool { return host == entraHost || host == stsHost }

// tenantProblem says why the first segment is no tenant.
func (a Authority) tenantProblem(segment string) string {
	switch {
	case isFlow(segment):
		return "the flow " + segment + " stands in its place; write the tenant's domain or GUID before it"
	case isEntraHost(a.Host()) && slices.Contains(entraTenants, FoldFlow(segment)):
		return segment + " stands for many; for tokens of several Entra ID tenants see EntraMultiTenant, which takes the list of those allowed"
	case isName(segment) && !slices.Contains(entraTenants, FoldFlow(segment)):
		return segment + " lacks its domain; write " + segment + a.domainSuffix()
	default:
		return tenantHelp
	}
}

// domainSuffix returns the end of tenants' domains in the cloud of the host.
func (a Authority) domainSuffix() string {
	if strings.HasSuffix(a.Host(), chinaHost) {
		return chinaDomain
	}
	return globalDomain
}

// noURL says what a text is that is no absolute URL.
func noURL(text string) string {
	const want = "want an absolute URL such as https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"
	name, _, _ := strings.Cut(text, ".")
	switch {
	case text == "":
		return "is empty; " + want
	case isFlow(text):
		return "is a flow's name alone; " + want + ", or use B2C and Tenant.Flow"
	case guid.Is(text):
		return "is a GUID alone; " + want + ", with your tenant's and flow's names, or use B2C with name and GUID"
	case isName(name) && (text == name || text == name+globalDomain):
		return "is a tenant's name alone; write https://" + name + globalHost + "/" + name + globalDomain + "/B2C_1_susi, an absolute URL with your flow's name, or use B2C"
	}
	return "is not an absolute URL; " + want
}
