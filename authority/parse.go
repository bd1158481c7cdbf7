// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"net/url"
	"strings"
)

// Parse reads an authority from its URL in any form that B2C documents:
//
//	https://{host}/{tenant}/{flow}
//	https://{host}/tfp/{tenant}/{flow}
//	https://{host}/te/{tenant}/{flow}
//	https://{host}/{tenant}?p={flow}
//
// each optionally followed by /v2.0 or by the whole metadata path
// /v2.0/.well-known/openid-configuration. The tenant is a domain or a GUID.
// If it is a domain, add the GUID with [Authority.WithTenantID].
//
// Only https is accepted, but for loopback hosts. Credentials in the URL,
// fragments, escapes and unknown query parameters are errors. The flow's
// spelling is kept; String and MetadataURL give back the form that was read.
func Parse(rawURL string) (Authority, error) {
	fail := func(problem string) (Authority, error) {
		return Authority{}, fieldError("url", rawURL, problem)
	}
	if len(rawURL) > 2048 {
		return Authority{}, errors.New("authority: url: longer than 2048 bytes")
	}
	// Before anything is quoted in an error: a password must not be. Nothing
	// that is accepted holds an @ anywhere.
	if strings.Contains(rawURL, "@") {
		return Authority{}, errors.New("authority: url: holds an @, so perhaps a user name or password; remove it")
	}
	if i := strings.IndexFunc(rawURL, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '\\' }); i >= 0 {
		return fail("holds a character that does not belong in a URL")
	}
	scheme, rest, ok := strings.Cut(rawURL, "://")
	if !ok {
		return fail("is not an absolute URL such as https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi")
	}
	hostPart := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		hostPart = rest[:i]
	}
	if strings.Contains(rest, "#") {
		return fail("has a fragment")
	}
	if strings.Contains(rest, "%") {
		return fail("holds percent escapes; tenant and flow names need none")
	}
	o, err := parseOrigin(strings.ToLower(scheme) + "://" + hostPart)
	if err != nil {
		return Authority{}, err
	}
	path, rawQuery, hasQuery := strings.Cut(rest[len(hostPart):], "?")
	queryFlow, err := flowFromQuery(rawQuery, hasQuery)
	if err != nil {
		return fail(err.Error())
	}

	a := Authority{scheme: o.scheme, host: o.host}
	path = strings.TrimSuffix(path, "/")
	path = strings.TrimSuffix(path, "/.well-known/openid-configuration")
	path = strings.TrimSuffix(path, "/v2.0")
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	switch {
	case len(segments) > 1 && strings.EqualFold(segments[0], "tfp"):
		a.form, segments = TFPForm, segments[1:]
	case len(segments) > 1 && strings.EqualFold(segments[0], "te"):
		a.form, segments = TEForm, segments[1:]
	}
	if a.tenant, err = parseTenant("url", segments[0]); err != nil {
		return fail("names no tenant: " + tenantHelp)
	}
	if isGUID(a.tenant) {
		a.tenantID = a.tenant
	}
	switch {
	case len(segments) > 2:
		return fail("has more path segments than tenant and flow")
	case len(segments) == 2 && queryFlow != "" && !SameFlow(segments[1], queryFlow):
		return fail("names one flow in the path and another in ?p=")
	case len(segments) == 2:
		a.flow = segments[1]
	case queryFlow == "":
		return fail("names no user flow or custom policy; without one this is the tenant's Entra ID, which is not B2C")
	case a.form != PathForm:
		return fail("mixes the /tfp/ or /te/ form with ?p=")
	default:
		a.form, a.flow = QueryForm, queryFlow
	}
	if err := checkFlow("url", a.flow); err != nil {
		return Authority{}, err
	}
	return a, nil
}

func flowFromQuery(rawQuery string, present bool) (string, error) {
	if !present {
		return "", nil
	}
	q, err := url.ParseQuery(rawQuery)
	if err != nil {
		return "", errors.New("has a malformed query")
	}
	for name := range q {
		if name != "p" {
			return "", errors.New("has a query parameter other than p")
		}
	}
	if len(q["p"]) != 1 || q["p"][0] == "" {
		return "", errors.New("needs exactly one ?p= with the flow's name")
	}
	return q["p"][0], nil
}
