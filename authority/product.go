// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
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
