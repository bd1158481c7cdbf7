// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package jws reads the tokens that clients send: assertions of their own, of
// another issuer, and access tokens that were issued to somebody else.
package jws

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// The algorithms that are known here.
const (
	RS256 = "RS256"
	PS256 = "PS256"
)

// Token is a compact JWS with the members that decide something.
type Token struct {
	Algorithm  string
	KeyID      string
	Thumbprint string // "x5t#S256", in whatever base64 it was sent
	SHA1       string // "x5t", the same

	Issuer    string
	Subject   string
	Audiences []string
	Expires   *float64 // nil for none
	NotBefore *float64
	Issued    float64        // "iat"; 0 for none
	Claims    map[string]any // all

	input     []byte
	signature []byte
}

// Read reads a token. Nothing in it is verified by that.
func Read(text string) (*Token, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, false
	}
	var header struct {
		Algorithm  string `json:"alg"`
		KeyID      string `json:"kid"`
		Thumbprint string `json:"x5t#S256"`
		SHA1       string `json:"x5t"`
	}
	var claims struct {
		Issuer    string    `json:"iss"`
		Subject   string    `json:"sub"`
		Audiences audiences `json:"aud"`
		Expires   *float64  `json:"exp"`
		NotBefore *float64  `json:"nbf"`
		Issued    float64   `json:"iat"`
	}
	var all map[string]any
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !decode(parts[0], &header) || !decode(parts[1], &claims) || !decode(parts[1], &all) {
		return nil, false
	}
	return &Token{
		Algorithm: header.Algorithm, KeyID: header.KeyID, Thumbprint: header.Thumbprint, SHA1: header.SHA1,
		Issuer: claims.Issuer, Subject: claims.Subject, Audiences: claims.Audiences,
		Expires: claims.Expires, NotBefore: claims.NotBefore, Issued: claims.Issued, Claims: all,
		input: []byte(parts[0] + "." + parts[1]), signature: signature,
	}, true
}

// audiences are one string or a list of them (RFC 7519 §4.1.3).
type audiences []string

func (a *audiences) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*a = audiences{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(a))
}

func decode(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}

// SignedBy reports whether a key made the signature, by the algorithm of the
// header, which must be one of those that are allowed.
func (t *Token) SignedBy(key *rsa.PublicKey, allowed ...string) bool {
	if !slices.Contains(allowed, t.Algorithm) {
		return false
	}
	digest := sha256.Sum256(t.input)
	switch t.Algorithm {
	case RS256:
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], t.signature) == nil
	case PS256:
		return rsa.VerifyPSS(key, crypto.SHA256, digest[:], t.signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
	}
	return false
}

// InTime reports whether the token is good at a time: it must say when it
// expires, and the clocks may differ.
func (t *Token) InTime(now time.Time, skew time.Duration) bool {
	at, tolerated := float64(now.Unix()), skew.Seconds()
	return t.Expires != nil && at < *t.Expires+tolerated && (t.NotBefore == nil || at >= *t.NotBefore-tolerated)
}

// Text returns a claim that is a string.
func (t *Token) Text(claim string) string {
	text, _ := t.Claims[claim].(string)
	return text
}

// Names reports whether a thumbprint, in base64url or in standard base64, with
// padding or without, is the one of a digest.
func Names(thumbprint string, digest []byte) bool {
	plain := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(thumbprint), "=")
	return plain != "" && plain == base64.RawStdEncoding.EncodeToString(digest)
}
