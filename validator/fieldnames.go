// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

// fieldNames are what the parts of a Trust are called where it comes from, for
// errors.
type fieldNames struct{ trusted, sources, audience, clients, missingFlow, missingRoles string }

var updateFields = fieldNames{"Trust.Authorities", "Trust.Sources", "Trust.Audience", "Trust.Clients", "Trust.AllowMissingFlow", "Trust.AllowMissingRoles"}

// fields returns the names for arguments of a constructor.
func (k *tokenKind) fields() fieldNames {
	return fieldNames{"trusted", "sources", k.audience, "Options.Clients", "Options.AllowMissingFlow", "Options.AllowMissingRoles"}
}
