// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/b2ckit/b2ckit/authority"
)

// Token is a verified access token. Each call of [Validator.Validate] returns one of
// its caller's own. What is written to its fields is seen by whoever shares it, and
// decides nothing: a [Requirement] goes by what was verified.
type Token struct {
	// Authority is the trusted authority whose key, issuer and flow the token
	// matched. For a token that names no flow it is the first one whose key and
	// issuer fit; which flow issued it can't be told.
	Authority authority.Authority
	// Issuer is the iss claim.
	Issuer string
	// Subject is the sub claim; empty where B2C wrote "Not supported
	// currently. Use oid claim." instead of one.
	Subject string
	// ObjectID is the oid claim. B2C sends it only if the flow is told to.
	ObjectID string
	// Flow is the user flow or custom policy, spelled as configured. It is
	// empty for tokens accepted through Options.AllowMissingFlow and for
	// all products but B2C.
	Flow string
	// Audience is the aud claim. B2C sends one.
	Audience []string
	// ClientID is the azp claim: the application the token was issued to. For other
	// OpenID Connect providers it is the client_id claim, else azp.
	ClientID string
	// Scopes is the scp claim. In B2C a daemon's app roles stand here too. For other
	// OpenID Connect providers it is the scope claim, else scp.
	Scopes []string
	// Roles is the roles claim, for External ID and Entra ID only: an app's own, or a
	// user's. B2C does not issue one,
	// so a claim of that name in a B2C token is whatever a policy made of it, and
	// what other providers put there is not documented by a standard.
	// Ask for it with [Claim].
	Roles []string
	// Name is the name claim, which users may choose freely.
	Name string
	// Emails is the emails claim, or else the email claim.
	Emails []string
	// IssuedAt, NotBefore, ExpiresAt and AuthTime are the claims iat, nbf, exp
	// and auth_time; zero where the token has none. AuthTime decides nothing but
	// [SignedInWithin]: it is zero too where auth_time is no number, and may lie
	// in the future.
	IssuedAt, NotBefore, ExpiresAt, AuthTime time.Time

	claims payload
	daemon bool   // its client may name no flow, as daemons' tokens may
	clock  *clock // of the validator
	kept   *Token // what was verified; nil in tokens that were made by hand
	more   *particulars
}

// fill sets all that a token has of its claims.
func (t *Token) fill(c *claims, a authority.Authority, flow string, k *clock) {
	*t = Token{
		Authority: a, Issuer: c.issuer, Subject: c.subject, ObjectID: c.objectID, Flow: flow,
		Audience: c.audience, ClientID: c.clientID, Scopes: c.scopes, Name: c.name, Emails: c.emails,
		IssuedAt: c.iat, NotBefore: c.nbf, ExpiresAt: c.exp, AuthTime: c.authTime,
		claims: c.payload, clock: k, more: c.more,
	}
	if isMicrosofts(a.Kind()) {
		t.Roles = c.roles
	}
}

// own returns what requirements judge: the token as it was verified, which nobody
// outside can write to, or one that was made by hand.
func (t *Token) own() *Token {
	if t.kept != nil {
		return t.kept
	}
	return t
}

// fresh returns a copy that shares nothing which can be written to.
func (t *Token) fresh() *Token {
	f := *t
	texts := make([]string, len(t.Audience)+len(t.Scopes)+len(t.Roles)+len(t.Emails))
	texts = move(&f.Audience, texts)
	texts = move(&f.Scopes, texts)
	texts = move(&f.Roles, texts)
	_ = move(&f.Emails, texts)
	return &f
}

// move moves a list to the front of other memory, and returns the rest of that.
func move(list *[]string, to []string) (rest []string) {
	n := copy(to, *list)
	if *list != nil {
		*list = to[:n:n] // or who appends would write to the rest
	}
	return to[n:]
}

// UserID returns what identifies the user, or the daemon: what Options.MapUser says,
// or else
//
//   - for B2C the object id, else the subject. It fails if the token has neither, which
//     a change of the flow's claims can mend.
//   - for External ID and Entra ID the claim of [authority.Authority.WithUserIDClaim], if
//     one is named there and the token has it; else the object id. It never is the
//     subject, which is another one for each client, so that one person would be
//     several. If there is no object id it fails: the client must request the profile
//     scope.
//   - for other OpenID Connect providers such a claim, else the subject.
//
// A claim that is to be the user's id must be a GUID, in whatever case; one that is
// there and is none is an error, and no other id takes its place. Whoever can write
// that claim can be anyone: one that users can edit, or that a sign-up form collects,
// is an account takeover.
//
// For B2C, External ID and Entra ID the id is one of its tenant, see [Token.TenantID].
func (t *Token) UserID() (string, error) {
	if t.more != nil {
		return t.more.user(t.Authority.UserIDClaim(), t.claims, t.ObjectID, t.Subject)
	}
	return userID(t.ObjectID, t.Subject)
}

// TenantID returns the GUID of the tenant whose user or app it speaks of: that of the
// authority, and where that has a list of tenants, the one that issued the token. It is
// empty for other OpenID Connect providers.
func (t *Token) TenantID() string { return t.more.tenant(t.Authority) }

// Groups returns the groups claim of External ID and Entra ID: the ids of the user's
// groups, if the API's registration asks for them. It is nil if there are more than a
// token holds (200), see [Group]. It is a copy.
func (t *Token) Groups() []string {
	if t.more == nil {
		return nil
	}
	return slices.Clone(t.more.groups)
}

// ClientAuth returns how the client proved who it is, by the azpacr claim of External
// ID and Entra ID: "0" not at all, as public clients, "1" by a secret, "2" by a
// certificate or another's assertion. It is empty where the token does not tell.
func (t *Token) ClientAuth() string {
	if t.more == nil {
		return ""
	}
	return t.more.clientAuth
}

// IsDelegated reports whether the token satisfies [Delegated]: it is certain that a
// user has signed in for it.
func (t *Token) IsDelegated() bool { return t.own().subjectMarks() == marks{user: true} }

// IsAppOnly reports whether the token satisfies [AppOnly]: it is certain that it is an
// app's own.
func (t *Token) IsAppOnly() bool { return t.own().isApps() }

// Holder tells whose token it is. Its UserID is empty where UserID fails.
func (t *Token) Holder() *Holder {
	user, _ := t.UserID()
	return &Holder{ClientID: t.ClientID, UserID: user, Flow: t.Flow}
}

// HasScope reports whether the token has the scope. Scopes are compared
// exactly, by case (RFC 6749 section 3.3).
func (t *Token) HasScope(scope string) bool { return slices.Contains(t.Scopes, scope) }

// HasRole reports whether the token has the role, see [Token.Roles].
func (t *Token) HasRole(role string) bool { return slices.Contains(t.Roles, role) }

// Claims decodes all claims into v, usually a pointer to a struct with json
// tags of the caller's own. Names match by case. Numbers may be of any size: one
// that the type can't hold, such as 1e400 in any or float64, is an error, and
// json.RawMessage holds them all (json.Number, a string, none).
func (t *Token) Claims(v any) error { return t.claims.decode(v) }

// Claim decodes one claim into v and reports whether the token has it.
func (t *Token) Claim(name string, v any) (bool, error) { return t.claims.decodeClaim(name, v) }

// LogValue gives logs what identifies the token's holder to an operator, and
// no name or address.
func (t Token) LogValue() slog.Value {
	user, _ := t.UserID()
	return slog.GroupValue(
		slog.String("issuer", t.Issuer),
		slog.String("flow", t.Flow),
		slog.String("user", user),
		slog.String("client", t.ClientID),
		slog.Time("expires", t.ExpiresAt),
	)
}

// String returns what [Token.LogValue] tells, so that printing a token shows
// no name, address or claim.
func (t Token) String() string {
	user, _ := t.UserID()
	return fmt.Sprintf("token of user %q for client %q, flow %q, issuer %q", user, t.ClientID, t.Flow, t.Issuer)
}

// GoString is String.
func (t Token) GoString() string { return t.String() }

func (t *Token) wallClock() *clock {
	if t.clock != nil {
		return t.clock
	}
	return &usualClock
}

// InsecureTokenFromClaims reads claims into a Token and verifies nothing. It
// is for tests of handlers, usually through package guardtest. The flow is
// tfp, else acr, as it stands there; roles, groups, tid and azpacr are taken from
// wherever they come.
func InsecureTokenFromClaims(raw []byte) (*Token, error) {
	var c, others claims
	if err := c.parse(string(raw), false, authority.AzureADB2C); err != nil {
		return nil, fmt.Errorf("validator: %w", err)
	}
	_ = others.parse(string(raw), false, authority.EntraID) // as far as they can be read
	c.more = others.more
	c.more.product = authority.AzureADB2C
	t := new(Token)
	t.fill(&c, authority.Authority{}, c.flow, nil)
	t.Roles = c.roles
	t.daemon = c.flow == "" // or no Validator would take it
	return t, nil
}
