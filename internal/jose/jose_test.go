// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/internal/jose"
)

// The modulus of the key with which all B2C user flows of the world sign, as
// published.
const userFlowModulus = "tVKUtcx_n9rt5afY_2WFNvU6PlFMggCatsZ3l4RjKxH0jgdLq6CScb0P3ZGXYbPzXvmmLiWZizpb-h0qup5jznOvOr-Dhw9908584BSgC83YacjWNqEK3urxhyE2jWjwRm2N95WGgb5mzE5XmZIvkvyXnn7X8dvgFPF5QwIngGsDG8LyHuJWlaDhr_EPLMW4wHvH0zZCuRMARIJmmqiMy3VD4ftq4nS5s8vJL0pVSrkuNojtokp84AtkADCDU_BUhrc2sIgfnvZ03koCQRoZmWiHu86SuJZYkDFstVTVSR0hiXudFlfQ2rOhPlpObmku68lXw-7V-P7jwrQRFfQVXw"

func ExampleRSAPublicKey() {
	key, err := jose.RSAPublicKey(userFlowModulus, "AQAB")
	fmt.Println(key.N.BitLen(), key.E, err)
	// Output: 2048 65537 <nil>
}

func TestRSAPublicKeyRefuses(t *testing.T) {
	n := func(bits int, odd bool) string {
		v := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
		if odd {
			v.SetBit(v, 0, 1)
		}
		return base64.RawURLEncoding.EncodeToString(v.Bytes())
	}
	good := n(2048, true)
	if _, err := jose.RSAPublicKey(good, "AQAB"); err != nil {
		t.Fatalf("a good key: %v", err)
	}
	for _, tc := range []struct{ name, n, e, want string }{
		{"1024 bits", n(1024, true), "AQAB", "weak"},
		{"2047 bits", n(2047, true), "AQAB", "weak"},
		{"8193 bits", n(8193, true), "AQAB", "at most"},
		{"even modulus", n(2048, false), "AQAB", "even modulus"},
		{"e=1", good, "AQ", "exponent"},
		{"e=3", good, "Aw", "exponent"},
		{"e=65538", good, "AQAC", "exponent"},
		{"e=2^31+1", good, "gAAAAQ", "31 bits"},
		{"e=2^64+65537", good, "AQAAAAAAAQAB", "31 bits"},
		{"no n", "", "AQAB", "base64url"},
		{"no e", good, "", "base64url"},
		{"padded e", good, "AQAB====", "base64url"},
		{"line break in n", good[:10] + "\n" + good[10:], "AQAB", "base64url"},
		{"quote in n", good + `","kty":"oct`, "AQAB", "base64url"},
		{"trailing bits in e", good, "AQABAR", "base64url"},
	} {
		key, err := jose.RSAPublicKey(tc.n, tc.e)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, %v; want an error with %q", tc.name, key, err, tc.want)
		}
	}
}

func TestVerifyRS256(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	input := []byte("header.payload")
	sign := func(h crypto.Hash, digest []byte) []byte {
		sig, err := rsa.SignPKCS1v15(nil, private, h, digest)
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	d256 := sha256.Sum256(input)
	good := sign(crypto.SHA256, d256[:])
	if err := jose.VerifyRS256(&private.PublicKey, input, good); err != nil {
		t.Errorf("good signature: %v", err)
	}
	pss, err := rsa.SignPSS(rand.Reader, private, crypto.SHA256, d256[:], nil)
	if err != nil {
		t.Fatal(err)
	}
	plusN := new(big.Int).Add(new(big.Int).SetBytes(good), private.N).Bytes()
	for name, sig := range map[string][]byte{
		"empty": nil, "cut": good[:255], "longer": append([]byte{0}, good...), "s+n": plusN, "PSS": pss,
		"other": append(append([]byte{}, good[:255]...), good[255]^1),
	} {
		if err := jose.VerifyRS256(&private.PublicKey, input, sig); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := jose.VerifyRS256(&private.PublicKey, []byte("header.payloae"), good); err == nil {
		t.Error("other input: accepted")
	}
}
