// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/internal/jose"
)

// The key of RFC 7515, appendix A.3.1.
const (
	rfcX = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
	rfcY = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
)

func ExampleECPublicKey() {
	key, err := jose.ECPublicKey("P-256", rfcX, rfcY)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(key.Params().Name, key.Params().BitSize)

	_, err = jose.ECPublicKey("P-256", rfcY, rfcX)
	fmt.Println(err)
	// Output:
	// P-256 256
	// is not a point of the curve P-256
}

func TestECPublicKeyRefuses(t *testing.T) {
	zero, p := strings.Repeat("A", 43), elliptic.P256().Params().P
	b64 := base64.RawURLEncoding.EncodeToString
	x, err := base64.RawURLEncoding.DecodeString(rfcX)
	if err != nil {
		t.Fatal(err)
	}
	y, err := base64.RawURLEncoding.DecodeString(rfcY)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, crv, x, y, want string }{
		{"P-384", "P-384", rfcX, rfcY, "P-256"},
		{"no curve", "", rfcX, rfcY, "P-256"},
		{"curve in small letters", "p-256", rfcX, rfcY, "P-256"},
		{"secp256k1", "secp256k1", rfcX, rfcY, "P-256"},
		{"infinity", "P-256", zero, zero, "not a point"},
		{"x=0, y=1", "P-256", zero, zero[:42] + "E", "not a point"},
		{"another y", "P-256", rfcX, rfcX, "not a point"},
		{"x=p", "P-256", b64(p.Bytes()), rfcY, "not a point"},
		{"y+p", "P-256", rfcX, b64(new(big.Int).Add(new(big.Int).SetBytes(y), p).Bytes()), "of 32 bytes"},
		{"no x", "P-256", "", rfcY, "base64url"},
		{"no y", "P-256", rfcX, "", "base64url"},
		{"31 bytes", "P-256", b64(x[1:]), rfcY, "of 32 bytes"},
		{"33 bytes", "P-256", b64(append([]byte{0}, x...)), rfcY, "of 32 bytes"},
		{"uncompressed point as x", "P-256", b64(append(append([]byte{4}, x...), y...)), rfcY, "of 32 bytes"},
		{"padded", "P-256", rfcX + "=", rfcY, "base64url"},
		{"trailing bits", "P-256", rfcX[:42] + "V", rfcY, "base64url"},
		{"line break", "P-256", rfcX[:10] + "\n" + rfcX[10:], rfcY, "base64url"},
		{"standard base64", "P-256", rfcX, strings.ReplaceAll(rfcY, "_", "/"), "base64url"},
		{"quote", "P-256", rfcX + `","d":"`, rfcY, "base64url"},
	} {
		key, err := jose.ECPublicKey(tc.crv, tc.x, tc.y)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, %v; want an error with %q", tc.name, key, err, tc.want)
		}
	}
}

func TestVerifyES256(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	input, n := []byte("header.payload"), elliptic.P256().Params().N
	digest := sha256.Sum256(input)
	r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	pair := func(r, s *big.Int) []byte {
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
	good, zero, one := pair(r, s), new(big.Int), big.NewInt(1)
	der, err := ecdsa.SignASN1(rand.Reader, private, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	if err := jose.VerifyES256(&private.PublicKey, input, good); err != nil {
		t.Errorf("good signature: %v", err)
	}
	// ECDSA can't tell s from n-s, nor does RFC 7518.
	if err := jose.VerifyES256(&private.PublicKey, input, pair(r, new(big.Int).Sub(n, s))); err != nil {
		t.Errorf("the other s: %v", err)
	}
	p521 := append(append([]byte{0}, good[:32]...), append([]byte{0}, good[32:]...)...)
	for name, sig := range map[string][]byte{
		"empty": nil, "cut": good[:63], "longer": append(append([]byte{}, good...), 0), "zero before": append([]byte{0}, good...), "33 bytes each": p521,
		"DER": der, "DER of 64 bytes": append(der, make([]byte, 64)...)[:64],
		"all zero": make([]byte, 64), "r=0": pair(zero, s), "s=0": pair(r, zero), "r=n": pair(n, s), "s=n": pair(r, n), "r=n, s=n": pair(n, n), "r=0, s=1": pair(zero, one),
		"all ones": []byte(strings.Repeat("\xff", 64)), "swapped": pair(s, r), "r alone": good[:32],
		"other": append(append([]byte{}, good[:63]...), good[63]^1),
	} {
		if err := jose.VerifyES256(&private.PublicKey, input, sig); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// Numbers are counted modulo n by those who don't look: r+n may fit into 32 bytes.
	for _, small := range []*big.Int{one, big.NewInt(1 << 40)} {
		if err := jose.VerifyES256(&private.PublicKey, input, pair(new(big.Int).Add(small, n), s)); err == nil {
			t.Errorf("r=n+%v: accepted", small)
		}
	}
	if err := jose.VerifyES256(&private.PublicKey, []byte("header.payloae"), good); err == nil {
		t.Error("other input: accepted")
	}
}
