// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// The texts here are about tokens of other products than B2C, where some of these are
// trusted. Where none is, what B2C's operators have to hear is said as ever.

const version1 = "this is a token of version 1; set requestedAccessTokenVersion to 2 in the manifest of the API's app registration, and get a new one"

// notAccess says why a token of another product is no access token.
func (x *diagnosis) notAccess() *Error {
	name := nameOf(x.claims.more.product)
	no := func(claim string, hint Hint, format string, args ...any) *Error {
		return refuse(ErrNotAccessToken, claim, format, args...).hinted(hint)
	}
	switch x.claims.notAccess(x.rules) {
	case ofVersion1:
		return no("ver", HintEntraV1, "%s", version1)
	case contradicts:
		return no("idtyp", HintContradiction, "the token has marks of a user's and of an app's own at once (scp, idtyp, azpacr), and no token of %s does", name)
	case ofSignIn:
		return no("scp", HintIDToken, "the token has a nonce or hash, as ID tokens have, and nothing that shows an access token of %s; the client must send the access token", name)
	case ofNobody:
		return no("azp", HintIDToken, "the token has neither scp nor azp, which every access token of %s has; this looks like an ID token: the client must send the access token", name)
	case ofAnotherOwner:
		return no("scp", HintNoScope, "the token has no scp, and its sub is not its oid, so that it is no app's own, whatever roles it has; the client must ask for one of the API's scopes")
	case withoutRoles:
		return no("roles", HintNoRole, "the token is an app's own without any app role, and every application of the tenant gets such a one; assign a role to client %s, or name it in %s", foreign.Name(x.claims.clientID), x.rules.names.missingRoles)
	default:
		return no("scope", HintNoScope, "nothing marks it as an access token: its typ is not at+jwt (RFC 9068), and it has no scope; the client must ask for one of the API's scopes, or the provider be told to write that typ")
	}
}

// audienceOfOthers guesses whose an access token's audience is, where that is another
// matter than in B2C: the authority that has it may be of another product.
func (x *diagnosis) audienceOfOthers(a *anchor) (Hint, string) {
	product, more := authority.AzureADB2C, x.claims.more
	if more != nil {
		product = more.product
	}
	switch {
	case a != nil && nameOf(a.authority.Kind()) != nameOf(product):
		return HintOtherProduct, "that is the API's client id in " + nameOf(a.authority.Kind()) + " (" + a.authority.String() + "), and the token is of " + nameOf(product) + ", where the API has another one; the client must ask for the scopes of that"
	case a != nil || more == nil:
		return "", ""
	case isMicrosofts(product) && strings.Contains(x.claims.audience[0], "://"):
		return HintAppIDURI, "that is an App ID URI, as in tokens of version 1; set requestedAccessTokenVersion to 2 in the manifest of the API's app registration, and the client id is there"
	case slices.Contains(x.claims.audience, x.claims.clientID):
		return HintClientAudience, "that is the client itself, which has asked for its own scopes; it must ask for this API's"
	case x.claims.isIDToken():
		return HintIDToken, "it looks like an ID token, whose audience is the client"
	}
	return HintOtherAudience, "the client asked for another API's scopes"
}

// foreignProduct names the product that issues such tokens, if nobody of it with that
// tenant is trusted, and says what to do about them.
func (t *trust) foreignProduct(issuer string, audience []string) (h Hint, text string) {
	if t.onlyB2C {
		return foreignProduct(issuer, audience)
	}
	tenant := tenantIn(issuer)
	switch product := productOf(issuer, audience); {
	case product == ProductEntraV1 && (t.trusts(authority.EntraID, tenant) || t.trusts(authority.EntraExternalID, tenant)):
		return HintEntraV1, version1
	case product == ProductEntraV1:
		return HintEntraV1, "this is a token of version 1, of a tenant that is not trusted"
	case product == ProductExternalID && t.trusts(authority.EntraExternalID, tenant), product == ProductEntraV2 && t.trusts(authority.EntraID, tenant):
		return "", "" // it is of a trusted tenant, and something else is wrong with it
	case product == ProductExternalID && t.trusts(authority.EntraID, tenant):
		return HintOtherEndpoint, "this is a token of the tenant's External ID endpoint (ciamlogin.com), and it is trusted at Entra ID's; trust authority.ExternalID with its name and GUID, and the API's client id there"
	case product == ProductEntraV2 && t.trusts(authority.EntraExternalID, tenant):
		return HintOtherEndpoint, "this is a token of the tenant's Entra ID endpoint (login.microsoftonline.com), and it is trusted at External ID's; have the client ask https://{name}.ciamlogin.com, or trust authority.Entra with its GUID"
	case product == ProductEntraV2 && t.isOfUnlisted(issuer):
		return "", "" // there is more to say of it
	case product == ProductEntraV2:
		return HintEntraV2, "this is a token of an Entra ID tenant that is not trusted at this address; trust that tenant (authority.Entra), or have the client ask a trusted one"
	}
	return foreignProduct(issuer, audience)
}

// tenantIn returns the last GUID in an issuer's path, as it stands there.
func tenantIn(issuer string) string {
	parts := strings.Split(strings.TrimSuffix(issuer, "/"), "/")
	for _, s := range slices.Backward(parts) {
		if checkGUID(s) == nil {
			return s
		}
	}
	return ""
}

// trusts reports whether the tenant is trusted at one of a product's authorities.
func (t *trust) trusts(product authority.Kind, tenantID string) bool {
	return slices.ContainsFunc(t.anchors, func(a *anchor) bool {
		return a.authority.Kind() == product && a.authority.AllowsTenant(tenantID)
	})
}

// isOfUnlisted reports whether an issuer is that of a tenant which a list of tenants
// leaves out.
func (t *trust) isOfUnlisted(issuer string) bool {
	return slices.ContainsFunc(t.anchors, func(a *anchor) bool {
		if !a.isMultiTenant() {
			return false
		}
		tenant := tenantIn(issuer)
		return !a.authority.AllowsTenant(tenant) && slices.ContainsFunc(a.authority.Issuers(), func(form string) bool {
			return strings.Replace(form, "{tenantid}", tenant, 1) == issuer
		})
	})
}
