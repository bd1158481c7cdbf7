// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
)

// headerEdits are about the header's members but alg.
func headerEdits() (all []Edit) {
	for _, value := range append(odd, `["b64"]`, `["exp"]`, `["alg"]`, `["crit"]`, `["alg","alg"]`, `["http://example.com/UNDEFINED"]`) {
		all = append(all, member("header crit", "crit", value))
	}
	all = append(all, Edit{"header crit", "with its member", func(d *Draft) {
		d.Header = d.Header.With("crit", `["exp"]`).With("exp", "1750003660")
	}})
	for _, value := range odd {
		all = append(all, member("header b64", "b64", value), member("header cty", "cty", value), member("header typ of another kind of token", "typ", value),
			member("header kid of a wrong type or form", "kid", value), member("header alg is not RS256", "alg", value))
		for _, name := range []string{"jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "zip", "enc", "epk", "nonce", "iss", "exp", "url", "unknown"} {
			class := "a header member that is not used"
			if strings.Contains(value, "1e400") {
				class = "a header member that is not used is a number beyond a double"
			}
			all = append(all, member(class, name, value))
		}
	}
	for _, value := range []string{"JWT", "jwt", "Jwt", "at+jwt", "AT+JWT", "application/at+jwt"} {
		all = append(all, member("header typ of an access token", "typ", Quote(value)))
	}
	for _, value := range []string{"JOSE", "JOSE+JSON", "dpop+jwt", "logout+jwt", "secevent+jwt", "token-introspection+jwt", "JWT ", " JWT", "application/jwt", "at+jwt;a=b", "JWE", "none"} {
		all = append(all, member("header typ of another kind of token", "typ", Quote(value)))
	}
	for _, value := range []string{"JWT", "json", "jwt", "application/json", "JWE"} {
		all = append(all, member("header cty", "cty", Quote(value)))
	}
	for _, value := range []string{"../../dev/null", "x' OR '1'='1", "a\r\nb", "a\x00", "\x1b[2J", "http://evil.example/key", "|ls", strings.Repeat("k", 256), strings.Repeat("k", 257), strings.Repeat("k", 7000), "\u202eb", "é"} {
		all = append(all, member("header kid unknown", "kid", Quote(value)))
	}
	kid := func(how string, f func(string) string) {
		all = append(all, Edit{"header kid nearly right", how, func(d *Draft) {
			if text := strings.Trim(d.Header.Get("kid"), `"`); text != "" {
				d.Header = d.Header.With("kid", Quote(f(text)))
			}
		}})
	}
	for _, t := range texts {
		kid(t.how, t.f)
	}
	for _, name := range []string{"kid", "typ", "alg"} {
		all = append(all, Edit{"header " + name + " is missing", name, func(d *Draft) { d.Header = d.Header.Without(name) }},
			Edit{"a header member's name in other case", name, func(d *Draft) { d.Header = d.Header.Renamed(name, strings.ToUpper(name)) }})
	}
	stranger := Key("stranger", 2048)
	public := JWK(&stranger.PublicKey, "stranger").String()
	for _, m := range []Member{{"jwk", public}, {"jku", `"https://evil.example/keys"`}, {"x5u", `"https://evil.example/cert"`}, {"x5c", `["MIIB"]`}} {
		all = append(all, Edit{"a stranger's key in the header", m.Name, func(d *Draft) { d.Header, d.Key = d.Header.With(m.Name, m.Value), stranger }},
			Edit{"a stranger's key in the header, under its own kid", m.Name, func(d *Draft) {
				d.Header, d.Key = d.Header.With(m.Name, m.Value).With("kid", `"stranger"`), stranger
			}},
			Edit{"a stranger's key in the header, without a kid", m.Name, func(d *Draft) {
				d.Header, d.Key = d.Header.With(m.Name, m.Value).Without("kid"), stranger
			}})
	}
	return all
}

// algorithmEdits are about alg, each with the signature that it asks for.
func algorithmEdits() (all []Edit) {
	with := func(name, alg string, sign func(key *rsa.PrivateKey) Signer) {
		all = append(all, Edit{"header alg is not RS256", name, func(d *Draft) {
			d.Header, d.Sign = d.Header.With("alg", Quote(alg)), sign(d.Key)
		}})
	}
	nothing := func(*rsa.PrivateKey) Signer { return func([]byte) []byte { return nil } }
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "none ", ""} {
		with("unsigned "+alg, alg, nothing)
		with("signed "+alg, alg, RS256)
	}
	for _, alg := range []string{"rs256", "RS256 ", " RS256", "RS256\n", "RS256\x00", "Rs256", "RS2560", "RS", "RSA", "RS256,none", "ES256", "EdDSA", "HS256", "dir", "RSA-OAEP", "PS256", "RS384", "RS512"} {
		with("a good signature called "+alg, alg, RS256)
	}
	with("RS384", "RS384", func(k *rsa.PrivateKey) Signer { return PKCS1(k, crypto.SHA384) })
	with("RS512", "RS512", func(k *rsa.PrivateKey) Signer { return PKCS1(k, crypto.SHA512) })
	with("PS256", "PS256", func(k *rsa.PrivateKey) Signer { return pss(k, crypto.SHA256) })
	with("PS384", "PS384", func(k *rsa.PrivateKey) Signer { return pss(k, crypto.SHA384) })
	with("PS512", "PS512", func(k *rsa.PrivateKey) Signer { return pss(k, crypto.SHA512) })
	with("ES256", "ES256", func(*rsa.PrivateKey) Signer { return es256 })
	for name, secret := range map[string]func(*rsa.PrivateKey) []byte{
		"PEM": func(k *rsa.PrivateKey) []byte {
			return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der(k)})
		},
		"DER":     der,
		"PKCS1":   func(k *rsa.PrivateKey) []byte { return x509.MarshalPKCS1PublicKey(&k.PublicKey) },
		"modulus": func(k *rsa.PrivateKey) []byte { return k.N.Bytes() },
		"n":       func(k *rsa.PrivateKey) []byte { return []byte(base64.RawURLEncoding.EncodeToString(k.N.Bytes())) },
		"empty":   func(*rsa.PrivateKey) []byte { return nil },
		"JWK":     func(k *rsa.PrivateKey) []byte { return []byte(JWK(&k.PublicKey, "k").String()) },
	} {
		with("HS256 with "+name, "HS256", func(k *rsa.PrivateKey) Signer { return hs256(secret(k)) })
	}
	return all
}

func der(k *rsa.PrivateKey) []byte {
	b, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		panic(err)
	}
	return b
}

func hs256(secret []byte) Signer {
	return func(input []byte) []byte {
		m := hmac.New(sha256.New, secret)
		m.Write(input)
		return m.Sum(nil)
	}
}

func pss(k *rsa.PrivateKey, h crypto.Hash) Signer {
	return func(input []byte) []byte {
		s, err := rsa.SignPSS(rand.Reader, k, h, sum(h, input), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		if err != nil { // a short key has no room for it
			return make([]byte, k.Size())
		}
		return s
	}
}

func es256(input []byte) []byte {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	r, s, err := ecdsa.Sign(rand.Reader, k, sum(crypto.SHA256, input))
	if err != nil {
		panic(err)
	}
	both := make([]byte, 64)
	r.FillBytes(both[:32])
	s.FillBytes(both[32:])
	return both
}
