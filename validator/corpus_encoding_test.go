// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
)

// good returns the parts of a good token whose header, payload and signature
// all need the letters that base64url has of its own, and padding where the
// name says so.
func (c *corpus) good(padded bool) (header, payload, signature string) {
	for i := range 36 {
		const x = "~~~???>>>"
		h := headerOf(c.userFlow, add("x", quoted(strings.Repeat("a", i%6)+x)))
		p := payloadOf(add("x", quoted(strings.Repeat("a", i/6)+x)))
		parts := strings.Split(signToken(c.userFlow, h, p), ".")
		fits := func(s string) bool { return strings.ContainsAny(s, "-_") && (!padded || len(s)%4 != 0) }
		if fits(parts[0]) && fits(parts[1]) && fits(parts[2]) {
			return parts[0], parts[1], parts[2]
		}
	}
	panic("no such token")
}

func (c *corpus) addEncodings() {
	h, p, s := c.good(true)
	c.add("encoding_good", "accept", "all parts hold the letters - and _ and would need padding", h+"."+p+"."+s)
	standard := func(s string) string { return strings.NewReplacer("-", "+", "_", "/").Replace(s) }
	pad := func(s string) string { return s + strings.Repeat("=", (4-len(s)%4)%4) }
	// The last letter of a part whose length isn't a multiple of 4 holds 2 or
	// 4 bits of nothing.
	trailing := func(s string) string {
		const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		return s[:len(s)-1] + string(letters[strings.IndexByte(letters, s[len(s)-1])+1])
	}
	mid := func(add string) func(string) string {
		return func(s string) string { return s[:8] + add + s[8:] }
	}
	for _, row := range []struct {
		name, comment string
		change        func(string) string
	}{
		{"padding", "has base64 padding (RFC 7515 section 2)", pad},
		{"padding_escaped", "has base64 padding as %3D", func(s string) string { return strings.ReplaceAll(pad(s), "=", "%3D") }},
		{"standard_alphabet", "is in the standard alphabet", standard},
		{"trailing_bits", "ends in bits that are not zero (RFC 4648 section 3.5)", trailing},
		{"line_feed", "holds a line feed: Go's decoder skips it even when strict", mid("\n")},
		{"carriage_return", "holds a carriage return", mid("\r")},
		{"crlf", "is folded with CR LF", mid("\r\n")},
		{"space", "holds a space", mid(" ")},
		{"tab", "holds a tab", mid("\t")},
		{"nul", "holds a NUL", mid("\x00")},
		{"not_ascii", "holds a letter that is not ASCII", mid("é")},
		{"one_letter_more", "is of an impossible length", func(s string) string { return s + strings.Repeat("A", (5-len(s)%4)%4) }},
	} {
		c.add("encoding_header_"+row.name, "malformed", "the header "+row.comment, row.change(h)+"."+p+"."+s)
		c.add("encoding_payload_"+row.name, "malformed", "the payload "+row.comment, h+"."+row.change(p)+"."+s)
		c.add("encoding_signature_"+row.name, "malformed", "the signature "+row.comment, h+"."+p+"."+row.change(s))
	}
	for _, part := range []struct{ name, h, p string }{{"header", pad(h), p}, {"payload", h, pad(p)}, {"payload_standard", h, standard(p)}} {
		signed := part.h + "." + part.p
		c.add("encoding_"+part.name+"_signed_lax", "malformed", "the "+part.name+" is lax base64, and the signature covers it so",
			signed+"."+b64(pkcs1(c.userFlow, crypto.SHA256, []byte(signed))))
	}
	token := h + "." + p + "." + s
	c.add("encoding_leading_space", "malformed", "a space before the token", " "+token)
	c.add("encoding_trailing_space", "malformed", "a space after the token", token+" ")
	c.add("encoding_trailing_line_feed", "malformed", "a line feed after the token", token+"\n")
	c.add("encoding_trailing_nul", "malformed", "a NUL after the token", token+"\x00")
	c.add("encoding_bearer", "malformed", "the scheme is still in front", "Bearer "+token)
	c.add("encoding_quotes", "malformed", "the token is in quotes", `"`+token+`"`)
}

func (c *corpus) addShapes() {
	h, p, s := c.good(false)
	for _, row := range [][4]string{
		{"empty", "malformed", "no token at all", ""},
		{"dots_0", "malformed", "no dots: an opaque token", h},
		{"dots_1", "malformed", "one dot: header and payload only", h + "." + p},
		{"dots_3", "malformed", "three dots: a signature too many", h + "." + p + "." + s + "." + s},
		{"dots_3_empty", "malformed", "three dots: an empty part at the end", h + "." + p + "." + s + "."},
		{"dots_4", "encrypted", "four dots with the parts of a JWS", h + "." + p + "." + s + "." + s + "." + s},
		{"dots_5", "malformed", "five dots", h + "." + p + "." + s + "..."},
		{"dots_2_only", "malformed", "two dots and nothing else", ".."},
		{"dots_4_only", "encrypted", "four dots and nothing else", "...."},
		{"no_header", "malformed", "no header", "." + p + "." + s},
		{"no_payload", "malformed", "no payload: a detached one (RFC 7515 appendix F)", h + ".." + s},
		{"no_signature", "signature", "no signature", h + "." + p + "."},
		{"flattened_json", "malformed", "flattened JSON serialization (RFC 7515 section 7.2.2)", `{"payload":"` + p + `","protected":"` + h + `","signature":"` + s + `"}`},
		{"general_json", "malformed", "general JSON serialization", `{"payload":"` + p + `","signatures":[{"protected":"` + h + `","signature":"` + s + `"}]}`},
		{"polyglot", "malformed", "JSON around a compact token (CVE-2022-39227)", `{"` + h + "." + p + "." + s + `":"","payload":"e30"}`},
		{"array", "malformed", "compact parts in a JSON array", `["` + h + `","` + p + `","` + s + `"]`},
		{"unsecured", "algorithm", "the unsecured token of RFC 7515 appendix A.5", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."},
	} {
		c.add("shape_"+row[0], row[1], row[2], row[3])
	}
	jwe := func(header string) string {
		return b64([]byte(header)) + "." + b64(make([]byte, 256)) + "." + b64(make([]byte, 12)) + "." + b64([]byte(payloadOf())) + "." + b64(make([]byte, 16))
	}
	c.add("shape_jwe_refresh_token", "encrypted", "the shape of B2C's refresh tokens",
		jwe(`{"kid":"cpimcore_09252015","ver":"1.0","zip":"Deflate","ser":"1.0"}`))
	c.add("shape_jwe_nested", "encrypted", "a JWE around a JWT (CVE-2026-29000)", jwe(`{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT"}`))
	c.add("shape_jwe_pbes2", "encrypted", "a JWE with an absurd PBES2 count (CVE-2023-49290)", jwe(`{"alg":"PBES2-HS256+A128KW","p2c":2147483647,"p2s":"AAAA","enc":"A128GCM"}`))
	c.add("shape_jwe_direct", "encrypted", "a JWE with a direct key: its second part is empty", b64([]byte(`{"alg":"dir","enc":"A128GCM"}`))+"..AAAA.AAAA.AAAA")
	c.add("shape_jwe_header_in_jws", "algorithm", "three parts with a JWE's header", signToken(c.userFlow, `{"alg":"RSA-OAEP","enc":"A256GCM","kid":"x"}`, payloadOf()))

	sized := func(size int) string {
		for n := size*3/4 - 1400; ; n++ {
			if t := signToken(c.userFlow, headerOf(c.userFlow), payloadOf(add("x", quoted(strings.Repeat("x", n))))); len(t) >= size {
				return t
			}
		}
	}
	c.add("shape_size_16384", "accept", "16 KiB, the limit", sized(16384))
	c.add("shape_size_over", "too_large", "a byte or two more than 16 KiB", sized(16385))
}

func (c *corpus) addSignatures() {
	key := c.userFlow
	h, p := headerOf(key), payloadOf()
	input := b64([]byte(h)) + "." + b64([]byte(p))
	good := pkcs1(key, crypto.SHA256, []byte(input))
	digest := digestOf(crypto.SHA256, []byte(input))
	n := new(big.Int).SetBytes(good)
	flipped := append(append([]byte{}, good[:255]...), good[255]^1)
	info := func(null bool) []byte { return digestInfo(crypto.SHA256, null, digest) }
	tail := func(extra ...byte) []byte { return append(info(true), extra...) }
	shortPadding := append([]byte{0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0}, info(true)...)
	other := sha512.Sum512([]byte(input))
	for _, row := range []struct {
		name, expect, comment string
		sig                   []byte
	}{
		{"good", "accept", "the reference for the altered signatures", good},
		{"empty", "signature", "the signature is empty", nil},
		{"flipped_bit", "signature", "the signature's last bit is flipped", flipped},
		{"cut", "signature", "the signature lacks its last byte", good[:255]},
		{"one_byte", "signature", "the signature is one byte", good[:1]},
		{"leading_zero", "signature", "the signature has a zero byte in front (RFC 8017 section 8.2.2)", append([]byte{0}, good...)},
		{"trailing_zero", "signature", "the signature has a zero byte behind", append(append([]byte{}, good...), 0)},
		{"twice", "signature", "the signature stands there twice", append(append([]byte{}, good...), good...)},
		{"plus_n", "signature", "the modulus is added to the signature", new(big.Int).Add(n, key.N).Bytes()},
		{"minus_n", "signature", "the signature is subtracted from the modulus", new(big.Int).Sub(key.N, n).FillBytes(make([]byte, 256))},
		{"zero", "signature", "the signature is 0", make([]byte, 256)},
		{"one", "signature", "the signature is 1", append(make([]byte, 255), 1)},
		{"n_minus_1", "signature", "the signature is the modulus less 1", new(big.Int).Sub(key.N, big.NewInt(1)).FillBytes(make([]byte, 256))},
		{"modulus", "signature", "the signature is the modulus", key.N.FillBytes(make([]byte, 256))},
		{"unsigned_block", "signature", "the padded block itself, not signed (a key with e=1 would take it)", pkcs1Block(key, info(true))},
		{"stranger", "signature", "signed by a stranger under a known kid", pkcs1(c.stranger, crypto.SHA256, []byte(input))},
		{"hash_sha1", "signature", "the signature is over SHA-1", rawRSA(key, pkcs1Block(key, digestInfo(crypto.SHA1, true, sha1Sum([]byte(input)))))},
		{"hash_sha512_cut", "signature", "SHA-512 cut to 32 bytes, called SHA-256", rawRSA(key, pkcs1Block(key, digestInfo(crypto.SHA256, true, other[:32])))},
		{"padding_no_null", "signature", "the algorithm's NULL is missing in the padded block", rawRSA(key, pkcs1Block(key, info(false)))},
		{"padding_digest_only", "signature", "the padded block holds the digest without its DER", rawRSA(key, pkcs1Block(key, digest))},
		{"padding_trailing", "signature", "a byte follows the digest in the padded block", rawRSA(key, pkcs1Block(key, tail(0)))},
		{"padding_short", "signature", "eight bytes of padding, then the digest, then nothing (Bleichenbacher 2006)", rawRSA(key, append(shortPadding, make([]byte, 256-len(shortPadding))...))},
		{"padding_type_2", "signature", "block type 2", rawRSA(key, func() []byte { b := pkcs1Block(key, info(true)); b[1] = 2; return b }())},
	} {
		c.add("signature_"+row.name, row.expect, row.comment, input+"."+b64(row.sig))
	}
	sig := "." + b64(good)
	c.add("signature_of_other_payload", "signature", "a good signature moved to another payload", b64([]byte(h))+"."+b64([]byte(payloadOf(set("scp", `"tasks.write"`))))+sig)
	c.add("signature_of_other_header", "signature", "a good signature moved to another header", b64([]byte(headerOf(key, drop("typ"))))+"."+b64([]byte(p))+sig)
	c.add("signature_of_decoded", "signature", "signed over the decoded header and payload", signWith(h, p, func([]byte) []byte { return pkcs1(key, crypto.SHA256, []byte(h+"."+p)) }))
	c.add("signature_of_payload_alone", "signature", "signed over the payload alone", signWith(h, p, func([]byte) []byte { return pkcs1(key, crypto.SHA256, []byte(b64([]byte(p)))) }))
	c.add("signature_as_hex", "malformed", "the signature is hexadecimal", input+"."+fmt.Sprintf("%x", good)+"0")
	c.add("signature_standard_base64", "malformed", "the signature is standard base64 with padding", input+"."+base64.StdEncoding.EncodeToString(good))
}
