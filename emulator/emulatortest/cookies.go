// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/host"
)

// cookies are a browser's, kept apart by SameSite, of which package cookiejar
// knows nothing. A cookie without the attribute goes along everywhere.
type cookies struct{ all, lax, strict http.CookieJar }

func newCookies() *cookies {
	jar := func() http.CookieJar {
		j, _ := cookiejar.New(nil) // never fails
		return j
	}
	return &cookies{jar(), jar(), jar()}
}

// save keeps the cookies of an answer. Browsers drop one that says SameSite=None
// without Secure.
func (c *cookies) save(u *url.URL, answer []*http.Cookie) {
	for _, cookie := range answer {
		var in http.CookieJar
		switch cookie.SameSite {
		case http.SameSiteLaxMode:
			in = c.lax
		case http.SameSiteStrictMode:
			in = c.strict
		case http.SameSiteNoneMode:
			if !cookie.Secure {
				continue
			}
			in = c.all
		default:
			in = c.all
		}
		for _, jar := range []http.CookieJar{c.all, c.lax, c.strict} {
			kept := *cookie
			if jar != in {
				kept.MaxAge = -1 // it replaces one of the same name
			}
			jar.SetCookies(u, []*http.Cookie{&kept})
		}
	}
}

// add puts those cookies on a request that the browser sends along when the
// request comes from there.
func (c *cookies) add(r *http.Request, from relation) {
	jars := []http.CookieJar{c.all}
	if from != crossSite || r.Method == http.MethodGet {
		jars = append(jars, c.lax)
	}
	if from != crossSite {
		jars = append(jars, c.strict)
	}
	for _, jar := range jars {
		for _, cookie := range jar.Cookies(r.URL) {
			r.AddCookie(cookie)
		}
	}
}

// relation is that of where a request comes from to where it goes, as
// Sec-Fetch-Site has it.
type relation string

const (
	typedIn    relation = "none"
	sameOrigin relation = "same-origin"
	sameSite   relation = "same-site"
	crossSite  relation = "cross-site"
)

// related compares two addresses.
func related(from, to *url.URL) relation {
	switch {
	case originOf(from) == originOf(to):
		return sameOrigin
	case siteOf(from) == siteOf(to):
		return sameSite
	default:
		return crossSite
	}
}

// siteOf is the scheme and the last two labels of the host: where names are
// registered deeper, as under co.uk, real browsers tell more sites apart.
func siteOf(u *url.URL) string {
	site := strings.ToLower(u.Hostname())
	if labels := strings.Split(site, "."); len(labels) > 2 && !host.Loopback(site) {
		site = strings.Join(labels[len(labels)-2:], ".")
	}
	return strings.ToLower(u.Scheme) + "://" + site
}
