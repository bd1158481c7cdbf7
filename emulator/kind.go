// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"

	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// TenantKind is the product that a tenant is one of.
type TenantKind int

const (
	// B2C is Azure AD B2C: user flows and custom policies, each an authority.
	B2C TenantKind = iota
	// ExternalID is Microsoft Entra External ID in an external tenant, B2C's
	// successor: {name}.ciamlogin.com, no flows in URLs, and keys of its own.
	ExternalID
	// EntraID is Microsoft Entra ID, for a company's own people:
	// login.microsoftonline.com, whose tenants share hosts and keys.
	EntraID
)

// Issuers returns the patterns that a tenant of the kind has a choice of; the first
// is the default. Entra ID's have none but that.
func (k TenantKind) Issuers() []IssuerPattern {
	switch k {
	case B2C:
		return []IssuerPattern{IssuerGUID, IssuerTFP}
	case ExternalID:
		return []IssuerPattern{IssuerGUID, IssuerEntra, IssuerHost}
	case EntraID:
	}
	return []IssuerPattern{IssuerGUID}
}

// checkIssuer adds a pattern that the kind doesn't have.
func (k TenantKind) checkIssuer(p IssuerPattern, field string, all *mistakes) {
	if int(p) >= 0 && int(p) < len(issuerPatterns) && !slices.Contains(k.Issuers(), p) {
		all.add(field, "is %s, which a tenant of the kind %s has not", p, k)
	}
}

// String returns "b2c", "external-id" or "entra-id".
func (k TenantKind) String() string { return tenantKinds.Name(int(k)) }

// MarshalText returns what String does.
func (k TenantKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what String returns.
func (k *TenantKind) UnmarshalText(text []byte) error { return wire.ReadWord(k, tenantKinds, text) }

var tenantKinds = wire.Words{"b2c", "external-id", "entra-id"}
