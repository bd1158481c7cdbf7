// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/subtle"
	"crypto/x509"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/host"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// App is an app registration: an API, a client of one, or both.
//
// The tags of its fields are their names in a configuration file and the control
// API.
type App struct {
	// Name is the display name. It is required, and unique in the tenant.
	Name string `json:"name"`

	// ID is the app's client id, a GUID: the audience of tokens for an API. If
	// empty, a GUID that depends on the tenant and Name alone.
	ID string `json:"clientId"`

	// ObjectID is the GUID of the app's service principal, the subject of its
	// app-only tokens. If empty, a GUID that depends on the tenant and Name
	// alone.
	ObjectID string `json:"objectId"`

	// Kind is the platform the app is registered for. If zero, [WebApp] with a
	// secret or another credential, and [NativeApp] without.
	Kind AppKind `json:"kind"`

	// URI is the App ID URI of an API, without a trailing slash. If empty, the
	// app is no API.
	URI string `json:"appIdUri,omitempty"`

	// Scopes are the delegated scopes an API publishes, by their short names.
	Scopes []string `json:"scopes,omitempty"`

	// Roles are the application roles an API publishes, by their values.
	Roles []string `json:"appRoles,omitempty"`

	// AccessTokenVersion is the version of access tokens for an API, 1 or 2: what
	// manifests call requestedAccessTokenVersion. If zero, 2. Tokens of version 1
	// have another issuer and other claims; B2C has none.
	AccessTokenVersion int `json:"accessTokenVersion,omitempty"`

	// AssignmentRequired refuses tokens for an API to users and apps that have none
	// of its roles. If false, an app without any gets a token without "roles". B2C
	// has no such setting.
	AssignmentRequired bool `json:"assignmentRequired,omitempty"`

	// OwnSigningKey has tokens for the app signed with a key of its own, as where its
	// claims are mapped. That key is in the key set alone that metadata with
	// ?appid={ID} lead to. Its container is called as the app's ID. If false, the
	// tenant's key signs. B2C has no such setting.
	OwnSigningKey bool `json:"ownSigningKey,omitempty"`

	// Secret is the client secret of a web app or a daemon. A single-page or
	// native app has none.
	Secret string `json:"-" secret:"secrets"`

	// MoreSecrets are other secrets that are good too, as while one is being
	// replaced. Secret must not be empty then.
	MoreSecrets []string `json:"-" secret:"secrets"`

	// ExpiredSecrets were good once. To one of them External ID and Entra ID say so.
	ExpiredSecrets []string `json:"-" secret:"expiredSecrets"`

	// Certificates are public ones, with the keys of which the app signs assertions
	// of its own in place of a secret. A web app alone may have some, and no B2C
	// tenant knows them. In a file each is the base64 of its DER, or PEM.
	Certificates []*x509.Certificate `json:"certificates,omitempty"`

	// Federated are other issuers whose tokens the app may send in place of a
	// secret. A web app alone may have some, and no B2C tenant knows them.
	Federated []FederatedCredential `json:"federatedCredentials,omitempty"`

	// RedirectURIs are where users may be sent back to. B2C compares them byte
	// for byte; another port of localhost is another URI, unless AnyLocalhostPort.
	// The first one is told of a request with one that isn't here.
	RedirectURIs []string `json:"redirectUris,omitempty"`

	// AnyLocalhostPort lets a native app be sent back to any port of a redirect
	// URI at http://localhost, as RFC 8252 §7.3 has it for loopback addresses and
	// Entra ID does. If false, the port counts. Whether B2C ignores it for native
	// apps is not documented; for others it doesn't.
	AnyLocalhostPort bool `json:"anyLocalhostPort"`

	// OptionalClaims are what tokens for the app have beside the usual claims. B2C
	// knows none: there a flow has claims.
	OptionalClaims []OptionalClaim `json:"optionalClaims,omitempty"`

	// ConditionalAccess is what has to be before an API gets a token for this one
	// on behalf of a user. If zero, nothing. B2C knows none.
	ConditionalAccess ConditionalAccess `json:"conditionalAccess,omitempty"`

	// Implicit allows tokens from the authorize endpoint itself: the implicit
	// and hybrid response types. If false, it gives out codes alone.
	Implicit bool `json:"implicit"`

	// Granted lists what the app may ask of APIs, each an API's URI, a slash and
	// the name of one of its scopes or roles. All of it has admin consent:
	// B2C knows no other.
	Granted []string `json:"granted,omitempty"`
}

// AppKind is the platform an app is registered for. It decides how it is
// authenticated at the token endpoint.
type AppKind int

const (
	// AppDefault is [WebApp] for an app with a secret, a certificate or a federated
	// credential, else [NativeApp].
	AppDefault AppKind = iota
	// WebApp is a confidential client: it must send its secret.
	WebApp
	// SPA is a single-page app: it must use PKCE and may not send a secret, and
	// its refresh tokens last 24 hours from the sign-in.
	SPA
	// NativeApp is a public client, on a desktop or a phone: it may not send a
	// secret. It alone may use ROPC.
	NativeApp
)

// String returns "default", "web", "spa" or "native".
func (k AppKind) String() string { return appKinds.Name(int(k)) }

// MarshalText returns what String does.
func (k AppKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what String returns, but for "default".
func (k *AppKind) UnmarshalText(text []byte) error { return wire.ReadWord(k, appKinds, text) }

var appKinds = wire.Words{wire.Unset, "web", "spa", "native"}

func (a App) clone() App {
	a.Scopes = append([]string(nil), a.Scopes...)
	a.Roles = append([]string(nil), a.Roles...)
	a.Granted = append([]string(nil), a.Granted...)
	a.RedirectURIs = append([]string(nil), a.RedirectURIs...)
	a.MoreSecrets = append([]string(nil), a.MoreSecrets...)
	a.ExpiredSecrets = append([]string(nil), a.ExpiredSecrets...)
	a.Certificates = append([]*x509.Certificate(nil), a.Certificates...)
	a.OptionalClaims = append([]OptionalClaim(nil), a.OptionalClaims...)
	a.Federated = append([]FederatedCredential(nil), a.Federated...)
	return a
}

// redirectsTo reports whether users may be sent to a URI.
func (a *App) redirectsTo(uri string) bool {
	if slices.Contains(a.RedirectURIs, uri) {
		return true
	}
	return a.AnyLocalhostPort && a.atAnyPort(uri)
}

// atAnyPort reports whether a URI is a registered one at http://localhost but for
// the port.
func (a *App) atAnyPort(uri string) bool {
	place, ok := localPlace(uri)
	return ok && slices.ContainsFunc(a.RedirectURIs, func(r string) bool {
		registered, ok := localPlace(r)
		return ok && registered == place
	})
}

// localPlace returns what stands behind host and port of a URI at http://localhost.
func localPlace(uri string) (string, bool) {
	rest, ok := strings.CutPrefix(uri, "http://localhost")
	if port, after, found := strings.Cut(rest, ":"); ok && found && port == "" {
		rest = strings.TrimLeft(after, "0123456789")
	}
	return rest, ok
}

// authenticate returns what is wrong with the secret that the app sent.
func (a *App) authenticate(secret string) *aadb2c.Error {
	switch {
	case secret == "":
		return aadb2c.NoSecret
	case !a.knows(secret):
		return aadb2c.WrongSecret
	}
	return nil
}

// knows reports whether a secret is one of the app's, which has at least one.
func (a *App) knows(secret string) bool {
	good := 0
	for _, s := range append([]string{a.Secret}, a.MoreSecrets...) {
		good |= subtle.ConstantTimeCompare([]byte(secret), []byte(s))
	}
	return good == 1
}

// redirectable reports whether B2C lets an app register a redirect URI.
func redirectable(uri string) bool {
	u, err := url.Parse(uri)
	switch {
	case err != nil || u.Fragment != "" || strings.Contains(uri, "#"):
		return false
	case u.Scheme == "http":
		return host.Loopback(u.Hostname())
	case u.Scheme == "https":
		return u.Host != ""
	default:
		return u.Scheme != "" && u.Scheme != "javascript" && u.Scheme != "data"
	}
}
