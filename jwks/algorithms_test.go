// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

const providerIssuer = "https://id.example.com/realms/tasks"

var allAlgorithms = []authority.Algorithm{authority.RS256, authority.PS256, authority.ES256}

func provider(t testing.TB, algs ...authority.Algorithm) authority.Authority {
	t.Helper()
	a, err := authority.OpenIDProvider(providerIssuer, algs...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// ecJWK is a key as RFC 7517 has it, and its private half.
func ecJWK(t testing.TB, kid string) (string, *ecdsa.PrivateKey) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return fmt.Sprintf(`{"kid":%q,"use":"sig","kty":"EC","crv":"P-256","x":%q,"y":%q}`, kid, b64(point[1:33]), b64(point[33:])), private
}

// rsaJWK is jwk with a private half.
func rsaJWK(t testing.TB, kid string) (string, *rsa.PrivateKey) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"kid":%q,"use":"sig","kty":"RSA","e":"AQAB","n":%q}`, kid, base64.RawURLEncoding.EncodeToString(private.N.Bytes())), private
}

// put is a JWK with members before its own.
func put(jwk, members string) string { return "{" + members + "," + jwk[1:] }

// signatures are good ones by each algorithm.
func signatures(t testing.TB, input string, r *rsa.PrivateKey, e *ecdsa.PrivateKey) map[authority.Algorithm][]byte {
	t.Helper()
	digest := sha256.Sum256([]byte(input))
	rs, err1 := rsa.SignPKCS1v15(nil, r, crypto.SHA256, digest[:])
	ps, err2 := rsa.SignPSS(rand.Reader, r, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	x, y, err3 := ecdsa.Sign(rand.Reader, e, digest[:])
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	es := append(x.FillBytes(make([]byte, 32)), y.FillBytes(make([]byte, 32))...)
	return map[authority.Algorithm][]byte{authority.RS256: rs, authority.PS256: ps, authority.ES256: es}
}

// A signature passes only where its own algorithm is asked for, the key is of its
// type, and authority and JWK allow it: all of the table.
func TestVerify(t *testing.T) {
	const input = "header.payload"
	rsaKey, rsaPrivate := rsaJWK(t, "rsa")
	ecKey, ecPrivate := ecJWK(t, "ec")
	good := signatures(t, input, rsaPrivate, ecPrivate)
	passed := 0
	for pinned := 1; pinned < 8; pinned++ {
		var algs []authority.Algorithm
		for i, alg := range allAlgorithms {
			if pinned>>i&1 == 1 {
				algs = append(algs, alg)
			}
		}
		a := provider(t, algs...)
		for _, named := range append([]authority.Algorithm{""}, allAlgorithms...) {
			for _, jwk := range []string{rsaKey, ecKey} {
				document := keySet(jwk)
				if named != "" {
					document = keySet(put(jwk, `"alg":"`+string(named)+`"`))
				}
				key := onlyKey(t, a, document)
				isRSA := jwk == rsaKey
				for _, asked := range append([]authority.Algorithm{"", "none", "HS256", "RS512"}, allAlgorithms...) {
					fits := a.Allows(asked) && (named == "" || named == asked) && isRSA == (asked == authority.RS256 || asked == authority.PS256) && asked != ""
					if key == nil {
						if fits {
							t.Fatalf("pinned %q, JWK of alg %q: not usable for %q: %s", algs, named, asked, jwk)
						}
						continue
					}
					if got := key.Allows(asked); got != fits {
						t.Errorf("pinned %q, JWK of alg %q: Allows(%q) is %v", algs, named, asked, got)
					}
					for made, signature := range good {
						want := fits && made == asked
						if got := key.Verify(asked, []byte(input), signature); got != want {
							t.Errorf("pinned %q, JWK of alg %q: a signature by %s verified as %s: %v", algs, named, made, asked, got)
						}
						if want {
							passed++
						}
					}
					if fits && key.Verify(asked, []byte("header.payloae"), good[asked]) {
						t.Errorf("%s: other input is verified", asked)
					}
				}
			}
		}
	}
	if passed != 24 { // 4 of 7 lists have an algorithm, and 2 of 4 JWKs
		t.Errorf("got %d signatures verified, want 24", passed)
	}
}

// onlyKey returns the key of a document, nil if there is none to use.
func onlyKey(t testing.TB, a authority.Authority, document string) *jwks.Key {
	t.Helper()
	s, err := jwks.NewStatic(a, a.Issuers()[0], []byte(document))
	if err != nil {
		return nil
	}
	ids := s.Current().KeyIDs()
	if len(ids) != 1 {
		t.Fatalf("got keys %q of %s", ids, document)
	}
	k, _ := s.Current().Key(ids[0])
	return k
}

// Keys of a type or with an algorithm that is not pinned cost no set.
func TestOddKeysOfProviders(t *testing.T) {
	rsaKey, _ := rsaJWK(t, "odd")
	ecKey, _ := ecJWK(t, "odd")
	goodEC, _ := ecJWK(t, "good")
	goodRSA, _ := rsaJWK(t, "good")
	es, ps, all := provider(t, authority.ES256), provider(t, authority.PS256), provider(t, allAlgorithms...)
	for _, tt := range []struct {
		name        string
		a           authority.Authority
		key, reason string
	}{
		{"RSA where ES256 is pinned", es, rsaKey, "is not of type EC"},
		{"EC where PS256 is pinned", ps, ecKey, "is not of type RSA"},
		{"OKP", all, strings.Replace(ecKey, `"EC"`, `"OKP"`, 1), "is not of type RSA or EC"},
		{"oct", all, `{"kid":"odd","kty":"oct"}`, "is not of type RSA or EC"},
		{"oct with its key", all, `{"kid":"odd","kty":"oct","k":"AAAA"}`, "private or symmetric"},
		{"RS256 where ES256 is pinned", es, put(ecKey, `"alg":"RS256"`), "has a alg that does not fit an ES256 signing key"},
		{"RS256 where PS256 is pinned", ps, put(rsaKey, `"alg":"RS256"`), "has a alg that does not fit a PS256 signing key"},
		{"RSA that says ES256", all, put(rsaKey, `"alg":"ES256"`), "has an alg that does not fit its type RSA"},
		{"EC that says RS256", all, put(ecKey, `"alg":"RS256"`), "has an alg that does not fit its type EC"},
		{"ES384", all, put(ecKey, `"alg":"ES384"`), "has a alg that does not fit an RS256 or PS256 or ES256 signing key"},
		{"ECDH-ES", all, put(ecKey, `"alg":"ECDH-ES"`), "has a alg"},
		{"P-384", all, strings.Replace(ecKey, "P-256", "P-384", 1), "is not on the curve P-256"},
		{"no curve", all, strings.Replace(ecKey, `"crv":"P-256",`, "", 1), "is not on the curve P-256"},
		{"curve as a number", all, strings.Replace(ecKey, `"P-256"`, "256", 1), "has a crv"},
		{"not on the curve", all, swapXY(ecKey), "is not a point of the curve"},
		{"private EC", all, put(ecKey, `"d":"AAAA"`), "private or symmetric"},
		{"private EC, odd", all, put(ecKey, `"d":null`), "private or symmetric"},
		{"padded x", all, strings.Replace(ecKey, `","y"`, `=","y"`, 1), "base64url"},
		{"y as a number", all, put(strings.Replace(ecKey, `"y":`, `"yy":`, 1), `"y":1`), "has a y"},
		{"no y", all, strings.Replace(ecKey, `"y":`, `"yy":`, 1), "base64url"},
		{"use enc", all, strings.Replace(ecKey, `"sig"`, `"enc"`, 1), "has a use"},
		{"key_ops sign", all, put(ecKey, `"key_ops":["sign"]`), "has a key_ops"},
		{"no kid", all, strings.Replace(ecKey, `"kid":"odd",`, "", 1), "has no kid"},
		{"RSA with an EC key's members", es, put(rsaKey, `"crv":"P-256"`), "is not of type EC"},
		{"weak RSA", all, jwk("odd", 1024), "weak"},
	} {
		good := goodEC
		if !tt.a.Allows(authority.ES256) {
			good = goodRSA
		}
		s, err := jwks.NewStatic(tt.a, providerIssuer, []byte(keySet(tt.key, good)))
		if err != nil {
			t.Errorf("%s: the set is lost: %v", tt.name, err)
			continue
		}
		if ids, ignored := s.State().KeyIDs, s.State().Ignored; len(ids) != 1 || ids[0] != "good" || len(ignored) != 1 || !strings.Contains(ignored[0].Reason, tt.reason) {
			t.Errorf("%s: got keys %q, ignored %q, want %q", tt.name, ids, ignored, tt.reason)
		}
	}
	// B2C reads none of what others have.
	if s, err := static(t, keySet(put(jwk("kid", 2048), `"crv":1,"x":2,"y":null,"issuer":3`))); err != nil || len(s.State().Ignored) != 0 {
		t.Errorf("B2C: got %v", err)
	}
	if _, err := static(t, keySet(goodEC)); err == nil || !strings.Contains(err.Error(), "is not of type RSA") {
		t.Errorf("an EC key in B2C: got %v", err)
	}
}

func swapXY(ec string) string {
	x, y := strings.Index(ec, `"x":`), strings.Index(ec, `"y":`)
	return ec[:x] + `"y":` + ec[x+4:y] + `"x":` + ec[y+4:]
}

// One kid for keys of two types: which of them signed can't be told.
func TestKidTwiceAcrossTypes(t *testing.T) {
	rsaKey, _ := rsaJWK(t, "same")
	ecKey, _ := ecJWK(t, "same")
	good, _ := ecJWK(t, "good")
	for _, document := range []string{keySet(rsaKey, ecKey, good), keySet(ecKey, good, rsaKey), keySet(ecKey, good, rsaKey, ecKey)} {
		s, err := jwks.NewStatic(provider(t, allAlgorithms...), providerIssuer, []byte(document))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := s.Current().Key("same"); ok {
			t.Errorf("used all the same: %s", document)
		}
		// Where one of the types is not pinned its key is none.
		s, err = jwks.NewStatic(provider(t, authority.ES256), providerIssuer, []byte(document))
		if err != nil {
			t.Fatal(err)
		}
		if k, ok := s.Current().Key("same"); !ok || k.Bits() != 256 {
			t.Errorf("not used: %s", document)
		}
	}
	// The same key that says two things of itself is two.
	for _, pair := range [][2]string{
		{rsaKey, put(rsaKey, `"alg":"PS256"`)},
		{put(rsaKey, `"alg":"RS256"`), put(rsaKey, `"alg":"PS256"`)},
		{put(rsaKey, `"issuer":"a"`), put(rsaKey, `"issuer":"b"`)},
	} {
		s, err := jwks.NewStatic(provider(t, allAlgorithms...), providerIssuer, []byte(keySet(pair[0], pair[1], good)))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := s.Current().Key("same"); ok {
			t.Errorf("used all the same: %s", pair)
		}
	}
	s, err := jwks.NewStatic(provider(t, allAlgorithms...), providerIssuer, []byte(keySet(ecKey, ecKey)))
	if err != nil || len(s.Current().KeyIDs()) != 1 {
		t.Errorf("the same EC key twice is one: got %v", err)
	}
}

func TestECKeysCompare(t *testing.T) {
	a, _ := ecJWK(t, "a")
	b, _ := ecJWK(t, "b")
	s, err := jwks.NewStatic(provider(t, authority.ES256), providerIssuer, []byte(keySet(a, b, strings.Replace(a, `"a"`, `"twin"`, 1), put(strings.Replace(a, `"a"`, `"named"`, 1), `"issuer":"x"`))))
	if err != nil {
		t.Fatal(err)
	}
	key := func(id string) *jwks.Key { k, _ := s.Current().Key(id); return k }
	if k := key("a"); !k.SameAs(key("twin")) || !k.SameAs(key("named")) || k.SameAs(key("b")) || key("named").Issuer() != "x" || k.Issuer() != "" {
		t.Error("SameAs does not compare the key material alone")
	}
	if _, ok := key("a").Public().(*ecdsa.PublicKey); !ok || key("a").Bits() != 256 {
		t.Errorf("got a %T of %d bits", key("a").Public(), key("a").Bits())
	}
}
