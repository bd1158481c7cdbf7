// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// Kind is the product behind an authority; it decides which rules tokens
// follow.
type Kind uint8

const (
	// AzureADB2C is a user flow or custom policy of an Azure AD B2C tenant.
	AzureADB2C Kind = iota
	// EntraExternalID is an external tenant of Microsoft Entra External ID
	// (ciamlogin.com), which has no flows in its URLs.
	EntraExternalID
	// EntraID is one workforce tenant of Microsoft Entra ID, or an allow-list of
	// them.
	EntraID
	// OpenIDConnect is any other provider of OpenID Connect.
	OpenIDConnect
)

// String returns the product's name.
func (k Kind) String() string {
	switch k {
	case EntraExternalID:
		return "Entra External ID"
	case EntraID:
		return "Entra ID"
	case OpenIDConnect:
		return "OpenID Connect"
	case AzureADB2C:
	}
	return "Azure AD B2C"
}

// Where tenants are by default: hosts, and domains in their URLs.
const (
	globalHost   = ".b2clogin.com"
	globalDomain = ".onmicrosoft.com"
	chinaHost    = ".b2clogin.cn"
	chinaDomain  = ".partner.onmschina.cn"
	ciamSuffix   = ".ciamlogin.com"
)

const (
	entraHost   = "login.microsoftonline.com"
	entraOrigin = "https://" + entraHost
)

// stsHost stands in the issuers of Entra ID's tokens of version 1.
const stsHost = "sts.windows.net"

const v1Issuer = "is the issuer of Entra ID's tokens of version 1; set requestedAccessTokenVersion to 2 in the API's registration, and use Entra"

// wrongHost says why a host, in lower case, can't be one of this product's, ""
// if it can: custom domains tell nothing, and Microsoft's own say whose they are.
func (k Kind) wrongHost(hostname, tenantID string) string {
	owner, instead := k, ""
	switch {
	case strings.HasSuffix(hostname, globalHost), strings.HasSuffix(hostname, chinaHost):
		owner, instead = AzureADB2C, "B2C"
	case strings.HasSuffix(hostname, ciamSuffix):
		owner, instead = EntraExternalID, "ExternalID"
	case hostname == entraHost && k != AzureADB2C: // B2C answers there too
		owner, instead = EntraID, "Entra"
	case hostname == stsHost:
		return v1Issuer
	}
	if owner != k {
		return "is at a host of " + owner.String() + "; use " + instead
	}
	if id := guid.Fold(strings.TrimSuffix(hostname, ciamSuffix)); k == EntraExternalID && guid.Is(id) && tenantID != "" && id != tenantID {
		return "is the host of another tenant than " + tenantID
	}
	return ""
}
