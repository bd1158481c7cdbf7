// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"strings"

	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/internal/guid"
)

// homeAccountID returns the id of a user's account at one flow, as MSAL has it.
// MSAL compares object ids in lower case; a sub of any other kind counts by case
// (OpenID Connect Core section 2).
func homeAccountID(user, flowKey, tenantID string) string {
	return guid.Fold(user) + "-" + flowKey + "." + tenantID
}

// homeAccountIDOf returns the home account id that client_info tells, or "".
// uid is {oid}-{policy in lower case}, utid the tenant.
func homeAccountIDOf(clientInfo, flowKey, tenantID string) string {
	uid, utid := tokenresponse.ParseClientInfo(clientInfo)
	cut := max(0, len(uid)-len(flowKey)-1)
	user, ofThisFlow := uid[:cut], strings.EqualFold(uid[cut:], "-"+flowKey)
	if !ofThisFlow || !isSubject(user) || !strings.EqualFold(utid, tenantID) {
		return ""
	}
	return homeAccountID(user, flowKey, tenantID)
}

// isSubject reports whether a text can name a user: at most 255 ASCII
// characters (OpenID Connect Core section 2), none of them a control character,
// which logs would suffer from. Spaces are fine: an account's ID ends in what
// has none, and the keys of entries keep their parts apart.
func isSubject(user string) bool {
	const longest = 255
	return user != "" && len(user) <= longest && isVSCHARs(user)
}
