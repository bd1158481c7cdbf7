// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

func idTokenOf(tb testing.TB, mods ...mod) *validator.IDToken {
	tb.Helper()
	key := keysOf(tb).userFlow
	token, err := staticIDTokens(tb, webClient, nil).Validate(tb.Context(), signToken(key, headerOf(key), idPayload(mods...)), validator.Expected{})
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func TestIDTokenFields(t *testing.T) {
	token := idTokenOf(t, set("tfp", `"b2c_1_SUSI"`), set("auth_time", "1749990000"), set("exp", "1750003600.5"))
	for _, c := range []struct{ what, got, want string }{
		{"Authority", token.Authority.String(), "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi"},
		{"Issuer", token.Issuer, contosoIssuer},
		{"Subject", token.Subject, "cccccccc-cccc-cccc-cccc-cccccccccccc"},
		{"ObjectID", token.ObjectID, "cccccccc-cccc-cccc-cccc-cccccccccccc"},
		{"Flow", token.Flow, "B2C_1_susi"}, // as configured, not as in the token
		{"Name", token.Name, "Ada Example"},
		{"Emails", strings.Join(token.Emails, "|"), "ada@example.org"},
		{"IssuedAt", token.IssuedAt.String(), time.Unix(1750000000, 0).String()},
		{"ExpiresAt", token.ExpiresAt.String(), time.Unix(1750003600, 5e8).String()},
		{"AuthTime", token.AuthTime.String(), time.Unix(1749990000, 0).String()},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	if got := idTokenOf(t, drop("auth_time")); !got.AuthTime.IsZero() {
		t.Errorf("got auth time %v, want none", got.AuthTime)
	}
}

func TestIDTokenUserID(t *testing.T) {
	const unsupported = `"Not supported currently. Use oid claim."`
	for name, tc := range map[string]struct {
		mods          []mod
		user, subject string
	}{
		"both":                   {[]mod{set("oid", `"o"`), set("sub", `"s"`)}, "o", "s"},
		"sub alone":              {[]mod{drop("oid"), set("sub", `"s"`)}, "s", "s"},
		"unsupported":            {[]mod{set("oid", `"o"`), set("sub", unsupported)}, "o", ""},
		"unsupported and no oid": {[]mod{drop("oid"), set("sub", unsupported)}, "", ""},
		"neither":                {[]mod{drop("oid", "sub")}, "", ""},
	} {
		token := idTokenOf(t, tc.mods...)
		user, err := token.UserID()
		if user != tc.user || token.Subject != tc.subject || (err == nil) != (tc.user != "") {
			t.Errorf("%s: got user %q, %v, subject %q; want %q and %q", name, user, err, token.Subject, tc.user, tc.subject)
		}
	}
}

func TestIDTokenClaims(t *testing.T) {
	token := idTokenOf(t, add("newUser", "true"), add("extension_Points", "12"))
	var own struct {
		Nonce  string `json:"nonce"`
		Points int    `json:"extension_Points"`
	}
	if err := token.Claims(&own); err != nil || own.Nonce != "n-7f3a" || own.Points != 12 {
		t.Errorf("Claims: got %+v, %v", own, err)
	}
	var isNew bool
	if ok, err := token.Claim("newUser", &isNew); !ok || err != nil || !isNew {
		t.Errorf("Claim: got %v, %v, %v", ok, err, isNew)
	}
	if ok, err := token.Claim("newuser", &isNew); ok || err != nil {
		t.Errorf("Claim in other case: got %v, %v", ok, err)
	}
	if ok, err := token.Claim("name", &isNew); !ok || err == nil || strings.Contains(err.Error(), "Ada") {
		t.Errorf("Claim of the wrong type: got %v, %v", ok, err)
	}
	var none validator.IDToken
	if err := none.Claims(&own); err == nil {
		t.Error("Claims of a token that was made by hand: got no error")
	}
}

// However an ID token is printed, no name, address or claim shows.
func TestPrintedIDTokenShowsNobody(t *testing.T) {
	token := idTokenOf(t, set("oid", `"o-1"`))
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "pointer", token)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "value", *token)
	for _, text := range []string{
		log.String(), fmt.Sprint(token), fmt.Sprint(*token), fmt.Sprintf("%+v", *token), fmt.Sprintf("%#v", *token), fmt.Sprintf("%s %q", token, *token),
	} {
		for _, want := range []string{"o-1", "B2C_1_susi", contosoIssuer} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing: %s", want, text)
			}
		}
		for _, private := range []string{"Ada", "ada@", "n-7f3a", "google"} {
			if strings.Contains(text, private) {
				t.Errorf("shows %q: %s", private, text)
			}
		}
	}
}
