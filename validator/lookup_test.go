// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// away is an error with the method that tells an outage, as guard.Refusal has.
type away struct {
	after time.Duration
	ok    bool
	err   error
}

func (a *away) Error() string                      { return "away" }
func (a *away) Unavailable() (time.Duration, bool) { return a.after, a.ok }
func (a *away) Unwrap() error                      { return a.err }

// alike is an error that says by a method Is what it is like.
type alike struct{ error }

func (a alike) Error() string        { return "alike" }
func (a alike) Is(target error) bool { return target == a.error }

// wantError fails unless err is of the reason and tells when to try again.
func wantError(tb testing.TB, what string, err error, want validator.Reason, retryAfter time.Duration) {
	tb.Helper()
	e, ok := errors.AsType[*validator.Error](err)
	if !ok || e.Reason != want || e.RetryAfter != retryAfter {
		tb.Errorf("%s: got %v, want %s with RetryAfter %v", what, err, want, retryAfter)
	}
}

// An error that tells of an outage is no refusal, wherever it stands in the
// tree of what the application's function returned.
func TestOutages(t *testing.T) {
	token := claimsToken(t, `{"scp":"a"}`)
	down := &validator.Error{Reason: validator.ErrUnavailable, RetryAfter: 3 * time.Second}
	for _, tc := range []struct {
		name   string
		err    error
		outage bool
		after  time.Duration
	}{
		{"plain", io.EOF, false, 0},
		{"context.Canceled", context.Canceled, true, 0},
		{"context.DeadlineExceeded", fmt.Errorf("query: %w", context.DeadlineExceeded), true, 0},
		{"something like a deadline", fmt.Errorf("read: %w", alike{context.DeadlineExceeded}), true, 0},
		{"something like unavailable keys", alike{validator.ErrUnavailable}, true, 0},
		{"a name that does not resolve", &net.DNSError{Err: "no such host"}, false, 0}, // may be the user's
		{"ErrUnavailable", validator.ErrUnavailable, true, 0},
		{"ErrUndecided, wrapped", fmt.Errorf("inner: %w", validator.ErrUndecided), true, 0},
		{"another reason", validator.ErrExpired, false, 0},
		{"an Error of kind Unavailable", down, true, 3 * time.Second},
		{"an Error of kind Unavailable, wrapped", fmt.Errorf("ask the other API: %w", down), true, 3 * time.Second},
		{"an Error of another class", &validator.Error{Reason: validator.ErrAudience, RetryAfter: time.Second}, false, 0},
		{"keys", &jwks.UnavailableError{RetryAfter: 2 * time.Second, Err: io.EOF}, true, 2 * time.Second},
		{"method Unavailable", &away{after: 5 * time.Second, ok: true}, true, 5 * time.Second},
		{"method Unavailable, no", &away{after: 5 * time.Second}, false, 0},
		{"method Unavailable, wrapped", fmt.Errorf("x: %w", &away{ok: true}), true, 0},
		{"a no around an outage", &away{err: down}, true, 3 * time.Second},
		{"behind another in a joined error", errors.Join(io.EOF, &away{}, fmt.Errorf("x: %w", &away{after: time.Minute, ok: true})), true, time.Minute},
		{"an ended context and a time", errors.Join(context.Canceled, down), true, 3 * time.Second},
		{"two times", errors.Join(down, &away{after: 4 * time.Second, ok: true}), true, 4 * time.Second},
	} {
		want := validator.ErrRefused
		if tc.outage {
			want = validator.ErrUndecided
		}
		err := validator.Func("may come", func(*validator.Token) error { return tc.err }).Check(t.Context(), token)
		wantError(t, "Func, "+tc.name, err, want, tc.after)
		if !errors.Is(err, tc.err) || !strings.Contains(err.Error(), "may come: ") {
			t.Errorf("Func, %s: got %v, want the name and the error in it", tc.name, err)
		}
		// A look-up's error is never a no.
		for _, ok := range []bool{false, true} {
			err := validator.Lookup("may come", func(context.Context, *validator.Token) (bool, error) { return ok, tc.err }).Check(t.Context(), token)
			wantError(t, "Lookup, "+tc.name, err, validator.ErrUndecided, tc.after)
			if !errors.Is(err, tc.err) || !strings.HasPrefix(err.Error(), "token not validated: undecided: may come: ") {
				t.Errorf("Lookup, %s: got %v, want the name and the error in it", tc.name, err)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	token := claimsToken(t, `{"oid":"ada"}`)
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "value")
	answer := func(ok bool) validator.Requirement {
		return validator.Lookup("user is not blocked", func(ctx context.Context, got *validator.Token) (bool, error) {
			if ctx.Value(key{}) != "value" || got == token || !sameToken(t, got, token) {
				return false, errors.New("another context or token")
			}
			return ok, nil
		})
	}
	if err := answer(true).Check(ctx, token); err != nil {
		t.Error(err)
	}
	err := answer(false).Check(ctx, token)
	wantReason(t, "no", err, validator.ErrRefused)
	if got, want := err.Error(), "token refused: refused: user is not blocked"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// The context reaches the function through combinations.
	if err := validator.AllOf(validator.AnyOf(validator.Role("x"), answer(true)), answer(true)).Check(ctx, token); err != nil {
		t.Error(err)
	}
}

// A nil context is a mistake that must not become a panic in somebody's driver.
func TestNilContext(t *testing.T) {
	var none context.Context
	r := validator.Lookup("x", func(ctx context.Context, _ *validator.Token) (bool, error) { return ctx.Err() == nil, nil })
	if err := validator.AllOf(r, validator.AnyOf(r)).Check(none, claimsToken(t, `{}`)); err != nil {
		t.Error(err)
	}
	key := keysOf(t).userFlow
	v := staticValidator(t, &validator.Options{Requirements: []validator.Requirement{r}})
	if _, err := v.Validate(none, signToken(key, headerOf(key), payloadOf())); err != nil {
		t.Error(err)
	}
	stranger := keysOf(t).stranger
	_, err := v.Validate(none, signToken(stranger, headerOf(stranger), payloadOf()))
	wantReason(t, "unknown key", err, validator.ErrUnknownKey)
}

// Satisfied comes before undecided, and that before refused, in whatever order
// alternatives stand; all parts are asked in order up to the first that fails.
func TestUndecidedInCombinations(t *testing.T) {
	const yes, no, away = "yes", "no", "away"
	requirement := map[string]validator.Requirement{
		yes:  validator.Lookup(yes, func(context.Context, *validator.Token) (bool, error) { return true, nil }),
		no:   validator.Lookup(no, func(context.Context, *validator.Token) (bool, error) { return false, nil }),
		away: validator.Lookup(away, func(context.Context, *validator.Token) (bool, error) { return false, io.EOF }),
	}
	result := func(err error) string {
		switch {
		case err == nil:
			return yes
		case errors.Is(err, validator.ErrUndecided):
			return away
		case errors.Is(err, validator.ErrRefused):
			return no
		}
		return err.Error()
	}
	all := []string{yes, no, away}
	for _, a := range all {
		for _, b := range all {
			for _, c := range all {
				parts, first, best := []string{a, b, c}, yes, no
				for _, p := range parts {
					if first == yes {
						first = p
					}
					if p == yes || p == away && best == no {
						best = p
					}
				}
				reqs := []validator.Requirement{requirement[a], requirement[b], requirement[c]}
				token := claimsToken(t, `{}`)
				if got := result(validator.AnyOf(reqs...).Check(t.Context(), token)); got != best {
					t.Errorf("AnyOf %v: got %s, want %s", parts, got, best)
				}
				if got := result(validator.AllOf(reqs...).Check(t.Context(), token)); got != first {
					t.Errorf("AllOf %v: got %s, want %s", parts, got, first)
				}
				if got := result(validator.AllOf(validator.AnyOf(reqs...), requirement[yes]).Check(t.Context(), token)); got != best {
					t.Errorf("AnyOf %v within AllOf: got %s, want %s", parts, got, best)
				}
			}
		}
	}
	// Of several that are undecided it is the first.
	other := validator.Func("other", func(*validator.Token) error { return context.Canceled })
	err := validator.AnyOf(requirement[no], other, requirement[away]).Check(t.Context(), claimsToken(t, `{}`))
	if e, _ := errors.AsType[*validator.Error](err); e == nil || e.Detail != "other" || !errors.Is(err, context.Canceled) {
		t.Errorf("two undecided: got %v, want the first", err)
	}
	// Undecided beside refusals of all classes, which name scopes or an age.
	for name, other := range map[string]validator.Requirement{
		"scope": validator.Scope("a"), "sign-in": validator.SignedInWithin(time.Hour), "role": validator.Role("r"),
	} {
		for _, r := range []validator.Requirement{validator.AnyOf(other, requirement[away]), validator.AnyOf(requirement[away], other)} {
			e, _ := errors.AsType[*validator.Error](r.Check(t.Context(), claimsToken(t, `{}`)))
			if e == nil || e.Reason != validator.ErrUndecided || e.Scopes != nil || e.MaxAge != 0 {
				t.Errorf("%s: got %+v, want undecided and nothing of the other", name, e)
			}
		}
	}
}

// Options.Requirements are checked like those of a route, with the caller's
// context.
func TestLookupOfTheValidator(t *testing.T) {
	key := keysOf(t).userFlow
	raw := signToken(key, headerOf(key), payloadOf())
	v := staticValidator(t, &validator.Options{Requirements: []validator.Requirement{
		validator.Lookup("directory", func(ctx context.Context, _ *validator.Token) (bool, error) { return true, ctx.Err() }),
	}})
	if _, err := v.Validate(t.Context(), raw); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	token, err := v.Validate(ctx, raw)
	wantReason(t, "ended context", err, validator.ErrUndecided)
	if token != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v; want the cause kept and no token", token, err)
	}
}

// A panic is the application's own, and goes through.
func TestPanicsGoThrough(t *testing.T) {
	for name, r := range map[string]validator.Requirement{
		"Func":   validator.Func("x", func(*validator.Token) error { panic("mine") }),
		"Lookup": validator.Lookup("x", func(context.Context, *validator.Token) (bool, error) { panic("mine") }),
	} {
		func() {
			defer func() {
				if got := recover(); got != "mine" {
					t.Errorf("%s: recovered %v, want the application's panic", name, got)
				}
			}()
			_ = validator.AnyOf(r, validator.AllOf(r)).Check(t.Context(), claimsToken(t, `{}`))
		}()
	}
}
