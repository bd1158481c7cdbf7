// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// Kind is what a token is for.
type Kind int

const (
	// UserToken is an access token of a signed-in user: it has "scp" and "azp".
	UserToken Kind = iota
	// AppToken is an access token of an app itself (client credentials). B2C: it
	// carries app roles in "scp" and no claim of a user or a flow. External ID and
	// Entra ID have them in "roles".
	AppToken
	// IDToken tells a client who signed in: its audience is the client, and it
	// has neither "scp" nor "azp".
	IDToken
)

// String returns "user", "app" or "id".
func (k Kind) String() string { return tokenKinds.Name(int(k)) }

// MarshalText returns what String does.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what String returns.
func (k *Kind) UnmarshalText(text []byte) error { return wire.ReadWord(k, tokenKinds, text) }

var tokenKinds = wire.Words{"user", "app", "id"}

// Absent removes a member, as its value in [Spec.Claims] or [Spec.Header].
var Absent = jose.Absent

// SubjectNotSupported is the text that older flows put in "sub", verbatim.
const SubjectNotSupported = "Not supported currently. Use oid claim."

// Spec describes a token to mint. The zero value is an access token of the
// tenant's first user for its API, asked for by its web app through its first
// flow, issued now. The tags of its fields are their names in the control API.
type Spec struct {
	// Kind is what the token is for. If zero, [UserToken].
	Kind Kind `json:"kind"`

	// Flow is the flow that issues and signs it, in any case. If empty, the
	// tenant's first.
	Flow string `json:"flow"`

	// Host is the host in the issuer of a B2C tenant: one of [Tenant.Hosts], or a loopback
	// address with its port, in front of which http:// or https:// may stand.
	// If empty, the primary host. For a foreign issuer set the claim "iss".
	Host string `json:"host"`

	// Audience is "aud". If empty, the client id of [Tenant.API], and in an ID
	// token the ClientID. It need not be an app of the tenant.
	Audience string `json:"audience"`

	// ClientID is "azp", and the audience of an ID token. If empty, that of
	// [Tenant.Web], or of [Tenant.Daemon] for an [AppToken]. It need not be an
	// app of the tenant.
	ClientID string `json:"clientId"`

	// Scopes are joined by spaces to "scp"; an [AppToken] of External ID or Entra ID
	// has them as "roles". If nil, what the client was granted
	// of the API: scopes, or app roles for an [AppToken]. If either is no app
	// of this tenant, what [Tenant.API] publishes. If empty but not nil, there is
	// no such claim. An ID token has none unless this is set.
	Scopes []string `json:"scopes"`

	// User is who signed in. If nil, [Tenant.User], without which Mint fails. An
	// [AppToken] has no user.
	User *User `json:"-"`

	// ClientAuth is how the client has authenticated, "azpacr": "0" for not at all,
	// "1" by a secret, "2" by an assertion. If empty, as the client is registered.
	// B2C's tokens don't say.
	ClientAuth string `json:"clientAuth"`

	// Capabilities are what the client has said it can do, such as "cp1": "xms_cc", if
	// the API asks for [Capabilities].
	Capabilities []string `json:"capabilities,omitempty"`

	// FlowClaim says how the token names its flow. If zero, as the flow is
	// configured; an [AppToken] then names none.
	FlowClaim FlowClaim `json:"flowClaim"`

	// IssuedAt is "iat" and "nbf". If zero, the tenant's time.
	IssuedAt time.Time `json:"issuedAt"`

	// Lifetime is the time from "iat" to "exp"; it may be negative. If zero, the
	// flow's.
	Lifetime time.Duration `json:"lifetime"`

	// AuthTime is "auth_time". If zero, IssuedAt. An [AppToken] has none.
	AuthTime time.Time `json:"authTime"`

	// Claims overrides or adds claims: an overridden one keeps its place, an
	// added one goes to the end. A [time.Time] becomes seconds since 1970, as
	// JWTs have them, [Absent] removes the claim, and any other value becomes
	// its JSON.
	Claims map[string]any `json:"claims"`

	// Header overrides or adds members of the JOSE header, as Claims does for
	// claims. The signature stays RS256 whatever "alg" says.
	Header map[string]any `json:"header"`

	// Key signs in place of the flow's key, whose id stays in the header unless
	// Header sets "kid". If nil, the flow's current key.
	Key *Key `json:"-"`

	// Payload, if not nil, is signed as it is in place of claims: for payloads
	// that no encoder would write. Claims must be empty.
	Payload []byte `json:"-"`

	// RawHeader, if not nil, is used as it is in place of the JOSE header.
	// Header must be empty.
	RawHeader []byte `json:"-"`

	implicit bool // it goes through the browser's address
}

func (s *Spec) check(wrong *mistakes) {
	wrong.addUnnamed("Spec.Kind:", s.Kind)
	wrong.addUnnamed("Spec.FlowClaim:", s.FlowClaim)
	if s.Kind == AppToken && s.User != nil {
		wrong.add("Spec.User:", "an AppToken has no user")
	}
	if s.Kind == AppToken && !s.AuthTime.IsZero() {
		wrong.add("Spec.AuthTime:", "nobody signs in for an AppToken")
	}
	if s.Payload != nil && len(s.Claims) > 0 {
		wrong.add("Spec.Payload", "and Spec.Claims are both set")
	}
	if s.RawHeader != nil && len(s.Header) > 0 {
		wrong.add("Spec.RawHeader", "and Spec.Header are both set")
	}
}
