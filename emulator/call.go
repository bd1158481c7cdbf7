// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

// call is a request with its route and what faults make of the answer.
type call struct {
	*http.Request
	route
	form   url.Values  // of a token request
	faults []FaultKind // those that change what a good answer says
}

// faulty reports whether a fault changes the answer.
func (c *call) faulty(kind FaultKind) bool { return slices.Contains(c.faults, kind) }

// issuerTold is what metadata say of a tenant's issuer.
func (c *call) issuerTold(tenantID, issuer string) string {
	if c.faulty(FaultWrongIssuer) {
		return strings.ReplaceAll(issuer, tenantID, guid.Of(tenantID, "another tenant"))
	}
	return issuer
}
