// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// Flow is a user flow or a custom policy. B2C treats each as an authority of
// its own: own metadata, own endpoints, possibly own keys and issuer.
//
// The tags of its fields are their names in a configuration file and the control
// API.
type Flow struct {
	// Name is B2C_1_… for a user flow and B2C_1A_… for a custom policy. Requests
	// may spell it in any case; it is required.
	Name string `json:"name"`

	// Kind is what the flow is for. If zero, [SignUpSignIn].
	Kind FlowKind `json:"kind"`

	// KeyContainer names the container whose key signs the flow's tokens. Flows
	// with the same container share its keys. If empty, [UserFlowKeys] for a
	// user flow, and a container named like the policy for a custom policy.
	KeyContainer string `json:"keyContainer"`

	// Issuer is the shape of the "iss" claim. If zero, [IssuerGUID].
	Issuer IssuerPattern `json:"issuer"`

	// FlowClaim is the claim of user and ID tokens that names the flow. If
	// zero, [ClaimTFP] for a user flow and [ClaimACR] for a custom policy.
	FlowClaim FlowClaim `json:"flowClaim"`

	// LowerTFP spells "tfp" in lower case. If false, it is spelt as Name is. B2C's
	// documents show the flow's own spelling; a client should compare without case.
	LowerTFP bool `json:"lowerTfp"`

	// NoSubject makes the subject of users' tokens the text "Not supported
	// currently. Use oid claim.", which is a setting of B2C's user flows, and was
	// the default of old ones. If false, it is the user's object id.
	NoSubject bool `json:"noSubject"`

	// Claims are the application claims of the flow: of what a token may say of a
	// person, [User.Claims] included, its tokens have these alone, and so has
	// "claims_supported" in its metadata, with those that every token has. If
	// empty, tokens say all there is to say, and the metadata list the claims that
	// user flows have in B2C, or the starter pack's custom policies.
	Claims []string `json:"claims,omitempty"`

	// UserInfo are the claims that the flow's UserInfo endpoint answers with, by
	// the names of B2C's attributes ("objectId", "displayName", "givenName",
	// "surname", "signInNames.emailAddress"), by those of OpenID Connect ("sub",
	// "name", "given_name", "family_name", "email"), or by those of [User.Claims].
	// In B2C a custom policy alone may have one. If empty, there is none: not in
	// the metadata, and its address is a 404.
	UserInfo []string `json:"userInfo,omitempty"`

	// Lifetime is that of the flow's tokens. If zero, one hour.
	Lifetime time.Duration `json:"lifetime" least:"1s"`

	// RefreshLifetime is how long a refresh token is good for. If zero, 14 days;
	// for a single-page app, 24 hours after the sign-in in all.
	RefreshLifetime time.Duration `json:"refreshLifetime" least:"1s"`

	// RefreshWindow is how long refreshing goes on after the sign-in, B2C's
	// "Refresh token sliding window lifetime". If zero, 90 days. That of B2C may
	// have no end, for which a long time stands here.
	RefreshWindow time.Duration `json:"refreshWindow" least:"1s"`

	// RefreshOnce makes a refresh token die with its first use. If false, it
	// stays good beside the one that replaces it. Which of the two B2C does is
	// not documented: a client should get along with both.
	RefreshOnce bool `json:"refreshOnce"`

	// StringNumbers makes the numbers of the token endpoint's answers JSON
	// strings ("expires_in":"3600"), which B2C does for custom policies that
	// don't ask for numbers. If false, they are numbers.
	StringNumbers bool `json:"stringNumbers"`

	// ForgotPassword is what "Forgot your password?" on a page to sign in on does.
	// If zero, [ForgotInFlow].
	ForgotPassword ForgotPassword `json:"forgotPassword"`

	// RequireLogoutHint is B2C's "Require ID Token in logout requests": without
	// an id_token_hint nobody is signed out. If false, one is good without.
	RequireLogoutHint bool `json:"requireLogoutHint"`
}

// FlowKind is what a flow is for. Custom policies have one too: it is the
// policy's author who knows.
type FlowKind int

const (
	// SignUpSignIn is the kind people sign in with.
	SignUpSignIn FlowKind = iota
	// EditProfile lets a user change claims.
	EditProfile
	// ResetPassword is where an app sends users who forgot their password.
	ResetPassword
	// ROPC takes a user name and a password at the token endpoint, and is the
	// only kind that does.
	ROPC
)

// ForgotPassword is what happens to those who forgot their password.
type ForgotPassword int

const (
	// ForgotInFlow lets them set a new one on the spot, as newer user flows do.
	ForgotInFlow ForgotPassword = iota
	// ForgotError sends them back to the app with [ErrForgotPassword], as older
	// user flows do. The app then starts a flow of the kind [ResetPassword].
	ForgotError
)

// IssuerPattern is the shape of the issuer, a setting of each flow in B2C. What an
// External ID tenant has at a host that isn't under ciamlogin.com, such as a custom
// domain or a loopback address, is not documented: three have been described, and
// here is the choice. [TenantKind.Issuers] says who has which.
type IssuerPattern int

const (
	// IssuerGUID is https://{host}/{tenant GUID}/v2.0/ and the default: all
	// flows of a tenant share it. That of External ID is
	// https://{tenant GUID}.ciamlogin.com/{tenant GUID}/v2.0 at any host.
	IssuerGUID IssuerPattern = iota
	// IssuerTFP is https://{host}/tfp/{tenant GUID}/{policy in lower case}/v2.0/.
	IssuerTFP
	// IssuerEntra is https://login.microsoftonline.com/{tenant GUID}/v2.0.
	IssuerEntra
	// IssuerHost is https://{host}/{tenant GUID}/v2.0.
	IssuerHost
)

// FlowClaim says which claim of a token names the flow it was issued by.
type FlowClaim int

const (
	// ClaimDefault is the default of the place it stands in.
	ClaimDefault FlowClaim = iota
	// ClaimTFP is "tfp" with the flow's name, as [Flow.LowerTFP] says.
	ClaimTFP
	// ClaimACR is "acr" with the flow's name in lower case.
	ClaimACR
	// ClaimNone is no claim at all.
	ClaimNone
)

var (
	flowKinds       = wire.Words{"sign-up-sign-in", "edit-profile", "reset-password", "ropc"}
	issuerPatterns  = wire.Words{"guid", "tfp", "entra", "host"}
	flowClaims      = wire.Words{wire.Unset, "tfp", "acr", "none"}
	forgotPasswords = wire.Words{"in-flow", "error"}
)

// String returns the kind as configuration files have it, such as
// "sign-up-sign-in".
func (k FlowKind) String() string { return flowKinds.Name(int(k)) }

// String returns "guid", "tfp", "entra" or "host".
func (p IssuerPattern) String() string { return issuerPatterns.Name(int(p)) }

// String returns "default", "tfp", "acr" or "none".
func (c FlowClaim) String() string { return flowClaims.Name(int(c)) }

// String returns "in-flow" or "error".
func (f ForgotPassword) String() string { return forgotPasswords.Name(int(f)) }

// MarshalText returns what String does.
func (k FlowKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalText returns what String does.
func (p IssuerPattern) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// MarshalText returns what String does.
func (c FlowClaim) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// MarshalText returns what String does.
func (f ForgotPassword) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what String returns.
func (k *FlowKind) UnmarshalText(text []byte) error { return wire.ReadWord(k, flowKinds, text) }

// UnmarshalText reads what String returns.
func (p *IssuerPattern) UnmarshalText(text []byte) error {
	return wire.ReadWord(p, issuerPatterns, text)
}

// UnmarshalText reads what String returns, but for "default".
func (c *FlowClaim) UnmarshalText(text []byte) error { return wire.ReadWord(c, flowClaims, text) }

// UnmarshalText reads what String returns.
func (f *ForgotPassword) UnmarshalText(text []byte) error {
	return wire.ReadWord(f, forgotPasswords, text)
}

// custom reports whether f is a custom policy.
func (f Flow) custom() bool { return strings.HasPrefix(strings.ToLower(f.Name), "b2c_1a_") }

func (f Flow) clone() Flow {
	f.Claims = append([]string(nil), f.Claims...)
	f.UserInfo = append([]string(nil), f.UserInfo...)
	return f
}

// fillDefaults sets what is zero and has another default.
func (f *Flow) fillDefaults() {
	if f.KeyContainer == "" {
		f.KeyContainer = UserFlowKeys
		if f.custom() {
			f.KeyContainer = f.Name
		}
	}
	if f.FlowClaim == ClaimDefault {
		f.FlowClaim = ClaimTFP
		if f.custom() {
			f.FlowClaim = ClaimACR
		}
	}
	if f.Lifetime == 0 {
		f.Lifetime = time.Hour
	}
	if f.RefreshLifetime == 0 {
		f.RefreshLifetime = 14 * 24 * time.Hour
	}
	if f.RefreshWindow == 0 {
		f.RefreshWindow = 90 * 24 * time.Hour
	}
}

// check adds what is wrong with a flow with its defaults, but for its name.
func (f Flow) check(all *mistakes, field string) {
	all.addUnnamed(field+".Kind", f.Kind)
	all.addUnnamed(field+".ForgotPassword", f.ForgotPassword)
	all.addUnnamed(field+".Issuer", f.Issuer)
	all.addUnnamed(field+".FlowClaim", f.FlowClaim)
	if f.Lifetime < 0 {
		all.add(field+".Lifetime", "%v is negative (Spec.Lifetime may be)", f.Lifetime)
	}
	if f.RefreshLifetime < 0 {
		all.add(field+".RefreshLifetime", "%v is negative", f.RefreshLifetime)
	}
	if f.RefreshWindow < 0 {
		all.add(field+".RefreshWindow", "%v is negative", f.RefreshWindow)
	}
}

// number writes a number of a token answer the way the flow does.
func (f *Flow) number(n int64) any {
	if f.StringNumbers {
		return strconv.FormatInt(n, 10)
	}
	return n
}
