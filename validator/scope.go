// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// Scope asks for all of the named scopes, by the short names that B2C puts
// into scp: "tasks.read", not "https://contoso.onmicrosoft.com/tasks/tasks.read".
// In B2C a daemon's app roles arrive as scopes too.
func Scope(names ...string) Requirement {
	names = slices.Clone(names)
	return scopeRequirement("Scope", names, func(t *Token) bool {
		return !slices.ContainsFunc(names, func(s string) bool { return !t.HasScope(s) })
	}, "the token lacks a scope; needed are all of ")
}

// AnyScope asks for at least one of the named scopes.
func AnyScope(names ...string) Requirement {
	names = slices.Clone(names)
	return scopeRequirement("AnyScope", names, func(t *Token) bool {
		return slices.ContainsFunc(names, t.HasScope)
	}, "the token lacks a scope; needed is one of ")
}

func scopeRequirement(fn string, names []string, ok func(*Token) bool, text string) Requirement {
	if err := checkNames(fn, names, checkScope); err != nil {
		return Requirement{err: err}
	}
	check := func(_ context.Context, t *Token) *Error {
		if ok(t) {
			return nil
		}
		e := refuse(ErrScopeRequired, "scp", "%s%s; it has %s",
			text, strings.Join(names, " "), foreign.Quote(strings.Join(t.Scopes, " ")))
		e.Scopes = slices.Clone(names)
		return e
	}
	return Requirement{text: call(fn, names), scopes: names, check: check, obstacle: func(i issuance) *obstacle {
		if i.subject != ofApp || !isMicrosofts(i.authority.Kind()) {
			return nil
		}
		return &obstacle{call(fn, names), "an app's own token of " + nameOf(i.authority.Kind()) + " has roles, and no scp"}
	}}
}

// Role asks for all of the named app roles in the roles claim, which External
// ID and Entra ID issue, to users and to apps, and B2C does not, see [Token.Roles].
// Beside [Delegated] or [AppOnly] it is a user's or an app's.
func Role(names ...string) Requirement {
	names = slices.Clone(names)
	return roleRequirement("Role", names, func(t *Token) bool {
		return !slices.ContainsFunc(names, func(s string) bool { return !t.HasRole(s) })
	}, "the token lacks a role; needed are all of ")
}

// AnyRole asks for at least one of the named app roles.
func AnyRole(names ...string) Requirement {
	names = slices.Clone(names)
	return roleRequirement("AnyRole", names, func(t *Token) bool {
		return slices.ContainsFunc(names, t.HasRole)
	}, "the token lacks a role; needed is one of ")
}

func roleRequirement(fn string, names []string, ok func(*Token) bool, text string) Requirement {
	if err := checkNames(fn, names, checkText); err != nil {
		return Requirement{err: err}
	}
	check := func(_ context.Context, t *Token) *Error {
		if ok(t) {
			return nil
		}
		e := refuse(ErrRoleRequired, "roles", "%s%s", text, list(names))
		switch t.Authority.Kind() {
		case authority.AzureADB2C:
			e.Detail += "; " + whyNoRoles(t)
		case authority.OpenIDConnect:
			e.Detail += "; " + noRolesOfOthers
		default:
		}
		return e
	}
	return Requirement{text: call(fn, names), check: check, obstacle: func(i issuance) *obstacle {
		switch i.authority.Kind() {
		case authority.EntraExternalID, authority.EntraID:
			return nil
		case authority.OpenIDConnect:
			return &obstacle{call(fn, names), noRolesOfOthers}
		default:
		}
		return &obstacle{call(fn, names), "B2C issues no roles claim; ask for a daemon's app roles, which are in scp, with Scope, and for what a policy puts into roles with Claim(\"roles\", …)"}
	}}
}

const noRolesOfOthers = "no standard has a roles claim, and what a provider writes there is its own affair: ask for it with Claim(\"roles\", …), if users can't edit it"

// whyNoRoles tells why a B2C token has no roles, though it may have a claim of
// that name.
func whyNoRoles(t *Token) string {
	if _, ok := t.claims.claim("roles"); ok {
		return `the roles claim of this token is its policy's own, since B2C issues none: ask for it with Claim("roles", …), if users can't edit it`
	}
	return "B2C issues no roles claim, a daemon's app roles are in scp: ask for them with Scope"
}

// ScopeOrRole asks for the scope or the app role, for routes that users call
// by a scope and daemons by a role. The role is looked for where the product
// puts a daemon's. In External ID and Entra ID that is the roles claim of an app's own
// token ([AppOnly]): a user may be given the same role, and does not pass by it, since
// that says nothing of what the client was permitted to do for the user. In B2C both
// are scopes, and nothing documented tells them apart, so a user's token that has the
// role among its scopes passes. Other providers document no roles, so there the scope
// alone counts. Where users may come by a role of theirs, ask for AnyOf(Scope(scope),
// Role(role)).
func ScopeOrRole(scope, role string) Requirement { return AnyOf(Scope(scope), appRole(role)) }

func appRole(name string) Requirement {
	r := Role(name)
	inRoles := r.check
	r.check = func(ctx context.Context, t *Token) *Error {
		switch kind := t.Authority.Kind(); {
		case kind == authority.AzureADB2C && t.HasScope(name):
			return nil
		case isMicrosofts(kind) && t.HasRole(name) && !t.isApps():
			return refuse(ErrRoleRequired, "roles", "the role %q is a user's here, and only an app's own counts", name)
		}
		return inRoles(ctx, t)
	}
	r.ofSubject = true
	r.obstacle = func(i issuance) *obstacle {
		part := call("Role", []string{name})
		switch kind := i.authority.Kind(); {
		case kind == authority.OpenIDConnect:
			return &obstacle{part, noRolesOfOthers}
		case isMicrosofts(kind) && i.subject == ofUser:
			return &obstacle{part, "a user's role does not stand for an app's"}
		}
		return nil
	}
	return r
}

// checkScope holds a scope to RFC 6749 section 3.3 and to B2C's short names.
func checkScope(s string) error {
	if s == "" {
		return errors.New("empty")
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return errors.New("not one scope: name each scope by an argument of its own")
		}
	}
	if s == ".default" || strings.HasSuffix(s, "/.default") {
		return errors.New(".default is what a client asks for, not what a token has; name the scope, such as tasks.read")
	}
	if i := strings.LastIndexByte(s, '/'); strings.Contains(s, "://") {
		return fmt.Errorf("B2C puts the short name into scp: want %q", s[i+1:])
	}
	return nil
}
