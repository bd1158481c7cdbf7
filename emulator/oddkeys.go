// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

// Numbers nobody has the private half of.
var (
	oddModulus   = "u" + strings.Repeat("f00dcafe", 43)[:340] + "w" // 2048 bits
	shortModulus = "u" + strings.Repeat("f00dcafe", 22)[:169] + "w" // 1024 bits
	coordinate   = strings.Repeat("f00dcafe", 6)[:43]               // 256 bits
)

// odd returns entries of a key set that nobody should verify with, or trip
// over.
func odd() []any {
	rsaKey := func(more jose.Object) jose.Object {
		return append(jose.Object{{Name: "kty", Value: "RSA"}, {Name: "e", Value: "AQAB"}, {Name: "n", Value: oddModulus}}, more...)
	}
	return []any{
		jose.Object{{Name: "kid", Value: "odd-elliptic"}, {Name: "use", Value: "sig"}, {Name: "kty", Value: "EC"}, {Name: "crv", Value: "P-256"}, {Name: "x", Value: coordinate}, {Name: "y", Value: coordinate}},
		jose.Object{{Name: "kid", Value: "odd-symmetric"}, {Name: "use", Value: "sig"}, {Name: "kty", Value: "oct"}, {Name: "k", Value: coordinate}},
		jose.Object{{Name: "kid", Value: "odd-unknown"}, {Name: "kty", Value: "QUANTUM"}, {Name: "q", Value: "1"}},
		jose.Object{{Name: "kid", Value: "odd-short"}, {Name: "use", Value: "sig"}, {Name: "kty", Value: "RSA"}, {Name: "e", Value: "AQAB"}, {Name: "n", Value: shortModulus}},
		jose.Object{{Name: "kid", Value: "odd-exponent"}, {Name: "use", Value: "sig"}, {Name: "kty", Value: "RSA"}, {Name: "e", Value: "AQ"}, {Name: "n", Value: oddModulus}},
		jose.Object{{Name: "kid", Value: "odd-broken"}, {Name: "use", Value: "sig"}, {Name: "kty", Value: "RSA"}, {Name: "e", Value: "AQAB"}, {Name: "n", Value: "!"}},
		jose.Object{{Name: "kid", Value: "odd-type"}, {Name: "use", Value: "sig"}, {Name: "kty", Value: "RSA"}, {Name: "e", Value: 65537}, {Name: "n", Value: true}},
		rsaKey(jose.Object{{Name: "kid", Value: "odd-use"}, {Name: "use", Value: "enc"}}),
		rsaKey(jose.Object{{Name: "kid", Value: "odd-algorithm"}, {Name: "use", Value: "sig"}, {Name: "alg", Value: "PS256"}}),
		rsaKey(jose.Object{{Name: "kid", Value: "odd-operations"}, {Name: "key_ops", Value: []string{"encrypt"}}}),
		rsaKey(jose.Object{{Name: "use", Value: "sig"}}), // no kid
		jose.Object{},
	}
}
