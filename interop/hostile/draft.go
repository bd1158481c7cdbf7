// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"cmp"
	"crypto/rsa"
	"encoding/base64"
	"slices"
	"strings"
)

// Draft is a token before it is signed.
type Draft struct {
	Header, Claims Object
	Key            *rsa.PrivateKey

	// Sign signs, RS256 with the key if nil.
	Sign Signer
	// HeaderText and ClaimsText have the last word on the JSON, if not nil.
	HeaderText, ClaimsText func(json string) string
	// Encode turns the JSON of header and claims into their parts, base64url if
	// nil.
	Encode func(json string) string
	// Whole has the last word on the token.
	Whole func(token string) string
}

// Good returns the draft of a good token.
func Good(key *rsa.PrivateKey, kid string, claims Object) *Draft {
	return &Draft{Header: Object{{"alg", `"RS256"`}, {"kid", Quote(kid)}, {"typ", `"JWT"`}}, Claims: claims, Key: key}
}

// Texts returns the JSON of header and claims.
func (d *Draft) Texts() (header, claims string) {
	header, claims = d.Header.String(), d.Claims.String()
	if d.HeaderText != nil {
		header = d.HeaderText(header)
	}
	if d.ClaimsText != nil {
		claims = d.ClaimsText(claims)
	}
	return header, claims
}

// Token signs the draft.
func (d *Draft) Token() string {
	header, claims := d.Texts()
	encode := d.Encode
	if encode == nil {
		encode = func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	}
	sign := d.Sign
	if sign == nil {
		sign = RS256(d.Key)
	}
	input := encode(header) + "." + encode(claims)
	token := input + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(input)))
	if d.Whole != nil {
		token = d.Whole(token)
	}
	return token
}

// Edit is one thing done to a draft.
type Edit struct {
	// Class says what is wrong then.
	Class string
	// Name tells the edit from others of its class.
	Name string
	Do   func(*Draft)
}

// Edits are all there are, in the same order on every run.
func Edits() []Edit {
	var all []Edit
	for _, some := range [][]Edit{claimEdits(), timeEdits(), trustEdits(), headerEdits(), algorithmEdits(), jsonEdits(), encodingEdits(), signatureEdits(), shapeEdits()} {
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// claim is an edit that sets a claim.
func claim(class, name, value string) Edit {
	return Edit{class, name + " " + abbreviate(value), func(d *Draft) { d.Claims = d.Claims.With(name, value) }}
}

// member is an edit that sets a header member.
func member(class, name, value string) Edit {
	return Edit{class, name + " " + abbreviate(value), func(d *Draft) { d.Header = d.Header.With(name, value) }}
}

func abbreviate(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
