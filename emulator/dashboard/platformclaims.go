// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import "slices"

// ofPlatform reports whether a token looks like one of External ID or Entra ID,
// which name their tenant and give each token an id of its own.
func ofPlatform(payload []member) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(payload, func(m member) bool { return m.name == name })
	}
	return has("uti") && (has("azpacr") || has("appidacr") || has("tid"))
}

// platformKindOf is kindOf for these: an app's own token is about itself.
func platformKindOf(payload []member) string {
	switch {
	case text(payload, "azp") == "" && text(payload, "appid") == "":
		return "ID token"
	case text(payload, "scp") != "":
		return "Access token of a user"
	default:
		return "Access token of an app"
	}
}

// platformMeanings say what claims mean in tokens of External ID and Entra ID, as
// far as that is something else than in B2C's.
var platformMeanings = map[string]string{
	"iss":                "Who issued the token: at External ID the tenant's GUID is the host too, at Entra ID all tenants have one host. No slash at the end. Compare it byte for byte.",
	"aud":                "Whom the token is for: the client id of the API, or of the client itself in an ID token. The App ID URI stands here in tokens of version 1 alone.",
	"sub":                "Whom the token is about, for this client alone: at another one the same user has another. In an app's own token it is that of its service principal.",
	"oid":                "The user's object id, the same for all apps; an app's own token has its service principal's, which is its sub too. It comes with the scope profile.",
	"tid":                "The tenant's GUID. An API for people of several tenants must look here.",
	"azp":                "The client that asked for the token.",
	"azpacr":             "How the client has authenticated: 0 for not at all, 1 by a secret, 2 by an assertion.",
	"scp":                "What the user allows the client, with a space between two. An app's own token has none.",
	"roles":              "App roles: an app's own, or in a user's token the user's, which allow the client nothing by themselves.",
	"name":               "The user's display name, for people to read.",
	"preferred_username": "What the user signs in as. It can change, and is no key for anything.",
	"email":              "The user's address. Nobody vouches that it is theirs, and it can change.",
	"uti":                "The token's own id.",
	"ver":                "The version of the token. The API's registration decides on it, not the endpoint.",
	"nonce":              "What the client sent to tie the ID token to its request.",
	"idtyp":              "app in an app's own token; user in a user's, where the API asks for that too.",
	"groups":             "The groups the user is in, where the app asks for them.",
	"hasgroups":          "The user is in more groups than fit. Ask Microsoft Graph, or refuse.",
	"_claim_names":       "What isn't in the token because it is too long, and under which name _claim_sources says where it is.",
	"_claim_sources":     "Where to ask for what isn't in the token.",
	"xms_cc":             "What the client can do: cp1 is to answer a claims challenge.",
}
