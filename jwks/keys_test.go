// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/b2ckit/b2ckit/jwks"
)

// with returns a good key with members put in front of its own, or in place
// of one of its own.
func with(kid, member, value string) string {
	k := jwk(kid, 2048)
	own := `"` + member + `":`
	if i := strings.Index(k, own); i >= 0 {
		j := i + strings.IndexAny(k[i:], ",}")
		if k[j] == ',' {
			return k[:i] + own + value + k[j:]
		}
		return k[:i] + own + value + "}"
	}
	return `{` + own + value + `,` + k[1:]
}

func without(kid, member string) string {
	k := jwk(kid, 2048)
	i := strings.Index(k, `"`+member+`":`)
	j := i + strings.IndexAny(k[i:], ",}")
	if k[j] == ',' {
		j++
	}
	return strings.Replace(k[:i]+k[j:], ",}", "}", 1)
}

func static(t testing.TB, document string) (*jwks.Static, error) {
	t.Helper()
	return jwks.NewStatic(susi(t), issuer, []byte(document))
}

const long = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// One odd key never costs the set: the good keys beside it stay usable, and
// State tells why it is not.
func TestOddKeys(t *testing.T) {
	for _, tt := range []struct{ name, key, id, reason string }{
		{"alg RS512", with("odd", "alg", `"RS512"`), "odd", "has a alg that"},
		{"alg none", with("odd", "alg", `"none"`), "odd", "has a alg that"},
		{"alg HS256", with("odd", "alg", `"HS256"`), "odd", "has a alg that"},
		{"alg rs256", with("odd", "alg", `"rs256"`), "odd", "has a alg that"},
		{"alg empty", with("odd", "alg", `""`), "odd", "has a alg that"},
		{"alg null", with("odd", "alg", `null`), "odd", "has a alg that"},
		{"alg in a list", with("odd", "alg", `["RS256"]`), "odd", "has a alg that"},
		{"use enc", with("odd", "use", `"enc"`), "odd", "has a use that"},
		{"use null", with("odd", "use", `null`), "odd", "has a use that"},
		{"key_ops without verify", with("odd", "key_ops", `["sign"]`), "odd", "has a key_ops that"},
		{"key_ops empty", with("odd", "key_ops", `[]`), "odd", "has a key_ops that"},
		{"key_ops no list", with("odd", "key_ops", `"verify"`), "odd", "has a key_ops that"},
		{"key_ops of numbers", with("odd", "key_ops", `["verify",1]`), "odd", "has a key_ops that"},
		{"private d", with("odd", "d", `"AQAB"`), "odd", "private or symmetric"},
		{"private p, empty", with("odd", "p", `""`), "odd", "private or symmetric"},
		{"private qi, null", with("odd", "qi", `null`), "odd", "private or symmetric"},
		{"private oth", with("odd", "oth", `[]`), "odd", "private or symmetric"},
		{"RSA with k", with("odd", "k", `"AQAB"`), "odd", "private or symmetric"},
		{"private in disguise", with("odd", `\u0064`, `"AQAB"`), "odd", "private or symmetric"},
		{"oct", `{"kid":"odd","kty":"oct","k":"AQAB"}`, "odd", "private or symmetric"},
		{"oct without k", `{"kid":"odd","kty":"oct"}`, "odd", "not of type RSA"},
		{"EC", `{"kid":"odd","use":"sig","kty":"EC","crv":"P-256","x":"04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY","y":"UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw"}`, "odd", "not of type RSA"},
		{"OKP", `{"kid":"odd","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`, "odd", "not of type RSA"},
		{"kty rsa", with("odd", "kty", `"rsa"`), "odd", "not of type RSA"},
		{"no kty", without("odd", "kty"), "odd", "not of type RSA"},
		{"1024 bits", jwk("odd", 1024), "odd", "1024 bits"},
		{"2047 bits", jwk("odd", 2047), "odd", "2047 bits"},
		{"8193 bits", jwk("odd", 8193), "odd", "8193 bits"},
		{"65536 bits", jwk("odd", 65536), "odd", "65536 bits"},
		{"zero", with("odd", "n", `"AA"`), "odd", "weak key of 0 bits"},
		{"even modulus", with("odd", "n", `"`+base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("\xfe", 256)))+`"`), "odd", "even modulus"},
		{"e=1", with("odd", "e", `"AQ"`), "odd", "exponent"},
		{"e=3", with("odd", "e", `"Aw"`), "odd", "exponent"},
		{"e=65535", with("odd", "e", `"__8"`), "odd", "exponent"},
		{"e=65536", with("odd", "e", `"AQAA"`), "odd", "exponent"},
		{"e=65538, even", with("odd", "e", `"AQAC"`), "odd", "exponent"},
		{"e=2^31+1", with("odd", "e", `"gAAAAQ"`), "odd", "exponent"},
		{"e=2^64+65537, which overflows to a good one", with("odd", "e", `"AQAAAAAAAQAB"`), "odd", "exponent"},
		{"e missing", without("odd", "e"), "odd", "n or e"},
		{"n missing", without("odd", "n"), "odd", "n or e"},
		{"e as a number", with("odd", "e", `65537`), "odd", "has a e that"},
		{"e empty", with("odd", "e", `""`), "odd", "n or e"},
		{"padded n", strings.Replace(jwk("odd", 2048), `"}`, `=="}`, 1), "odd", "n or e"},
		{"padded e", with("odd", "e", `"AQAB===="`), "odd", "n or e"},
		{"standard base64", with("odd", "n", `"`+strings.Repeat("+/", 171)+`"`), "odd", "n or e"},
		{"line breaks in n", strings.Replace(jwk("odd", 2048), `"n":"`, `"n":"\n`, 1), "odd", "n or e"},
		{"spare bits in e", with("odd", "e", `"AQABB"`), "odd", "n or e"},
		{"no kid", without("odd", "kid"), "", "has no kid"},
		{"kid empty", with("odd", "kid", `""`), "", "has a kid that"},
		{"kid null", with("odd", "kid", `null`), "", "has a kid that"},
		{"kid a number", with("odd", "kid", `42`), "", "has a kid that"},
		{"kid too long", jwk(strings.Repeat("x", 257), 2048), strings.Repeat("x", 257), "has a kid that"},
		{"kid far too long", jwk(strings.Repeat("x", 4000), 2048), strings.Repeat("x", 1021) + "…", "has a kid that"},
		{"kid with space", jwk("o d", 2048), "o d", "has a kid that"},
		{"kid not ASCII", jwk("öd", 2048), "öd", "has a kid that"},
		{"kid with line break", jwk("o\nd", 2048), `o\nd`, "has a kid that"},
		{"kid with quotes", with("odd", "kid", `"\"\u001b"`), `"\x1b`, "has a kid that"},
		{"not an object", `"key"`, "", "not a JSON object"},
		{"empty object", `{}`, "", "has no kid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := static(t, keySet(jwk("good", 2048), tt.key, jwk("good-too", 4096)))
			if err != nil {
				t.Fatalf("the set is lost: %v", err)
			}
			state := s.State()
			if !slices.Equal(state.KeyIDs, []string{"good", "good-too"}) {
				t.Errorf("got keys %q", state.KeyIDs)
			}
			if len(state.Ignored) != 1 || state.Ignored[0].ID != tt.id || !strings.Contains(state.Ignored[0].Reason, tt.reason) {
				t.Errorf("got %q, want %q: %q", state.Ignored, tt.id, tt.reason)
			}
			if _, err := static(t, keySet(tt.key)); err == nil || !strings.Contains(err.Error(), "no usable key") {
				t.Errorf("alone: got %v, want an error", err)
			}
		})
	}
}

// Keys that look odd but are fine.
func TestGoodKeys(t *testing.T) {
	for _, tt := range []struct{ name, key string }{
		{"as B2C publishes it", jwk("kid", 2048)},
		{"without nbf", without("kid", "nbf")},
		{"nbf in the future", with("kid", "nbf", `4102444800`)},
		{"nbf a string", with("kid", "nbf", `"soon"`)},
		{"without use", without("kid", "use")},
		{"alg RS256", with("kid", "alg", `"RS256"`)},
		{"key_ops verify", with("kid", "key_ops", `["verify"]`)},
		{"key_ops with more", with("kid", "key_ops", `["encrypt","verify","juggle"]`)},
		{"8192 bits", jwk("kid", 8192)},
		{"2049 bits", jwk("kid", 2049)},
		{"e=65539", with("kid", "e", `"AQAD"`)},
		{"e=2^31-1", with("kid", "e", `"f____w"`)},
		{"leading zero in e", with("kid", "e", `"AAEAAQ"`)},
		{"longest kid", with("kid", "kid", `"`+strings.Repeat(long, 4)+`"`)},
		{"kid with signs", with("kid", "kid", `"~!$%&/()=?+*#-.;,:_<>|"`)},
		{"issuer beside it", with("kid", "issuer", `"https://login.microsoftonline.com/x/v2.0"`)},
		{"x5c and x5t", with("kid", "x5c", `["MIIC"],"x5t":"AQAB"`)},
		{"odd x5c", with("kid", "x5c", `5`)},
		{"odd x5t", with("kid", "x5t", `{"a":[]}`)},
		{"exp in the past", with("kid", "exp", `1`)},
		{"unknown members", with("kid", "x-ms", `{"deep":[1,2,{"d":"not private here"}]}`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := static(t, keySet(tt.key))
			if err != nil {
				t.Fatal(err)
			}
			if len(s.State().Ignored) != 0 || len(s.State().KeyIDs) != 1 {
				t.Errorf("got %+v", s.State())
			}
		})
	}
}

func TestDuplicateKid(t *testing.T) {
	same := jwk("same", 2048)
	for name, document := range map[string]string{
		"twice":                    keySet(jwk("same", 2048), jwk("good", 2048), jwk("same", 2048)),
		"thrice":                   keySet(jwk("same", 2048), jwk("same", 2048), jwk("good", 2048), jwk("same", 2048)),
		"one of them twice":        keySet(same, same, jwk("good", 2048), jwk("same", 2048)),
		"one of them twice, later": keySet(same, jwk("same", 2048), same, jwk("good", 2048)),
		"four and a good last":     keySet(same, same, jwk("same", 2048), same, jwk("good", 2048)),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := static(t, document)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.State().KeyIDs; !slices.Equal(got, []string{"good"}) {
				t.Errorf("got keys %q, want the ambiguous one refused", got)
			}
			if _, ok := s.Current().Key("same"); ok {
				t.Error("an ambiguous key is used")
			}
			for _, k := range s.State().Ignored {
				if k.ID != "same" || !strings.Contains(k.Reason, "kid that another key") {
					t.Errorf("got %+v", k)
				}
			}
		})
	}
}

// The same key twice is one key, as where a certificate was uploaded again. One
// entry that can't be used takes nothing from the other.
func TestTheSameKeyTwice(t *testing.T) {
	same := jwk("same", 2048)
	padded := strings.Replace(same, `"AQAB"`, `"AAEAAQ"`, 1)
	unusable := strings.Replace(same, `"sig"`, `"enc"`, 1)
	for name, tt := range map[string]struct {
		document string
		ignored  int
	}{
		"twice":               {keySet(same, same), 0},
		"many":                {keySet(same, same, jwk("good", 2048), same, same), 0},
		"kid written twice":   {keySet(same, strings.Replace(same, `"same"`, `"\u0073ame"`, 1)), 0},
		"other members":       {keySet(same, strings.Replace(same, `"nbf"`, `"x5t":"AQAB","nbf"`, 1)), 0},
		"a zero in front":     {keySet(padded, same), 0},
		"first can't be used": {keySet(unusable, same), 1},
		"last can't be used":  {keySet(same, unusable), 1},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := static(t, tt.document)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := s.Current().Key("same"); !ok || len(s.State().Ignored) != tt.ignored {
				t.Errorf("got %+v, want the key, and %d ignored", s.State(), tt.ignored)
			}
		})
	}
}

// The kid of another type of key is no ambiguity: only one can verify.
func TestKidSharedWithUnusableKey(t *testing.T) {
	s, err := static(t, keySet(`{"kid":"same","kty":"EC"}`, jwk("same", 2048)))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Current().Key("same"); !ok {
		t.Error("the RSA key is refused")
	}
}

func TestSixtyFourKeys(t *testing.T) {
	keys := make([]string, 64)
	for i := range keys {
		keys[i] = jwk(string(rune('!'+i)), 2048)
	}
	s, err := static(t, keySet(keys...))
	if err != nil || len(s.State().KeyIDs) != 64 {
		t.Errorf("got %v, want all 64 keys", err)
	}
}

func TestKeyIsWhatWasPublished(t *testing.T) {
	document := jwk("kid", 2048)
	s, err := static(t, keySet(document, jwk("other", 2048), strings.Replace(document, `"kid":"kid"`, `"kid":"twin"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	k, ok := s.Current().Key("kid")
	if !ok || k.ID() != "kid" || rsaOf(k).E != 65537 {
		t.Fatalf("got %+v, %v", k, ok)
	}
	_, n, _ := strings.Cut(document, `"n":"`)
	if got := base64.RawURLEncoding.EncodeToString(rsaOf(k).N.Bytes()); got != strings.TrimSuffix(n, `"}`) {
		t.Errorf("got modulus %s", got)
	}
	twin, _ := s.Current().Key("twin")
	other, _ := s.Current().Key("other")
	if !k.SameAs(k) || !k.SameAs(twin) || !twin.SameAs(k) || k.SameAs(other) {
		t.Error("SameAs does not compare the key material")
	}
	for _, id := range []string{"KID", "kid ", "", "ki"} {
		if _, ok := s.Current().Key(id); ok {
			t.Errorf("found %q", id)
		}
	}
}

// The same rules hold for fetched sets.
func TestIgnoredKeysOfACache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, documents(metadataOf(issuer, keysURL), keySet(with("odd", "use", `"enc"`), jwk("good", 2048))), nil)
		if !finds(t, c, "good") || finds(t, c, "odd") {
			t.Errorf("got %+v", c.State())
		}
		s := c.State()
		if len(s.Ignored) != 1 || s.Ignored[0].ID != "odd" || !strings.Contains(s.Ignored[0].Reason, "use") {
			t.Errorf("got %+v", s.Ignored)
		}
		s.Ignored[0].ID = "changed"
		if c.State().Ignored[0].ID != "odd" {
			t.Error("State gives away its memory")
		}
	})
}

// thumbprint is RFC 7638 for an RSA key of which e and n are given as text.
func thumbprint(e, n string) string {
	sum := sha256.Sum256([]byte(`{"e":"` + e + `","kty":"RSA","n":"` + n + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
