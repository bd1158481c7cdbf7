// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
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

// pastedError says what was pasted, in words that quote only what has been
// found to be host, tenant and flow.
type pastedError struct{ error }

// checkPasted returns a *pastedError for a URL that goes on behind the flow,
// with any query: what is copied from a browser has client id, state and more.
// What is External ID's is another error.
func (a Authority) checkPasted(rawURL, path, rawQuery string) error {
	if strings.HasSuffix(a.host, ciamSuffix) {
		return urlError(rawURL, "is at Entra External ID, which has no flows in its URLs; use ExternalID")
	}
	segments := a.readTenant(path)
	if a.tenant == "" {
		return nil
	}
	rest := segments[1:]
	if len(rest) > 0 && flowPattern.MatchString(rest[0]) {
		a.flow, rest = rest[0], rest[1:]
	} else if q, err := url.ParseQuery(rawQuery); err == nil && flowPattern.MatchString(q.Get("p")) {
		a.flow = q.Get("p")
		if a.form == PathForm {
			a.form = QueryForm
		}
	}
	endpoint := endpoints[strings.ToLower(strings.Join(rest, "/"))]
	switch {
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
	if a.tenantID != "" && strings.HasSuffix(strings.TrimSuffix(path, "/"), "/v2.0") && !isEntraHost(a.host) {
		return "is an issuer, which names no user flow or custom policy" + a.withFlow()
	}
	return "names no user flow or custom policy" + a.withFlow()
}

// withFlow ends a text on a URL without a flow.
func (a Authority) withFlow() string {
	if isEntraHost(a.host) {
		return "; without one this is the tenant's Entra ID, which is not B2C"
	}
	a.flow = "B2C_1_susi"
	return "; write " + a.String() + ", with your flow's name"
}

func isEntraHost(host string) bool {
	return host == "login.microsoftonline.com" || host == "sts.windows.net"
}

// tenantProblem says why the first segment is no tenant.
func (a Authority) tenantProblem(segment string) string {
	switch {
	case flowPattern.MatchString(segment):
		return "the flow " + segment + " stands in its place; write the tenant's domain or GUID before it"
	case namePattern.MatchString(segment) && !slices.Contains(entraTenants, FoldFlow(segment)):
		return segment + " lacks its domain; write " + segment + a.domainSuffix()
	default:
		return tenantHelp
	}
}

// entraTenants are what Entra ID takes in place of a tenant.
var entraTenants = []string{"common", "organizations", "consumers"}

// domainSuffix returns the end of tenants' domains in the cloud of the host.
func (a Authority) domainSuffix() string {
	if strings.HasSuffix(a.host, chinaHost) {
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
	case flowPattern.MatchString(text):
		return "is a flow's name alone; " + want + ", or use B2C and Tenant.Flow"
	case isGUID(strings.ToLower(text)):
		return "is a GUID alone; " + want + ", with your tenant's and flow's names, or use B2C with name and GUID"
	case namePattern.MatchString(name) && (text == name || text == name+globalDomain):
		return "is a tenant's name alone; write https://" + name + globalHost + "/" + name + globalDomain + "/B2C_1_susi, an absolute URL with your flow's name, or use B2C"
	}
	if a, err := Parse("https://" + text); err == nil {
		return "is not an absolute URL: it lacks https://; write " + a.String()
	}
	return "is not an absolute URL; " + want
}

// flowInstead ends the text on what is no flow's name: it says which flow is in
// it, as in a URL or a list.
func flowInstead(text string) string {
	if len(text) > 2048 {
		return ""
	}
	var found []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/?&=#,; \t\r\n", r) }) {
		if flowPattern.MatchString(part) {
			found = append(found, part)
		}
	}
	switch {
	case len(found) > 1:
		return "; it holds several, each of which is an argument of its own"
	case len(found) == 1:
		return " alone; want " + found[0]
	}
	return ""
}

// guidInstead ends the text on what is no GUID. The text is in lower case.
func guidInstead(text string) string {
	if len(text) <= 2048 {
		if id := guidWithin.FindString(text); id != "" && id != zeroGUID {
			return "; the one in it is " + id
		}
	}
	if len(text) <= 253 && domainPattern.MatchString(text) {
		return " but a domain; the portal shows the GUID as \"Tenant ID\""
	}
	return " such as 775527ff-9a37-4307-8b3d-cc311f58d925"
}

var guidWithin = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)

// bareName returns what to write in place of a domain, host or URL where a
// tenant's name is wanted.
func bareName(text string) string {
	_, host, isURL := strings.Cut(text, "://")
	if !isURL {
		host = text
	}
	host, _, _ = strings.Cut(host, "/")
	for _, suffix := range []string{globalDomain, globalHost, chinaDomain, chinaHost, ciamSuffix} {
		if name, ok := strings.CutSuffix(FoldFlow(host), suffix); ok && namePattern.MatchString(name) {
			return name
		}
	}
	return "contoso for contoso.onmicrosoft.com; for a custom domain see NewTenant and Tenant.WithHosts"
}
