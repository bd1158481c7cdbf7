// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/b2ckit/b2ckit/authority"
)

// IDToken is a verified ID token: it tells an app who signed in, and opens no
// API. It is a type of its own so that none can be taken for an access token.
// Treat it as read-only.
type IDToken struct {
	// Authority is the trusted authority whose key, issuer and flow the token
	// matched.
	Authority authority.Authority
	// Issuer is the iss claim.
	Issuer string
	// Subject is the sub claim; empty where B2C wrote "Not supported
	// currently. Use oid claim." instead of one.
	Subject string
	// ObjectID is the oid claim. B2C sends it only if the flow is told to.
	ObjectID string
	// Flow is the user flow or custom policy, spelled as configured. It is
	// empty for all products but B2C.
	Flow string
	// Name is the name claim, which users may choose freely.
	Name string
	// Emails is the emails claim, or else the email claim.
	Emails []string
	// IssuedAt, ExpiresAt and AuthTime are the claims iat, exp and auth_time;
	// AuthTime is zero where the token has none.
	IssuedAt, ExpiresAt, AuthTime time.Time

	claims payload
	more   *particulars
}

// newIDToken makes the ID token that users get.
func newIDToken(c *claims, a authority.Authority, flow string) *IDToken {
	return &IDToken{
		Authority: a, Issuer: c.issuer, Subject: c.subject, ObjectID: c.objectID, Flow: flow,
		Name: c.name, Emails: c.emails,
		IssuedAt: c.iat, ExpiresAt: c.exp, AuthTime: c.authTime,
		claims: c.payload, more: c.more,
	}
}

// UserID returns what identifies the user, as [Token.UserID] does, but for
// Options.MapUser, which is for access tokens. What is said there of claims that
// users can write holds here, too.
func (t *IDToken) UserID() (string, error) {
	if t.more != nil {
		return t.more.user(t.Authority.UserIDClaim(), t.claims, t.ObjectID, t.Subject)
	}
	return userID(t.ObjectID, t.Subject)
}

// TenantID returns the GUID of the user's tenant, as [Token.TenantID] does.
func (t *IDToken) TenantID() string { return t.more.tenant(t.Authority) }

// Claims decodes all claims into v, usually a pointer to a struct with json
// tags of the caller's own. Names match by case. Numbers may be of any size: one
// that the type can't hold, such as 1e400 in any or float64, is an error, and
// json.RawMessage holds them all (json.Number, a string, none).
func (t *IDToken) Claims(v any) error { return t.claims.decode(v) }

// Claim decodes one claim into v and reports whether the token has it.
func (t *IDToken) Claim(name string, v any) (bool, error) { return t.claims.decodeClaim(name, v) }

// LogValue gives logs what identifies the user to an operator, and no name or
// address.
func (t IDToken) LogValue() slog.Value {
	user, _ := t.UserID()
	return slog.GroupValue(
		slog.String("issuer", t.Issuer),
		slog.String("flow", t.Flow),
		slog.String("user", user),
		slog.Time("expires", t.ExpiresAt),
	)
}

// String returns what [IDToken.LogValue] tells, so that printing a token shows
// no name, address or claim.
func (t IDToken) String() string {
	user, _ := t.UserID()
	return fmt.Sprintf("ID token of user %q, flow %q, issuer %q", user, t.Flow, t.Issuer)
}

// GoString is String.
func (t IDToken) GoString() string { return t.String() }
