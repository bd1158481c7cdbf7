// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/validator"
)

func TestEncryptedTokensAreRefused(t *testing.T) {
	var suite wycheproof
	readVectors(t, "wycheproof/json_web_encryption_test.json", &suite)
	v := staticValidator(t, nil)
	count := 0
	refused := func(name, raw string) {
		count++
		_, err := v.Validate(t.Context(), raw)
		switch verdictOf(err) {
		case "encrypted", "malformed", "too_large":
			checkErrorText(t, name, err)
		case "algorithm": // the JWS within the nested one, before it is encrypted
			if !strings.HasPrefix(name, "6.") || strings.Count(raw, ".") != 2 {
				t.Errorf("%s: got %v", name, err)
			}
		default:
			t.Errorf("%s: got %v", name, err)
		}
		if err := validator.VerifyCompact(raw, &keysOf(t).userFlow.PublicKey); err == nil {
			t.Errorf("%s: the signature layer takes it", name)
		}
	}
	for _, g := range suite.TestGroups {
		for _, tc := range g.Tests {
			refused(fmt.Sprintf("%s %d", g.Comment, tc.TcID), tc.JWE)
		}
	}
	wycheproofCases := count
	files, _ := filepath.Glob(filepath.Join(vectorsDir, "jose-cookbook", "*.json"))
	for _, file := range files {
		name := filepath.Base(file)
		if !strings.HasPrefix(name, "jwe_") && !strings.HasPrefix(name, "6.") {
			continue
		}
		var doc any
		data := readVectors(t, "jose-cookbook/"+name, &doc)
		for _, raw := range serializations(doc) {
			refused(name, raw)
		}
		refused(name+" whole", string(data))
	}
	t.Logf("%d Wycheproof JWEs, %d cookbook serializations", wycheproofCases, count-wycheproofCases)
	if wycheproofCases != 81 || count == wycheproofCases {
		t.Errorf("got %d and %d cases", wycheproofCases, count-wycheproofCases)
	}
}

// serializations finds every token of a cookbook file: compact ones, and
// "json" and "json_flat" ones as text.
func serializations(doc any) (all []string) {
	switch doc := doc.(type) {
	case map[string]any:
		for name, value := range doc {
			switch name {
			case "compact":
				all = append(all, value.(string))
			case "json", "json_flat":
				text, _ := json.Marshal(value)
				all = append(all, string(text))
			default:
				all = append(all, serializations(value)...)
			}
		}
	case []any:
		for _, value := range doc {
			all = append(all, serializations(value)...)
		}
	}
	return all
}

func TestRFCExamples(t *testing.T) {
	v := staticValidator(t, nil)
	public := func(name string) *rsa.PublicKey { return publicKey(t, readVectors(t, name, nil)) }
	token := func(name string) string { return strings.TrimSpace(string(readVectors(t, name, nil))) }

	// RFC 7515 A.2 is RS256, with a header that has neither typ nor kid.
	if err := validator.VerifyCompact(token("rfc-examples/rfc7515_A.2.jwsc"), public("rfc-examples/rfc7515_A.2.jwk")); err != nil {
		t.Errorf("A.2: %v", err)
	}
	for name, want := range map[string]validator.Reason{
		"A.1": validator.ErrAlgorithm, "A.2": validator.ErrHeader, "A.5": validator.ErrAlgorithm,
	} {
		_, err := v.Validate(t.Context(), token("rfc-examples/rfc7515_"+name+".jwsc"))
		wantReason(t, name, err, want)
	}
	count := 0
	for _, pattern := range []string{"*.jwsf", "*.jwsg", "*.jwk", "*.jwkset"} {
		files, _ := filepath.Glob(filepath.Join(vectorsDir, "rfc-examples", pattern))
		for _, file := range files {
			count++
			_, err := v.Validate(t.Context(), token("rfc-examples/"+filepath.Base(file)))
			wantReason(t, file, err, validator.ErrMalformed)
		}
	}
	// The cookbook's JWSs: RS256 as compact passes the signature layer, every
	// other algorithm and serialization is refused.
	accepted := 0
	files, _ := filepath.Glob(filepath.Join(vectorsDir, "jose-cookbook", "*.json"))
	for _, file := range files {
		name := filepath.Base(file)
		if !strings.HasPrefix(name, "jws_") && !strings.HasPrefix(name, "rfc7797") {
			continue
		}
		var doc struct{ Input struct{ Key json.RawMessage } }
		var all any
		readVectors(t, "jose-cookbook/"+name, &doc)
		readVectors(t, "jose-cookbook/"+name, &all)
		key := &keysOf(t).userFlow.PublicKey
		if len(doc.Input.Key) > 0 && doc.Input.Key[0] == '{' {
			key = orAnyKey(t, publicKey(t, doc.Input.Key))
		}
		for _, raw := range serializations(all) {
			count++
			err := validator.VerifyCompact(raw, key)
			if good := strings.Contains(name, "rsa_v15") && !strings.HasPrefix(raw, "{"); good != (err == nil) {
				t.Errorf("%s: %.40s…: got %v", name, raw, err)
			}
			if err == nil {
				accepted++
			}
			if _, err := v.Validate(t.Context(), raw); err == nil {
				t.Errorf("%s: a foreign token is validated", name)
			}
		}
	}
	t.Logf("%d documents, %d accepted by the signature layer", count, accepted)
	if accepted != 1 {
		t.Errorf("got %d accepted, want the one RS256 signature", accepted)
	}
}
