// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// keySet reads a JWK set (RFC 7517 section 5) and returns the keys that law 2
// allows, by kid. One odd key never costs the set.
func keySet(document []byte, external bool) (map[string]*publicKey, error) {
	all, err := members(document)
	if err != nil {
		return nil, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(all["keys"], &list); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	keys, clash := map[string]*publicKey{}, map[string]bool{}
	for _, raw := range list {
		kid, material := readKey(raw)
		if material == nil {
			continue
		}
		key := &publicKey{PublicKey: material}
		if external && !key.readIssuer(raw) {
			continue
		}
		if other := keys[kid]; other != nil && (!other.Equal(material) || other.issuer != key.issuer) {
			clash[kid] = true // one kid with different material, or of two issuers, is not used
		}
		keys[kid] = key
	}
	for kid := range clash {
		delete(keys, kid)
	}
	return keys, nil
}

// publicKey is a key and whose it is by its own word, "" if it does not say.
type publicKey struct {
	*rsa.PublicKey
	issuer string
}

// readIssuer reads the member issuer, and reports whether that is right if it is there.
func (k *publicKey) readIssuer(raw json.RawMessage) bool {
	jwk, err := members(raw)
	if err != nil || jwk["issuer"] == nil {
		return err == nil
	}
	var ok bool
	k.issuer, ok = text(jwk["issuer"])
	return ok && k.issuer != "" && len(k.issuer) <= 512
}

// fits reports whether the key may sign for the tenant of External ID.
func (k *publicKey) fits(a *Authority) bool {
	const entra = "https://login.microsoftonline.com/"
	tenant := strings.Split(a.Issuer, "/")[3]
	return !a.External || k.issuer == "" || k.issuer == a.Issuer || k.issuer == entra+tenant+"/v2.0" || k.issuer == entra+"{tenantid}/v2.0"
}

// readKey reads one JWK, nil if it may not verify RS256.
func readKey(raw json.RawMessage) (string, *rsa.PublicKey) {
	jwk, err := members(raw)
	if err != nil {
		return "", nil
	}
	for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if jwk[private] != nil {
			return "", nil
		}
	}
	if kty, _ := text(jwk["kty"]); kty != "RSA" {
		return "", nil
	}
	if !contentWith(jwk, "alg", "RS256") || !contentWith(jwk, "use", "sig") {
		return "", nil
	}
	if ops := jwk["key_ops"]; ops != nil {
		if list, ok := texts(ops); !ok || !slices.Contains(list, "verify") {
			return "", nil
		}
	}
	kid, ok := text(jwk["kid"])
	if !ok || !goodKeyID(kid) {
		return "", nil
	}
	n, ok := integer(jwk["n"])
	e, ok2 := integer(jwk["e"])
	if !ok || !ok2 || n.BitLen() < 2048 || n.BitLen() > 8192 || n.Bit(0) == 0 {
		return "", nil
	}
	// An even exponent has no private one; crypto/rsa takes 31 bits.
	if !e.IsInt64() || e.Int64() < 65537 || e.Int64() > 1<<31-1 || e.Bit(0) == 0 {
		return "", nil
	}
	return kid, &rsa.PublicKey{N: n, E: int(e.Int64())}
}

// contentWith reports whether a member is absent or has the one good value.
func contentWith(jwk map[string]json.RawMessage, name, want string) bool {
	raw := jwk[name]
	got, ok := text(raw)
	return raw == nil || ok && got == want
}

// integer reads a Base64urlUInt (RFC 7518 section 2).
func integer(raw json.RawMessage) (*big.Int, bool) {
	s, ok := text(raw)
	if !ok {
		return nil, false
	}
	b, ok := base64url(s)
	return new(big.Int).SetBytes(b), ok
}

// base64url decodes base64url as RFC 7515 section 2 and RFC 4648 section 3.5
// have it: no padding, no white space, and one text for each value.
func base64url(s string) ([]byte, bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return b, err == nil && base64.RawURLEncoding.EncodeToString(b) == s
}

// goodKeyID reports whether a kid is printable ASCII without spaces, 1 to 256
// bytes (security.md 1.2).
func goodKeyID(kid string) bool {
	for i := range len(kid) {
		if kid[i] <= ' ' || kid[i] >= 0x7f {
			return false
		}
	}
	return len(kid) > 0 && len(kid) <= 256
}
