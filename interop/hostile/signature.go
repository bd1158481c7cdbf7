// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"crypto"
	"crypto/rsa"
	"math/big"
	"slices"
)

// signatureEdits are about the signature alone.
func signatureEdits() (all []Edit) {
	with := func(name string, f func(k *rsa.PrivateKey, input []byte) []byte) {
		all = append(all, Edit{"signature", name, func(d *Draft) {
			key := d.Key
			d.Sign = func(input []byte) []byte { return f(key, input) }
		}})
	}
	// arithmetic changes a good signature as a number.
	arithmetic := func(name string, f func(s, n *big.Int) *big.Int) {
		with(name, func(k *rsa.PrivateKey, input []byte) []byte {
			return f(new(big.Int).SetBytes(RS256(k)(input)), k.N).Bytes()
		})
	}
	arithmetic("s + n", func(s, n *big.Int) *big.Int { return s.Add(s, n) })
	arithmetic("s + 2n", func(s, n *big.Int) *big.Int { return s.Add(s, new(big.Int).Lsh(n, 1)) })
	arithmetic("n - s", func(s, n *big.Int) *big.Int { return s.Sub(n, s) })
	arithmetic("s + 1", func(s, n *big.Int) *big.Int { return s.Add(s, big.NewInt(1)) })
	arithmetic("n", func(_, n *big.Int) *big.Int { return n })
	arithmetic("n - 1", func(_, n *big.Int) *big.Int { return new(big.Int).Sub(n, big.NewInt(1)) })
	arithmetic("n + 1", func(_, n *big.Int) *big.Int { return new(big.Int).Add(n, big.NewInt(1)) })
	arithmetic("0", func(_, _ *big.Int) *big.Int { return new(big.Int) })
	arithmetic("1", func(_, _ *big.Int) *big.Int { return big.NewInt(1) })
	arithmetic("squared", func(s, n *big.Int) *big.Int { return s.Exp(s, big.NewInt(2), n) })
	good := func(name string, f func(s []byte) []byte) {
		with(name, func(k *rsa.PrivateKey, input []byte) []byte { return f(RS256(k)(input)) })
	}
	good("a zero before", func(s []byte) []byte { return append([]byte{0}, s...) })
	good("zeros before", func(s []byte) []byte { return append(make([]byte, 256), s...) })
	good("a zero behind", func(s []byte) []byte { return append(s, 0) })
	good("cut", func(s []byte) []byte { return s[:len(s)-1] })
	good("cut before", func(s []byte) []byte { return s[1:] })
	good("half", func(s []byte) []byte { return s[:len(s)/2] })
	good("twice", func(s []byte) []byte { return append(s, s...) })
	good("reversed", func(s []byte) []byte { slices.Reverse(s); return s })
	good("empty", func([]byte) []byte { return nil })
	good("zeros", func(s []byte) []byte { return make([]byte, len(s)) })
	good("ones", func(s []byte) []byte {
		for i := range s {
			s[i] = 0xff
		}
		return s
	})
	other := func(name string, sign func(k *rsa.PrivateKey) Signer) {
		with(name, func(k *rsa.PrivateKey, input []byte) []byte { return sign(k)(input) })
	}
	other("SHA-1", func(k *rsa.PrivateKey) Signer { return PKCS1(k, crypto.SHA1) })
	other("SHA-384", func(k *rsa.PrivateKey) Signer { return PKCS1(k, crypto.SHA384) })
	other("SHA-512", func(k *rsa.PrivateKey) Signer { return PKCS1(k, crypto.SHA512) })
	other("PSS", func(k *rsa.PrivateKey) Signer { return pss(k, crypto.SHA256) })
	other("a stranger", func(*rsa.PrivateKey) Signer { return RS256(Key("stranger", 2048)) })
	other("a stranger with 3072 bits", func(*rsa.PrivateKey) Signer { return RS256(Key("stranger", 3072)) })
	other("HMAC", func(k *rsa.PrivateKey) Signer { return hs256(der(k)) })
	padded := func(name string, f func(k *rsa.PrivateKey, digest []byte) []byte) {
		with("block: "+name, func(k *rsa.PrivateKey, input []byte) []byte { return raw(k, f(k, sum(crypto.SHA256, input))) })
	}
	padded("digest without its DER", func(k *rsa.PrivateKey, d []byte) []byte { return block(k, d) })
	padded("no NULL", func(k *rsa.PrivateKey, d []byte) []byte {
		return block(k, append([]byte("\x30\x2f\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x04\x20"), d...))
	})
	padded("SHA-1's DER", func(k *rsa.PrivateKey, d []byte) []byte { return block(k, digestInfo(crypto.SHA1, d[:20])) })
	padded("type 2", func(k *rsa.PrivateKey, d []byte) []byte {
		b := block(k, digestInfo(crypto.SHA256, d))
		b[1] = 2
		return b
	})
	padded("type 0", func(k *rsa.PrivateKey, d []byte) []byte {
		b := block(k, digestInfo(crypto.SHA256, d))
		b[1] = 0
		return b
	})
	padded("a padding byte is not ff", func(k *rsa.PrivateKey, d []byte) []byte {
		b := block(k, digestInfo(crypto.SHA256, d))
		b[9] = 0xfe
		return b
	})
	padded("short padding, rest behind", func(k *rsa.PrivateKey, d []byte) []byte {
		b := make([]byte, k.Size())
		copy(b, "\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\x00")
		copy(b[11:], digestInfo(crypto.SHA256, d))
		return b
	})
	padded("a byte behind", func(k *rsa.PrivateKey, d []byte) []byte { return block(k, append(digestInfo(crypto.SHA256, d), 0)) })
	with("block, not signed", func(k *rsa.PrivateKey, input []byte) []byte {
		return block(k, digestInfo(crypto.SHA256, sum(crypto.SHA256, input)))
	})
	with("over the payload alone", func(k *rsa.PrivateKey, input []byte) []byte {
		return RS256(k)(input[slices.Index(input, '.')+1:])
	})
	with("over the header alone", func(k *rsa.PrivateKey, input []byte) []byte { return RS256(k)(input[:slices.Index(input, '.')]) })
	with("over another token", func(k *rsa.PrivateKey, input []byte) []byte { return RS256(k)(append(input, 'x')) })
	with("over nothing", func(k *rsa.PrivateKey, _ []byte) []byte { return RS256(k)(nil) })
	return all
}
