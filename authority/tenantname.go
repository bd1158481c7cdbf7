// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/internal/origin"
)

const (
	zeroGUID   = "00000000-0000-0000-0000-000000000000"
	tenantHelp = "want the tenant's domain such as contoso.onmicrosoft.com, or its GUID"
)

// isName reports whether s can be a tenant's name, the first label of its domain.
func isName(s string) bool { return !strings.ContainsAny(s, "._") && origin.IsHostname(FoldFlow(s)) }

func isDomain(s string) bool {
	return len(s) <= 253 && strings.Contains(s, ".") && !strings.Contains(s, "_") && origin.IsHostname(FoldFlow(s))
}

// parseGUID reads the GUID of a tenant, and returns it in lower case.
func parseGUID(field, s string) (string, error) {
	switch {
	case s == "":
		return "", fmt.Errorf("authority: %s: empty; want the tenant's GUID, shown in the portal as \"Tenant ID\"", field)
	case !guid.Is(s):
		return "", fieldError(field, s, "is not a GUID"+guidInstead(strings.ToLower(s)))
	case s == zeroGUID:
		return "", fieldError(field, s, "is the empty GUID")
	}
	return guid.Fold(s), nil
}

// guidInstead ends the text on what is no GUID. The text is in lower case.
func guidInstead(text string) string {
	if len(text) <= 2048 {
		if id := guidWithin(text); id != "" && id != zeroGUID {
			return "; the one in it is " + id
		}
	}
	if isDomain(text) {
		return " but a domain; the portal shows the GUID as \"Tenant ID\""
	}
	return " such as 775527ff-9a37-4307-8b3d-cc311f58d925"
}

// guidWithin returns the first GUID that stands as a word of its own.
func guidWithin(text string) string {
	const size = len(zeroGUID)
	for i := range max(len(text)-size+1, 0) {
		id, rest := text[i:i+size], text[i+size:]
		if guid.Is(id) && (i == 0 || !isWord(text[i-1])) && (rest == "" || !isWord(rest[0])) {
			return id
		}
	}
	return ""
}

func isWord(c byte) bool { return isLetterOrDigit(c) || c == '_' }

// parseTenant reads a tenant's domain or GUID; a GUID comes back in lower case.
func parseTenant(field, s string) (string, error) {
	if guid.Is(s) {
		return parseGUID(field, s)
	}
	switch {
	case isName(s):
		return "", fieldError(field, s, "is no tenant: it lacks its domain, as in "+s+globalDomain)
	case !isDomain(s):
		return "", fieldError(field, s, "is no tenant: "+tenantHelp)
	}
	return s, nil
}

// checkName checks the first label of the domain of a product's tenant.
func checkName(name string, of Kind) error {
	switch host := hostIn(name); {
	case name == "":
		return errors.New("authority: name: empty; want the tenant's name, such as contoso for contoso.onmicrosoft.com")
	case of.wrongHost(host, "") != "":
		return fieldError("name", name, of.wrongHost(host, ""))
	case strings.Contains(name, "."):
		return fieldError("name", name, "is not a bare name; want "+bareName(host, of))
	case !isName(name):
		return fieldError("name", name, "is not a tenant name: letters, digits and hyphens")
	}
	return nil
}

// hostIn returns the host in a domain, host or URL, in lower case.
func hostIn(text string) string {
	_, host, isURL := strings.Cut(text, "://")
	if !isURL {
		host = text
	}
	host, _, _ = strings.Cut(host, "/")
	return FoldFlow(host)
}

// bareName returns what to write in place of a domain or host where a tenant's name
// is wanted.
func bareName(host string, of Kind) string {
	for _, suffix := range []string{globalDomain, globalHost, chinaDomain, chinaHost, ciamSuffix} {
		if name, ok := strings.CutSuffix(host, suffix); ok && isName(name) {
			return name
		}
	}
	if of == EntraExternalID {
		return "contoso for contoso.ciamlogin.com; for a custom domain see Authority.WithHost"
	}
	return "contoso for contoso.onmicrosoft.com; for a custom domain see NewTenant and Tenant.WithHosts"
}
