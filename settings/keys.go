// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"maps"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

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
	keyTrustedPolicies = "TrustedPolicies" // our own
	keyTrustedHosts    = "TrustedHosts"    // our own

	// keyTenant is B2C_TENANT alone: no file can have a key with a space.
	keyTenant = "the tenant's name"
)

// meaning is what a key of .NET's reader is here.
type meaning uint8

const (
	counts  meaning = iota
	refused         // an error if it says something, see lacking
	silent          // of pages and plumbing that are .NET's own
	noted           // somebody could think that it does something
)

// known are the keys of the section in .NET: MicrosoftIdentityOptions of
// Microsoft.Identity.Web, what it inherits from OpenIdConnectOptions, and what is
// bound to MicrosoftIdentityApplicationOptions and JwtBearerOptions from there.
var known = func() map[string]meaning {
	all := map[string]meaning{}
	for m, names := range map[meaning][]string{
		counts: {
			keyInstance, keyDomain, keyTenantID, keyClientID, keyClientSecret, keyCredentials, keySignIn, keyReset, keyEdit,
			keyAuthority, keyAudience, keyAudiences, keyTrustedPolicies, keyTrustedHosts,
		},
		refused: slices.Collect(maps.Keys(lacking)),
		silent: {
			"CallbackPath", "SignedOutCallbackPath", "SignedOutRedirectUri", "RemoteSignOutPath", "ResetPasswordPath", "ErrorPath", "AccessDeniedPath",
			"EnablePiiLogging", "WithSpaAuthCode", "LegacyCacheCompatibilityEnabled", "SaveTokens", "UsePkce", "ResponseType", "ResponseMode",
			"SignInScheme", "SignOutScheme", "UseTokenLifetime", "SkipUnrecognizedRequests", "DisableTelemetry", "AutomaticRefreshInterval",
			"RefreshInterval", "RefreshOnIssuerKeyNotFound", "BackchannelTimeout", "RemoteAuthenticationTimeout", "DefaultUserFlow", "AzureRegion",
			"ClientCapabilities", "IncludeErrorDetails", "SaveToken", "Challenge", "ForwardDefault", "GetClaimsFromUserInfoEndpoint",
			"MapInboundClaims", "UserAssignedManagedIdentityClientId", "EnableCacheSynchronization", "SingletonTokenAcquisition", "IsDefaultPlatformBrokerEnabled",
		},
		noted: {
			"Scope", "Scopes", "AppPermissions", "ExtraQueryParameters", "TokenValidationParameters", "RequireHttpsMetadata", "MaxAge", "Prompt", "Resource",
			"AcceptsAppToken", "ProtocolValidator",
		},
	} {
		for _, name := range names {
			all[name] = m
		}
	}
	return all
}()

// unknown finds keys that nobody reads. One that is spelled nearly as one that
// counts is a mistake: what it was to say would be lost. All others are noted: .NET
// ignores them, and teams keep what is their own beside these.
func (s *sheet) unknown(m *mistakes, notes *[]string) {
	names := slices.Sorted(maps.Keys(known))
	done := map[string]bool{}
	for _, e := range s.sorted() {
		key, _, _ := strings.Cut(e.path, ":")
		if key == keyTenant || done[fold(key)] {
			continue
		}
		done[fold(key)] = true
		near, distance := nearest(key, names)
		switch {
		case distance == 0 && known[near] == noted:
			*notes = append(*notes, upTo(e, key)+" has no meaning here")
		case distance == 0:
		case isSlip(near, distance):
			m.addf(upTo(e, key), "is not known; did you mean %s?", near)
		case distance <= len(key)/2:
			*notes = append(*notes, upTo(e, key)+" is not known here; the nearest key is "+near)
		default:
			*notes = append(*notes, upTo(e, key)+" is not known here")
		}
	}
}

// upTo returns the origin of an entry up to the first key of its path: what stands
// below an unknown one is of no interest, and may be a secret.
func upTo(e entry, key string) string {
	tail := foreign.Text(e.path[len(key):])
	if short, ok := strings.CutSuffix(e.origin, tail); ok {
		return short
	}
	if short, ok := strings.CutSuffix(e.origin, strings.ReplaceAll(tail, ":", "__")); ok {
		return short
	}
	return e.origin
}

// counting reports whether a key is one that is read.
func counting(key string) bool {
	for name, m := range known {
		if fold(name) == fold(key) {
			return m == counts
		}
	}
	return false
}
