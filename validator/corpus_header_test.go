// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus collects the vectors.
type corpus struct {
	corpusKeys
	all []vector
}

type vectorOption func(*vector)

func (c *corpus) add(name, expect, comment, token string, opts ...vectorOption) {
	v := vector{name: name, expect: expect, comment: comment, now: corpusNow, token: token}
	for _, o := range opts {
		o(&v)
	}
	c.all = append(c.all, v)
}

// header adds a token with a good payload and a signature over a changed
// header.
func (c *corpus) header(name, expect, comment string, mods ...mod) {
	c.add("header_"+name, expect, comment, signToken(c.userFlow, headerOf(c.userFlow, mods...), payloadOf()))
}

func (c *corpus) rawHeader(name, expect, comment, header string) {
	c.add("header_"+name, expect, comment, signToken(c.userFlow, header, payloadOf()))
}

// generate makes the whole corpus, the same on every run.
func generate(tb testing.TB) []vector {
	c := &corpus{corpusKeys: keysOf(tb)}
	if *update {
		writeKeySets(tb, c.corpusKeys)
	}
	c.addAlgorithms()
	c.addCritical()
	c.addKeyIDs()
	c.addEmbeddedKeys()
	c.addHeaderJSON()
	c.addEncodings()
	c.addShapes()
	c.addSignatures()
	c.addPayloadJSON()
	c.addTimes()
	c.addIssuers()
	c.addAudiences()
	c.addScopes()
	c.addFlows()
	c.addKeyTrust()
	c.addClients()
	c.addUsers()
	return c.all
}

// writeKeySets writes the key sets: the good key of each flow, and beside it
// keys that must not be used, made of the stranger's.
func writeKeySets(tb testing.TB, k corpusKeys) {
	stranger := &k.stranger.PublicKey
	weak := &rsa.PublicKey{N: new(big.Int).SetBit(new(big.Int).Rsh(stranger.N, 1024), 0, 1), E: 65537}
	for name, keys := range map[string][]string{
		"user-flow": {
			jwkOf(&k.userFlow.PublicKey),
			jwkOf(stranger, set("kid", `"for-encryption"`), set("use", `"enc"`)),
			jwkOf(stranger, set("kid", `"for-rs512"`), set("alg", `"RS512"`)),
			jwkOf(stranger, set("kid", `"for-signing"`), set("key_ops", `["sign"]`)),
			jwkOf(stranger, set("kid", `"twice"`)), jwkOf(&k.partner.PublicKey, set("kid", `"twice"`)),
			jwkOf(weak, set("kid", `"weak"`)),
			object([]member{{"kid", `"symmetric"`}, {"kty", `"oct"`}, {"k", `"c2VjcmV0"`}}),
		},
		"partner": {jwkOf(&k.partner.PublicKey, drop("nbf"))},
	} {
		text := "{\"keys\":[\n" + strings.Join(keys, ",\n") + "\n]}\n"
		if err := os.WriteFile(filepath.Join(corpusDir, "keys", name+".jwks"), []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
}

func (c *corpus) addAlgorithms() {
	for i, alg := range []string{"none", "None", "NONE", "nOnE"} {
		header := headerOf(c.userFlow, set("alg", quoted(alg)))
		c.add(fmt.Sprintf("header_alg_none_%d", i), "algorithm", "alg "+alg+", no signature (RFC 8725 section 3.2)",
			signWith(header, payloadOf(), func([]byte) []byte { return nil }))
	}
	c.header("alg_none_signed", "algorithm", "alg none with a good RS256 signature left in place", set("alg", `"none"`))
	c.header("alg_none_space", "algorithm", "alg none and a space", set("alg", `"none "`))

	public := &c.userFlow.PublicKey
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		panic(err)
	}
	for name, secret := range map[string][]byte{
		"pem":   pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		"der":   der,
		"n":     public.N.Bytes(),
		"n_b64": []byte(b64(public.N.Bytes())),
		"jwk":   []byte(jwkOf(public)),
		"empty": nil,
	} {
		c.add("header_alg_hs256_"+name, "algorithm", "HS256 with the public key as secret: "+name+" (CVE-2015-9235)",
			signWith(headerOf(c.userFlow, set("alg", `"HS256"`)), payloadOf(), func(in []byte) []byte { return hs256(secret, in) }))
	}
	c.add("header_alg_hs256_symmetric_key", "algorithm", "HS256 with a symmetric key that stands in the key set",
		signWith(headerOf(c.userFlow, set("alg", `"HS256"`), set("kid", `"symmetric"`)), payloadOf(), func(in []byte) []byte { return hs256([]byte("secret"), in) }))
	c.header("alg_hs256_rsa_signature", "algorithm", "HS256 in the header of an RS256 signature", set("alg", `"HS256"`))

	for alg, sign := range map[string]func([]byte) []byte{
		"RS384": func(in []byte) []byte { return pkcs1(c.userFlow, crypto.SHA384, in) },
		"RS512": func(in []byte) []byte { return pkcs1(c.userFlow, crypto.SHA512, in) },
		"PS256": func(in []byte) []byte { return pss(c.userFlow, in) },
		"ES256": es256,
	} {
		c.add("header_alg_"+strings.ToLower(alg), "algorithm", "a good "+alg+" signature: only RS256 is allowed",
			signWith(headerOf(c.userFlow, set("alg", quoted(alg))), payloadOf(), sign))
		if alg != "ES256" {
			c.add("header_alg_rs256_is_"+strings.ToLower(alg), "signature", "RS256 in the header, "+alg+" in the signature (RFC 7515 section 10.7)",
				signWith(headerOf(c.userFlow), payloadOf(), sign))
		}
	}
	for _, row := range [][3]string{
		{"lower_case", `"rs256"`, "alg rs256: names are compared by case"},
		{"space", `"RS256 "`, "alg RS256 and a space"},
		{"empty", `""`, "alg is empty"},
		{"null", `null`, "alg is null"},
		{"number", `256`, "alg is a number"},
		{"array", `["RS256"]`, "alg is an array"},
		{"object", `{"RS256":true}`, "alg is an object"},
		{"unknown", `"HS1"`, "alg is no registered algorithm"},
		{"line_feed", `"RS256\n"`, "alg RS256 and a line feed"},
	} {
		c.header("alg_"+row[0], "algorithm", row[2], set("alg", row[1]))
	}
	c.header("alg_missing", "algorithm", "no alg", drop("alg"))
	c.header("alg_upper_name", "algorithm", "ALG for alg: names are compared by case (RFC 7515 section 4)", drop("alg"), add("ALG", `"RS256"`))
	c.header("alg_beside_upper_name", "accept", "ALG beside alg is another, unknown member", add("ALG", `"none"`))
	c.header("alg_escaped", "accept", "RS256 spelled with an escape is RS256", set("alg", `"\u0052S256"`))
	c.header("alg_duplicate", "malformed", "alg twice, the same (RFC 7515 section 4)", add("alg", `"RS256"`))
	c.header("alg_duplicate_none", "malformed", "alg twice, none last", add("alg", `"RS256"`), set("alg", `"RS256"`), add("alg", `"none"`))
	c.header("alg_duplicate_escaped", "malformed", "alg twice, once with an escaped name", add(`\u0061lg`, `"RS256"`))
}

func (c *corpus) addCritical() {
	for _, row := range [][3]string{
		{"unknown", `["x"]`, "crit names an unknown member (RFC 7515 section 4.1.11)"},
		{"empty", `[]`, "crit is empty"},
		{"string", `"exp"`, "crit is no array"},
		{"null", `null`, "crit is null"},
		{"registered", `["alg"]`, "crit names a registered member"},
		{"absent", `["exp"]`, "crit names a member that is not there"},
		{"twice", `["x","x"]`, "crit names a member twice"},
		{"numbers", `[1]`, "crit names a number"},
	} {
		c.header("crit_"+row[0], "header", row[2], add("x", "1"), add("crit", row[1]))
	}
	c.header("b64_false", "header", "unencoded payload (RFC 7797)", add("b64", "false"), add("crit", `["b64"]`))
	c.header("b64_false_alone", "header", "unencoded payload without crit", add("b64", "false"))
	c.header("b64_true", "header", "b64 true without crit: B2C sends no such thing", add("b64", "true"))
	for _, row := range [][3]string{
		{"lower", `"jwt"`, "typ in lower case: media types have no case (RFC 7515 section 4.1.9)"},
		{"at_jwt", `"at+jwt"`, "typ of RFC 9068"},
		{"application_at_jwt", `"application/at+jwt"`, "typ of RFC 9068 in full"},
	} {
		c.header("typ_"+row[0], "accept", row[2], set("typ", row[1]))
	}
	c.header("typ_missing", "accept", "no typ: it is optional", drop("typ"))
	for _, row := range [][3]string{
		{"logout", `"logout+jwt"`, "typ of a logout token (RFC 8725 section 3.11)"},
		{"dpop", `"dpop+jwt"`, "typ of a DPoP proof"},
		{"secevent", `"secevent+jwt"`, "typ of a security event"},
		{"jose", `"JOSE"`, "typ JOSE"},
		{"empty", `""`, "typ is empty"},
		{"null", `null`, "typ is null"},
		{"number", `1`, "typ is a number"},
		{"array", `["JWT"]`, "typ is an array"},
		{"space", `"JWT "`, "typ JWT and a space"},
	} {
		c.header("typ_"+row[0], "header", row[2], set("typ", row[1]))
	}
	c.header("cty_jwt", "header", "cty JWT: a nested token", add("cty", `"JWT"`))
	c.header("cty_empty", "header", "cty is empty", add("cty", `""`))
	c.header("cty_number", "header", "cty is a number", add("cty", "1"))
}

func (c *corpus) addKeyIDs() {
	kid := kidOf(&c.userFlow.PublicKey)
	c.header("kid_missing", "header", "no kid: B2C always sends one", drop("kid"))
	for _, row := range [][4]string{
		{"empty", `""`, "header", "kid is empty"},
		{"null", `null`, "header", "kid is null"},
		{"number", `1`, "header", "kid is a number"},
		{"array", `["` + kid + `"]`, "header", "kid is an array"},
		{"object", `{}`, "header", "kid is an object"},
		{"long", `"` + strings.Repeat("k", 257) + `"`, "header", "kid of 257 bytes"},
		{"very_long", `"` + strings.Repeat("k", 7000) + `"`, "header", "kid of 7 kB"},
		{"longest", `"` + strings.Repeat("k", 256) + `"`, "unknown_key", "kid of 256 bytes, the limit"},
		{"nul", `"\u0000"`, "header", "kid is a NUL"},
		{"nul_suffix", `"` + kid + `\u0000"`, "header", "kid and a NUL"},
		{"crlf", `"` + kid + `\r\nX-Evil: 1"`, "header", "kid with CR LF and a header"},
		{"escape", `"\u001b[31m"`, "header", "kid with a terminal's escape"},
		{"delete", `"\u007f"`, "header", "kid is a DEL"},
		{"space_suffix", `"` + kid + ` "`, "header", "kid and a space"},
		{"sql", `"x' UNION SELECT 'key"`, "header", "kid with SQL and spaces"},
		{"unicode", `"\u202ekid"`, "header", "kid with a bidirectional override"},
		{"lone_surrogate", `"\ud800"`, "malformed", "kid with a lone surrogate"},
		{"traversal", `"../../../../dev/null"`, "unknown_key", "kid is a path"},
		{"url", `"https://evil.example/keys"`, "unknown_key", "kid is a URL"},
		{"command", `"|/usr/bin/id"`, "unknown_key", "kid is a command"},
		{"other_case", quoted(strings.ToUpper(kid)), "unknown_key", "kid in other case: compared byte for byte"},
		{"prefix", quoted(kid[:42]), "unknown_key", "kid cut short"},
		{"padded", quoted(kid + "="), "unknown_key", "kid with base64 padding"},
		{"unknown", `"IdTokenSigningKeyContainer.v2"`, "unknown_key", "kid of a key that nobody publishes"},
		{"escaped", `"\u00` + fmt.Sprintf("%x", kid[0]) + kid[1:] + `"`, "accept", "kid spelled with an escape is the same kid"},
		{"for_encryption", `"for-encryption"`, "unknown_key", "kid of a published key with use enc"},
		{"for_rs512", `"for-rs512"`, "unknown_key", "kid of a published key with alg RS512"},
		{"for_signing", `"for-signing"`, "unknown_key", "kid of a published key with key_ops sign only"},
		{"twice", `"twice"`, "unknown_key", "kid that two published keys share"},
		{"weak", `"weak"`, "unknown_key", "kid of a published key of 1024 bits"},
		{"symmetric", `"symmetric"`, "unknown_key", "kid of a published symmetric key"},
	} {
		signer := c.userFlow
		if strings.HasPrefix(row[0], "for_") || row[0] == "twice" {
			signer = c.stranger // whose key it is
		}
		c.add("header_kid_"+row[0], row[2], row[3], signToken(signer, headerOf(c.userFlow, set("kid", row[1])), payloadOf()))
	}
	c.header("kid_duplicate", "malformed", "kid twice", add("kid", quoted(kid)))
	c.header("kid_upper_name", "header", "KID for kid", drop("kid"), add("KID", quoted(kid)))
	c.header("kid_of_partner", "signature", "kid of another trusted key than the one that signed", set("kid", quoted(kidOf(&c.partner.PublicKey))))
}

func (c *corpus) addEmbeddedKeys() {
	certificate := base64.StdEncoding.EncodeToString([]byte("no certificate"))
	for _, row := range [][3]string{
		{"jwk", "jwk", jwkOf(&c.stranger.PublicKey)},
		{"jku", "jku", `"https://evil.example/keys"`},
		{"x5u", "x5u", `"https://evil.example/cert.pem"`},
		{"x5c", "x5c", `["` + certificate + `"]`},
		{"x5t", "x5t", `"AAAAAAAAAAAAAAAAAAAAAAAAAAA"`},
	} {
		c.header(row[0]+"_ignored", "accept", row[1]+" is neither used nor refused (RFC 8725 section 3.10)", add(row[1], row[2]))
		c.add("header_"+row[0]+"_of_stranger", "signature", row[1]+" of a stranger's key that signed, under a known kid (CVE-2018-0114)",
			signToken(c.stranger, headerOf(c.userFlow, add(row[1], row[2])), payloadOf()))
		c.add("header_"+row[0]+"_of_stranger_and_kid", "unknown_key", row[1]+" of a stranger's key that signed, under its own kid",
			signToken(c.stranger, headerOf(c.stranger, add(row[1], row[2])), payloadOf()))
	}
	c.header("jwk_of_signer", "accept", "jwk of the very key that signed is ignored as well", add("jwk", jwkOf(&c.userFlow.PublicKey)))
	c.header("jwk_null", "accept", "jwk null is ignored", add("jwk", "null"))
}
