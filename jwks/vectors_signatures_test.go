// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

type signatureSuite struct {
	TestGroups []struct {
		Comment         string
		Public, Private json.RawMessage
		Tests           []struct {
			TcID            int
			Comment, Result string
			JWS             string
		}
	}
}

func signatureVectors(t *testing.T) (suite signatureSuite, treatAs map[int]string) {
	t.Helper()
	const file = "json_web_signature_test.json"
	var errata []struct {
		File    string
		TcID    int
		TreatAs string `json:"treat_as"`
	}
	if err := json.Unmarshal(vector(t, "wycheproof/"+file), &suite); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(vector(t, "wycheproof/errata.json"), &errata); err != nil {
		t.Fatal(err)
	}
	treatAs = map[int]string{}
	for _, e := range errata {
		if e.File == file {
			treatAs[e.TcID] = e.TreatAs
		}
	}
	return suite, treatAs
}

// Wycheproof's signatures, by each authority that pins one of the algorithms: valid
// are those of that one algorithm, with a key that is usable for it.
func TestWycheproofSignatures(t *testing.T) {
	suite, treatAs := signatureVectors(t)
	for _, pinned := range allAlgorithms {
		a, count := provider(t, pinned), map[string]int{}
		for _, g := range suite.TestGroups {
			key, alg := keyOfGroup(t, a, g.Public, g.Private)
			for _, tt := range g.Tests {
				result := tt.Result
				if r, ok := treatAs[tt.TcID]; ok {
					result = r
				}
				if result == "ignore" {
					continue
				}
				got, want := key != nil && verifies(key, pinned, tt.JWS), result == "valid" && alg == pinned
				if got != want {
					t.Errorf("%s: %s %d (%s): verified %v, want %v", pinned, g.Comment, tt.TcID, tt.Comment, got, want)
				}
				switch {
				case alg == pinned:
					count[result]++
				case result == "valid":
					count["valid of another algorithm"]++
				}
			}
		}
		t.Logf("%s: %v", pinned, count)
		if count["valid"] == 0 || count["invalid"] < 5 || count["valid of another algorithm"] == 0 {
			t.Errorf("%s: too few cases: %v", pinned, count)
		}
	}
}

// keyOfGroup returns a group's key, nil if it can't be used, and the algorithm that
// its JWK names.
func keyOfGroup(t *testing.T, a authority.Authority, public, private json.RawMessage) (*jwks.Key, authority.Algorithm) {
	t.Helper()
	if public == nil {
		public = private
	}
	members := map[string]any{}
	if err := json.Unmarshal(public, &members); err != nil {
		t.Fatal(err)
	}
	alg, _ := members["alg"].(string)
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi"} { // the question is the public half
		delete(members, name)
	}
	document, err := json.Marshal(map[string]any{"keys": []any{members}})
	if err != nil {
		t.Fatal(err)
	}
	return onlyKey(t, a, string(document)), authority.Algorithm(alg)
}

// verifies reads a compact JWS as strictly as a validator does before it asks a key.
func verifies(k *jwks.Key, alg authority.Algorithm, raw string) bool {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return false
	}
	var decoded [3][]byte
	for i, part := range parts {
		b, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || base64.RawURLEncoding.EncodeToString(b) != part {
			return false
		}
		decoded[i] = b
	}
	var header map[string]any
	if err := json.Unmarshal(decoded[0], &header); err != nil || header["alg"] != string(alg) {
		return false
	}
	if _, critical := header["crit"]; critical {
		return false
	}
	_, signature, _ := strings.Cut(raw[strings.Index(raw, ".")+1:], ".")
	return k.Verify(alg, []byte(strings.TrimSuffix(raw, "."+signature)), decoded[2])
}
