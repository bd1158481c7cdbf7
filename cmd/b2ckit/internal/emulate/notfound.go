// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// endpointPaths are what stands behind the flow, or the tenant where there is none.
var endpointPaths = []string{
	"/v2.0/.well-known/openid-configuration", "/discovery/v2.0/keys",
	"/oauth2/v2.0/authorize", "/oauth2/v2.0/token", "/oauth2/v2.0/logout",
	"/openid/v2.0/userinfo", "/oauth2/v2.0/devicecode", "/oauth2/deviceauth",
}

// notFound says what of a request's URL there isn't. At a loopback address the
// path chooses the tenant, elsewhere the host does.
func notFound(r *emulator.Request, tenants []*emulator.Tenant) string {
	host := strings.ToLower((&url.URL{Host: r.Host}).Hostname())
	if host != "localhost" && !net.ParseIP(host).IsLoopback() {
		tenants = slices.DeleteFunc(slices.Clone(tenants), func(t *emulator.Tenant) bool { return !slices.Contains(t.Hosts(), host) })
		if len(tenants) == 0 {
			return fmt.Sprintf("no tenant has the host %.80q", r.Host)
		}
	}
	i := slices.IndexFunc(endpointPaths, func(path string) bool { return strings.HasSuffix(r.Path, path) })
	if i < 0 {
		return "no such path"
	}
	words := strings.Split(strings.Trim(strings.TrimSuffix(r.Path, endpointPaths[i]), "/"), "/")
	if words[0] == "tfp" {
		words = words[1:]
	}
	if len(words) == 1 {
		words = append(words, r.Parameters["p"]...)
	}
	if len(words) == 1 && !allB2C(tenants) {
		words = append(words, "")
	}
	if len(words) != 2 {
		return "no such path"
	}
	return missing(tenants, words[0], words[1])
}

// missing says which of the two there isn't.
func missing(tenants []*emulator.Tenant, tenant, flow string) string {
	for _, t := range tenants {
		if strings.EqualFold(tenant, t.Name()) {
			return fmt.Sprintf("no tenant %q: write %s", tenant, t.Domain())
		}
		if !strings.EqualFold(tenant, t.Domain()) && !strings.EqualFold(tenant, t.ID()) {
			continue
		}
		if t.Kind() != emulator.B2C && flow != "" {
			return fmt.Sprintf("no flow %.80q: the tenant %s is of the kind %s, which has none", flow, t.Name(), t.Kind())
		}
		var names []string
		for _, f := range t.Flows() {
			if strings.EqualFold(f.Name, flow) {
				return "no such path"
			}
			names = append(names, f.Name)
		}
		if n := len(names) - mostUsers; n > 0 {
			names = append(names[:mostUsers], fmt.Sprintf("%d more", n))
		}
		return fmt.Sprintf("no flow %.80q in the tenant %s: there are %s", flow, t.Name(), strings.Join(names, ", "))
	}
	return fmt.Sprintf("no tenant %.80q", tenant)
}
