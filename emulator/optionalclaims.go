// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
)

// mostGroups are in one token; more become a reference.
const mostGroups = 200

// asksFor reports whether tokens for an app have a claim; those for no app of the
// tenant have none.
func (a *App) asksFor(claim OptionalClaim) bool {
	return a != nil && slices.Contains(a.OptionalClaims, claim)
}

// addOptional adds what the app asks for that a token is for.
func (c *claims) addOptional(app *App, o *order) {
	switch {
	case o.Kind == AppToken && (app.asksFor(IDTyp) || app.asksFor(IDTypOfUsers)):
		c.add("idtyp", "app")
	case o.Kind == UserToken && app.asksFor(IDTypOfUsers):
		c.add("idtyp", "user")
	}
	if o.Kind == AppToken || !app.asksFor(Groups) {
		return
	}
	switch {
	case len(o.User.Groups) <= mostGroups:
		c.addList("groups", o.User.Groups)
	case o.implicit:
		c.add("hasgroups", true)
	default:
		c.add("_claim_names", map[string]string{"groups": "src1"})
		c.add("_claim_sources", map[string]any{"src1": map[string]string{
			"endpoint": "https://graph.microsoft.com/v1.0/users/" + o.User.ObjectID + "/getMemberObjects",
		}})
	}
}
