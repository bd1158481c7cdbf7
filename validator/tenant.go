// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"slices"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// Tenant asks that the token be of one of the named tenants, by their GUIDs, for routes
// that take fewer tenants than the validator trusts, see [Token.TenantID].
func Tenant(ids ...string) Requirement {
	if err := checkNames("Tenant", ids, checkGUID); err != nil {
		return Requirement{err: err}
	}
	ids = foldGUIDs(ids)
	check := func(_ context.Context, t *Token) *Error {
		switch id := t.TenantID(); {
		case slices.Contains(ids, id):
			return nil
		case id == "":
			return refuse(ErrTenantRequired, "tid", "the token is of no tenant; needed is one of %s", list(ids))
		default:
			return refuse(ErrTenantRequired, "tid", "the token is of tenant %s; needed is one of %s", foreign.Name(id), list(ids))
		}
	}
	return Requirement{text: call("Tenant", ids), check: check, tenants: ids, obstacle: func(i issuance) *obstacle {
		if slices.Contains(ids, i.tenant) {
			return nil
		}
		return &obstacle{part: call("Tenant", ids)}
	}}
}
