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
// At ciamlogin.com it reads an authority of External ID, which has no flow:
//
//	https://{name}.ciamlogin.com/{tenant}?appid={client id}
//
// where the query may be left out, and the tenant, which is then the one that the
// host is named for: {name}.onmicrosoft.com, or the GUID.
//
// Only https is accepted, but for loopback hosts. Credentials in the URL,
// fragments, escapes and unknown query parameters are errors. The flow's
// spelling is kept; String and MetadataURL give back the form that was read.
//
// An endpoint of the flow, an issuer or a bare name is an error that says what
// it is and what to write instead. No error shows what stands behind the path,
// except the flow's name: addresses copied from a browser hold codes there.
func Parse(rawURL string) (Authority, error) {
	if len(rawURL) > 2048 {
		return Authority{}, errors.New("authority: url: longer than 2048 bytes")
	}
	head, rawQuery, hasQuery := strings.Cut(rawURL, "?")
	a, path, err := readOrigin(rawURL, head)
	switch {
	case err != nil || strings.Contains(head, "@"):
	case a.isExternal():
		err = a.checkExternal(rawURL, path)
	default:
		err = a.checkPasted(rawURL, path, rawQuery)
	}
	if _, pasted := errors.AsType[*pastedError](err); !pasted && strings.Contains(rawURL, "@") {
		// Instead of any error that quotes: a password must not be. Nothing that is
		// accepted holds an @ anywhere.
		return Authority{}, errors.New("authority: url: holds an @, so perhaps a user name or password; remove it")
	}
	if err != nil {
		return Authority{}, err
	}
	if a.isExternal() {
		return a.readExternal(rawURL, path, rawQuery, hasQuery)
	}
	fail := func(problem string) (Authority, error) { return Authority{}, urlError(rawURL, problem) }
	if strings.Contains(rawQuery, "%") {
		return fail(noEscapes)
	}
	queryFlow, err := flowFromQuery(rawQuery, hasQuery)
	if err != nil {
		return fail(err.Error())
	}
	segments := a.readTenant(path)
	switch {
	case a.tenant == "":
		return fail("names no tenant: " + a.tenantProblem(segments[0]))
	case len(segments) > 2:
		return fail("has more path segments than tenant and flow")
	case len(segments) == 2 && queryFlow != "" && !SameFlow(segments[1], queryFlow):
		return fail("names one flow in the path and another in ?p=")
	case len(segments) == 2:
		a.flow = segments[1]
	case queryFlow == "":
		return fail(a.noFlow(path))
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

// readOrigin reads scheme and host, and returns the path without its first
// slash. The head is the URL up to its query.
func readOrigin(rawURL, head string) (a Authority, path string, err error) {
	if strings.ContainsFunc(rawURL, notInURL) {
		return a, "", urlError(rawURL, "holds a character that does not belong in a URL")
	}
	scheme, rest, ok := strings.Cut(head, "://")
	switch {
	case !ok:
		if whole, err := Parse("https://" + rawURL); err == nil {
			return a, "", urlError(rawURL, "is not an absolute URL: it lacks https://; write "+whole.String())
		}
		return a, "", urlError(rawURL, noURL(rawURL))
	case strings.Contains(rawURL, "#"):
		return a, "", urlError(rawURL, "has a fragment")
	case strings.Contains(rest, "%"):
		return a, "", urlError(rawURL, noEscapes)
	}
	host, path, _ := strings.Cut(rest, "/")
	o, err := parseHost(strings.ToLower(scheme) + "://" + host)
	return Authority{origin: o}, path, err
}

func notInURL(r rune) bool { return r <= ' ' || r >= 0x7f || r == '\\' }

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
