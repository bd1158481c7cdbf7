// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"cmp"
	"log/slog"
	"time"
)

// Pending is what an app keeps between sending a user to B2C and the user's
// return: on the server, or in a cookie that [PendingCookies] encrypts. It
// holds secrets; the state on the wire is a random text and tells nothing.
// Each attempt has its own, so that several tabs don't disturb each other, and
// each is good for one return.
type Pending struct {
	// State is the random text that comes back with the user, by which to find
	// the Pending.
	State string `json:"state"`
	// Nonce will be in the ID token.
	Nonce string `json:"nonce"`
	// Verifier is the PKCE code verifier (RFC 7636).
	Verifier string `json:"verifier"`
	// Flow is the user flow or custom policy that the user was sent to.
	Flow string `json:"flow"`
	// Link tells that it is one of Options.Links, from where no one comes back
	// signed in.
	Link bool `json:"link,omitempty"`
	// Authority and ClientID are those that the attempt was begun with.
	Authority string `json:"authority"`
	ClientID  string `json:"client_id"`
	// RedirectURI is where the user returns to.
	RedirectURI string `json:"redirect_uri"`
	// ResponseMode is how: "query" or "form_post".
	ResponseMode ResponseMode `json:"response_mode"`
	// Scopes are those asked for.
	Scopes []string `json:"scopes,omitempty"`
	// MaxAge is the greatest age of the sign-in that was asked for, if one was.
	MaxAge time.Duration `json:"max_age,omitempty"`
	// Expires is when a return is no longer accepted.
	Expires time.Time `json:"expires"`
	// Data is the app's own, from AuthorizeOptions.Data.
	Data string `json:"data,omitempty"`
}

// String tells the flow and shows nothing else.
func (p Pending) String() string { return "pending return from " + cmp.Or(p.Flow, signInPage) }

// signInPage is where users are sent to when that is no flow.
const signInPage = "the sign-in page"

// GoString is String.
func (p Pending) GoString() string { return p.String() }

// LogValue tells the flow and shows nothing else.
func (p Pending) LogValue() slog.Value {
	return slog.GroupValue(slog.String("flow", p.Flow), slog.Time("expires", p.Expires))
}
