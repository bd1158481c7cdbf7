// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/validator"
)

// claimSet is the payload of an accepted token, as encoding/json reads it.
type claimSet map[string]json.RawMessage

// reverify holds an accepted token to what acceptance means, by crypto/rsa and
// encoding/json alone: three parts, each the one base64url text of its bytes;
// a signature over the exact bytes; JSON objects in which no name comes twice,
// at any level; and claims that are the same when they are written anew.
func reverify(t *testing.T, raw string, key *rsa.PublicKey, token *validator.Token) claimSet {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("accepted: %d parts", len(parts))
	}
	var decoded [3][]byte
	for i, part := range parts {
		b, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || base64.RawURLEncoding.EncodeToString(b) != part {
			t.Fatalf("accepted: part %d is not the base64url of its bytes: %q", i, part)
		}
		decoded[i] = b
	}
	input := raw[:strings.LastIndexByte(raw, '.')]
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digestOf(crypto.SHA256, []byte(input)), decoded[2]); err != nil {
		t.Fatalf("accepted: %v: %q", err, raw)
	}
	for _, part := range decoded[:2] {
		d := json.NewDecoder(bytes.NewReader(part))
		d.UseNumber()
		namesOnce(t, d)
		if d.More() {
			t.Fatalf("accepted: something follows the object: %q", part)
		}
	}
	var read, told, again claimSet
	if err := json.Unmarshal(decoded[1], &read); err != nil {
		t.Fatalf("accepted, but encoding/json fails: %v: %q", err, decoded[1])
	}
	// Not into any: a claim nobody reads may be a number beyond float64.
	if err := token.Claims(&told); err != nil {
		t.Fatalf("the accepted claims don't decode: %v", err)
	}
	written, err := json.Marshal(told)
	if err != nil || json.Unmarshal(written, &again) != nil || len(read) != len(told) || len(read) != len(again) {
		t.Fatalf("the accepted claims are not the same when written anew: %v: %q", err, decoded[1])
	}
	for name := range read {
		if want := compact(t, read[name]); compact(t, told[name]) != want || compact(t, again[name]) != want {
			t.Fatalf("claim %q is %s, told as %s, written anew as %s", name, want, told[name], again[name])
		}
	}
	return read
}

// namesOnce reads one value and fails if a name comes twice in an object.
func namesOnce(t *testing.T, d *json.Decoder) {
	t.Helper()
	token, err := d.Token()
	if err != nil {
		t.Fatalf("accepted, but encoding/json fails: %v", err)
	}
	open, ok := token.(json.Delim)
	if !ok {
		return
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil || seen[name.(string)] {
				t.Fatalf("accepted, and %q comes twice: %v", name, err)
			}
			seen[name.(string)] = true
		}
		namesOnce(t, d)
	}
	_, _ = d.Token()
}

func compact(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var b bytes.Buffer
	// Marshal escapes what HTML would read; so does this.
	if err := json.Compact(&b, raw); err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	var escaped bytes.Buffer
	json.HTMLEscape(&escaped, b.Bytes())
	return escaped.String()
}

// text returns a claim that is a string, and reports whether it is there; any
// other type fails.
func (c claimSet) text(t *testing.T, name string) (s string, there bool) {
	t.Helper()
	raw := c[name]
	if raw == nil {
		return "", false
	}
	if raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		t.Fatalf("accepted: %s is %s", name, raw)
	}
	return s, true
}

// number returns a claim that is a number; any other type, or none, fails.
func (c claimSet) number(t *testing.T, name string) (n float64) {
	t.Helper()
	if raw := c[name]; raw == nil || json.Unmarshal(raw, &n) != nil || string(raw) == "null" {
		t.Fatalf("accepted: %s is %s", name, raw)
	}
	return n
}

// names reports whether a claim, a string or an array of strings, has the text.
func (c claimSet) names(t *testing.T, name, text string) bool {
	t.Helper()
	all := []string{""}
	if json.Unmarshal(c[name], &all[0]) != nil && json.Unmarshal(c[name], &all) != nil {
		t.Fatalf("accepted: %s is %s", name, c[name])
	}
	return slices.Contains(all, text)
}
