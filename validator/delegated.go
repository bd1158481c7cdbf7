// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"

	"github.com/b2ckit/b2ckit/authority"
)

// Delegated asks for a token that a user has signed in for, so that a daemon by itself
// does not pass. AppOnly is the other way round. What is in doubt satisfies neither.
//
// External ID and Entra ID document what tells: a delegated token has scp, and idtyp,
// where that claim is added, is not "app".
//
// Azure AD B2C does not: a daemon's token has its app roles in scp too, and what else
// stands in it is not documented. So it is decided by configuration, and by what is
// documented of users' tokens. A delegated token names its flow, says when the user
// signed in (auth_time), and is not of a client in Options.AllowMissingFlow, which is
// the list of daemons. A client that is both, and is listed, so can't come here for its
// users: register the daemon by itself. A custom policy has to put out auth_time.
//
// Of other OpenID Connect providers RFC 9068 says that auth_time tells of a user, and
// that the sub of an app's own token names its client. So a delegated token has an
// auth_time and a sub that is not its client, and what has neither is in doubt.
func Delegated() Requirement {
	return Requirement{
		text: "Delegated()",
		check: func(_ context.Context, t *Token) *Error {
			switch marks := t.subjectMarks(); {
			case marks.user && !marks.app:
				return nil
			case isMicrosofts(t.Authority.Kind()):
				return refuse(ErrUserRequired, "scp", "a user must have signed in for the token; it has no scp, or it contradicts itself (idtyp)")
			case t.Authority.Kind() == authority.OpenIDConnect:
				return refuse(ErrUserRequired, "auth_time", "a user must have signed in for the token; it does not say when, or its sub is missing or the client itself")
			case t.daemon:
				return refuse(ErrUserRequired, "azp", "a user must have signed in for the token; its client is in Options.AllowMissingFlow, which is for daemons")
			case t.Flow == "":
				return refuse(ErrUserRequired, "tfp", "a user must have signed in for the token; it names no flow")
			}
			return refuse(ErrUserRequired, "auth_time", "a user must have signed in for the token; it does not say when, in an auth_time that is a number")
		},
		ofSubject: true,
		obstacle: func(i issuance) *obstacle {
			if i.subject == ofUser {
				return nil
			}
			return &obstacle{part: "Delegated()"}
		},
	}
}

// AppOnly asks for an app's own token, for which no user has signed in: a daemon's, by
// client credentials. What is in doubt satisfies neither this nor [Delegated].
//
// In External ID and Entra ID, by their documentation, such a token has azp and roles,
// no scp, an oid that equals sub, and idtyp "app" if that claim is added. One of a
// client in Options.AllowMissingRoles need have no roles. Of another OpenID Connect
// provider it has a sub that is its client, and no auth_time (RFC 9068).
//
// Azure AD B2C documents nothing that tells. There the client must be listed in
// Options.AllowMissingFlow, which says that it is a daemon, and its token must have
// nothing that is documented of users' tokens alone: no flow, no auth_time and no nonce.
// If B2C names a flow in daemons' tokens of a tenant, none of them passes.
func AppOnly() Requirement {
	return Requirement{
		text: "AppOnly()",
		check: func(_ context.Context, t *Token) *Error {
			switch marks := t.subjectMarks(); {
			case marks.app && !marks.user:
				return nil
			case isMicrosofts(t.Authority.Kind()):
				return refuse(ErrAppRequired, "roles", "the token must be an app's own, with roles and azp, without scp, and with an oid that equals sub")
			case t.Authority.Kind() == authority.OpenIDConnect:
				return refuse(ErrAppRequired, "sub", "the token must be an app's own, with a sub that is its client, and without auth_time")
			case !t.daemon:
				return refuse(ErrAppRequired, "azp", "the token must be an app's own; in B2C only a client in Options.AllowMissingFlow counts as one")
			}
			return refuse(ErrAppRequired, "tfp", "the token must be an app's own; it names a flow, a time of signing in or a nonce, as users' tokens do")
		},
		ofSubject: true,
		obstacle: func(i issuance) *obstacle {
			switch {
			case i.subject == ofApp:
				return nil
			case i.authority.Kind() == authority.AzureADB2C && !i.listed:
				return &obstacle{"AppOnly()", "in B2C an app counts as one if its client is in Options.AllowMissingFlow"}
			}
			return &obstacle{part: "AppOnly()"}
		},
	}
}

// marks are what in a token speaks for either subject. Both, or none, is doubt.
type marks struct{ user, app bool }

// subjectMarks looks for the marks of a product.
func (t *Token) subjectMarks() marks {
	switch kind := t.Authority.Kind(); {
	case isMicrosofts(kind):
		return t.marksOfMicrosofts()
	case kind == authority.OpenIDConnect:
		isClient := t.ClientID != "" && t.Subject == t.ClientID
		return marks{user: !t.AuthTime.IsZero() && t.Subject != "" && !isClient, app: isClient && !t.has("auth_time")}
	}
	return marks{
		user: t.Flow != "" && !t.AuthTime.IsZero() && !t.daemon,
		app:  t.daemon && t.Flow == "" && !t.has("auth_time") && !t.has("nonce"),
	}
}

func (t *Token) has(claim string) bool {
	_, there := t.claims.claim(claim)
	return there
}

// isApps reports whether it is certain that the token is an app's own.
func (t *Token) isApps() bool { return t.subjectMarks() == marks{app: true} }

func (t *Token) marksOfMicrosofts() marks {
	p := t.more
	if p == nil || p.subject == markedOdd {
		return marks{} // of nothing that is documented
	}
	hasScope := len(t.Scopes) > 0
	return marks{
		user: hasScope && p.subject != markedApp,
		app: !hasScope && p.subject != markedUser && !t.has("nonce") && t.ClientID != "" && (len(t.Roles) > 0 || p.rolesMissed) &&
			t.ObjectID != "" && t.ObjectID == t.Subject,
	}
}
