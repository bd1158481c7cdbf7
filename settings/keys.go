// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

// The keys that are read.
const (
	keyInstance        = "Instance"
	keyDomain          = "Domain"
	keyTenantID        = "TenantId"
	keyClientID        = "ClientId"
	keyClientSecret    = "ClientSecret"
	keyCredentials     = "ClientCredentials"
	keySignIn          = "SignUpSignInPolicyId"
	keyReset           = "ResetPasswordPolicyId"
	keyEdit            = "EditProfilePolicyId"
	keyAuthority       = "Authority"
	keyAudience        = "Audience"
	keyAudiences       = "Audiences"
	keyTrustedPolicies = "TrustedPolicies"  // our own
	keyTrustedHosts    = "TrustedHosts"     // our own
	keyMissingFlow     = "AllowMissingFlow" // our own
	keyCertificates    = "ClientCertificates"
	keyACL             = "AllowWebApiToBeAuthorizedByACL"
	keyProduct         = "Product" // this and those below are our own, too
	keyAllowedTenants  = "AllowedTenants"
	keyMissingRoles    = "AllowMissingRoles"
	keyUserIDClaim     = "UserIdClaim"
	keyMetadataAppID   = "MetadataAppId"

	// keyTenant is B2C_TENANT alone: no file can have a key with a space.
	keyTenant = "the tenant's name"
)

// counting are the keys that say something here.
var counting = []string{
	keyInstance, keyDomain, keyTenantID, keyClientID, keyClientSecret, keyCredentials, keySignIn, keyReset, keyEdit,
	keyAuthority, keyAudience, keyAudiences, keyTrustedPolicies, keyTrustedHosts, keyMissingFlow,
	keyCertificates, keyProduct, keyAllowedTenants, keyMissingRoles, keyUserIDClaim, keyMetadataAppID,
}

// silent are keys of .NET's reader that are about its own pages and plumbing:
// those of MicrosoftIdentityOptions in Microsoft.Identity.Web, of the
// OpenIdConnectOptions that it inherits, and of what else is bound to the section.
var silent = []string{
	"CallbackPath", "SignedOutCallbackPath", "SignedOutRedirectUri", "RemoteSignOutPath", "ResetPasswordPath", "ErrorPath", "AccessDeniedPath",
	"EnablePiiLogging", "WithSpaAuthCode", "LegacyCacheCompatibilityEnabled", "SaveTokens", "SaveToken", "UsePkce", "ResponseType", "ResponseMode",
	"SignInScheme", "SignOutScheme", "UseTokenLifetime", "SkipUnrecognizedRequests", "DisableTelemetry", "AutomaticRefreshInterval",
	"RefreshInterval", "RefreshOnIssuerKeyNotFound", "BackchannelTimeout", "RemoteAuthenticationTimeout", "AzureRegion", "ClientCapabilities",
	"IncludeErrorDetails", "GetClaimsFromUserInfoEndpoint", "MapInboundClaims", "UserAssignedManagedIdentityClientId", "EnableCacheSynchronization",
}

// noted are keys of which somebody could think that they do something here, and
// what does it.
var noted = map[string]string{
	"Scope":                     "the scopes of a sign-in are named in code",
	"Scopes":                    "a route asks for scopes in code",
	"AppPermissions":            "a route asks for scopes in code, which in B2C are what applications have, too",
	"ExtraQueryParameters":      "parameters of a sign-in are named in code",
	"TokenValidationParameters": "no check can be taken off here",
	"RequireHttpsMetadata":      "plain http is for loopback alone",
	"MaxAge":                    "the age of a sign-in is asked for in code",
	"Prompt":                    "the prompt of a sign-in is named in code",
}
