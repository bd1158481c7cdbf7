// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"net/http"
	"regexp"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// credentials is the grammar of RFC 6750 section 2.1 as a pattern.
var credentials = regexp.MustCompile(`^(?i:Bearer) +([A-Za-z0-9._~+/-]+=*)$`)

// FuzzAuthorization holds the guard to the pattern: it takes the token that
// the pattern takes, and nothing else.
func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{
		"Bearer good", "bearer a.b.c", "BEARER a==", "Bearer", "Bearer ", "Bearer  a", "Bearer   ", "Bearer \ta", "Bearer  a  b", "\t", "Bearer a b", "Bearer a,b", "Bearer =",
		"Basic YTpi", "Basic YTpi, Bearer good", `Digest username="a", realm="b"`, "Digest a,bearer", "eyJ.a.b", "", " ", ",", "\x00",
		"Bearer\u00a0good", "Bearer\tgood", "Bearer good\r\nX: y", "Bear\u212ar good", "Basic a, bearers b", "Basic a,\tBEARER b",
	} {
		f.Add(seed)
	}
	var got string
	rule := guard.New(validateFunc(func(_ context.Context, raw string) (*validator.Token, error) {
		got = raw
		return &validator.Token{}, nil
	}), quiet()).Rule()
	optional := guard.New(validateFunc(accept), quiet()).Optional()
	f.Fuzz(func(t *testing.T, value string) {
		if len(value) > 32<<10 {
			return // longer values are the validator's
		}
		want := ""
		if m := credentials.FindStringSubmatch(value); m != nil {
			want = m[1]
		}
		got = ""
		_, err := rule.Check(get(value))
		if got != want || (err == nil) != (want != "") {
			t.Errorf("value %q: got token %q and error %v, want token %q", value, got, err, want)
		}
		if err == nil {
			return
		}
		status := err.(*guard.Refusal).Status
		if status != http.StatusBadRequest && status != http.StatusUnauthorized {
			t.Errorf("value %q: got status %d, want 400 or 401", value, status)
		}
		// What Require calls no credential, and nothing else, passes Optional.
		if _, err := optional.Check(get(value)); (err == nil) != (status == http.StatusUnauthorized) {
			t.Errorf("value %q: got %d from Rule and %v from Optional, want them to agree", value, status, err)
		}
	})
}

// A token behind a comma is never overlooked, however the list is written.
func TestListsWithBearer(t *testing.T) {
	rule := guard.New(validateFunc(accept), quiet()).Optional()
	for value, want := range map[string]int{
		"Basic a, Bearer b":              400,
		"Basic a,bearer b":               400,
		"Basic a \t,\t BEARER b":         400,
		"Basic a, Digest b, Bearer c":    400,
		"Basic a, Bearer":                400,
		"Basic a, Bearer=b":              400, // could be anything
		"Basic a, bearers b":             0,
		"Basic a, Bear":                  0,
		`Digest username="a", realm="b"`: 0,
		"Bearer a, Basic b":              400,
		"Negotiate a,":                   0,
		",Bearer b":                      400,
	} {
		got := 0
		if _, err := rule.Check(get(value)); err != nil {
			got = err.(*guard.Refusal).Status
		}
		if got != want {
			t.Errorf("value %q behind Optional: got status %d, want %d (0: passes)", value, got, want)
		}
	}
}

// Nothing in the header is no credential, and no way around anything: a second
// header still counts, and so does what only looks empty.
func TestEmptyHeaderIsNoCredential(t *testing.T) {
	g := guard.New(validateFunc(accept), quiet())
	for _, c := range []struct {
		name     string
		values   []string
		required int
		optional int // 0: passes
	}{
		{"none", nil, 401, 0},
		{"empty", []string{""}, 401, 0},
		{"spaces", []string{"   "}, 401, 0},
		{"tab", []string{"\t"}, 401, 0},
		{"two empty", []string{"", ""}, 400, 400},
		{"empty and a token", []string{"", "Bearer a"}, 400, 400},
		{"a token and empty", []string{"Bearer a", ""}, 400, 400},
		{"no-break space", []string{"\u00a0"}, 400, 400},
		{"line break", []string{"\r\n"}, 400, 400},
		{"scheme alone", []string{"Bearer"}, 400, 400},
		{"scheme and spaces", []string{"Bearer    "}, 400, 400},
		{"scheme and tab", []string{"Bearer\t"}, 400, 400},
	} {
		if got := refuse(t, g.Rule(), get(c.values...)); got.Status != c.required {
			t.Errorf("%s: got status %d, want %d", c.name, got.Status, c.required)
		} else if got.Status == 401 && got.Code != "" {
			t.Errorf("%s: got code %q, want none", c.name, got.Code)
		}
		got := 0
		if _, err := g.Optional().Check(get(c.values...)); err != nil {
			got = err.(*guard.Refusal).Status
		}
		if got != c.optional {
			t.Errorf("%s, optional: got status %d, want %d (0: passes)", c.name, got, c.optional)
		}
	}
}
