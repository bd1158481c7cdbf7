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
			// The key in the group is checked by jwks, and the token by us.
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
				if err := validator.VerifyCompact(tc.JWS, k.Public().(*rsa.PublicKey)); err == nil && tc.Result != "valid" {
					t.Errorf("%d (%s): accepted with key %s", tc.TcID, tc.Comment, id)
				}
			}
		}
	}
	t.Logf("%d cases", cases)
}
