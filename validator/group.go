// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"slices"

	"github.com/b2ckit/b2ckit/authority"
)

// Group asks that the user be in all of the named groups, by the groups claim of
// External ID and Entra ID, which the API's registration has to ask for: the groups'
// object ids, unless it asks for names.
//
// A user in more than 200 groups has a token that lists none and says so. What groups
// these are is not known then, so that whoever asks is refused, with a reason of its own
// (ErrGroupsOverage): have the registration send only groups assigned to the
// application, or look the user up at Microsoft Graph in a [Lookup].
//
// B2C issues no groups claim, and no standard has one: ask for what a policy or another
// provider puts there with [Claim], if users can't edit it.
func Group(ids ...string) Requirement {
	ids = foldGUIDs(ids)
	return groupRequirement("Group", ids, func(groups []string) bool {
		return !slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(groups, id) })
	}, "the user is not in all of the groups ")
}

// AnyGroup asks that the user be in at least one of the named groups, see [Group].
func AnyGroup(ids ...string) Requirement {
	ids = foldGUIDs(ids)
	return groupRequirement("AnyGroup", ids, func(groups []string) bool {
		return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(groups, id) })
	}, "the user is in none of the groups ")
}

func groupRequirement(fn string, ids []string, ok func(groups []string) bool, text string) Requirement {
	if err := checkNames(fn, ids, checkText); err != nil {
		return Requirement{err: err}
	}
	check := func(_ context.Context, t *Token) *Error {
		switch why := whyNoGroups(t.Authority); {
		case why != "" && t.Authority != authority.Authority{}:
			return refuse(ErrGroupRequired, "groups", "%s%s; %s", text, list(ids), why)
		case t.more != nil && ok(t.more.groups):
			return nil
		case t.more != nil && t.more.overage:
			return refuse(ErrGroupsOverage, "groups", "the user is in more groups than a token holds, so that it lists none; have the API's registration send only groups assigned to the application, or look the user up at Microsoft Graph")
		case !t.has("groups"):
			return refuse(ErrGroupRequired, "groups", "%s%s: the token has no groups claim, which the API's registration has to ask for (groupMembershipClaims)", text, list(ids))
		}
		return refuse(ErrGroupRequired, "groups", "%s%s", text, list(ids))
	}
	return Requirement{text: call(fn, ids), check: check, obstacle: func(i issuance) *obstacle {
		if why := whyNoGroups(i.authority); why != "" {
			return &obstacle{call(fn, ids), why}
		}
		return nil
	}}
}

// whyNoGroups tells why tokens of an authority have no groups, "" if they may.
func whyNoGroups(a authority.Authority) string {
	switch a.Kind() {
	case authority.AzureADB2C:
		return "B2C issues no groups claim; ask for what a policy puts there with Claim(\"groups\", …)"
	case authority.OpenIDConnect:
		return "no standard has a groups claim; ask for what the provider puts there with Claim(\"groups\", …)"
	default:
		return ""
	}
}
