// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"net/url"
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// isExternal reports whether a URL is at a host of External ID.
func (a Authority) isExternal() bool { return strings.HasSuffix(a.origin.Hostname(), ciamSuffix) }

// externalTenant takes External ID's tenant from the path of a URL, and returns
// the segments behind it, or what is wrong. A URL without a path means the tenant
// that the host is named for.
func (a Authority) externalTenant(path string) (at Authority, rest []string, problem string) {
	a.kind = EntraExternalID
	label := strings.TrimSuffix(a.origin.Hostname(), ciamSuffix)
	if !isName(label) {
		return a, nil, "is at no host of External ID: want https://contoso.ciamlogin.com, with your tenant's name"
	}
	if a.tenant = label + globalDomain; guid.Is(label) {
		a.tenant, a.tenantID = label, label
	}
	segments := withoutMetadata(path)
	if segments[0] == "" && !strings.HasPrefix(path, "/") {
		return a, segments[1:], ""
	}
	tenant, err := parseTenant("url", segments[0])
	switch {
	case err != nil:
		return a, nil, "names no tenant: " + a.tenantProblem(segments[0])
	case guid.Is(tenant) && a.tenantID != "" && tenant != a.tenantID:
		return a, nil, "names one tenant as the host and another in the path"
	case guid.Is(tenant):
		a.tenantID = tenant
	}
	a.tenant = tenant
	return a, segments[1:], ""
}

// checkExternal is checkPasted for a URL of External ID.
func (a Authority) checkExternal(rawURL, path string) error {
	a, rest, problem := a.externalTenant(path)
	if problem == "" {
		problem = a.behindTenant(rest)
	}
	if problem != "" {
		return &pastedError{urlError(rawURL, problem)}
	}
	return nil
}

// readExternal reads an authority of External ID, whose origin has been read. What
// stands behind the tenant has been found to be nothing.
func (a Authority) readExternal(rawURL, path, rawQuery string, hasQuery bool) (Authority, error) {
	fail := func(problem string) (Authority, error) { return Authority{}, urlError(rawURL, problem) }
	a, _, problem := a.externalTenant(path)
	switch {
	case problem != "":
		return fail(problem)
	case !hasQuery:
		return a, nil
	}
	q, err := url.ParseQuery(rawQuery)
	switch {
	case strings.Contains(rawQuery, "%"):
		return fail(noEscapes)
	case err != nil:
		return fail("has a malformed query")
	case q.Has("p"):
		return fail("names a flow; External ID has none in its URLs: write " + a.String())
	case len(q) != 1 || len(q["appid"]) != 1:
		return fail("has a query parameter other than one appid")
	case !guid.Is(q.Get("appid")):
		return fail("needs an application (client) id, a GUID, in ?appid=")
	}
	return a.WithAppID(q.Get("appid")), nil
}

// behindTenant says what stands behind the tenant in the path of an External ID
// URL, where nothing belongs.
func (a Authority) behindTenant(rest []string) string {
	what := endpoints[strings.ToLower(strings.Join(rest, "/"))]
	switch {
	case len(rest) == 0:
		return ""
	case isFlow(rest[0]):
		return "names a flow; External ID has none in its URLs: write " + a.String()
	case what != "":
		return "is the tenant's " + what + "; write the authority, " + a.String()
	}
	return "has more path segments than the tenant; write " + a.String()
}
