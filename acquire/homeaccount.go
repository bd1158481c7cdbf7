// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"strings"

	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/validator"
)

// home is where accounts are: a flow of a tenant, or a tenant of External ID or
// Entra, where flow is "".
type home struct{ flow, tenant string }

// homeOf returns where the user of a verified ID token is at home. The one of an
// authority with several tenants names its own.
func homeOf(t *validator.IDToken, at authority.Authority) home {
	h := home{flow: at.FlowKey(), tenant: at.TenantID()}
	if h.tenant == "" {
		_, _ = t.Claim("tid", &h.tenant) // "" fits no client_info
	}
	return h
}

// suffix is what a user's account id ends in.
func (h home) suffix() string {
	if h.flow == "" {
		return "." + h.tenant
	}
	return "-" + h.flow + "." + h.tenant
}

// id returns the id of a user's account, as MSAL has it. MSAL compares object ids
// in lower case; a sub of any other kind counts by case (OpenID Connect Core
// section 2).
func (h home) id(user string) string { return guid.Fold(user) + h.suffix() }

// user returns the user that client_info tells, or "". uid is
// {oid}-{policy in lower case}, or {oid} alone, utid the tenant.
func (h home) user(clientInfo string) string {
	uid, utid := tokenresponse.ParseClientInfo(clientInfo)
	user := uid
	if h.flow != "" {
		cut := max(0, len(uid)-len(h.flow)-1)
		if !strings.EqualFold(uid[cut:], "-"+h.flow) {
			return ""
		}
		user = uid[:cut]
	} else if !guid.Is(uid) {
		return ""
	}
	if !isSubject(user) || h.tenant == "" || !strings.EqualFold(utid, h.tenant) {
		return ""
	}
	return guid.Fold(user)
}

// isSubject reports whether a text can name a user: at most 255 ASCII
// characters (OpenID Connect Core section 2), none of them a control character,
// which logs would suffer from. Spaces are fine: an account's ID ends in what
// has none, and the keys of entries keep their parts apart.
func isSubject(user string) bool {
	const longest = 255
	return user != "" && len(user) <= longest && isVSCHARs(user)
}
