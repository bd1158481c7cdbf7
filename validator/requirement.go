// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
)

// Requirement is what a route asks of a verified token. Requirements are
// plain values; combine them with [AllOf] and [AnyOf]. The zero Requirement
// is invalid. A Requirement made from invalid arguments keeps the error, and
// whoever registers it reports it before the first request.
type Requirement struct {
	check  func(context.Context, *Token) *Error
	scopes []string
	err    error
}

// Err returns why the requirement can't be used, nil if it can.
func (r Requirement) Err() error {
	if r.err == nil && r.check == nil {
		return errors.New("validator: empty Requirement")
	}
	return r.err
}

// Check tells whether the token satisfies the requirement; the error is nil
// or a [*Error]. The context is for the application's own functions; nothing
// else waits.
func (r Requirement) Check(ctx context.Context, t *Token) error {
	if err := r.Err(); err != nil {
		return refuse(ErrRefused, "", "the requirement is invalid: %v", err)
	}
	if t == nil {
		return refuse(ErrRefused, "", "there is no token")
	}
	if err := r.check(ctx, t); err != nil {
		return err
	}
	return nil
}

// Scopes returns the scopes the requirement speaks of, for the challenge.
func (r Requirement) Scopes() []string { return slices.Clone(r.scopes) }

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
	return Requirement{scopes: names, check: func(_ context.Context, t *Token) *Error {
		if ok(t) {
			return nil
		}
		e := refuse(ErrScopeRequired, "scp", "%s%s; it has %s",
			text, strings.Join(names, " "), quote(strings.Join(t.Scopes, " ")))
		e.Scopes = slices.Clone(names)
		return e
	}}
}

// Role asks for all of the named app roles in the roles claim, which External
// ID issues and B2C does not, see [Token.Roles].
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
	return Requirement{check: func(_ context.Context, t *Token) *Error {
		if ok(t) {
			return nil
		}
		e := refuse(ErrRoleRequired, "roles", "%s%s", text, list(names))
		if t.Authority.Kind() == authority.AzureADB2C {
			e.Detail += "; B2C issues no roles claim, a daemon's app roles are in scp: ask for them with Scope"
		}
		return e
	}}
}

// ScopeOrRole asks for the scope or the app role, for routes that users call
// by a scope and daemons by a role. The role is looked for where the product
// puts a daemon's: in B2C among the scopes, in External ID in the roles claim.
// A user's token that has it passes too.
func ScopeOrRole(scope, role string) Requirement { return AnyOf(Scope(scope), appRole(role)) }

func appRole(name string) Requirement {
	r := Role(name)
	inRoles := r.check
	r.check = func(ctx context.Context, t *Token) *Error {
		if t.Authority.Kind() == authority.AzureADB2C && t.HasScope(name) {
			return nil
		}
		return inRoles(ctx, t)
	}
	return r
}

// Flow asks that the token come from one of the named flows, for routes that
// take fewer flows than the validator trusts. A token that names no flow
// never passes.
func Flow(names ...string) Requirement {
	if err := checkNames("Flow", names, authority.CheckFlow); err != nil {
		return Requirement{err: err}
	}
	names = slices.Clone(names)
	return Requirement{check: func(_ context.Context, t *Token) *Error {
		if slices.ContainsFunc(names, func(n string) bool { return authority.SameFlow(n, t.Flow) }) {
			return nil
		}
		if t.Flow == "" {
			return refuse(ErrFlowRequired, "tfp", "the token names no flow; needed is one of %s", list(names))
		}
		return refuse(ErrFlowRequired, "tfp", "the token is of flow %s; needed is one of %s", quote(t.Flow), list(names))
	}}
}

// Client asks that the token was issued to one of the named client ids (azp).
func Client(ids ...string) Requirement {
	if err := checkNames("Client", ids, checkGUID); err != nil {
		return Requirement{err: err}
	}
	ids = foldGUIDs(ids)
	return Requirement{check: func(_ context.Context, t *Token) *Error {
		if slices.Contains(ids, t.ClientID) {
			return nil
		}
		return refuse(ErrClientRequired, "azp", "the token was issued to client %s, which may not come here", quote(t.ClientID))
	}}
}

// SignedInWithin asks that the user signed in no longer than d ago, by the
// auth_time claim (RFC 9470). A token does not pass without auth_time, with one
// that is no number, and with one that lies in the future beyond the leeway.
func SignedInWithin(d time.Duration) Requirement {
	if d < time.Second {
		return Requirement{err: fmt.Errorf("validator: SignedInWithin(%v): want at least one second", d)}
	}
	return Requirement{check: func(_ context.Context, t *Token) *Error { return t.wallClock().checkSignIn(t.AuthTime, d, 0) }}
}

// Func asks the application's own function. Its name is for logs; what it
// returns is wrapped in the [*Error] and not shown to the client. It must be
// safe for concurrent use.
func Func(name string, check func(*Token) error) Requirement {
	if name == "" || check == nil {
		return Requirement{err: errors.New("validator: Func: want a name and a function")}
	}
	return Requirement{check: func(_ context.Context, t *Token) *Error {
		if err := check(t); err != nil {
			return &Error{Reason: ErrRefused, Detail: name, Err: err}
		}
		return nil
	}}
}

// AllOf asks for all of the requirements, in order.
func AllOf(all ...Requirement) Requirement {
	scopes, err := joined("AllOf", all)
	if err != nil {
		return Requirement{err: err}
	}
	all = slices.Clone(all)
	return Requirement{scopes: scopes, check: func(ctx context.Context, t *Token) *Error {
		for _, r := range all {
			if e := r.check(ctx, t); e != nil {
				return e
			}
		}
		return nil
	}}
}

// AnyOf asks for at least one of the requirements. If none is satisfied, the
// error is the first one's, with the scopes of all that were tried.
func AnyOf(alternatives ...Requirement) Requirement {
	scopes, err := joined("AnyOf", alternatives)
	if err != nil {
		return Requirement{err: err}
	}
	alternatives = slices.Clone(alternatives)
	return Requirement{scopes: scopes, check: func(ctx context.Context, t *Token) *Error {
		var first *Error
		for _, r := range alternatives {
			e := r.check(ctx, t)
			if e == nil {
				return nil
			}
			if first == nil {
				c := *e
				first = &c
				continue
			}
			first.Detail += "; or: " + e.Detail
		}
		if first.Reason.Class() == InsufficientScope {
			first.Scopes = slices.Clone(scopes)
		}
		return first
	}}
}

func joined(fn string, all []Requirement) (scopes []string, err error) {
	if len(all) == 0 {
		return nil, fmt.Errorf("validator: %s(): want at least one requirement", fn)
	}
	for _, r := range all {
		if err := r.Err(); err != nil {
			return nil, err
		}
		for _, s := range r.scopes {
			if !slices.Contains(scopes, s) {
				scopes = append(scopes, s)
			}
		}
	}
	return scopes, nil
}

func checkNames(fn string, names []string, check func(string) error) error {
	if len(names) == 0 {
		return fmt.Errorf("validator: %s(): want at least one name", fn)
	}
	for _, n := range names {
		if err := check(n); err != nil {
			return fmt.Errorf("validator: %s(%q): %w", fn, n, err)
		}
	}
	return nil
}

func checkText(s string) error {
	if strings.TrimSpace(s) == "" || s != strings.TrimSpace(s) {
		return errors.New("empty, or with space around it")
	}
	return nil
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
