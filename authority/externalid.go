// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// ExternalID returns the authority of an external tenant of Microsoft Entra
// External ID, https://{name}.ciamlogin.com/{tenantID}. There, flows belong to
// the application's registration and do not show in URLs or tokens. The name
// may be the GUID too, for the host that the tenant's issuer names; for a custom
// domain see [Authority.WithHost].
//
// The error tells all that is wrong, a line each.
func ExternalID(name, tenantID string) (Authority, error) {
	id, err := parseGUID("tenantID", tenantID)
	nameErr := checkName(name, EntraExternalID)
	if nameErr == nil && err == nil && guid.Is(name) && guid.Fold(name) != id {
		nameErr = fieldError("name", name, "contradicts tenantID")
	}
	if err := errors.Join(nameErr, err); err != nil {
		return Authority{}, err
	}
	o, err := parseHost(name + ciamSuffix)
	if err != nil {
		return Authority{}, err
	}
	return Authority{
		kind: EntraExternalID, origin: o,
		tenant: id, tenantID: id,
	}, nil
}
