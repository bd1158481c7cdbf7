// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

// usesSTS reports whether an authority answers with the codes of Microsoft's
// security token service (AADSTS…) and not with B2C's: both products of one process
// have numbers of their own, and 90006 of the one is not that of the other.
func usesSTS(a authority.Authority) bool { return a.Kind() != authority.AzureADB2C }

// meansAtSTS is what an error of External ID or Entra calls for.
func (a attempt) meansAtSTS(code, oauthError string) meaning {
	number, isSTS := strings.CutPrefix(code, "AADSTS")
	m, known := stsMeanings[number]
	switch {
	case !isSTS || !known:
		m = stsByOAuthError[oauthError]
	case number == "65001" && a.isSignIn():
		// It was asked for in this very sign-in, so another one would end the same way.
		m = meaning{ErrConfiguration, adviceConsent}
	case m.class == ErrTenantAdmin && oauthError == "interaction_required" && a.grant != "client_credentials":
		// A policy that the user can meet, with another device for instance.
		m.class = ErrInteractionRequired
	}
	return a.suit(m)
}

// isSignIn reports whether the user was asked just now.
func (a attempt) isSignIn() bool { return a.grant == "authorize" || a.grant == "authorization_code" }

// product is what the maker of an authority's answers is called in texts.
func product(a authority.Authority) string {
	switch a.Kind() {
	case authority.AzureADB2C:
		return "B2C"
	case authority.EntraExternalID:
		return "External ID"
	case authority.EntraID, authority.OpenIDConnect: // of the latter no App is made
	}
	return "Entra"
}
