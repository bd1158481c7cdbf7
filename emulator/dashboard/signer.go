// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// signer is the key that signed a token.
type signer struct {
	tenant    *emulator.Tenant
	container string
	kid       string
	current   bool // it signs now
}

// signerOf looks for the key that signed a token among all keys that the tenants
// publish now, whatever the token says of itself. Where tenants share a key, the
// one whose GUID is in the issuer goes first; also names all of them.
func signerOf(compact string, t *token, all tenants) (s *signer, also []string) {
	signed, encoded, ok := lastDot(compact)
	if !ok {
		return nil, nil
	}
	signature, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil, nil
	}
	digest := sha256.Sum256([]byte(signed))
	issuer := strings.ToLower(text(t.payload, "iss"))
	for _, tenant := range all {
		for _, c := range containersOf(tenant) {
			keys := tenant.Keys(c.Name)
			for i, k := range keys {
				if rsa.VerifyPKCS1v15(k.Public(), crypto.SHA256, digest[:], signature) != nil {
					continue
				}
				also = append(also, tenant.Name())
				if s == nil || strings.Contains(issuer, tenant.ID()) {
					s = &signer{tenant, c.Name, k.ID(), i == len(keys)-1}
				}
			}
		}
	}
	return s, also
}

func lastDot(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// named returns the tenant that a token's issuer names, or nil.
func (all tenants) named(t *token) *emulator.Tenant {
	issuer := strings.ToLower(text(t.payload, "iss"))
	var found *emulator.Tenant
	for _, tenant := range all {
		switch {
		case tenant.Kind() != emulator.B2C && issuer == tenant.Issuer(""): // and not the B2C tenant of its GUID
			return tenant
		case found == nil && strings.Contains(issuer, "/"+tenant.ID()+"/"):
			found = tenant
		}
	}
	return found
}
