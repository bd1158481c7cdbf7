// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/b2ckit/b2ckit/validator"
)

// TestJSONTestSuite puts every document into a token, signed: as the header,
// as the payload, and as the value of a member of either.
func TestJSONTestSuite(t *testing.T) {
	lines := bufio.NewScanner(bytes.NewReader(readVectors(t, "json-parsing/jsontestsuite.jsonl", nil)))
	lines.Buffer(nil, 16<<20)
	v := staticValidator(t, &validator.Options{MaxTokenBytes: 1 << 20})
	key := keysOf(t).userFlow
	count := map[string]int{}
	header, payload := headerOf(key), payloadOf()
	for lines.Scan() {
		var doc struct {
			Name, Expect string
			B64          []byte
		}
		if err := json.Unmarshal(lines.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		count[doc.Expect]++
		text := string(doc.B64)
		for where, raw := range map[string]string{
			"header":           signToken(key, text, payload),
			"payload":          signToken(key, header, text),
			"member of header": signToken(key, strings.TrimSuffix(header, "}")+`,"x":`+text+"}", payload),
			"member of claims": signToken(key, header, strings.TrimSuffix(payload, "}")+`,"x":`+text+"}"),
		} {
			_, err := v.Validate(t.Context(), raw)
			inside := strings.HasPrefix(where, "member")
			switch {
			case err != nil:
				checkErrorText(t, doc.Name, err)
				// An array or text in a member must pass where it is good
				// JSON, but for what RFC 8259 leaves open (duplicate names).
				if doc.Expect == "accept" && inside && !strings.Contains(doc.Name, "duplicate") {
					t.Errorf("%s as %s: %v", doc.Name, where, err)
				}
			case !inside:
				t.Errorf("%s as %s: accepted", doc.Name, where)
			case doc.Expect == "reject" && !composes(text):
				t.Errorf("%s as %s: accepted", doc.Name, where)
			}
		}
	}
	t.Log(count)
	if count["reject"] != 94 || count["accept"] != 48 || count["either"] != 18 {
		t.Errorf("got %v", count)
	}
}

// composes tells whether a bad document becomes good JSON as a member's value
// in front of "}", as "1}" does in {"x":1}}: it never does alone, but a
// document that is cut may.
func composes(text string) bool {
	return json.Valid([]byte(`{"x":` + text + "}"))
}

// TestNaughtyStrings puts strings that break things into every place of a
// token that a log or a response might show.
func TestNaughtyStrings(t *testing.T) {
	var all []string
	readVectors(t, "strings/blns.json", &all)
	all = append(all, "a\r\nSet-Cookie: x=1", "\x00", "\x1b[2J", "\u202e", "\u2028", strings.Repeat("\u202e", 800), strings.Repeat("\U0001f600", 400), "\u0085", "\ufeff", "\u200b")
	v := staticValidator(t, &validator.Options{Clients: []string{webClient}})
	key := keysOf(t).userFlow
	reasons := map[string]int{}
	for i, s := range all {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		value := string(text)
		// In claims that only describe, anything goes, and comes out as it was.
		token, err := v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf(set("name", value), set("sub", value), set("emails", "["+value+"]"), add("extension_x", value))))
		if err != nil || token.Name != s || token.Subject != s || !slices.Equal(token.Emails, []string{s}) {
			t.Errorf("string %d: got %v", i, err)
			continue
		}
		var own string
		if ok, err := token.Claim("extension_x", &own); !ok || err != nil || own != s {
			t.Errorf("string %d: got claim %q, %v", i, own, err)
		}
		// As a name.
		if s != "" {
			if _, err := v.Validate(t.Context(), signToken(key, headerOf(key), strings.TrimSuffix(payloadOf(), "}")+","+value+":1}")); err != nil {
				t.Errorf("string %d as a name: %v", i, err)
			}
		}
		// In claims and header members that decide, it is refused, and the
		// error shows it escaped and cut.
		for _, where := range []string{"iss", "aud", "tfp", "azp", "scp", "exp"} {
			_, err := v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf(set(where, value))))
			if err == nil && where != "scp" {
				t.Errorf("string %d as %s: accepted", i, where)
			}
			checkNaughty(t, fmt.Sprintf("%s %d", where, i), err, reasons)
		}
		for _, where := range []string{"kid", "alg", "typ", "cty", "crit"} {
			_, err := v.Validate(t.Context(), signWith(headerOf(key, set(where, value)), payloadOf(), func([]byte) []byte { return nil }))
			if err == nil {
				t.Errorf("string %d as %s: accepted", i, where)
			}
			checkNaughty(t, fmt.Sprintf("%s %d", where, i), err, reasons)
		}
		_, err = v.Validate(t.Context(), s)
		checkNaughty(t, fmt.Sprintf("token %d", i), err, reasons)
		for _, r := range []validator.Requirement{validator.Scope("x"), validator.Role("x"), validator.Flow("B2C_1_x"), validator.Client("bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"), validator.Claim("extension_x", "?")} {
			made := &validator.Token{Scopes: []string{s}, Roles: []string{s}, Flow: s, ClientID: s}
			checkNaughty(t, fmt.Sprintf("requirement %d", i), r.Check(t.Context(), made), reasons)
		}
	}
	t.Logf("%d strings: %v", len(all), reasons)
}

func checkNaughty(t *testing.T, what string, err error, reasons map[string]int) {
	t.Helper()
	reasons[verdictOf(err)]++
	if err == nil {
		return
	}
	text := err.Error()
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || !unicode.IsPrint(r) }) || len(text) > 1200 {
		t.Errorf("%s: odd characters or %d bytes in %q", what, len(text), text)
	}
}
