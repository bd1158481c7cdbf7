// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"crypto/rsa"

	"github.com/b2ckit/b2ckit/internal/jose"
)

// VerifyCompact is the signature layer alone, for vectors whose payloads are
// no claims and whose headers have no kid: the strict compact parser and one
// RS256 key.
func VerifyCompact(raw string, key *rsa.PublicKey) error {
	r := accessTokenRules()
	r.maxBytes = defaultMaxTokenBytes
	t, e := parseCompact(raw, &r, nil, &scratch{})
	switch {
	case e != nil:
		return e
	case jose.VerifyRS256(key, t.input, t.signature) != nil:
		return ErrSignature
	}
	return nil
}

// ParseClaims reads a payload as Validate does after the signature.
func ParseClaims(payload string) error {
	_, err := InsecureTokenFromClaims([]byte(payload))
	return err
}
