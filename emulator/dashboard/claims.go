// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import "strings"

// meaningOf says what a claim means in a token of B2C; "" for one that B2C
// doesn't send by itself.
func meaningOf(claim string) string {
	if strings.HasPrefix(claim, "extension_") {
		return "A custom attribute of the tenant: a string, a boolean or a whole number. In the directory its name holds an app id too."
	}
	return meanings[claim]
}

// timeMeanings says what the claims mean that are the same everywhere.
func timeMeanings(claim string) string {
	if claim == "exp" || claim == "nbf" || claim == "iat" {
		return meanings[claim]
	}
	return ""
}

// meanings are those of all claims that B2C is known to send, and of some that
// people look for in vain.
var meanings = map[string]string{
	"iss":         "Who issued the token. It holds the tenant's GUID, ends in a slash, and is not the metadata URL; its host is the one the request went to. Compare it byte for byte.",
	"aud":         "Whom the token is for: the client id of the API, or of the client itself in an ID token. Never the App ID URI.",
	"exp":         "When it expires. Refuse it from then on, but for a few seconds or minutes of clock skew.",
	"nbf":         "From when it is good; normally the time it was issued.",
	"iat":         "When it was issued.",
	"ver":         "Always 1.0, although the endpoints say v2.0. It tells nothing about Entra's versions.",
	"sub":         "Whom the token is about: the user's object id, and in an app's own token that of its service principal. Older flows put a fixed sentence here; then oid names the user.",
	"oid":         "The user's object id. User flows send it if it is among the application claims, custom policies of the starter pack don't.",
	"tfp":         "The flow that issued the token, as spelt in the portal. All flows of a tenant may share issuer and key, so an API that is for some flows alone must look here, in any case.",
	"acr":         "The flow that issued the token, in lower case: custom policies and old user flows use it in place of tfp.",
	"tid":         "The tenant's GUID. User flows don't send it, custom policies of the starter pack do.",
	"scp":         "What the token allows, by short names with a space between: scopes in a user's token, app roles in an app's own. Only access tokens have it.",
	"azp":         "The client id of the app that asked for the token. ID tokens have none.",
	"roles":       "Not sent by B2C: an app's own token has its app roles in scp.",
	"groups":      "Not sent by B2C, unless a custom policy adds it.",
	"nonce":       "What the client sent with its request, to know the answer by. Access tokens carry it too.",
	"auth_time":   "When the user signed in.",
	"at_hash":     "Half of the hash of the access token that came with this ID token.",
	"c_hash":      "Half of the hash of the code that came with this ID token.",
	"name":        "The user's display name. Anyone may pick any name: don't decide by it.",
	"given_name":  "The user's first name.",
	"family_name": "The user's last name.",
	"unique_name": "The display name in tokens of custom policies whose protocol is OAuth2; under OpenID Connect it is name.",
	"emails":      "The user's addresses, as an array: user flows.",
	"email":       "The user's address, as a string: custom policies. User flows have emails.",
	"otherMails":  "Further addresses, as an array: custom policies.",

	"idp":                "The identity provider the user signed in with. Local accounts mostly have none.",
	"newUser":            "True if the account was made in this sign-in; mostly left out otherwise.",
	"upn":                "The user principal name; rarely sent.",
	"preferred_username": "Rarely sent by B2C.",
	"idp_access_token":   "The access token of the identity provider, if the flow passes it on. A secret.",
	"isForgotPassword":   "True if a custom policy has led through a password reset.",
	"extension":          "Not sent by B2C: custom attributes are called extension_ and their name.",

	"jti":   "Not sent by B2C.",
	"idtyp": "Not sent by B2C: an app's own token is known by the lack of a user's claims, and by its azp.",
}

// headerMeanings are those of the JOSE header.
var headerMeanings = map[string]string{
	"alg": "How it is signed: RS256, always. Refuse all else.",
	"kid": "Which key signed it: the key's RFC 7638 thumbprint. Look it up in the key set of the flow.",
	"typ": "JWT in ID tokens and access tokens alike, so it doesn't tell them apart.",
	"x5t": "Not sent by B2C.",
}
