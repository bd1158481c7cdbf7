// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// ClaimsChallenge is an error that tells with which claims another token has to be
// asked for, as acquire's is where Conditional Access wants more of the user than the
// token on whose behalf this program asked
// (https://learn.microsoft.com/entra/identity-platform/claims-challenge).
type ClaimsChallenge interface {
	error
	// ClaimsRequest returns the claims request (OpenID Connect Core section 5.5), a
	// JSON object; "" if the error is another one.
	ClaimsRequest() string
}

// AuthContext asks that the user's sign-in satisfied an authentication context of
// Conditional Access, such as "c1", by the acrs claim. What the context asks for, such as
// a second factor, is the tenant's affair, and so is its id: take it from configuration.
//
// A guard answers with 401 and a claims challenge if the token says that its client
// understands one, see [Token.TakesClaimsChallenge], and else with 403. Azure AD B2C and
// other providers have no such thing: there no token passes.
func AuthContext(id string) Requirement {
	if !isAuthContext(id) {
		return Requirement{err: fmt.Errorf("validator: AuthContext(%q): want the id of an authentication context, letters and digits as in c1", id)}
	}
	text := call("AuthContext", []string{id})
	return Requirement{
		text: text,
		check: func(_ context.Context, t *Token) *Error {
			if mayHaveAuthContext(t.Authority) && t.lists("acrs", func(s string) bool { return s == id }) {
				return nil
			}
			e := refuse(ErrClaimsChallenge, "acrs", "the sign-in does not satisfy the authentication context %s of Conditional Access", id)
			e.ClaimsRequest = `{"access_token":{"acrs":{"essential":true,"value":"` + id + `"}}}`
			return e
		},
		obstacle: func(i issuance) *obstacle {
			if mayHaveAuthContext(i.authority) {
				return nil
			}
			return &obstacle{text, nameOf(i.authority.Kind()) + " has no authentication contexts"}
		},
	}
}

// mayHaveAuthContext reports whether acrs is what the product says it is: in B2C it is
// whatever a policy makes of it, and no standard has it. A token that was made by hand
// has no authority.
func mayHaveAuthContext(a authority.Authority) bool {
	return a == authority.Authority{} || isMicrosofts(a.Kind())
}

// isAuthContext keeps an id to what needs no escaping, in JSON and elsewhere.
func isAuthContext(id string) bool {
	return id != "" && len(id) <= 32 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// TakesClaimsChallenge reports whether the client that the token was issued to has
// declared that it understands claims challenges, by the value cp1 of the claim xms_cc.
// The API has to ask for that optional claim in its registration.
func (t *Token) TakesClaimsChallenge() bool {
	own := t.own()
	return own.lists("xms_cc", func(s string) bool { return strings.EqualFold(s, "cp1") })
}

// TakesClaimsChallenge is that of the token.
func (f Frozen) TakesClaimsChallenge() bool { return f.token != nil && f.token.TakesClaimsChallenge() }

// AuthorizationEndpoint returns that of the token's authority, "" if none is known.
func (f Frozen) AuthorizationEndpoint() string {
	if f.token == nil || f.token.Authority == (authority.Authority{}) {
		return ""
	}
	return f.token.Authority.AuthorizationEndpoint()
}

// lists reports whether a claim is a string, or a list with one, that is wanted.
func (t *Token) lists(claim string, wanted func(string) bool) bool {
	raw, ok := t.claims.claim(claim)
	if !ok {
		return false
	}
	all := []strictjson.Value{raw}
	if elements, ok := raw.Elements(); ok {
		all = elements
	}
	for _, v := range all {
		if s, ok := v.String(); ok && wanted(s) {
			return true
		}
	}
	return false
}
