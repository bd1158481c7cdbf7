// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

// validated is the token of a payload, signed and validated.
func validated(tb testing.TB, mods ...mod) *validator.Token {
	tb.Helper()
	key := keysOf(tb).userFlow
	token, err := staticValidator(tb, nil).Validate(tb.Context(), signToken(key, headerOf(key), payloadOf(mods...)))
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// validatedID is validated for ID tokens.
func validatedID(tb testing.TB, mods ...mod) *validator.IDToken {
	tb.Helper()
	key := keysOf(tb).userFlow
	token, err := staticIDTokens(tb, webClient, nil).Validate(tb.Context(), signToken(key, headerOf(key), idPayload(mods...)), validator.Expected{})
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func TestTokenFields(t *testing.T) {
	token := validated(t, set("tfp", `"b2c_1_SUSI"`), set("exp", "1750003600.5"), set("roles", `["admin"]`))
	at := time.Unix(1750000000, 0)
	for _, c := range []struct{ what, got, want string }{
		{"Issuer", token.Issuer, contosoIssuer},
		{"Subject", token.Subject, "cccccccc-cccc-cccc-cccc-cccccccccccc"},
		{"ObjectID", token.ObjectID, "cccccccc-cccc-cccc-cccc-cccccccccccc"},
		{"Flow", token.Flow, "B2C_1_susi"}, // as configured, not as in the token
		{"Audience", strings.Join(token.Audience, "|"), contosoAPI},
		{"ClientID", token.ClientID, webClient},
		{"Scopes", strings.Join(token.Scopes, "|"), "tasks.read|tasks.write"},
		{"Roles", strings.Join(token.Roles, "|"), ""}, // B2C has none
		{"Name", token.Name, "Ada Example"},
		{"Emails", strings.Join(token.Emails, "|"), "ada@example.org"},
		{"Authority", token.Authority.String(), "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"},
		{"IssuedAt", token.IssuedAt.String(), at.String()},
		{"NotBefore", token.NotBefore.String(), at.String()},
		{"AuthTime", token.AuthTime.String(), at.String()},
		{"ExpiresAt", fmt.Sprint(token.ExpiresAt.Unix()), "1750003600"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	for scope, want := range map[string]bool{"tasks.read": true, "tasks.write": true, "Tasks.Read": false, "tasks": false, "": false, "tasks.read tasks.write": false} {
		if got := token.HasScope(scope); got != want {
			t.Errorf("HasScope(%q): got %v", scope, got)
		}
	}
	if token.HasRole("admin") {
		t.Error("a B2C token has a role")
	}
}

func TestTokenEmails(t *testing.T) {
	for _, tc := range []struct {
		mods []mod
		want []string
	}{
		{[]mod{set("emails", `["a@x","b@x"]`)}, []string{"a@x", "b@x"}},
		{[]mod{set("emails", `"a@x"`)}, []string{"a@x"}},
		{[]mod{drop("emails"), add("email", `"a@x"`)}, []string{"a@x"}},
		{[]mod{set("emails", `[]`), add("email", `"a@x"`)}, []string{"a@x"}},
		{[]mod{set("emails", `["a@x"]`), add("email", `"b@x"`)}, []string{"a@x"}},
		{[]mod{drop("emails"), add("email", `["a@x","b@x"]`)}, []string{"a@x", "b@x"}},
		{[]mod{drop("emails"), add("email", `["","b@x"]`)}, []string{"b@x"}},
		{[]mod{set("emails", `[1]`), add("email", `["a@x"]`)}, []string{"a@x"}},
		{[]mod{drop("emails"), add("email", `[]`)}, nil},
		{[]mod{drop("emails"), add("email", `""`)}, nil},
		{[]mod{drop("emails"), add("email", `["a@x",1]`)}, nil},
		{[]mod{drop("emails")}, nil},
		{[]mod{set("emails", `[1]`)}, nil},
	} {
		if got := validated(t, tc.mods...).Emails; !slices.Equal(got, tc.want) {
			t.Errorf("got %q, want %q", got, tc.want)
		}
		if got := validatedID(t, tc.mods...).Emails; !slices.Equal(got, tc.want) {
			t.Errorf("ID token: got %q, want %q", got, tc.want)
		}
	}
}

func TestTokenScopes(t *testing.T) {
	for scp, want := range map[string][]string{
		`"a b"`: {"a", "b"}, `" a  b "`: {"a", "b"}, `"a\tb"`: {"a\tb"}, `"a,b"`: {"a,b"}, `"a\u00a0b"`: {"a\u00a0b"}, `"A a"`: {"A", "a"},
	} {
		if got := validated(t, set("scp", scp)).Scopes; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", scp, got, want)
		}
	}
}

func TestUserID(t *testing.T) {
	for _, tc := range []struct{ oid, sub, want string }{
		{"o", "s", "o"}, {"", "s", "s"}, {"o", "", "o"}, {"", "", ""},
	} {
		token := &validator.Token{ObjectID: tc.oid, Subject: tc.sub}
		got, err := token.UserID()
		if got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("oid %q, sub %q: got %q, %v; want %q", tc.oid, tc.sub, got, err, tc.want)
		}
	}
	token := validated(t, drop("oid"), set("sub", `"Not supported currently. Use oid claim."`))
	if _, err := token.UserID(); token.Subject != "" || err == nil || !strings.Contains(err.Error(), "User's Object ID") {
		t.Errorf("got subject %q, error %v; want an error that tells what to change", token.Subject, err)
	}
}

func TestTokenClaims(t *testing.T) {
	token := validated(t, add("extension_Points", "12"), add("extension_Staff", "true"), add("nested", `{"a":[1,{"b":"c"}]}`), add(`\u0065sc`, `"\u0041"`), add("nothing", "null"))
	var own struct {
		Points int            `json:"extension_Points"`
		Staff  bool           `json:"extension_Staff"`
		Upper  bool           `json:"EXTENSION_STAFF"`
		Nested map[string]any `json:"nested"`
		Esc    string         `json:"esc"`
	}
	if err := token.Claims(&own); err != nil || own.Points != 12 || !own.Staff || own.Upper || own.Esc != "A" || len(own.Nested) != 1 {
		t.Errorf("Claims: got %+v, %v", own, err)
	}
	var wrong struct {
		Points bool `json:"extension_Points"`
	}
	if err := token.Claims(&wrong); err == nil || strings.Contains(err.Error(), "ada@example.org") {
		t.Errorf("Claims into the wrong type: got %v", err)
	}
	var points int
	if ok, err := token.Claim("extension_Points", &points); !ok || err != nil || points != 12 {
		t.Errorf("Claim: got %v, %v, %d", ok, err, points)
	}
	var text string
	if ok, err := token.Claim("esc", &text); !ok || err != nil || text != "A" {
		t.Errorf("Claim of an escaped name: got %v, %v, %q", ok, err, text)
	}
	if ok, err := token.Claim("extension_points", &points); ok || err != nil {
		t.Errorf("Claim in other case: got %v, %v", ok, err)
	}
	if ok, err := token.Claim("name", &points); !ok || err == nil {
		t.Errorf("Claim of the wrong type: got %v, %v", ok, err)
	}
	if ok, err := token.Claim("nothing", &text); !ok || err != nil || text != "" {
		t.Errorf("Claim that is null: got %v, %v, %q", ok, err, text)
	}
	var none validator.Token
	if ok, err := none.Claim("sub", &text); ok || err != nil {
		t.Errorf("Claim of a token that was made by hand: got %v, %v", ok, err)
	}
	if err := none.Claims(&own); err == nil {
		t.Error("Claims of a token that was made by hand: got no error")
	}
}

// A number beyond float64 is legal JSON, and a claim of its own may be one.
func TestHugeNumber(t *testing.T) {
	token := validated(t, add("extension_N", "1e400"))
	if err := token.Claims(&map[string]any{}); err == nil {
		t.Error("into any: got no error; then the comment of Claims is wrong")
	}
	var f float64
	if ok, err := token.Claim("extension_N", &f); !ok || err == nil {
		t.Errorf("into float64: got %v, %v", ok, err)
	}
	var raw json.RawMessage
	if ok, err := token.Claim("extension_N", &raw); !ok || err != nil || string(raw) != "1e400" {
		t.Errorf("into json.RawMessage: got %v, %v, %s", ok, err, raw)
	}
	all := map[string]json.RawMessage{}
	if err := token.Claims(&all); err != nil || string(all["extension_N"]) != "1e400" {
		t.Errorf("all into json.RawMessage: got %v, %s", err, all["extension_N"])
	}
}

// The token owns its claims: later validations, which reuse memory, do not
// change it.
func TestTokenOwnsItsMemory(t *testing.T) {
	v := staticValidator(t, nil)
	key := keysOf(t).userFlow
	first, err := v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf()))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		other := signToken(key, headerOf(key), payloadOf(set("name", fmt.Sprintf(`"%d%s"`, i, strings.Repeat("x", i*7))), set("sub", `"zzzzzzzz"`), set("scp", `"zzzz zzzzz"`)))
		if _, err := v.Validate(t.Context(), other); err != nil {
			t.Fatal(err)
		}
	}
	var name string
	if _, err := first.Claim("name", &name); err != nil || name != "Ada Example" || first.Name != "Ada Example" || !first.HasScope("tasks.read") || first.ObjectID[:4] != "cccc" {
		t.Errorf("got %q, %+v", name, first)
	}
}

func TestTokenInLogs(t *testing.T) {
	token := validated(t, set("name", `"Grace Hopper"`))
	for name, newHandler := range map[string]func(b *bytes.Buffer) slog.Handler{
		"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(newHandler(&b)).Info("in", "token", token)
		for _, secret := range []string{"Grace", "Hopper", "ada@example.org", "nonce", "n-7f3a"} {
			if strings.Contains(b.String(), secret) {
				t.Errorf("%s: the log shows %q: %s", name, secret, b.String())
			}
		}
		for _, want := range []string{"B2C_1_susi", "cccccccc-cccc", webClient} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: the log lacks %q: %s", name, want, b.String())
			}
		}
	}
}

func TestInsecureTokenFromClaims(t *testing.T) {
	token, err := validator.InsecureTokenFromClaims([]byte(`{"sub":"s","scp":"a","tfp":"B2C_1_x","roles":["r"],"exp":1}`))
	if err != nil || token.Subject != "s" || !token.HasScope("a") || token.Flow != "B2C_1_x" || !token.HasRole("r") {
		t.Errorf("got %+v, %v", token, err)
	}
	for _, bad := range []string{"", "{", `{"exp":"1"}`, `{"a":1,"a":1}`, "null"} {
		if _, err := validator.InsecureTokenFromClaims([]byte(bad)); err == nil {
			t.Errorf("%q: got no error", bad)
		}
	}
}
