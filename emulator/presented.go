// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// presented is a token that comes back to the tenant, with what is looked at.
type presented struct {
	KeyID string `json:"-"`

	Issuer   string  `json:"iss"`
	Subject  string  `json:"sub"`
	Audience string  `json:"aud"`
	Expires  float64 `json:"exp"`

	input     string
	signature []byte
}

// readPresented reads a token. Nothing in it is verified by that.
func readPresented(text string) (*presented, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, false
	}
	t := &presented{input: parts[0] + "." + parts[1]}
	var header struct {
		KeyID string `json:"kid"`
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !decodePart(parts[0], &header) || !decodePart(parts[1], t) {
		return nil, false
	}
	t.KeyID, t.signature = header.KeyID, signature
	return t, true
}

func decodePart(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}

// signedBy reports whether a key made the token's signature, by RS256.
func (t *presented) signedBy(key *rsa.PublicKey) bool {
	digest := sha256.Sum256([]byte(t.input))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], t.signature) == nil
}

func (t *presented) expired(now time.Time) bool { return t.Expires <= float64(now.Unix()) }
