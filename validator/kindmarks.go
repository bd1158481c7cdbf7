// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import "github.com/b2ckit/b2ckit/authority"

// notAccessToken is why a token of another product than B2C is no access token.
type notAccessToken string

// The causes, "" being none.
const (
	ofVersion1     notAccessToken = "version 1"
	contradicts    notAccessToken = "a user's and an app's at once"
	ofSignIn       notAccessToken = "an ID token"
	ofNobody       notAccessToken = "no client and no scope"
	ofAnotherOwner notAccessToken = "roles, and sub is not oid"
	withoutRoles   notAccessToken = "an app's own, without roles"
	withoutMark    notAccessToken = "neither typ nor scope"
)

// notAccess tells an access token from an ID token and from what is neither.
func (c *claims) notAccess(r *rules) notAccessToken {
	if isMicrosofts(c.more.product) {
		return c.notMicrosofts(r)
	}
	return c.notOpenIDs()
}

// notMicrosofts goes by what the Microsoft identity platform documents. A user's
// access token has scp. An app's own has azp and roles, no scp, an oid that equals
// sub, and azpacr "1" or "2". That there is no scp shows nothing by itself: ID tokens
// have none either, and may have the user's roles; they have a nonce, no azp, and a
// sub that is not oid. idtyp, where it is added, must agree.
//
// An app of the tenant gets a token of its own without any role, unless the API's
// registration says "assignment required", so that such a one opens nothing, but for
// clients in Options.AllowMissingRoles.
func (c *claims) notMicrosofts(r *rules) notAccessToken {
	switch p := c.more; {
	case p.isV1:
		return ofVersion1
	case len(c.scopes) > 0 && p.subject == markedApp:
		return contradicts
	case len(c.scopes) > 0:
		return ""
	case c.isBound():
		return ofSignIn
	case c.clientID == "":
		return ofNobody
	case p.hasScope, p.subject == markedUser, p.subject == markedOdd, p.clientAuth == "0":
		return contradicts
	case c.objectID == "" || c.subject != c.objectID:
		return ofAnotherOwner
	case len(c.roles) == 0 && !r.mayMissRoles(c.clientID):
		return withoutRoles
	}
	return ""
}

// notOpenIDs goes by the one mark that is a standard, typ at+jwt (RFC 9068 section
// 2.1), or else by a scope that is not empty, which ID tokens do not have. Besides that
// mark whatever ID tokens have decides nothing. Besides a scope it does: a provider can
// be told to put scopes into ID tokens, whose nonce, at_hash or c_hash gives them away.
// So an access token with a nonce, as some providers make it, passes with typ alone.
func (c *claims) notOpenIDs() notAccessToken {
	switch {
	case c.more.isAccess:
		return ""
	case c.isBound():
		return ofSignIn
	case len(c.scopes) == 0:
		return withoutMark
	}
	return ""
}

// isIDToken reports whether nothing marks a token of another product than B2C as an
// access token. None is both.
func (c *claims) isIDToken() bool {
	if len(c.scopes) > 0 || c.more.isAccess {
		return false
	}
	if c.more.product == authority.OpenIDConnect {
		return true
	}
	p := c.more
	return !p.isV1 && !p.hasScope && p.clientAuth == "" && p.subject == unmarked && (c.clientID == "" || c.isBound())
}
