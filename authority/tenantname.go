// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// Where tenants are by default: hosts, and domains in their URLs.
const (
	globalHost   = ".b2clogin.com"
	globalDomain = ".onmicrosoft.com"
	chinaHost    = ".b2clogin.cn"
	chinaDomain  = ".partner.onmschina.cn"
	ciamSuffix   = ".ciamlogin.com"
)

const (
	zeroGUID   = "00000000-0000-0000-0000-000000000000"
	tenantHelp = "want the tenant's domain such as contoso.onmicrosoft.com, or its GUID"
)

var (
	namePattern   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	domainPattern = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
)

func isDomain(s string) bool { return len(s) <= 253 && domainPattern.MatchString(s) }

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
		if id := guidWithin.FindString(text); id != "" && id != zeroGUID {
			return "; the one in it is " + id
		}
	}
	if isDomain(text) {
		return " but a domain; the portal shows the GUID as \"Tenant ID\""
	}
	return " such as 775527ff-9a37-4307-8b3d-cc311f58d925"
}

var guidWithin = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)

// parseTenant reads a tenant's domain or GUID; a GUID comes back in lower case.
func parseTenant(field, s string) (string, error) {
	if guid.Is(s) {
		return parseGUID(field, s)
	}
	switch {
	case namePattern.MatchString(s):
		return "", fieldError(field, s, "is no tenant: it lacks its domain, as in "+s+globalDomain)
	case !isDomain(s):
		return "", fieldError(field, s, "is no tenant: "+tenantHelp)
	}
	return s, nil
}

// checkName checks the first label of a tenant's domain.
func checkName(name string) error {
	switch {
	case name == "":
		return errors.New("authority: name: empty; want the tenant's name, such as contoso for contoso.onmicrosoft.com")
	case strings.Contains(name, "."):
		return fieldError("name", name, "is not a bare name; want "+bareName(name))
	case !namePattern.MatchString(name):
		return fieldError("name", name, "is not a tenant name: letters, digits and hyphens")
	}
	return nil
}

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
