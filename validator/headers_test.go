// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// A validator that knows a header well takes each other one for what it is, and says so
// in the words of one that knows none.
func TestKnownHeader(t *testing.T) {
	key := keysOf(t).userFlow
	for name, raw := range map[string]string{
		"usual":      signToken(key, headerOf(key), payloadOf()),
		"long":       signToken(key, headerOf(key, add("x5t", quoted(strings.Repeat("x", 100)))), payloadOf()),
		"over limit": signToken(key, headerOf(key, add("x5t", quoted(strings.Repeat("x", 1000)))), payloadOf()),
	} {
		opts := &validator.Options{MemoryBytes: -1}
		warm := staticValidator(t, opts)
		for range 3 {
			if _, err := warm.Validate(t.Context(), raw); err != nil {
				t.Fatal(err)
			}
		}
		head, rest, _ := strings.Cut(raw, ".")
		others := []string{"", head + "A", head + "=", "=" + head, head + "\n", head[:len(head)-1], head[1:], head + head}
		for i := range head {
			for _, c := range []string{"A", "B", "Q", "_", "+", "\r", "\x00", "é", strings.ToUpper(head[i : i+1]), strings.ToLower(head[i : i+1])} {
				if c != head[i:i+1] {
					others = append(others, head[:i]+c+head[i+1:])
				}
			}
		}
		for _, other := range others {
			_, got := warm.Validate(t.Context(), other+"."+rest)
			_, want := staticValidator(t, opts).Validate(t.Context(), other+"."+rest)
			if got == nil || got.Error() != want.Error() {
				t.Fatalf("%s: %q: got %v, want %v", name, other, got, want)
			}
		}
	}
}

// Validators of two kinds share their sources, and no header: a type that is good for
// one is not for the other.
func TestKnownHeaderOfAnotherKind(t *testing.T) {
	key := keysOf(t).userFlow
	now := func() time.Time { return time.Unix(corpusNow, 0) }
	s, err := jwks.NewStatic(contosoTenant(t).Flow("B2C_1_susi"), contosoIssuer, []byte(`{"keys":[`+jwkOf(&key.PublicKey)+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.NewFromSources([]jwks.Source{s}, contosoAPI, &validator.Options{Now: now, MemoryBytes: -1})
	if err != nil {
		t.Fatal(err)
	}
	id, err := validator.NewIDTokensFromSources([]jwks.Source{s}, contosoAPI, &validator.IDTokenOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	raw := signToken(key, headerOf(key, set("typ", `"at+jwt"`)), payloadOf())
	for range 3 {
		if _, err := v.Validate(t.Context(), raw); err != nil {
			t.Fatal(err)
		}
		_, err := id.Validate(t.Context(), raw, validator.Expected{})
		wantReason(t, "an access token", err, validator.ErrNotIDToken)
	}
}
