// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"
)

// names are what a tenant is called in URLs and issuers.
type names struct{ name, id, domain string }

// known reports whether a segment of a path is the tenant's domain or GUID.
func (n names) known(segment string) bool {
	return strings.EqualFold(segment, n.domain) || strings.EqualFold(segment, n.id)
}

// address is an authority as it is spelt in a URL.
type address struct {
	prefix string // "", "/tfp" or "/te"
	tenant string // a domain, a GUID or what stands for several tenants
	query  bool   // ?p={policy} form
}

// manyTenants are the authorities for people of any tenant, the first one for
// personal accounts too.
var manyTenants = []string{"common", "organizations"}

// ofMany reports whether a request is to an authority of many tenants.
func (a address) ofMany() bool { return slices.Contains(manyTenants, a.tenant) }

// addresses are how a product's URLs and issuers are built and read.
type addresses interface {
	// path returns that of the URL by which clients know a flow, such as
	// "/contoso.onmicrosoft.com/B2C_1_susi".
	path(of names, flow string) string
	// issuer returns the "iss" of a flow's tokens at a site.
	issuer(at site, of names, f *Flow) string
	// read takes apart what stands in front of an endpoint's path, and reports
	// whether it is the tenant's.
	read(at site, of names, path string, query []string) (to address, flow string, ok bool)
	// owns reports whether a path is the tenant's, of an endpoint or not.
	owns(of names, path string) bool
}
