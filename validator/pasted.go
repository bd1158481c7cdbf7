// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/internal/jose"
)

// pasted guesses what a text is that was sent in place of a token, or with something
// around it, and says what to do. The words quote nothing of it.
func pasted(text string) (h Hint, what string) {
	begin := strings.TrimLeft(text[:min(len(text), 256)], " \t\r\n\v\f")
	is := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(strings.TrimRight(begin, " \t\r\n"), w) })
	}
	has := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return len(begin) >= len(p) && strings.EqualFold(begin[:len(p)], p) })
	}
	switch {
	case is("", "undefined", "null", "none", "nil", "[object Object]"):
		return HintPlaceholder, "the client had no token: it sent nothing, or a word such as undefined"
	case has("curl ", "authorization:", "authorization ", "-h "):
		return HintHeaderLine, "it is a header line, or a command with one; the token is what stands behind Bearer"
	case has("bearer ", "bearer:", "bearer\t", "token "):
		return HintScheme, "the scheme stands in front of it once more; the token is what stands behind it"
	case has("{", "["):
		return HintTokenResponse, "it is JSON, as a token endpoint answers; the token is the value of access_token"
	case has("\"", "'", "`", "%22", "<"):
		return HintQuoted, "it stands in quotes, which are no part of a token"
	case strings.ContainsAny(text, " \t\r\n\v\f"):
		return HintWhiteSpace, "there is white space in it or around it"
	}
	return "", ""
}

// shortestSignature is how many characters the signature has that the smallest key makes
// which is used.
var shortestSignature = base64.RawURLEncoding.EncodedLen(jose.MinBits / 8)

// withPasted adds to what is wrong with a token's form what was sent in its place.
func withPasted(e *Error, raw string) *Error {
	if e == nil || e.Reason != ErrMalformed && e.Reason != ErrEncrypted {
		return e
	}
	hint, what := pasted(raw)
	switch {
	case hint != "":
		e.Hint = hint
		e.Detail += ": " + what
	case e.Hint == "" && len(raw)-1-strings.LastIndexByte(raw, '.') < shortestSignature:
		e.Hint = HintTruncated
		e.Detail += ": its last part is shorter than any signature; was the token cut off?"
	}
	return e
}
