// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"

	"github.com/b2ckit/b2ckit/emulator/internal/failure"
)

// product is what differs between B2C and its successors. All else is one code,
// which asks the product and never for its name.
type product interface {
	addresses
	telling
	shape
	documents

	// hosts are those of a tenant by default, and flows what it has in place of
	// B2C's.
	hosts(name, id string) []string
	flows() []Flow
	// fill sets what is zero in a flow and has another default than B2C's.
	fill(f *Flow)
	// check adds what is wrong with options for this product, flows above all.
	check(s settings, all *mistakes)
	// checkUser adds what is wrong with a user for this product.
	checkUser(u User, apps []App, field string, all *mistakes)
	// containers makes the key containers beside those of custom policies, by their
	// names. The main one is what Tenant.Rotate means by "".
	containers(tenantID string) (main string, all map[string]*container)
	// authorization reads a request to the authorize endpoint.
	authorization(m *model, to route, q url.Values) (*authorization, *failure.Error)
	// scope reads the scope of a client's request for a user.
	scope(m *model, client *App, text string) (scope, *failure.Error)
	// tokens is the token endpoint over what all have in common.
	tokens(h *tokenHandler) func(http.ResponseWriter, *call)
}

// products are all there are.
var products = map[TenantKind]product{B2C: b2c{}, ExternalID: externalID{}, EntraID: entraID{}}

// productOf returns that of a kind; B2C's for one that is none.
func productOf(k TenantKind) product {
	if p := products[k]; p != nil {
		return p
	}
	return b2c{}
}
