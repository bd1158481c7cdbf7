// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

// Advice that several codes share. See [attempt.suit] for what is added to it.
const (
	adviceRedirect  = "register the redirect URI with the application, exactly as it is sent"
	adviceScope     = "ask for scopes of one API that the application was granted, as {App ID URI}/{scope}"
	adviceOneAPI    = "an access token is for one API; ask for the scopes of each API separately"
	adviceAssertion = "B2C takes no client assertions; use a client secret"
	adviceRestart   = "the sign-in page went stale or cookies were lost; begin the sign-in again"
	adviceSignIn    = "sign the user in again"
	adviceSecret    = "use the application's current client secret, which the portal shows once, as value and not as id"
	adviceVerifier  = "redeem the code with the pending value that its sign-in began with"
	adviceLater     = "wait and try again"
	adviceHint      = "send an ID token that this flow issued to this application and that has not expired"
	adviceProvider  = "the identity provider, or what the tenant has set for it (client id, secret, redirect URI), has to be mended"
	advicePolicy    = "the policy has to be mended by its author; the correlation ID finds the details"
	adviceFlow      = "an administrator has to look at the flow's API connectors and identity providers; by the correlation ID Microsoft's support finds the details"
	adviceGrant     = "B2C has this grant type, but not at this flow"
	adviceKey       = "the policy key is missing, expired or not yet valid; mend the key container"
	adviceFault     = "B2C had a fault of its own: " + adviceLater + "; by the correlation ID Microsoft's support finds the details"
)

const secretID = "it may be the secret's ID instead of its value (older tools made GUIDs as secrets, too)"

// meanings has the codes of Microsoft's list, and those known from reports,
// without AADB2C in front.
var meanings = map[string]meaning{
	"90006": {ErrConfiguration, adviceRedirect},
	"90007": {ErrConfiguration, "register a redirect URI with the application"},
	"90008": {ErrConfiguration, "the request had no client id"},
	"90010": {ErrConfiguration, "the request had no scope"},
	"90011": {ErrConfiguration, "the policy is made for another client id"},
	"90012": {ErrConfiguration, adviceScope},
	"90013": {ErrConfiguration, "the response type is not supported"},
	"90014": {ErrConfiguration, "the response mode is not supported"},
	"90016": {ErrConfiguration, adviceAssertion},
	"90017": {ErrConfiguration, adviceAssertion},
	"90018": {ErrConfiguration, "the client id is not registered in this tenant; check client id and tenant"},
	"90019": {ErrTenantAdmin, adviceKey},
	"90035": {ErrRetry, "B2C is down for the moment; " + adviceLater},
	"90036": {ErrConfiguration, "send a post_logout_redirect_uri"},
	"90037": {ErrTenantAdmin, advicePolicy},
	"90039": {ErrConfiguration, adviceAssertion},
	"90043": {ErrConfiguration, "prompt is one of none, login, consent, select_account"},
	"90046": {ErrInteractionRequired, adviceRestart},
	"90048": {ErrTenantAdmin, advicePolicy},
	"90051": {ErrConfiguration, "the flow has no such identity provider; check domain_hint"},
	"90052": {ErrUser, "the user name or password is wrong"},
	"90053": {ErrUser, "there is no such user"},
	"90054": {ErrUser, "the user name or password is wrong"},
	"90055": {ErrConfiguration, adviceScope},
	"90057": {ErrConfiguration, "switch the implicit grant on in the application's registration, or ask for a code"},
	"90058": {ErrConfiguration, "the application is not registered as a public client; allow public client flows in its registration, or send its secret"},
	"90067": {ErrConfiguration, "the post_logout_redirect_uri is not a URL"},
	"90068": {ErrConfiguration, "register the application in the B2C tenant, for accounts of user flows"},
	"90075": {ErrTenantAdmin, "a REST call of the policy failed; " + advicePolicy},
	"90077": {ErrInteractionRequired, "there is no session to sign in with silently; begin a sign-in"},
	"90079": {ErrConfiguration, "send the client secret; or, if this is a public client, register its redirect URI as that of a native application instead of Web"},
	"90080": {ErrReauthenticate, "the code or refresh token has expired; " + adviceSignIn},
	"90081": {ErrConfiguration, adviceSecret},
	"90083": {ErrConfiguration, "the request lacks a parameter; the text names it"},
	"90084": {ErrConfiguration, "the redirect URI is registered as that of a single-page or native application instead of Web; or the grant was got without a secret, by a public client or a password, and can't be redeemed with one"},
	"90085": {ErrReauthenticate, adviceSignIn},
	"90086": {ErrConfiguration, adviceGrant},
	"90087": {ErrConfiguration, "the grant is of another version of the protocol; use the v2.0 endpoints throughout"},
	"90088": {ErrConfiguration, "redeem the code or refresh token at the flow that issued it; the text names both"},
	"90090": {ErrReauthenticate, "the policy's encryption key has changed; " + adviceSignIn},
	"90091": {ErrCancelled, "the user cancelled"},
	"90092": {ErrConfiguration, "the application is disabled"},
	"90107": {ErrConfiguration, "ask for the scope openid to get an ID token"},
	"90110": {ErrConfiguration, "ask for the scope openid to get an ID token"},
	"90111": {ErrUser, "the account is locked until support unlocks it"},
	"90114": {ErrUser, "the account is locked for a while"},
	"90115": {ErrConfiguration, "with a code, ask for openid, offline_access or a scope of an API"},
	"90117": {ErrConfiguration, adviceScope},
	"90118": {ErrForgotPassword, "begin the reset-password flow"},
	"90120": {ErrConfiguration, "max_age is not a number of seconds"},
	"90122": {ErrUser, "the input has characters that B2C refuses"},
	"90128": {ErrReauthenticate, "the account is gone; " + adviceSignIn},
	"90129": {ErrReauthenticate, "the grant was revoked; " + adviceSignIn},
	"90146": {ErrConfiguration, adviceOneAPI},
	"90151": {ErrUser, "too many attempts at the second factor; wait"},
	"90157": {ErrUser, "too many attempts; wait"},
	"90182": {ErrConfiguration, adviceVerifier},
	"90183": {ErrConfiguration, adviceVerifier},
	"90184": {ErrConfiguration, adviceVerifier},
	"90205": {ErrConfiguration, "grant the application permission to the API, with admin consent"},
	"90208": {ErrConfiguration, adviceHint},
	"90209": {ErrConfiguration, adviceHint},
	"90210": {ErrConfiguration, adviceHint},
	"90211": {ErrInteractionRequired, adviceRestart},
	"90212": {ErrInteractionRequired, adviceRestart},
	"90220": {ErrTenantAdmin, adviceKey},
	"90224": {ErrConfiguration, "the flow does not take passwords; use the flow made for resource owner password credentials"},
	"90225": {ErrUser, "the user name or password is wrong"},
	"90229": {ErrRetry, "too many requests; " + adviceLater},
	"90232": {ErrConfiguration, adviceHint},
	"90233": {ErrConfiguration, adviceHint},
	"90235": {ErrConfiguration, adviceHint},
	"90237": {ErrConfiguration, adviceHint},
	"90238": {ErrConfiguration, adviceHint},
	"90239": {ErrConfiguration, adviceHint},
	"90240": {ErrConfiguration, adviceHint},
	"90243": {ErrTenantAdmin, "the client key or secret of the identity provider is wrong"},
	"90244": {ErrRetry, "too many requests at once; " + adviceLater},
	"90248": {ErrConfiguration, "the application may not use resource owner password credentials; allow it in its registration"},
	"90255": {ErrTenantAdmin, "a claims exchange of the policy did not finish; " + advicePolicy},
	"90261": {ErrTenantAdmin, "a claims exchange of the policy failed; " + advicePolicy},
	"90272": {ErrConfiguration, "the policy wants an id_token_hint"},
	"90273": {ErrTenantAdmin, "the identity provider sent an error; " + adviceProvider},
	"90279": {ErrConfiguration, "redeem the code or refresh token with the client id it was issued to"},
	"90284": {ErrConfiguration, "the application has no consent for local accounts; grant admin consent"},
	"90285": {ErrConfiguration, "the application is not registered in this tenant; check client id and tenant"},
	"90287": {ErrConfiguration, adviceRedirect},
	"90288": {ErrTenantAdmin, "the refresh journey that the policy names does not exist"},
	"90289": {ErrRetry, "B2C could not reach the identity provider; " + adviceLater + "; if it stays, look at the client secret that the tenant has for it"},
	"90296": {ErrConfiguration, "the application is not set up rightly in its registration"},
	"99005": {ErrConfiguration, "a scope has a character that is not allowed"},
	"99006": {ErrTenantAdmin, "the tenant's b2c-extensions-app is missing"},
	"99013": {ErrConfiguration, "this grant type does not go with this token type"},
	"99015": {ErrTenantAdmin, "the policy for password credentials lacks its input claims"},
	"99027": {ErrConfiguration, adviceAssertion},
	"99059": {ErrConfiguration, "an application registered as single-page must send a code challenge"},
	"99068": {ErrConfiguration, "for client credentials, ask for {App ID URI}/.default"},
}

// byOAuthError is for codes that are not in the list.
var byOAuthError = map[string]meaning{
	"invalid_request":           {ErrConfiguration, "the request is not what B2C expects"},
	"invalid_client":            {ErrConfiguration, adviceSecret},
	"unauthorized_client":       {ErrConfiguration, "the application may not do this; check its registration"},
	"unsupported_grant_type":    {ErrConfiguration, adviceGrant},
	"unsupported_response_type": {ErrConfiguration, "the response type is not supported"},
	"invalid_scope":             {ErrConfiguration, adviceScope},
	"invalid_grant":             {ErrReauthenticate, adviceSignIn},
	"interaction_required":      {ErrInteractionRequired, adviceSignIn},
	"login_required":            {ErrInteractionRequired, adviceSignIn},
	"consent_required":          {ErrInteractionRequired, adviceSignIn},
	"access_denied":             {ErrUser, "the user, or the policy, refused"},
	"server_error":              {ErrTenantAdmin, advicePolicy},
	"temporarily_unavailable":   {ErrRetry, adviceLater},
}
