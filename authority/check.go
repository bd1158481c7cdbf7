// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

var (
	guidPattern   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	namePattern   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	numberPattern = regexp.MustCompile(`^([0-9]+|0[xX][0-9A-Fa-f]*)$`)
	domainPattern = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
)

const (
	zeroGUID   = "00000000-0000-0000-0000-000000000000"
	tenantHelp = "want the tenant's domain such as contoso.onmicrosoft.com, or its GUID"
)

// fieldError names the field and quotes the value, cut short: it may be long
// or hostile when it comes from elsewhere, or a URL with a code in its query.
func fieldError(field, value, problem string) error {
	if i := strings.IndexAny(value, "?#"); i >= 0 && strings.Contains(value[:i], "/") {
		value = value[:i+1] + "…"
	}
	if len(value) > 128 {
		value = value[:128] + "…"
	}
	return fmt.Errorf("authority: %s: %q %s", field, value, problem)
}

func isGUID(s string) bool { return guidPattern.MatchString(s) }

func parseGUID(field, s string) (string, error) {
	id := strings.ToLower(s)
	switch {
	case s == "":
		return "", fmt.Errorf("authority: %s: empty; want the tenant's GUID, shown in the portal as \"Tenant ID\"", field)
	case !isGUID(id):
		return "", fieldError(field, s, "is not a GUID"+guidInstead(id))
	case id == zeroGUID:
		return "", fieldError(field, s, "is the empty GUID")
	}
	return id, nil
}

// parseTenant reads a tenant's domain or GUID; a GUID comes back in lower case.
func parseTenant(field, s string) (string, error) {
	if isGUID(strings.ToLower(s)) {
		return parseGUID(field, s)
	}
	switch {
	case namePattern.MatchString(s):
		return "", fieldError(field, s, "is no tenant: it lacks its domain, as in "+s+globalDomain)
	case len(s) > 253 || !domainPattern.MatchString(s):
		return "", fieldError(field, s, "is no tenant: "+tenantHelp)
	}
	return s, nil
}

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

// parseOrigin reads "host", "host:port" or "scheme://host:port".
func parseOrigin(s string) (origin, error) {
	fail := func(problem string) (origin, error) {
		return origin{}, fieldError("host", s, problem)
	}
	o := origin{scheme: "https", host: FoldFlow(s)} // ASCII alone: Unicode would fold the Kelvin sign to k
	if scheme, rest, ok := strings.Cut(o.host, "://"); ok {
		o.scheme, o.host = scheme, strings.TrimSuffix(rest, "/")
	}
	if o.scheme != "https" && o.scheme != "http" {
		return fail("must be https")
	}
	name, port := o.host, ""
	if i := strings.LastIndexByte(o.host, ':'); i > strings.LastIndexByte(o.host, ']') {
		name, port = o.host[:i], o.host[i+1:]
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 || port[0] == '0' {
			return fail("has a malformed port")
		}
	}
	bare := name
	if strings.HasPrefix(name, "[") && strings.HasSuffix(name, "]") {
		bare = name[1 : len(name)-1]
	}
	addr, addrErr := netip.ParseAddr(bare)
	loopback := bare == "localhost" || addrErr == nil && addr.IsLoopback()
	switch {
	case name == "":
		return fail("is empty")
	case addrErr == nil && addr.Is6() && (name == bare || addr.Zone() != ""):
		return fail("is not a valid IPv6 host")
	case (addrErr != nil || addr.Is4()) && name != bare:
		return fail("is not a host name")
	case strings.Contains(o.host, "/"):
		return fail("has a path; want the host alone")
	case addrErr != nil && name != "localhost" && (len(name) > 253 || !domainPattern.MatchString(name) || numericEnd(name)):
		return fail("is not a host name")
	case o.scheme == "http" && !loopback:
		return fail("must be https; plain http is for loopback only")
	}
	if o.scheme == "https" && port == "443" || o.scheme == "http" && port == "80" {
		o.host = name
	}
	return o, nil
}

// numericEnd tells names that resolvers may take for an IPv4 address: those
// whose last label is a number, decimal or hexadecimal (WHATWG URL, "ends in
// a number").
func numericEnd(name string) bool {
	return numberPattern.MatchString(name[strings.LastIndexByte(name, '.')+1:])
}
