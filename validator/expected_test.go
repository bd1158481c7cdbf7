// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

// The access token and at_hash of OpenID Connect Core appendix A.3, and the
// code and c_hash of A.4.
const (
	oidcAccessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
	oidcATHash      = "77QmUPtjPfzWtF2AnpK9RQ"
	oidcCode        = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
	oidcCHash       = "LDktKdoQak3Pk0cnXxCltA"
)

func TestExpected(t *testing.T) {
	key := keysOf(t).userFlow
	v := staticIDTokens(t, webClient, nil)
	nonce := func(n string) validator.Expected { return validator.Expected{Nonce: n} }
	access, code := validator.Expected{AccessToken: oidcAccessToken}, validator.Expected{Code: oidcCode}
	age := func(d time.Duration) validator.Expected { return validator.Expected{MaxAge: d} }
	signedIn := func(at string) []mod { return []mod{set("auth_time", at)} }
	all := validator.Expected{Nonce: "n-7f3a", AccessToken: oidcAccessToken, Code: oidcCode, MaxAge: time.Hour}
	atHash, cHash := add("at_hash", quoted(oidcATHash)), add("c_hash", quoted(oidcCHash))
	for _, tc := range []struct {
		name  string
		mods  []mod
		want  validator.Expected
		fails validator.Reason
		text  string // part of the error
	}{
		{"nothing expected", nil, validator.Expected{}, "", ""},
		{"all of it", []mod{atHash, cHash}, all, "", ""},
		{"all of it, no hashes", nil, all, "", ""},

		{"nonce", nil, nonce("n-7f3a"), "", ""},
		{"escaped nonce", []mod{set("nonce", `"\u006e-7f3a"`)}, nonce("n-7f3a"), "", ""},
		{"other nonce", nil, nonce("n-7f3b"), validator.ErrNonce, "two tabs"},
		{"nonce in other case", nil, nonce("N-7F3A"), validator.ErrNonce, "a replay"},
		{"part of the nonce", nil, nonce("n-7f3"), validator.ErrNonce, "an attack"},
		{"no nonce", []mod{drop("nonce")}, nonce("n-7f3a"), validator.ErrNonce, "has no nonce"},
		{"empty nonce", []mod{set("nonce", `""`)}, nonce("n-7f3a"), validator.ErrNonce, "another sign-in"},
		{"nonce is a number", []mod{set("nonce", "1")}, nonce("1"), validator.ErrNonce, "another sign-in"},
		{"nonce is null", []mod{set("nonce", "null")}, nonce("null"), validator.ErrNonce, "another sign-in"},
		{"no nonce on either side", []mod{drop("nonce")}, nonce(""), "", ""},

		{"at_hash", []mod{atHash}, access, "", ""},
		{"no at_hash", nil, access, "", ""},
		{"at_hash of another token", []mod{atHash}, validator.Expected{AccessToken: oidcAccessToken + "x"}, validator.ErrHash, "at_hash does not fit the access token"},
		{"c_hash as at_hash", []mod{add("at_hash", quoted(oidcCHash))}, access, validator.ErrHash, "at_hash"},
		{"at_hash cut off", []mod{add("at_hash", quoted(oidcATHash[:20]))}, access, validator.ErrHash, "at_hash"},
		{"at_hash with padding", []mod{add("at_hash", quoted(oidcATHash+"=="))}, access, validator.ErrHash, "at_hash"},
		{"at_hash is empty", []mod{add("at_hash", `""`)}, access, validator.ErrHash, "at_hash"},
		{"at_hash is a number", []mod{add("at_hash", "1")}, access, validator.ErrHash, "at_hash is not a string"},
		{"at_hash is null", []mod{add("at_hash", "null")}, access, validator.ErrHash, "at_hash is not a string"},
		{"at_hash is an array", []mod{add("at_hash", "["+quoted(oidcATHash)+"]")}, access, validator.ErrHash, "at_hash is not a string"},
		{"at_hash without an access token", []mod{atHash}, code, "", ""},

		{"c_hash", []mod{cHash}, code, "", ""},
		{"no c_hash", nil, code, "", ""},
		{"c_hash of another code", []mod{cHash}, validator.Expected{Code: oidcCode + "x"}, validator.ErrHash, "c_hash does not fit the code"},
		{"c_hash is a number", []mod{add("c_hash", "1")}, code, validator.ErrHash, "c_hash is not a string"},
		{"c_hash without a code", []mod{cHash}, access, "", ""},

		// It is 1750000060, and the leeway 60 seconds.
		{"signed in just now", nil, age(time.Minute), "", ""},
		{"signed in long ago", signedIn("1749996400"), age(time.Hour), "", ""},
		{"signed in a second too long ago", signedIn("1749996399"), age(time.Hour), validator.ErrSignInTooOld, "the user signed in 1h1m1s ago; at most 1h0m0s is needed"},
		{"the longest limit there is", signedIn("0"), age(math.MaxInt64), "", ""},
		{"a limit without its unit", nil, age(90), validator.ErrSignInTooOld, "Expected.MaxAge: 90 has lost its unit; want 90*time.Second"},
		{"no auth_time", []mod{drop("auth_time")}, age(time.Hour), validator.ErrSignInTooOld, "does not say when"},
		{"auth_time is zero", signedIn("0"), age(time.Hour), validator.ErrSignInTooOld, "ago"},
		{"no auth_time, and none expected", []mod{drop("auth_time")}, age(0), "", ""},
		{"as recently as can be", nil, age(-1), "", ""},
		{"less recently", signedIn("1749999999"), age(-1), validator.ErrSignInTooOld, "1m1s ago"},
	} {
		token, err := v.Validate(t.Context(), signToken(key, headerOf(key), idPayload(tc.mods...)), tc.want)
		if tc.fails == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
			continue
		}
		wantIDReason(t, tc.name, err, tc.fails)
		if token != nil || err != nil && !strings.Contains(err.Error(), tc.text) {
			t.Errorf("%s: got %v, %v; want an error with %q", tc.name, token, err, tc.text)
		}
		for _, secret := range []string{"n-7f3", oidcAccessToken, oidcATHash, oidcCode, oidcCHash} {
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error quotes %q: %v", tc.name, secret, err)
			}
		}
	}
}

// The error of a sign-in that is too old tells how old it may be.
func TestExpectedMaxAgeError(t *testing.T) {
	key := keysOf(t).userFlow
	v := staticIDTokens(t, webClient, &validator.IDTokenOptions{Leeway: -1})
	_, err := v.Validate(t.Context(), signToken(key, headerOf(key), idPayload()), validator.Expected{MaxAge: 59 * time.Second})
	e, ok := errors.AsType[*validator.Error](err)
	if !ok || e.MaxAge != 59*time.Second || e.Claim != "auth_time" || e.Reason.Kind() != validator.InsufficientAuthentication {
		t.Errorf("got %#v", err)
	}
}

// What a token is validated for comes last: a token that is bad is bad, whatever
// was expected.
func TestExpectedComesLast(t *testing.T) {
	key := keysOf(t).userFlow
	v := staticIDTokens(t, webClient, nil)
	for name, tc := range map[string]struct {
		payload string
		want    validator.Reason
	}{
		"other flow":   {idPayload(set("tfp", `"B2C_1_reset"`)), validator.ErrFlow},
		"other app":    {idPayload(set("aud", quoted(daemonClient))), validator.ErrAudience},
		"access token": {idPayload(add("scp", `"a"`)), validator.ErrNotIDToken},
	} {
		_, err := v.Validate(t.Context(), signToken(key, headerOf(key), tc.payload), validator.Expected{Nonce: "other"})
		wantIDReason(t, name, err, tc.want)
	}
}

func TestPrintedExpectedShowsNoSecret(t *testing.T) {
	w := validator.Expected{Nonce: "n-secret", AccessToken: "at-secret", Code: "c-secret", MaxAge: time.Minute}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "value", w, "pointer", &w)
	for _, text := range []string{log.String(), fmt.Sprint(w), fmt.Sprintf("%+v", &w), fmt.Sprintf("%#v", w)} {
		if strings.Contains(text, "secret") || !strings.Contains(text, "expected: nonce, access token, code, max age 1m0s") {
			t.Errorf("got %s", text)
		}
	}
}
