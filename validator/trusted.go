// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// Trust is whom a [Validator] trusts, and whose tokens it accepts.
type Trust struct {
	// Authorities are those whose keys the validator fetches and keeps itself.
	Authorities []authority.Authority

	// Sources are those whose keys come from the caller, as in [NewFromSources].
	// Whoever has made a source closes it, after it has been left out here.
	Sources []jwks.Source

	// Audience is that of the authorities which name none of their own.
	Audience string

	// Clients and AllowMissingFlow mean what they do in [Options]. Where Clients
	// has named some, it can't be emptied: that would accept every client.
	Clients, AllowMissingFlow []string

	// AllowMissingRoles means what it does in [Options].
	AllowMissingRoles []string
}

// clone returns a copy that shares nothing which can be written to.
func (t *Trust) clone() Trust {
	return Trust{
		Authorities: slices.Clone(t.Authorities), Sources: slices.Clone(t.Sources), Audience: t.Audience,
		Clients: slices.Clone(t.Clients), AllowMissingFlow: slices.Clone(t.AllowMissingFlow),
		AllowMissingRoles: slices.Clone(t.AllowMissingRoles),
	}
}
