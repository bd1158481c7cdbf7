// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

var errDatabase = errors.New("database is down")

func TestReasonsAndCauses(t *testing.T) {
	expired := &validator.Error{Reason: validator.ErrExpired, Detail: "exp was an hour ago"}
	for _, c := range []struct {
		name   string
		err    error // of the validator
		req    *http.Request
		status int
		reason string
		is     []error
	}{
		{"none", nil, get(), 401, "no_credential", []error{guard.ErrNoCredential}},
		{"malformed", nil, get("Bearer"), 400, "malformed_credential", []error{guard.ErrMalformedCredential}},
		{"several", nil, get("Bearer a", "Bearer b"), 400, "several_credentials", []error{guard.ErrSeveralCredentials}},
		{"validator.Error", expired, get("Bearer a"), 401, "expired", []error{validator.ErrExpired, expired}},
		{"wrapped", fmt.Errorf("cache: %w", expired), get("Bearer a"), 401, "expired", []error{validator.ErrExpired, expired}},
		{"joined", errors.Join(errDatabase, expired), get("Bearer a"), 401, "expired", []error{validator.ErrExpired, errDatabase}},
		{"bare reason", validator.ErrUnavailable, get("Bearer a"), 503, "keys_unavailable", []error{validator.ErrUnavailable}},
		{"unknown", errDatabase, get("Bearer a"), 503, "not_validated", []error{guard.ErrNotValidated, errDatabase}},
		{"canceled", context.Canceled, get("Bearer a"), 503, "not_validated", []error{guard.ErrNotValidated, context.Canceled}},
		{"deadline", fmt.Errorf("get: %w", context.DeadlineExceeded), get("Bearer a"), 503, "not_validated", []error{context.DeadlineExceeded}},
		{"unavailable by context", &validator.Error{Reason: validator.ErrUnavailable, Err: context.Canceled}, get("Bearer a"), 503, "keys_unavailable", []error{context.Canceled}},
		{"made-up reason", validator.Reason("revoked"), get("Bearer a"), 401, "revoked", []error{validator.Reason("revoked")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			refusal := refuse(t, guard.New(fail(c.err), quiet()).Rule(), c.req)
			if refusal.Status != c.status || refusal.Reason() != c.reason {
				t.Errorf("got %d %s, want %d %s", refusal.Status, refusal.Reason(), c.status, c.reason)
			}
			if got := refusal.Err.Error(); !strings.Contains(got, c.reason) {
				t.Errorf("cause: got %q, want the reason in it", got)
			}
			for _, is := range c.is {
				if !errors.Is(refusal, is) {
					t.Errorf("errors.Is(refusal, %v): got false, want true", is)
				}
			}
		})
	}
}

func TestDetail(t *testing.T) {
	inner := &validator.Error{Reason: validator.ErrUnavailable, Detail: "no keys", Err: errDatabase}
	for want, refusal := range map[string]*guard.Refusal{
		"":                          {},
		"no keys":                   {Err: &validator.Error{Reason: validator.ErrUnavailable, Detail: "no keys"}},
		"no keys: database is down": {Err: inner},
		"cache: token not validated: keys_unavailable: no keys: database is down": {Err: fmt.Errorf("cache: %w", inner)},
		"there is no verdict: database is down":                                   refuse(t, guard.New(fail(errDatabase), quiet()).Rule(), get("Bearer a")),
		`a\nb`:                                                                    {Err: errors.New("a\nb")},
	} {
		if got := refusal.Detail(); got != want {
			t.Errorf("got detail %q, want %q", got, want)
		}
	}
}

func TestRequirementTellsWhoWasRefused(t *testing.T) {
	rule := guard.New(validateFunc(accept), quiet()).Rule(validator.Scope("tasks.write"))
	refusal := refuse(t, rule, get("Bearer a"))
	if refusal.Token == nil || refusal.Token.ObjectID != "ada" {
		t.Errorf("Token: got %v, want ada's", refusal.Token)
	}
	if got, want := strings.Join(refusal.Scopes, " "), "tasks.write"; got != want {
		t.Errorf("Scopes: got %q, want %q", got, want)
	}
	if r := refuse(t, guard.New(fail(validator.ErrExpired), quiet()).Rule(), get("Bearer a")); r.Token != nil {
		t.Errorf("Token of a refused token: got %v, want nil", r.Token)
	}
}

// An application's requirement can't pass for another answer than 403.
func TestOwnFunctionDecidesNoAnswer(t *testing.T) {
	g := guard.New(validateFunc(accept), quiet())
	for _, err := range []error{
		&guard.Refusal{Status: 200}, &validator.Error{Reason: validator.ErrExpired}, refuse(t, g.Rule(), get()),
	} {
		rule := g.Rule(validator.Func("own", func(*validator.Token) error { return err }))
		if r := refuse(t, rule, get("Bearer a")); r.Status != 403 || r.Reason() != "refused" {
			t.Errorf("function returns %v: got %d %s, want 403 refused", err, r.Status, r.Reason())
		}
	}
}

func TestUnavailable(t *testing.T) {
	rule := guard.New(validateFunc(accept), quiet()).Rule()
	later := &validator.Error{Reason: validator.ErrUnavailable, RetryAfter: 3 * time.Second}
	for _, c := range []struct {
		name string
		err  error
		want time.Duration // -1 if there was a verdict
	}{
		{"keys", later, 3 * time.Second},
		{"wrapped", fmt.Errorf("cache: %w", later), 3 * time.Second},
		{"bare reason", validator.ErrUnavailable, 0},
		{"unknown", errDatabase, 0},
		{"unknown, with a time", fmt.Errorf("orders: %w", busy(2*time.Second)), 2 * time.Second},
		{"own", &guard.Refusal{Status: 503, RetryAfter: time.Minute}, time.Minute},
		{"refused", validator.ErrExpired, -1},
		{"forbidden", validator.ErrScopeRequired, -1},
		{"own without status", &guard.Refusal{RetryAfter: time.Minute}, -1},
		{"no verdict", nil, -1},
	} {
		refusal := rule.Report(get(), c.err)
		got, ok := refusal.Unavailable()
		if !ok {
			got = -1
		}
		if got != c.want {
			t.Errorf("%s: got %v, %v, want %v (-1: a verdict)", c.name, got, ok, c.want)
		}
		if ok != (refusal.Status == http.StatusServiceUnavailable) {
			t.Errorf("%s: got unavailable %v with status %d", c.name, ok, refusal.Status)
		}
	}
}

// busy is an error that tells when to try again.
type busy time.Duration

func (busy) Error() string                        { return "busy" }
func (b busy) Unavailable() (time.Duration, bool) { return time.Duration(b), true }

func TestDeny(t *testing.T) {
	rule := guard.New(validateFunc(accept), quiet()).Rule()
	validatorError := &validator.Error{Reason: validator.ErrExpired}
	teapot := &guard.Refusal{Status: 403, Code: "insufficient_scope", Description: "No tea.", Scopes: []string{"tea"}}
	for _, c := range []struct {
		name      string
		err       error
		status    int
		challenge string
		detail    string
	}{
		{"nil", nil, 500, "", "The request could not be checked."},
		{"unknown", errDatabase, 503, "", "The request could not be checked. Try again later."},
		{"requirement", validator.Scope("a").Check(t.Context(), &validator.Token{}), 403, `Bearer realm="api", error="insufficient_scope", error_description="The access token does not permit this request.", scope="a"`, "The access token does not permit this request."},
		{"own", teapot, 403, `Bearer realm="api", error="insufficient_scope", error_description="No tea.", scope="tea"`, "No tea."},
		{"wrapped", fmt.Errorf("kitchen: %w", teapot), 403, `Bearer realm="api", error="insufficient_scope", error_description="No tea.", scope="tea"`, "No tea."},
		{"wrapped, with a refused token as its cause", fmt.Errorf("kitchen: %w", &guard.Refusal{Status: 404, Description: "No.", Err: validatorError}), 404, "", "No."},
		{"the other way round", &validator.Error{Reason: validator.ErrRefused, Err: &guard.Refusal{Status: 404, Err: validatorError}}, 403, `Bearer realm="api", error="insufficient_scope", error_description="The access token does not permit this request."`, "The access token does not permit this request."},
		{"own with a success", &guard.Refusal{Status: 200}, 500, "", ""},
		{"own, empty", &guard.Refusal{}, 500, "", ""},
		{"own without code", &guard.Refusal{Status: 404, Description: "No."}, 404, "", "No."},
		{"own 503 with code", &guard.Refusal{Status: 503, Code: "invalid_token"}, 503, "", ""},
		{"scopes of a refused token", &validator.Error{Reason: validator.ErrExpired, Scopes: []string{"a"}}, 401, `Bearer realm="api", error="invalid_token", error_description="The access token is not valid for this resource."`, "The access token is not valid for this resource."},
		{"own 401 without code", &guard.Refusal{Status: 401}, 401, `Bearer realm="api"`, ""},
		{"own that needs escapes", &guard.Refusal{Status: 403, Code: "x\"y", Description: "a\r\nb", Scopes: []string{"ä"}}, 403, `Bearer realm="api"`, "a\r\nb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := httptest.NewRecorder()
			rule.Deny(rec, get(), c.err)
			var problem struct {
				Status int
				Detail string
			}
			if err := json.Unmarshal(rec.Body.Bytes(), &problem); err != nil {
				t.Fatalf("body %q: %v", rec.Body, err)
			}
			if rec.Code != c.status || problem.Status != c.status {
				t.Errorf("status: got %d and %d in the body, want %d", rec.Code, problem.Status, c.status)
			}
			if got := rec.Header().Get("WWW-Authenticate"); got != c.challenge {
				t.Errorf("challenge: got %q, want %q", got, c.challenge)
			}
			if problem.Detail != c.detail {
				t.Errorf("detail: got %q, want %q", problem.Detail, c.detail)
			}
		})
	}
}

// One Refusal of an application's own may serve several guards.
func TestOwnRefusalIsNotChanged(t *testing.T) {
	own := &guard.Refusal{Status: 401}
	for _, realm := range []string{"one", "two"} {
		opts := quiet()
		opts.Realm = realm
		rec := httptest.NewRecorder()
		guard.New(validateFunc(accept), opts).Rule().Deny(rec, get(), own)
		if got, want := rec.Header().Get("WWW-Authenticate"), `Bearer realm="`+realm+`"`; got != want {
			t.Errorf("got challenge %q, want %q", got, want)
		}
	}
}

func TestRetryAfterIsWholeSecondsRoundedUp(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "1", 0: "1", time.Nanosecond: "1", time.Second: "1", time.Second + 1: "2", 1999 * time.Millisecond: "2", time.Hour: "3600",
	} {
		h := http.Header{}
		refuse(t, guard.New(fail(&validator.Error{Reason: validator.ErrUnavailable, RetryAfter: d}), quiet()).Rule(), get("Bearer a")).SetHeader(h)
		if got := h.Get("Retry-After"); got != want {
			t.Errorf("RetryAfter %v: got Retry-After %q, want %q", d, got, want)
		}
	}
}

func TestMaxAgeIsWholeSecondsRoundedDown(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "", time.Second: `, max_age="1"`, 1999 * time.Millisecond: `, max_age="1"`, 5 * time.Minute: `, max_age="300"`,
	} {
		h := http.Header{}
		refuse(t, guard.New(fail(&validator.Error{Reason: validator.ErrSignInTooOld, MaxAge: d}), quiet()).Rule(), get("Bearer a")).SetHeader(h)
		_, got, _ := strings.Cut(h.Get("WWW-Authenticate"), `required."`)
		if got != want {
			t.Errorf("MaxAge %v: got %q at the end of the challenge, want %q", d, got, want)
		}
	}
}

// What a framework's error flow may show to clients holds no cause.
func TestRefusalMakesNothingPublic(t *testing.T) {
	const secret = "operators-only"
	cause := &validator.Error{Reason: validator.ErrAudience, Detail: secret}
	refusal := refuse(t, guard.New(fail(cause), quiet()).Rule(), get("Bearer a"))
	body, err := json.Marshal(refusal)
	if err != nil {
		t.Fatal(err)
	}
	public := fmt.Sprintf("%v %s %q %+v %s", refusal, refusal, refusal, refusal, body)
	for _, leak := range []string{secret, "audience"} {
		if strings.Contains(public, leak) {
			t.Errorf("got %q in %s, want it kept from clients", leak, public)
		}
	}
	bare := refuse(t, guard.New(validateFunc(accept), quiet()).Rule(), get())
	if got, want := bare.Error(), "401 Unauthorized: An access token is required."; got != want {
		t.Errorf("Error without code: got %q, want %q", got, want)
	}
	if got, want := new(guard.Refusal).Reason(), "other"; got != want {
		t.Errorf("Reason without cause: got %q, want %q", got, want)
	}
	if got, want := guard.ErrNoCredential.Error(), "no_credential"; got != want {
		t.Errorf("text of a reason: got %q, want %q", got, want)
	}
	if got, want := refusal.Error(), "401 invalid_token: The access token is not valid for this resource."; got != want {
		t.Errorf("Error: got %q, want %q", got, want)
	}
	if got := refusal.Detail(); got != secret {
		t.Errorf("Detail: got %q, want %q", got, secret)
	}
	if got := refusal.LogValue().String(); !strings.Contains(got, secret) {
		t.Errorf("LogValue: got %s, want %q in it", got, secret)
	}
}
