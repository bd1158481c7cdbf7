// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// vector reads a file of the public vectors; README.md there says how each is
// meant.
func vector(t *testing.T, name string) []byte {
	t.Helper()
	folder := filepath.Join("..", "..", "shared", "vectors")
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("B2CKIT_REQUIRE_VECTORS") != "" {
			t.Fatalf("B2CKIT_REQUIRE_VECTORS is set, but there are no public vectors: %v", err)
		}
		t.Skipf("no public vectors in %s", folder)
	}
	b, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type jsonCase struct {
	Name, Expect string
	B64          []byte
}

func jsonCases(t *testing.T) []jsonCase {
	t.Helper()
	var all []jsonCase
	lines := bufio.NewScanner(bytes.NewReader(vector(t, "json-parsing/jsontestsuite.jsonl")))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c jsonCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	if len(all) < 100 || lines.Err() != nil {
		t.Fatalf("got %d cases, %v", len(all), lines.Err())
	}
	return all
}

// No document of JSONTestSuite is a key set or metadata, so all are refused;
// as a member of a good document the well-formed ones do no harm.
func TestJSONTestSuite(t *testing.T) {
	good := jwk("good", 2048)
	verdicts := map[string]int{}
	for _, tt := range jsonCases(t) {
		t.Run(tt.Name, func(t *testing.T) {
			if _, err := static(t, string(tt.B64)); err == nil {
				t.Error("accepted as a key set")
			}
			_, err := static(t, `{"keys":[`+good+`],"x":`+string(tt.B64)+`}`)
			checkVerdict(t, tt, "in a key set", err)
			_, err = static(t, `{"keys":[`+strings.Replace(good, `{`, `{"x":`+string(tt.B64)+`,`, 1)+`]}`)
			checkVerdict(t, tt, "in a key", err)

			synctest.Test(t, func(t *testing.T) {
				c := open(t, documents(string(tt.B64), keySet(good)), nil)
				unavailable(t, ready(t.Context(), c)) // as metadata
				m := metadataOf(issuer, keysURL)
				c = open(t, documents(`{"x":`+string(tt.B64)+`,`+m[1:], keySet(good)), nil)
				checkVerdict(t, tt, "in metadata", ready(t.Context(), c))
			})
		})
		verdicts[tt.Expect]++
	}
	t.Logf("%v", verdicts)
}

func checkVerdict(t *testing.T, c jsonCase, where string, err error) {
	t.Helper()
	switch {
	case c.Expect == "reject" && err == nil:
		t.Errorf("%s: accepted %.100q", where, c.B64)
	case c.Expect == "accept" && err != nil && !strings.Contains(c.Name, "duplicated_key"): // valid JSON, but not ours
		t.Errorf("%s: refused %.100q: %v", where, c.B64, err)
	}
}

func TestWycheproofKeys(t *testing.T) {
	var suite struct {
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
	if err := json.Unmarshal(vector(t, "wycheproof/json_web_key_test.json"), &suite); err != nil {
		t.Fatal(err)
	}
	var errata []struct {
		File    string
		TcID    int
		TreatAs string `json:"treat_as"`
	}
	if err := json.Unmarshal(vector(t, "wycheproof/errata.json"), &errata); err != nil {
		t.Fatal(err)
	}
	usable, refused := 0, 0
	for _, g := range suite.TestGroups {
		for _, tt := range g.Tests {
			for _, e := range errata {
				if e.File == "json_web_key_test.json" && e.TcID == tt.TcID {
					tt.Result = e.TreatAs
				}
			}
			header, _, _ := strings.Cut(tt.JWS, ".")
			var h struct{ Alg, Kid string }
			if b, err := base64.RawURLEncoding.DecodeString(header); err != nil || json.Unmarshal(b, &h) != nil || h.Kid == "" {
				t.Fatalf("tcId %d: bad header %q", tt.TcID, header)
			}
			// Only RS256 keys are ours; a valid case of another algorithm is refused.
			want := tt.Result == "valid" && h.Alg == "RS256"
			got := false
			if s, err := static(t, string(g.Public)); err == nil {
				_, got = s.Current().Key(h.Kid)
			}
			if got != want {
				t.Errorf("tcId %d (%s, %s, %s): usable %v, want %v", tt.TcID, g.Comment, tt.Comment, h.Alg, got, want)
			}
			if s, err := static(t, string(g.Private)); err == nil {
				t.Errorf("tcId %d: private keys are accepted: %q", tt.TcID, s.State().KeyIDs)
			}
			if got {
				usable++
			} else {
				refused++
			}
		}
	}
	if usable != 1 || refused < 12 {
		t.Errorf("got %d usable and %d refused keys, want the one valid RS256 key and no other", usable, refused)
	}
	t.Logf("%d usable, %d refused", usable, refused)
}

func TestRFCKeySets(t *testing.T) {
	for _, tt := range []struct{ file, document, want string }{
		{"RFC 7517 A.1", string(vector(t, "rfc-examples/rfc7517_A.1.jwkset")), "2011-04-29"},
		{"RFC 7517 A.3, symmetric", string(vector(t, "rfc-examples/rfc7517_A.3.jwkset")), ""},
		{"RFC 7520 3.1, EC", keySet(string(vector(t, "jose-cookbook/jwk_3_1.ec_public_key.json"))), ""},
		{"RFC 7520 3.3, RSA", keySet(string(vector(t, "jose-cookbook/jwk_3_3.rsa_public_key.json"))), "bilbo.baggins@hobbiton.example"},
		{"RFC 7520 3.5, symmetric", keySet(string(vector(t, "jose-cookbook/jwk_3_5.symmetric_key_mac_computation.json"))), ""},
		{"RFC 7515 A.1, symmetric", keySet(string(vector(t, "rfc-examples/rfc7515_A.1.jwk"))), ""},
		{"RFC 7515 A.2, private", keySet(string(vector(t, "rfc-examples/rfc7515_A.2.jwk"))), ""},
	} {
		s, err := static(t, tt.document)
		got := ""
		if err == nil {
			got = strings.Join(s.State().KeyIDs, " ")
		}
		if got != tt.want {
			t.Errorf("%s: got keys %q (%v), want %q", tt.file, got, err, tt.want)
		}
	}
}

// Naughty strings as key ids: used if printable, else ignored and told escaped.
func TestNaughtyKeyIDs(t *testing.T) {
	var naughty []string
	if err := json.Unmarshal(vector(t, "strings/blns.json"), &naughty); err != nil {
		t.Fatal(err)
	}
	good := jwk("good", 2048)
	for _, id := range naughty {
		quoted, err := json.Marshal(id)
		if err != nil {
			t.Fatal(err)
		}
		s, err := static(t, keySet(good, strings.Replace(good, `"good"`, string(quoted), 1)))
		if err != nil {
			t.Errorf("kid %q: %v", id, err)
			continue
		}
		printable := id != "" && len(id) <= 256 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7f })
		if _, ok := s.Current().Key(id); ok != printable {
			t.Errorf("kid %q: usable %v, want %v", id, ok, printable)
		}
		checkSet(t, s.Current())
	}
}
