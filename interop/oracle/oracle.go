// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Authority is one trusted authority. Its parts belong together: what another
// one has is nothing to it (law Trust).
type Authority struct {
	// External is External ID, which has no flows.
	External bool
	// Issuer is the exact issuer.
	Issuer string
	// Flow is the name of the user flow or custom policy.
	Flow string
	// Audiences are the audiences that its tokens may name.
	Audiences []string
	// KeySet is its JWK set.
	KeySet []byte

	keys map[string]*publicKey
}

// Rules are what the application asks of all tokens.
type Rules struct {
	Now              time.Time
	Leeway           time.Duration
	MaxBytes         int
	Clients          []string // nil: all
	AllowMissingFlow []string
}

// Fault is what is wrong, in the words of the token vectors.
type Fault string

// Verdict is what the oracle says of a token.
type Verdict struct {
	// Faults are what is wrong at the step where judging ended; none means
	// that the token is accepted.
	Faults []Fault
	// Flows are the flows of the authorities that accept the token, "" where
	// the token names none or there is none.
	Flows []string
	// User is oid, else sub, but for External ID, whose sub is one client's.
	User string
	// Scopes are the scopes.
	Scopes []string
}

// Accepted reports whether the token is good.
func (v *Verdict) Accepted() bool { return len(v.Faults) == 0 }

// Oracle knows whom to trust.
type Oracle struct{ authorities []Authority }

// New returns an oracle. It fails if a key set can't be read.
func New(trusted []Authority) (*Oracle, error) {
	o := &Oracle{authorities: slices.Clone(trusted)}
	for i := range o.authorities {
		a := &o.authorities[i]
		var err error
		if a.keys, err = keySet(a.KeySet, a.External); err != nil {
			return nil, fmt.Errorf("oracle: authority %d: %w", i, err)
		}
	}
	return o, nil
}

// Judge judges a token, in the order of law and vectors: size, form and header,
// key, signature, and only then the payload.
func (o *Oracle) Judge(token string, rules *Rules) Verdict {
	if len(token) > rules.MaxBytes {
		return refuse("too_large")
	}
	parts := strings.Split(token, ".")
	switch len(parts) {
	case 3:
	case 5:
		return refuse("encrypted")
	default:
		return refuse("malformed")
	}
	var decoded [3][]byte
	var faults []Fault
	for i, part := range parts {
		b, ok := base64url(part)
		if !ok || part == "" && i < 2 { // the signature's length is its key's matter
			faults = []Fault{"malformed"}
		}
		decoded[i] = b
	}
	kid := ""
	if header, err := members(decoded[0]); err == nil {
		var odd []Fault
		kid, odd = judgeHeader(header)
		faults = append(faults, odd...)
	} else {
		// Who reads it in one pass may meet a bad member first.
		faults = []Fault{"malformed", "header", "algorithm"}
	}
	if len(faults) > 0 {
		return Verdict{Faults: faults}
	}
	verified, faults := o.verify(kid, parts[0]+"."+parts[1], decoded[2])
	if len(faults) > 0 {
		return Verdict{Faults: faults}
	}
	payload, err := members(decoded[1])
	if err != nil {
		// As with the header: a claim of a wrong type.
		return Verdict{Faults: []Fault{"malformed", "claim"}}
	}
	return o.judgeClaims(payload, kid, verified, rules)
}

func refuse(f Fault) Verdict { return Verdict{Faults: []Fault{f}} }

// judgeHeader returns the kid and what is wrong with the header.
func judgeHeader(header map[string]json.RawMessage) (kid string, faults []Fault) {
	if alg, ok := text(header["alg"]); !ok || alg != "RS256" {
		faults = append(faults, "algorithm")
	}
	kid, ok := text(header["kid"])
	if !ok || !goodKeyID(kid) || header["crit"] != nil || header["b64"] != nil || header["cty"] != nil || !goodType(header["typ"]) {
		faults = append(faults, "header")
	}
	return kid, faults
}

// goodType reports whether typ is absent or one that access tokens have; media
// types have no case (RFC 7515 section 4.1.9, RFC 9068 section 2.1).
func goodType(raw json.RawMessage) bool {
	if raw == nil {
		return true
	}
	typ, ok := text(raw)
	switch asciiLower(typ) {
	case "jwt", "at+jwt", "application/at+jwt":
		return ok
	}
	return false
}

// verify returns in which authorities' sets there is a key that made the
// signature.
func (o *Oracle) verify(kid, signed string, signature []byte) (verified []bool, faults []Fault) {
	digest := sha256.Sum256([]byte(signed))
	known, good := false, false
	verified = make([]bool, len(o.authorities))
	var last *rsa.PublicKey
	for i := range o.authorities {
		key := o.authorities[i].keys[kid]
		if key == nil {
			continue
		}
		known = true
		// The same material need not be tried twice.
		if last == nil || !last.Equal(key.PublicKey) || !good {
			verified[i] = rsa.VerifyPKCS1v15(key.PublicKey, crypto.SHA256, digest[:], signature) == nil
		} else {
			verified[i] = true
		}
		if verified[i] {
			last, good = key.PublicKey, true
		}
	}
	switch {
	case !known:
		return nil, []Fault{"unknown_key"}
	case !good:
		return nil, []Fault{"signature"}
	}
	return verified, nil
}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
