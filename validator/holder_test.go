// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// ada is who holds the tokens of payloadOf.
var ada = validator.Holder{ClientID: webClient, UserID: "cccccccc-cccc-cccc-cccc-cccccccccccc", Flow: "B2C_1_susi"}

// holderOf returns the holder that an error names, and fails if it is no *Error.
func holderOf(tb testing.TB, what string, err error) *validator.Holder {
	tb.Helper()
	e, ok := errors.AsType[*validator.Error](err)
	if !ok {
		tb.Errorf("%s: got %v, want a *validator.Error", what, err)
		return nil
	}
	return e.Holder
}

func wantHolder(tb testing.TB, what string, err error, want validator.Holder) {
	tb.Helper()
	if got := holderOf(tb, what, err); got == nil || *got != want {
		tb.Errorf("%s: got holder %+v, want %+v: %v", what, got, want, err)
	}
}

// Every refusal after the signature held names who was refused.
func TestHolder(t *testing.T) {
	key := keysOf(t).userFlow
	const oid, sub = `"cccccccc-cccc-cccc-cccc-cccccccccccc"`, `"s-1"`
	no := validator.Lookup("no", func(context.Context, *validator.Token) (bool, error) { return false, nil })
	down := validator.Lookup("down", func(context.Context, *validator.Token) (bool, error) { return false, io.EOF })
	asking := func(r validator.Requirement) *validator.Options {
		return &validator.Options{Requirements: []validator.Requirement{r}}
	}
	with := func(client, user, flow string) validator.Holder {
		return validator.Holder{ClientID: client, UserID: user, Flow: flow}
	}
	for _, tc := range []struct {
		name string
		opts *validator.Options
		mods []mod
		want validator.Reason
		who  validator.Holder
	}{
		{"expired", nil, []mod{set("exp", "1750000000")}, validator.ErrExpired, ada},
		{"not yet valid", nil, []mod{set("nbf", "1750003600")}, validator.ErrNotYetValid, ada},
		{"issuer", nil, []mod{set("iss", `"https://fabrikam.b2clogin.com/"`)}, validator.ErrIssuer, ada},
		{"audience", nil, []mod{set("aud", quoted(daemonClient))}, validator.ErrAudience, ada},
		{"no audience", nil, []mod{drop("aud")}, validator.ErrClaim, ada},
		{"no access token", nil, []mod{drop("scp")}, validator.ErrNotAccessToken, ada},
		{"client", &validator.Options{Clients: []string{daemonClient}}, nil, validator.ErrClient, ada},
		{"other flow, spelled as in the token", nil, []mod{set("tfp", `"b2c_1_RESET"`)}, validator.ErrFlow, with(webClient, ada.UserID, "b2c_1_RESET")},
		{"flow in acr", nil, []mod{drop("tfp"), add("acr", `"b2c_1_reset"`)}, validator.ErrFlow, with(webClient, ada.UserID, "b2c_1_reset")},
		{"no flow", nil, []mod{drop("tfp")}, validator.ErrFlow, with(webClient, ada.UserID, "")},
		{"user by sub", nil, []mod{drop("oid"), set("sub", sub), set("exp", "1")}, validator.ErrExpired, with(webClient, "s-1", ada.Flow)},
		{"no user", nil, []mod{drop("oid"), set("sub", `"Not supported currently. Use oid claim."`), set("exp", "1")}, validator.ErrExpired, with(webClient, "", ada.Flow)},
		{"no client", nil, []mod{drop("azp"), set("exp", "1")}, validator.ErrExpired, with("", ada.UserID, ada.Flow)},
		{"requirement", asking(validator.Scope("other")), nil, validator.ErrScopeRequired, ada},
		{"own function", asking(no), nil, validator.ErrRefused, ada},
		{"alternatives", asking(validator.AnyOf(no, validator.SignedInWithin(time.Second))), nil, validator.ErrRefused, ada},
		{"undecided", asking(down), nil, validator.ErrUndecided, ada},
		{"a claim of the wrong type at the end", nil, []mod{drop("exp"), add("exp", `"1"`)}, validator.ErrClaim, ada},
		{"acr alone, and a claim of the wrong type", nil, []mod{drop("tfp", "exp"), add("acr", `"b2c_1_susi"`), add("exp", `"1"`)}, validator.ErrClaim, with(webClient, ada.UserID, "b2c_1_susi")},
	} {
		_, err := staticValidator(t, tc.opts).Validate(t.Context(), signToken(key, headerOf(key), payloadOf(tc.mods...)))
		wantReason(t, tc.name, err, tc.want)
		wantHolder(t, tc.name, err, tc.who)
	}
	// What can't be read is told as far as it was, and nothing is made of nothing.
	v := staticValidator(t, nil)
	_, err := v.Validate(t.Context(), signToken(key, headerOf(key), `{"oid":`+oid+`,"azp":1}`))
	wantHolder(t, "cut short", err, with("", ada.UserID, ""))
	for _, payload := range []string{`{"azp":1}`, `{}`, `[]`, `x`} {
		_, err := v.Validate(t.Context(), signToken(key, headerOf(key), payload))
		if got := holderOf(t, payload, err); got != nil {
			t.Errorf("%s: got holder %+v, want none", payload, got)
		}
	}
}

func TestHolderOfIDTokens(t *testing.T) {
	key := keysOf(t).userFlow
	v := staticIDTokens(t, webClient, nil)
	user := validator.Holder{UserID: ada.UserID, Flow: ada.Flow} // B2C writes no azp
	for _, tc := range []struct {
		name     string
		mods     []mod
		expected validator.Expected
		want     validator.Reason
		who      validator.Holder
	}{
		{"nonce", nil, validator.Expected{Nonce: "other"}, validator.ErrNonce, user},
		{"hash", []mod{add("at_hash", `"x"`)}, validator.Expected{AccessToken: "x"}, validator.ErrHash, user},
		{"sign-in", nil, validator.Expected{MaxAge: time.Second * 59}, validator.ErrSignInTooOld, user},
		{"audience", []mod{set("aud", quoted(daemonClient))}, validator.Expected{}, validator.ErrAudience, user},
		{"access token", []mod{add("scp", `"a"`), add("azp", quoted(webClient))}, validator.Expected{}, validator.ErrNotIDToken, ada},
	} {
		tc.mods = append(tc.mods, set("auth_time", "1749999940"))
		_, err := v.Validate(t.Context(), signToken(key, headerOf(key), idPayload(tc.mods...)), tc.expected)
		wantReason(t, tc.name, err, tc.want)
		wantHolder(t, tc.name, err, tc.who)
	}
}

// Nothing that was not signed names anybody, whatever else is wrong with it.
func TestForgersNameNobody(t *testing.T) {
	k := keysOf(t)
	signedByUs := func(raw string) bool {
		return validator.VerifyCompact(raw, &k.userFlow.PublicKey) == nil || validator.VerifyCompact(raw, &k.partner.PublicKey) == nil
	}
	good := signToken(k.userFlow, headerOf(k.userFlow), payloadOf())
	parts := strings.Split(good, ".")
	expired := strings.Split(signToken(k.userFlow, headerOf(k.userFlow), payloadOf(set("exp", "1"))), ".")
	forged := map[string]string{
		"another payload under a good signature": parts[0] + "." + expired[1] + "." + parts[2],
		"no signature":                           parts[0] + "." + parts[1] + ".",
		"a stranger's key under the real kid":    signToken(k.stranger, headerOf(k.userFlow), payloadOf()),
		"a stranger's key":                       signToken(k.stranger, headerOf(k.stranger), payloadOf(set("exp", "1"))),
		"a stranger's key, another audience":     signToken(k.stranger, headerOf(k.stranger), payloadOf(set("aud", quoted(daemonClient)))),
		"no kid":                                 signToken(k.stranger, headerOf(k.stranger, drop("kid")), payloadOf()),
		"none":                                   signWith(headerOf(k.userFlow, set("alg", `"none"`)), payloadOf(), func([]byte) []byte { return nil }),
		"HS256":                                  signWith(headerOf(k.userFlow, set("alg", `"HS256"`)), payloadOf(), func([]byte) []byte { return make([]byte, 32) }),
		"critical":                               signToken(k.stranger, headerOf(k.userFlow, add("crit", `["b64"]`)), payloadOf()),
		"too large":                              good + strings.Repeat("A", 16<<10),
	}
	for _, vec := range readCorpus(t) {
		forged["corpus: "+vec.name] = vec.token
	}
	v, ids := corpusValidator(t, &vector{now: corpusNow}), staticIDTokens(t, webClient, nil)
	named := 0
	for name, raw := range forged {
		_, err := v.Validate(t.Context(), raw)
		_, idErr := ids.Validate(t.Context(), raw, validator.Expected{Nonce: "other"})
		for _, err := range []error{err, idErr} {
			if err == nil {
				continue
			}
			if holder := holderOf(t, name, err); holder != nil && !signedByUs(raw) {
				t.Errorf("%s: got holder %+v, want none: %v", name, holder, err)
			} else if holder != nil {
				named++
			}
		}
	}
	if named < 100 {
		t.Errorf("got %d holders of the corpus's signed tokens, want most of them", named)
	}
}

// An outage before the signature names nobody; one behind it does.
func TestHolderAndOutages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		down := failing(b2c, "b2c_1_edit")
		v := trusting(t, b2c.Transport(), nil, contosoTenant(t).Flows("B2C_1_susi", "B2C_1_edit")...)
		defer v.Close()
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
			t.Fatal(err)
		}
		// The shared key is susi's by now, so this token is genuine; whether it
		// is edit's too can't be asked.
		_, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Flow: "B2C_1_edit"}))
		wantReason(t, "behind the signature", err, validator.ErrUnavailable)
		if got := holderOf(t, "behind the signature", err); got == nil || got.ClientID != b2c.Web().ID || got.UserID == "" || got.Flow != "B2C_1_edit" {
			t.Errorf("behind the signature: got holder %+v", got)
		}
		forger := emulator.NewKey()
		forged := emulator.Spec{Flow: "B2C_1_edit", Key: forger, Header: map[string]any{"kid": forger.ID()}}
		_, err = v.Validate(t.Context(), b2c.MustMint(forged))
		wantReason(t, "before the signature", err, validator.ErrUnavailable)
		if got := holderOf(t, "before the signature", err); got != nil {
			t.Errorf("before the signature: got holder %+v, want none", got)
		}
		down.Store(false)
	})
	key := keysOf(t).userFlow
	v := staticValidator(t, nil)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]*validator.Validator{"closed": v, "empty": new(validator.Validator)} {
		_, err := v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf()))
		if got := holderOf(t, name, err); got != nil {
			t.Errorf("%s: got holder %+v, want none", name, got)
		}
	}
	// Requirements that are asked by themselves can't know who signed a token.
	err := validator.Scope("x").Check(t.Context(), &validator.Token{ClientID: webClient})
	if got := holderOf(t, "a requirement alone", err); got != nil {
		t.Errorf("a requirement alone: got holder %+v, want none", got)
	}
}

// The holder is the caller's own.
func TestHolderIsNotShared(t *testing.T) {
	key := keysOf(t).userFlow
	v, raw := staticValidator(t, &validator.Options{Requirements: []validator.Requirement{validator.AnyOf(validator.Scope("a"), validator.Scope("b"))}}), signToken(key, headerOf(key), payloadOf())
	_, err := v.Validate(t.Context(), raw)
	holderOf(t, "first", err).UserID = "x"
	_, err = v.Validate(t.Context(), raw)
	wantHolder(t, "second", err, ada)
}
