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
)

// key is a public key, and the issuer that it says it signs for, "" if it says none.
type key struct {
	public *rsa.PublicKey
	issuer string
}

// keySet reads a JWK set (RFC 7517 section 5) and returns the keys that law 2
// allows, by kid. One odd key never costs the set. For some products it counts what
// issuer a key names.
func keySet(document []byte, withIssuers bool) (map[string]key, error) {
	all, err := members(document)
	if err != nil {
		return nil, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(all["keys"], &list); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	keys, clash := map[string]key{}, map[string]bool{}
	for _, raw := range list {
		kid, public := readKey(raw)
		if public == nil {
			continue
		}
		k := key{public: public}
		if withIssuers {
			var ok bool
			if k.issuer, ok = keyIssuer(raw); !ok {
				continue
			}
		}
		if other, ok := keys[kid]; ok && !(other.public.Equal(public) && other.issuer == k.issuer) {
			clash[kid] = true // one kid with different material is not used
		}
		keys[kid] = k
	}
	for kid := range clash {
		delete(keys, kid)
	}
	return keys, nil
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

// keyIssuer reads the issuer that a key names, and reports whether it is absent or a
// text.
func keyIssuer(raw json.RawMessage) (string, bool) {
	jwk, err := members(raw)
	if err != nil || jwk["issuer"] == nil {
		return "", err == nil
	}
	issuer, ok := text(jwk["issuer"])
	return issuer, ok && issuer != "" && len(issuer) <= 512
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
