// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"math/big"
	"math/rand/v2"
	"sync"
)

var keys sync.Map // name -> func() *rsa.PrivateKey

// Key returns the key of this name and size, the same on every run: it is made
// from its name, and good for tests alone.
func Key(name string, bits int) *rsa.PrivateKey {
	make := sync.OnceValue(func() *rsa.PrivateKey { return makeKey(fmt.Sprint(name, bits), bits) })
	f, _ := keys.LoadOrStore(fmt.Sprint(name, bits), make)
	return f.(func() *rsa.PrivateKey)() //nolint:errcheck // nothing else is stored
}

func makeKey(name string, bits int) *rsa.PrivateKey {
	h := fnv.New64a()
	h.Write([]byte(name))
	r := rand.New(rand.NewPCG(h.Sum64(), 0)) //nolint:gosec // G404: the same keys on every run is what is wanted
	e, one := big.NewInt(65537), big.NewInt(1)
	for {
		p, q := prime(r, bits/2), prime(r, bits/2)
		k := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537}, Primes: []*big.Int{p, q}}
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		if k.D = new(big.Int).ModInverse(e, phi); k.D != nil && k.N.BitLen() == bits {
			k.Precompute()
			return k
		}
	}
}

// prime returns a prime whose two highest bits are set.
func prime(r *rand.Rand, bits int) *big.Int {
	b := make([]byte, bits/8)
	for i := range b {
		b[i] = byte(r.Uint32() & 0xff)
	}
	b[0] |= 0xc0
	b[len(b)-1] |= 1
	p := new(big.Int).SetBytes(b)
	for two := big.NewInt(2); !p.ProbablyPrime(1); {
		p.Add(p, two)
	}
	return p
}

// JWK writes a public key as B2C does: no alg.
func JWK(k *rsa.PublicKey, kid string) Object {
	return NewObject("kid", Quote(kid), "use", `"sig"`, "kty", `"RSA"`, "e", Quote(encode(big.NewInt(int64(k.E)).Bytes())), "n", Quote(encode(k.N.Bytes())))
}

// A Signer signs the first two parts of a token.
type Signer func(input []byte) []byte

// RS256 signs as the tokens say that they are.
func RS256(key *rsa.PrivateKey) Signer { return PKCS1(key, crypto.SHA256) }

// PKCS1 signs with RSASSA-PKCS1-v1_5.
func PKCS1(key *rsa.PrivateKey, h crypto.Hash) Signer {
	return func(input []byte) []byte {
		if key.N.BitLen() < 2048 { // crypto/rsa won't
			return raw(key, block(key, digestInfo(h, sum(h, input))))
		}
		s, err := rsa.SignPKCS1v15(nil, key, h, sum(h, input))
		if err != nil {
			panic(err)
		}
		return s
	}
}

// raw does the RSA operation with the private key.
func raw(key *rsa.PrivateKey, em []byte) []byte {
	s := new(big.Int).Exp(new(big.Int).SetBytes(em), key.D, key.N)
	return s.FillBytes(make([]byte, key.Size()))
}

// block pads as RFC 8017 section 9.2.
func block(key *rsa.PrivateKey, info []byte) []byte {
	em := make([]byte, key.Size())
	for i := range em {
		em[i] = 0xff
	}
	em[0], em[1] = 0, 1
	at := len(em) - len(info)
	em[at-1] = 0
	copy(em[at:], info)
	return em
}

func digestInfo(h crypto.Hash, digest []byte) []byte {
	prefix := map[crypto.Hash]string{
		crypto.SHA1:   "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
		crypto.SHA256: "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
	}[h]
	return append([]byte(prefix), digest...)
}

func sum(h crypto.Hash, data []byte) []byte {
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
