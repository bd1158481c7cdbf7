// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"crypto/rsa"
	"encoding/base64"
	"strings"
	"sync"

	"github.com/b2ckit/b2ckit/internal/jose"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// signedToken is a token split and decoded, and not yet verified.
type signedToken struct {
	header    header
	payload   string
	input     []byte // what was signed; in scratch
	signature []byte // in scratch
}

// header holds the members of a JOSE header that matter. jku, x5u, jwk and
// x5c are not among them: keys never come from a token (RFC 8725 section 3.10).
type header struct {
	kid string
}

// scratch is memory that one validation needs and the next may reuse.
type scratch struct{ buf []byte }

var scratches = sync.Pool{New: func() any { return &scratch{buf: make([]byte, 0, 4<<10)} }}

// release gives the memory back, unless an exceptional token made it large.
func (m *scratch) release() {
	if cap(m.buf) <= 64<<10 {
		scratches.Put(m)
	}
}

var strictBase64 = base64.RawURLEncoding.Strict()

// parseCompact reads a JWS in compact serialization (RFC 7515 section 7.1)
// of at most maxBytes. It judges the form and the header, not the signature.
func parseCompact(raw string, kind tokenKind, maxBytes int, mem *scratch) (t signedToken, e *Error) {
	if len(raw) > maxBytes {
		return t, refuse(ErrTooLarge, "", "the token has %d bytes; at most %d are read (%s.MaxTokenBytes)", len(raw), maxBytes, kind.optionsName())
	}
	first := strings.IndexByte(raw, '.')
	if first < 0 {
		return t, refuse(ErrMalformed, "", "the token is not a JWT: it has no dots; is it an opaque token, or a client's \"undefined\"?")
	}
	second := strings.IndexByte(raw[first+1:], '.')
	if second < 0 {
		return t, refuse(ErrMalformed, "", "the token is cut off: it has one dot instead of two")
	}
	second += first + 1
	if strings.IndexByte(raw[second+1:], '.') >= 0 {
		if strings.Count(raw, ".") == 4 {
			if kind == idToken {
				return t, refuse(ErrEncrypted, "", "this is an encrypted token (JWE), as B2C's refresh tokens and codes are, and no ID token")
			}
			return t, refuse(ErrEncrypted, "", "this is an encrypted token (JWE), as B2C's refresh tokens and codes are; send the access token")
		}
		return t, refuse(ErrMalformed, "", "the token has more than two dots")
	}
	// Go's decoder skips CR and LF even when strict.
	if strings.IndexByte(raw, '\n') >= 0 || strings.IndexByte(raw, '\r') >= 0 {
		return t, refuse(ErrMalformed, "", "the token holds line breaks")
	}

	mem.buf = append(mem.buf[:0], raw...)
	t.input = mem.buf[:second]
	part := func(from, to int, name string) []byte {
		start := len(mem.buf)
		var err error
		if mem.buf, err = strictBase64.AppendDecode(mem.buf, mem.buf[from:to]); err != nil && e == nil {
			e = refuse(ErrMalformed, "", "the %s is not unpadded base64url", name)
		}
		return mem.buf[start:]
	}
	head := part(0, first, "header")
	t.payload = string(part(first+1, second, "payload"))
	t.signature = part(second+1, len(raw), "signature")
	if e == nil {
		t.header, e = parseHeader(string(head), kind)
	}
	return t, e
}

func parseHeader(data string, kind tokenKind) (header, *Error) {
	var h header
	alg := ""
	err := strictjson.Object(data, func(name string, v strictjson.Value) error {
		text, isText := v.String()
		switch name {
		case "alg":
			if !isText {
				return refuse(ErrAlgorithm, name, "alg is not a string")
			}
			alg = text
		case "kid":
			if !isText || text == "" || len(text) > 256 || !printable(text) {
				return refuse(ErrHeader, name, "kid is not a short printable string")
			}
			h.kid = text
		case "typ":
			switch isJWT, isAccess := strings.EqualFold(text, "jwt"), isAccessTokenType(text); {
			case isJWT || isAccess && kind == accessToken:
			case kind == accessToken:
				return refuse(ErrHeader, name, "typ is not JWT or at+jwt")
			case isAccess:
				return refuse(ErrNotIDToken, name, "this is an access token: its typ is at+jwt (RFC 9068)")
			default:
				return refuse(ErrHeader, name, "typ is not JWT")
			}
		case "crit", "b64":
			return refuse(ErrHeader, name, "header member %s is not supported (RFC 7515 section 4.1.11)", name)
		case "cty":
			return refuse(ErrHeader, name, "nested tokens (cty) are not supported")
		}
		return nil
	})
	switch {
	case err != nil:
		return h, asError(err, "header")
	case alg != "RS256":
		return h, refuse(ErrAlgorithm, "alg", "alg is %s; only RS256 is accepted", quote(alg))
	}
	return h, nil
}

// isAccessTokenType knows the type that RFC 9068 asks for. B2C's tokens are all
// of type JWT.
func isAccessTokenType(typ string) bool {
	return strings.EqualFold(typ, "at+jwt") || strings.EqualFold(typ, "application/at+jwt")
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// verify checks the signature with one key.
func (t *signedToken) verify(key *rsa.PublicKey) bool {
	return jose.VerifyRS256(key, t.input, t.signature) == nil
}
