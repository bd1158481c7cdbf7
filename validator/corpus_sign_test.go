// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // to show that it is refused
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var b64 = base64.RawURLEncoding.EncodeToString

// member is a member of a JSON object: a name and the text of its value.
type member struct{ name, value string }

type mod func([]member) []member

// set replaces a value in place, or appends the member.
func set(name, value string) mod {
	return func(all []member) []member {
		for i := range all {
			if all[i].name == name {
				all[i].value = value
				return all
			}
		}
		return append(all, member{name, value})
	}
}

// add appends a member, also a second of its name. The name is JSON text
// without the quotes, so it may hold escapes.
func add(name, value string) mod {
	return func(all []member) []member { return append(all, member{name, value}) }
}

func drop(names ...string) mod {
	return func(all []member) []member {
		var kept []member
		for _, m := range all {
			if !strings.Contains(" "+strings.Join(names, " ")+" ", " "+m.name+" ") {
				kept = append(kept, m)
			}
		}
		return kept
	}
}

func object(all []member, mods ...mod) string {
	for _, m := range mods {
		all = m(all)
	}
	texts := make([]string, 0, len(all))
	for _, m := range all {
		texts = append(texts, `"`+m.name+`":`+m.value)
	}
	return "{" + strings.Join(texts, ",") + "}"
}

func quoted(s string) string { return `"` + s + `"` }

// headerOf is the header of a real token, changed.
func headerOf(key *rsa.PrivateKey, mods ...mod) string {
	return object([]member{{"alg", `"RS256"`}, {"kid", quoted(kidOf(&key.PublicKey))}, {"typ", `"JWT"`}}, mods...)
}

// payloadOf is the payload of a user's access token, changed.
func payloadOf(mods ...mod) string {
	return object([]member{
		{"ver", `"1.0"`},
		{"iss", quoted(contosoIssuer)},
		{"sub", `"cccccccc-cccc-cccc-cccc-cccccccccccc"`},
		{"aud", quoted(corpusAudience)},
		{"azp", `"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"`},
		{"scp", `"tasks.read tasks.write"`},
		{"iat", "1750000000"},
		{"nbf", "1750000000"},
		{"exp", "1750003600"},
		{"auth_time", "1750000000"},
		{"nonce", `"n-7f3a"`},
		{"oid", `"cccccccc-cccc-cccc-cccc-cccccccccccc"`},
		{"name", `"Ada Example"`},
		{"emails", `["ada@example.org"]`},
		{"idp", `"google.com"`},
		{"tfp", `"B2C_1_susi"`},
	}, mods...)
}

// signToken is a JWS in compact serialization.
func signToken(key *rsa.PrivateKey, header, payload string) string {
	return signWith(header, payload, func(input []byte) []byte { return rs256.sign(key, input) })
}

func signWith(header, payload string, sign func([]byte) []byte) string {
	input := b64([]byte(header)) + "." + b64([]byte(payload))
	return input + "." + b64(sign([]byte(input)))
}

func digestOf(h crypto.Hash, input []byte) []byte {
	d := h.New()
	d.Write(input)
	return d.Sum(nil)
}

func pkcs1(key *rsa.PrivateKey, h crypto.Hash, input []byte) []byte {
	sig, err := rsa.SignPKCS1v15(nil, key, h, digestOf(h, input))
	if err != nil {
		panic(err)
	}
	return sig
}

// rawRSA is the private operation on an encoded block of the modulus' length,
// for signatures that no library makes.
func rawRSA(key *rsa.PrivateKey, block []byte) []byte {
	return new(big.Int).Exp(new(big.Int).SetBytes(block), key.D, key.N).FillBytes(make([]byte, key.Size()))
}

// pkcs1Block is 00 01 FF … 00 and the rest, as long as the modulus.
func pkcs1Block(key *rsa.PrivateKey, rest []byte) []byte {
	block := make([]byte, key.Size()-len(rest)-1, key.Size())
	for i := range block {
		block[i] = 0xff
	}
	block[0], block[1] = 0, 1
	return append(append(block, 0), rest...)
}

// pss is RSASSA-PSS (RFC 8017 section 8.1.1) with a salt of zeros, so that
// the corpus is the same on every run.
func pss(key *rsa.PrivateKey, input []byte) []byte {
	salt := make([]byte, 32)
	h := sha256.Sum256(append(append(make([]byte, 8), digestOf(crypto.SHA256, input)...), salt...))
	block := make([]byte, key.Size())
	db := block[:len(block)-33]
	db[len(db)-33] = 1 // then the salt
	for i, counter := 0, uint32(0); i < len(db); counter++ {
		mask := sha256.Sum256(append(h[:], byte(counter>>24), byte(counter>>16), byte(counter>>8), byte(counter)))
		for _, m := range mask {
			if i < len(db) {
				db[i] ^= m
				i++
			}
		}
	}
	db[0] &= 0x7f
	copy(block[len(db):], h[:])
	block[len(block)-1] = 0xbc
	return rawRSA(key, block)
}

func hs256(secret, input []byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write(input)
	return m.Sum(nil)
}

// es256 signs deterministically (RFC 6979).
func es256(input []byte) []byte {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), 7))
	if err != nil {
		panic(err)
	}
	der, err := key.Sign(nil, digestOf(crypto.SHA256, input), crypto.SHA256)
	if err != nil {
		panic(err)
	}
	var rs struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &rs); err != nil {
		panic(err)
	}
	return append(rs.R.FillBytes(make([]byte, 32)), rs.S.FillBytes(make([]byte, 32))...)
}

// kidOf is the RFC 7638 thumbprint, which B2C uses as key id.
func kidOf(k *rsa.PublicKey) string {
	d := sha256.Sum256(fmt.Appendf(nil, `{"e":"%s","kty":"RSA","n":"%s"}`, b64(big.NewInt(int64(k.E)).Bytes()), b64(k.N.Bytes())))
	return b64(d[:])
}

// jwkOf is a key as B2C publishes it, changed.
func jwkOf(k *rsa.PublicKey, mods ...mod) string {
	return object([]member{
		{"kid", quoted(kidOf(k))},
		{"nbf", "1493763266"},
		{"use", `"sig"`},
		{"kty", `"RSA"`},
		{"e", quoted(b64(big.NewInt(int64(k.E)).Bytes()))},
		{"n", quoted(b64(k.N.Bytes()))},
	}, mods...)
}

// corpusKeys are the published test keys of the corpus.
type corpusKeys struct{ userFlow, partner, stranger *rsa.PrivateKey }

var loadCorpusKeys = sync.OnceValues(func() (k corpusKeys, err error) {
	for name, key := range map[string]**rsa.PrivateKey{"user-flow": &k.userFlow, "partner": &k.partner, "stranger": &k.stranger} {
		file := filepath.Join(corpusDir, "keys", "TEST-ONLY-"+name+".pem")
		data, err := os.ReadFile(file)
		if err != nil && *update {
			data, err = writeTestKey(file)
		}
		if err != nil {
			return k, err
		}
		block, _ := pem.Decode(data)
		if block == nil {
			return k, fmt.Errorf("%s is no PEM", file)
		}
		if *key, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
			return k, fmt.Errorf("%s: %w", file, err)
		}
	}
	return k, nil
})

func keysOf(tb testing.TB) corpusKeys {
	tb.Helper()
	k, err := loadCorpusKeys()
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// writeTestKey writes a key under a PEM type of its own, so that neither a
// tool nor a person takes it for a secret.
func writeTestKey(file string) ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	text := "TEST ONLY. This private key is published on purpose. Never use it for anything.\n\n" +
		string(pem.EncodeToMemory(&pem.Block{Type: "RSA TESTING KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	return []byte(text), os.WriteFile(file, []byte(text), 0o644)
}

// digestInfo is the DER that PKCS #1 puts before a digest.
func digestInfo(h crypto.Hash, null bool, digest []byte) []byte {
	oid := map[crypto.Hash]asn1.ObjectIdentifier{crypto.SHA1: {1, 3, 14, 3, 2, 26}, crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1}}[h]
	params := asn1.RawValue{}
	if null {
		params = asn1.NullRawValue
	}
	der, err := asn1.Marshal(struct {
		Algorithm struct {
			OID    asn1.ObjectIdentifier
			Params asn1.RawValue `asn1:"optional"`
		}
		Digest []byte
	}{Algorithm: struct {
		OID    asn1.ObjectIdentifier
		Params asn1.RawValue `asn1:"optional"`
	}{oid, params}, Digest: digest})
	if err != nil {
		panic(err)
	}
	return der
}

func sha1Sum(input []byte) []byte {
	d := sha1.Sum(input) // to show that it is refused
	return d[:]
}

// The hashes that crypto.Hash.New needs linked in.
var _ = sha512.New

var strictRaw = base64.RawURLEncoding.Strict()
