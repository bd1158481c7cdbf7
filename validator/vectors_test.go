// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// The public vectors stand beside the repository; their README tells how to
// read them. Without them these tests are skipped, unless
// B2CKIT_REQUIRE_VECTORS is set.
const vectorsDir = "../../shared/vectors"

func readVectors(tb testing.TB, name string, into any) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(vectorsDir, filepath.FromSlash(name)))
	switch {
	case errors.Is(err, os.ErrNotExist) && os.Getenv("B2CKIT_REQUIRE_VECTORS") == "":
		tb.Skipf("no public vectors in %s; set B2CKIT_REQUIRE_VECTORS to make that a failure", vectorsDir)
	case err != nil:
		tb.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
	}
	return data
}

// publicKey reads an RSA key however unfit it is, nil for other keys.
func publicKey(tb testing.TB, jwk json.RawMessage) *rsa.PublicKey {
	tb.Helper()
	var k struct{ Kty, N, E string }
	if err := json.Unmarshal(jwk, &k); err != nil {
		tb.Fatal(err)
	}
	n, err1 := base64.RawURLEncoding.DecodeString(k.N)
	e, err2 := base64.RawURLEncoding.DecodeString(k.E)
	if k.Kty != "RSA" || err1 != nil || err2 != nil {
		return nil
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
}

// usable tells whether jwks takes the key at all.
func usable(tb testing.TB, jwk json.RawMessage) bool {
	tb.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(jwk, &all); err != nil {
		tb.Fatal(err)
	}
	// jwks refuses private keys as such; here the question is the public half.
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi"} {
		delete(all, name)
	}
	public, err := json.Marshal(all)
	if err != nil {
		tb.Fatal(err)
	}
	_, err = jwks.NewStatic(contosoTenant(tb).Flow("B2C_1_susi"), contosoIssuer, fmt.Appendf(nil, `{"keys":[%s]}`, public))
	return err == nil
}

type wycheproof struct {
	TestGroups []struct {
		Comment         string
		Public, Private json.RawMessage
		Tests           []struct {
			TcID            int `json:"tcId"`
			Comment, Result string
			JWS, JWE        string
		}
	}
}

func errata(t *testing.T, file string) map[int]string {
	t.Helper()
	var all []struct {
		File    string
		TcID    int    `json:"tcId"`
		TreatAs string `json:"treat_as"`
	}
	readVectors(t, "wycheproof/errata.json", &all)
	treat := map[int]string{}
	for _, e := range all {
		if e.File == file {
			treat[e.TcID] = e.TreatAs
		}
	}
	return treat
}

func TestWycheproofSignatures(t *testing.T) {
	const file = "json_web_signature_test.json"
	var suite wycheproof
	readVectors(t, "wycheproof/"+file, &suite)
	treat := errata(t, file)
	v := staticValidator(t, nil)
	count := map[string]int{}
	for _, g := range suite.TestGroups {
		jwk := g.Public
		if jwk == nil {
			jwk = g.Private
		}
		key := publicKey(t, jwk)
		var alg struct{ Alg string }
		if err := json.Unmarshal(jwk, &alg); err != nil {
			t.Fatal(err)
		}
		for _, tc := range g.Tests {
			result := tc.Result
			if r, ok := treat[tc.TcID]; ok {
				if result = r; r == "ignore" {
					count["ignored"]++
					continue
				}
			}
			want := result == "valid" && alg.Alg == "RS256"
			// The key in the group is judged by jwks, and the token by us.
			err := validator.VerifyCompact(tc.JWS, orAnyKey(t, key))
			if err == nil && !usable(t, jwk) {
				err = errors.New("the key is not usable")
			}
			if (err == nil) != want {
				t.Errorf("%s %d (%s): got %v, want accepted %v", g.Comment, tc.TcID, tc.Comment, err, want)
			}
			switch {
			case want:
				count["valid RS256, accepted"]++
			case result == "valid":
				count["valid of other algorithms, refused"]++
			default:
				count["invalid, refused"]++
			}
			if _, err := v.Validate(t.Context(), tc.JWS); err == nil {
				t.Errorf("%d: a foreign token is validated", tc.TcID)
			} else {
				checkErrorText(t, tc.Comment, err)
			}
		}
	}
	t.Log(count)
	if count["valid RS256, accepted"] == 0 || count["invalid, refused"] < 150 {
		t.Errorf("too few cases: %v", count)
	}
}

// orAnyKey stands in for keys that are not RSA, which the signature layer
// can't even be handed.
func orAnyKey(t *testing.T, k *rsa.PublicKey) *rsa.PublicKey {
	t.Helper()
	if k == nil {
		return &keysOf(t).userFlow.PublicKey
	}
	return k
}

func TestWycheproofKeys(t *testing.T) {
	var suite struct {
		TestGroups []struct {
			Comment         string
			Public, Private json.RawMessage
			Tests           []struct {
				TcID            int `json:"tcId"`
				Comment, Result string
				JWS             string
			}
		}
	}
	readVectors(t, "wycheproof/json_web_key_test.json", &suite)
	cases := 0
	for _, g := range suite.TestGroups {
		document := []byte(g.Public)
		var set struct{ Keys []json.RawMessage }
		if json.Unmarshal(document, &set) != nil || set.Keys == nil {
			document = fmt.Appendf(nil, `{"keys":[%s]}`, g.Public)
		}
		for _, tc := range g.Tests {
			cases++
			// No key with which an invalid case's token verifies is usable for
			// RS256 under its kid.
			s, err := jwks.NewStatic(contosoTenant(t).Flow("B2C_1_susi"), contosoIssuer, document)
			if err != nil {
				continue
			}
			for _, id := range s.Current().KeyIDs() {
				k, _ := s.Current().Key(id)
				if err := validator.VerifyCompact(tc.JWS, k.Public()); err == nil && tc.Result != "valid" {
					t.Errorf("%d (%s): accepted with key %s", tc.TcID, tc.Comment, id)
				}
			}
		}
	}
	t.Logf("%d cases", cases)
}

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
			switch {
			case name == "compact":
				all = append(all, value.(string))
			case name == "json" || name == "json_flat":
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
