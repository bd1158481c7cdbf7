// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package clientassertion has what a client shows of itself in place of a secret: a
// token that the key of its certificate signs, or one that somebody else has issued
// to it (RFC 7521 section 4.2, RFC 7523 section 2.2). Errors tell nothing of a key or
// a token.
package clientassertion

// Type is the value of client_assertion_type.
const Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// MaxSize is the longest assertion that is sent, in bytes.
const MaxSize = 64 << 10

// Problem tells why a text can't be an assertion, which is a signed token in compact
// form. It quotes nothing of it. "" means that it will do.
func Problem(text string) string {
	dots := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '.':
			dots++
		case c <= ' ' || c > '~':
			return "holds white space or another character that no token has"
		}
	}
	switch {
	case text == "":
		return "is empty"
	case len(text) > MaxSize:
		return "is longer than 64 KiB"
	case dots != 2:
		return "is not a signed token, which has three parts with dots between them"
	}
	return ""
}
