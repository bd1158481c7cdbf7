// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// These tests hold the guard to what it makes of the kit's own validator.

// contosos returns a validator of an emulated tenant. It logs while it fetches
// keys, too.
func contosos(t *testing.T, logger *slog.Logger, b2c *emulator.Tenant, transport http.RoundTripper) *validator.Validator {
	t.Helper()
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		t.Fatal(err)
	}
	if transport == nil {
		transport = b2c.Transport()
	}
	v, err := validator.New(tenant.Flows("B2C_1_susi"), b2c.API().ID,
		&validator.Options{Transport: transport, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// 30 expired tokens of 30 clients: each line says whose it was.
func TestExpiredTokensNameTheirHolders(t *testing.T) {
	var log bytes.Buffer
	b2c := emulator.NewTenant(nil)
	v := contosos(t, slog.New(slog.DiscardHandler), b2c, nil)
	rule := guard.New(v, &guard.Options{Logger: slog.New(rawHandler{&log}), LogUnlimited: true}).Rule()
	for i := range 30 {
		client := fmt.Sprintf("00000000-0000-4000-8000-0000000000%02d", i)
		spec := emulator.Spec{IssuedAt: time.Now().Add(-2 * time.Hour), Claims: map[string]any{"azp": client}}
		log.Reset()
		deny(rule, get(bearer(b2c, spec)))
		for _, want := range []string{"reason=expired", "client=" + client, "user=" + b2c.User().ObjectID, "flow=B2C_1_susi"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("got log %s, want %q in it", log.String(), want)
			}
		}
	}
	log.Reset()
	token := bearer(b2c, emulator.Spec{})
	forged := token[:strings.LastIndexByte(token, '.')+1] + strings.Repeat("A", 342)
	deny(rule, get(forged))
	if got := log.String(); !strings.Contains(got, "reason=signature") || strings.Contains(got, "user=") || strings.Contains(got, "client=") {
		t.Errorf("got log %s, want the signature refused and nobody named", got)
	}
}

// The caller hangs up while keys are fetched.
func TestCallerHangsUpWhileKeysAreFetched(t *testing.T) {
	var log bytes.Buffer
	b2c := emulator.NewTenant(nil)
	ctx, cancel := context.WithCancel(t.Context())
	slow := roundTrip(func(r *http.Request) (*http.Response, error) {
		cancel()
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	v := contosos(t, slog.New(slog.DiscardHandler), b2c, slow)
	rule := guard.New(v, &guard.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}).Rule()
	req := get(bearer(b2c, emulator.Spec{})).WithContext(ctx)
	rule.Deny(httptest.NewRecorder(), req, refuse(t, rule, req))
	if got, want := log.String(), "level=INFO msg=\"request refused\" status=503 reason=not_validated"; !strings.Contains(got, want) {
		t.Errorf("got log %s, want %s", got, want)
	}
}

// A caller who hangs up while a requirement asks a database is named, and no
// outage.
func TestCallerHangsUpWhileARequirementAsks(t *testing.T) {
	var log bytes.Buffer
	b2c := emulator.NewTenant(nil)
	v := contosos(t, slog.New(slog.DiscardHandler), b2c, nil)
	for _, c := range []struct {
		name string
		ask  func(ctx context.Context, hangUp func()) error
		want string
	}{
		{"hang-up", func(ctx context.Context, hangUp func()) error {
			hangUp()
			<-ctx.Done()
			return ctx.Err()
		}, "level=INFO msg=\"request refused\" status=503 reason=not_validated"},
		{"deadline of its own", func(ctx context.Context, _ func()) error {
			ctx, cancel := context.WithDeadline(ctx, time.Unix(0, 0))
			defer cancel()
			return ctx.Err()
		}, "level=WARN msg=\"request refused\" status=503 reason=undecided"},
		{"database down", func(context.Context, func()) error { return errDatabase }, "level=WARN msg=\"request refused\" status=503 reason=undecided"},
	} {
		log.Reset()
		ctx, cancel := context.WithCancel(t.Context())
		asks := validator.Lookup("blocked users", func(ctx context.Context, _ *validator.Token) (bool, error) {
			return false, c.ask(ctx, cancel)
		})
		rule := guard.New(v, &guard.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}).Rule(asks)
		deny(rule, get(bearer(b2c, emulator.Spec{})).WithContext(ctx))
		cancel()
		for _, want := range []string{c.want, "user=" + b2c.User().ObjectID, "flow=B2C_1_susi"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s: got log %s, want %s in it", c.name, log.String(), want)
			}
		}
	}
}

// What B2C never issues is found at registration, and one logger is enough.
func TestImpossibleForB2C(t *testing.T) {
	var log bytes.Buffer
	b2c := emulator.NewTenant(nil)
	g := guard.New(contosos(t, slog.New(rawHandler{&log}), b2c, nil), nil)
	for _, c := range []struct {
		name string
		reqs []validator.Requirement
		ok   bool
	}{
		{"role", []validator.Requirement{validator.Role("admin")}, false},
		{"flow that is not trusted", []validator.Requirement{validator.Flow("B2C_1_edit")}, false},
		{"behind a good one", []validator.Requirement{validator.Scope("tasks.read"), validator.Role("admin")}, false},
		{"role or scope", []validator.Requirement{validator.AnyOf(validator.Role("admin"), validator.Scope("tasks.read"))}, true},
		{"trusted flow", []validator.Requirement{validator.Flow("b2c_1_SUSI")}, true},
	} {
		if got := panicText(func() { g.Rule(c.reqs...) }); (got == "") != c.ok {
			t.Errorf("%s: got panic %q, want none: %v", c.name, got, c.ok)
		}
	}
	deny(g.Rule(), get())
	if got := log.String(); !strings.Contains(got, "reason=no_credential") {
		t.Errorf("got log %q of the validator's logger, want the guard's refusal in it", got)
	}
}

// A function that asked another guard tells its 503 on.
func TestFuncTellsAnotherGuards503(t *testing.T) {
	inner := guard.New(fail(&validator.Error{Reason: validator.ErrUnavailable, RetryAfter: 3 * time.Second}), quiet()).Rule()
	asks := validator.Func("asks another guard", func(*validator.Token) error {
		_, err := inner.Check(get("Bearer a"))
		return err
	})
	r := refuse(t, guard.New(validateFunc(accept), quiet()).Rule(asks), get("Bearer a"))
	if d, ok := r.Unavailable(); !ok || d != 3*time.Second || !errors.Is(r, validator.ErrUndecided) {
		t.Errorf("got %v, %v of %s, want 3s of undecided", d, ok, r.Reason())
	}
}
