// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// appearing is a source whose keys arrive after some looks at them.
type appearing struct {
	jwks.Source
	looks, after int
}

func (a *appearing) Current() *jwks.Set {
	if a.looks++; a.looks <= a.after {
		return nil
	}
	return a.Source.Current()
}

// A set that arrives in the middle of a validation counts as one: its
// issuer together with its keys.
func TestKeysArriveWhileATokenIsValidated(t *testing.T) {
	k := keysOf(t)
	raw := signToken(k.userFlow, headerOf(k.userFlow), payloadOf(set("tfp", `"B2C_1_edit"`), set("iss", quoted(strings.Replace(legacyIssuer, "legacy", "edit", 1)))))
	for after := range 12 {
		a := &appearing{Source: counted(t, "B2C_1_edit"), after: after}
		v, err := validator.NewFromSources([]jwks.Source{counted(t, "B2C_1_susi"), a}, contosoAPI, &validator.Options{Now: func() time.Time { return time.Unix(corpusNow, 0) }})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.Validate(t.Context(), raw); err == nil {
			t.Errorf("keys after %d looks: accepted with an issuer that the metadata does not have", after)
		} else if e, _ := errors.AsType[*validator.Error](err); e.Reason.Kind() != validator.InvalidToken {
			t.Errorf("keys after %d looks: %v", after, err)
		}
	}
}

// The error belongs to the caller; changing it changes no requirement.
func TestErrorSharesNothingWithTheRequirement(t *testing.T) {
	token := claimsToken(t, `{"scp":"x"}`)
	for name, r := range map[string]validator.Requirement{
		"Scope": validator.Scope("admin"),
		"AnyOf": validator.AnyOf(validator.Scope("admin"), validator.Role("Admin")),
	} {
		e, ok := errors.AsType[*validator.Error](r.Check(t.Context(), token))
		if !ok || len(e.Scopes) != 1 {
			t.Fatalf("%s: got %v", name, e)
		}
		e.Scopes[0] = "x"
		if err := r.Check(t.Context(), token); err == nil {
			t.Errorf("%s: passes after its error was changed", name)
		}
		if e, _ := errors.AsType[*validator.Error](r.Check(t.Context(), token)); e == nil || e.Scopes[0] != "admin" {
			t.Errorf("%s: asks for %v now, want admin", name, e)
		}
	}
}

// However a token is printed, no name, address or claim shows.
func TestPrintedTokenShowsNobody(t *testing.T) {
	token := claimsToken(t, `{"oid":"o-1","name":"Ada Example","emails":["ada@example.org"],"extension_Plan":"gold"}`)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "pointer", token, "value", *token)
	for _, text := range []string{
		log.String(), fmt.Sprint(token), fmt.Sprint(*token), fmt.Sprintf("%+v", *token), fmt.Sprintf("%#v", *token), fmt.Sprintf("%s %q", token, *token),
	} {
		if !strings.Contains(text, "o-1") {
			t.Errorf("the user's id is missing: %s", text)
		}
		for _, private := range []string{"Ada", "ada@", "gold"} {
			if strings.Contains(text, private) {
				t.Errorf("shows %q: %s", private, text)
			}
		}
	}
}

func TestClosedValidatorValidatesNothing(t *testing.T) {
	v := staticValidator(t, nil)
	k := keysOf(t)
	raw := signToken(k.userFlow, headerOf(k.userFlow), payloadOf())
	if _, err := v.Validate(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := v.Validate(t.Context(), raw)
	wantReason(t, "after Close", err, validator.ErrUnavailable)
}

// A daemon's token makes every flow of the issuer a candidate for its key. One
// of them hanging must not delay what another can answer.
func TestHangingSiblingDelaysNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		tenant := contosoTenant(t)
		v := trusting(t, overNetwork(b2c), &validator.Options{AllowMissingFlow: []string{b2c.Daemon().ID}}, tenant.Flows("B2C_1_susi", "B2C_1_edit")...)
		defer v.Close()
		if err := v.AllReady(t.Context()); err != nil {
			t.Fatal(err)
		}
		b2c.Rotate(emulator.UserFlowKeys, true)
		b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.Contains(strings.ToLower(r.URL.Path), "b2c_1_edit") {
				<-r.Context().Done()
				return
			}
			next.ServeHTTP(w, r)
		})
		start := time.Now()
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Kind: emulator.AppToken})); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %v, want no wait for the hanging flow", took)
		}
	})
}
