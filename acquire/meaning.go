// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"strings"

	"github.com/b2ckit/b2ckit/acquire/internal/lazy"
	"github.com/b2ckit/b2ckit/authority"
)

// meaning is what an error of the token or authorization endpoint calls for.
type meaning struct {
	class  Class
	advice string
}

// attempt is what was requested, as far as the meaning of the error depends on
// that.
type attempt struct {
	grant      string // a grant type, or "authorize"
	flow       authority.Authority
	guidSecret bool // the client secret that went along is a GUID
}

// numberless matches B2C's text for what it has no code for.
var numberless = lazy.Regexp(`^\s*AADB2C:`)

// meansAtB2C tells what an error of B2C calls for. Its code decides over the OAuth
// error, which B2C uses in more than one sense. The zero meaning is an error that is
// not known.
func (a attempt) meansAtB2C(code, oauthError, text string) meaning {
	number := strings.TrimPrefix(code, "AADB2C")
	m, known := meanings[number]
	switch {
	case strings.HasPrefix(code, "AAD_Custom_"):
		return a.custom(oauthError)
	case number == "90273":
		m = answered(oauthError, text)
	case number == "90289":
		m = unreached(m, oauthError, text)
	case number == "90085" && a.grant == "client_credentials":
		m = meaning{ErrRetry, adviceFault} // there is nobody to sign in
	case number == "90048" && !a.flow.IsCustomPolicy():
		m = meaning{ErrRetry, adviceFault}
	case !known:
		m = a.byOAuthError(oauthError, text)
	}
	return a.suit(m)
}

// byOAuthError is for what has no code, or one that is not in the list.
func (a attempt) byOAuthError(oauthError, text string) meaning {
	m, known := byOAuthError[oauthError]
	switch {
	case !known && !numberless().MatchString(text):
		return meaning{}
	case known && oauthError == "invalid_grant" && a.grant == "password": // RFC 6749 section 5.2
		return meanings["90225"]
	case known && oauthError != "server_error":
		return m
	case a.flow.IsCustomPolicy():
		return byOAuthError["server_error"]
	}
	// Nobody wrote a user flow, so nobody mends it. A second attempt often does
	// better (https://github.com/Azure-Samples/active-directory-aspnetcore-webapp-openidconnect-v2/issues/531).
	return meaning{ErrRetry, adviceFault}
}

// custom is what an error that a custom policy made up calls for. What is told
// about a grant is no passing trouble of the policy's: RFC 6749 section 5.2.
func (a attempt) custom(oauthError string) meaning {
	if oauthError == "invalid_grant" && (a.grant == "refresh_token" || a.grant == "authorization_code") {
		return meaning{ErrReauthenticate, "a custom policy refused the code or refresh token with this error of its own; " + adviceSignIn}
	}
	return meaning{ErrPolicy, "a custom policy ended with this error of its own"}
}

// suit words the advice for the attempt.
func (a attempt) suit(m meaning) meaning {
	switch m.advice {
	case adviceScope:
		if a.grant == "client_credentials" {
			m.advice = "ask for {App ID URI}/.default of an API that granted the application an app role"
		}
	case adviceSecret:
		if a.guidSecret {
			m.advice += "; it is a GUID, so " + secretID
		}
	case adviceGrant:
		m.advice += a.otherFlow()
	default:
		if before, ok := strings.CutSuffix(m.advice, advicePolicy); ok && !a.flow.IsCustomPolicy() {
			m.advice = before + adviceFlow
		}
	}
	return m
}

// otherFlow tells which flows take the grant that this one doesn't.
func (a attempt) otherFlow() string {
	switch a.grant {
	case "client_credentials":
		return ": try another one of the tenant, as any that signs users up or in will do; for Microsoft Graph, see App.Token"
	case "password":
		return ": use one made for resource owner password credentials (ROPC)"
	}
	return ": is it one for passwords alone (ROPC), or a policy that speaks SAML?"
}

// What B2C tells of an identity provider's error:
//
//	An invalid response was received : 'Error: access_denied,Error Description: Permissions error'
//	We encountered an 'invalid_client' error connecting to the identity provider. Please try again later.
var providerPattern = lazy.Regexp(`^[^']*'(?:Error:\s*)?([A-Za-z][A-Za-z0-9_.-]{0,63})\s*[,']`)

func providerError(text string) string {
	if m := providerPattern().FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// byProvider is for the errors of an identity provider that are none of its
// faults: by RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6, and
// what LinkedIn and Apple have for access_denied
// (https://learn.microsoft.com/linkedin/shared/authentication/authorization-code-flow,
// https://developer.apple.com/documentation/signinwithapple/request-an-authorization-to-the-sign-in-with-apple-server).
var byProvider = map[string]meaning{
	"access_denied":              {ErrCancelled, "the user cancelled at the identity provider"},
	"user_cancelled_authorize":   {ErrCancelled, "the user cancelled at the identity provider"},
	"user_cancelled_login":       {ErrCancelled, "the user cancelled at the identity provider"},
	"login_required":             {ErrInteractionRequired, "the identity provider wants the user to sign in there; begin a sign-in"},
	"interaction_required":       {ErrInteractionRequired, "the identity provider wants to ask the user; begin a sign-in"},
	"consent_required":           {ErrInteractionRequired, "the identity provider wants the user's consent; begin a sign-in"},
	"account_selection_required": {ErrInteractionRequired, "the identity provider wants the user to choose an account; begin a sign-in"},
	"server_error":               {ErrRetry, "the identity provider had a fault of its own; " + adviceLater},
	"temporarily_unavailable":    {ErrRetry, "the identity provider is down for the moment; " + adviceLater},
}

// answered is what AADB2C90273 calls for: the identity provider answered with
// an error, which the text quotes.
func answered(oauthError, text string) meaning {
	said := providerError(text)
	if said == "" && oauthError == "access_denied" { // B2C passes it on, but for its name
		said = oauthError
	}
	m, known := byProvider[said]
	switch {
	case known:
		return m
	case said == "":
		return meanings["90273"]
	}
	return meaning{ErrTenantAdmin, "the identity provider sent the error " + said + "; " + adviceProvider}
}

// unreached is what AADB2C90289 calls for: B2C could not redeem what the
// identity provider sent the user back with. If that answered, its error is
// quoted, and trying again is of no use.
func unreached(m meaning, oauthError, text string) meaning {
	said := providerError(text)
	if said == "" && oauthError == "invalid_client" {
		said = oauthError
	}
	if said == "" || byProvider[said].class == ErrRetry {
		return m
	}
	return meaning{ErrTenantAdmin, "the identity provider refused B2C with the error " + said + "; " + adviceProvider}
}
