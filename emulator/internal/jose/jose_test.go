// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose_test

import (
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

func TestObject(t *testing.T) {
	base := jose.Object{{Name: "b", Value: 1}, {Name: "a", Value: "<&>"}, {Name: "at", Value: time.Unix(7, 9)}}
	for _, row := range []struct {
		with map[string]any
		want string
	}{
		{nil, `{"b":1,"a":"<&>","at":7}`},
		{map[string]any{"b": nil, "z": jose.Object{{Name: "in", Value: true}}, "c": []int{}}, `{"b":null,"a":"<&>","at":7,"c":[],"z":{"in":true}}`},
		{map[string]any{"a": jose.Absent, "b": jose.Absent, "at": jose.Absent, "no": jose.Absent}, `{}`},
	} {
		got, err := base.Override(row.with).Encode()
		if err != nil || string(got) != row.want {
			t.Errorf("got %s and %v, want %s", got, err, row.want)
		}
	}
	if _, err := (jose.Object{{Name: "f", Value: func() {}}}).Encode(); err == nil || !strings.Contains(err.Error(), `"f"`) {
		t.Errorf("got %v, want an error that names the member", err)
	}
}

func TestCompact(t *testing.T) {
	sign := func(input []byte) []byte { return append([]byte("!"), input...) }
	if got, want := jose.Compact(sign, []byte("{}"), []byte("p")), "e30.cA.IWUzMC5jQQ"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The example of RFC 7638 §3.1.
func TestThumbprint(t *testing.T) {
	const n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
	modulus, err := base64.RawURLEncoding.DecodeString(n)
	if err != nil {
		t.Fatal(err)
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: 65537}
	if got, want := jose.Thumbprint(key), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if e, again := jose.EncodedKey(key); e != "AQAB" || again != n {
		t.Errorf("got %s and %s", e, again)
	}
}
