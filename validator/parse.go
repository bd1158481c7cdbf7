// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"encoding/base64"
	"slices"
	"strings"
	"sync"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/strictjson"
	"github.com/b2ckit/b2ckit/jwks"
)

// signedToken is a token split and decoded, and not yet verified.
type signedToken struct {
	header    header
	head      string // its text, in the raw token
	payload   string
	input     []byte // what was signed; in scratch
	signature []byte // in scratch
}

// unverifiedIssuer is what the token claims as its issuer, "" if it can't be read. It
// decides nothing but what is tried first.
func (t *signedToken) unverifiedIssuer() string {
	iss, _ := payload(t.payload).claim("iss")
	issuer, _ := iss.String()
	return issuer
}

// header holds the members of a JOSE header that matter. jku, x5u, jwk and
// x5c are not among them: keys never come from a token (RFC 8725 section 3.10).
type header struct {
	kid string
	alg authority.Algorithm

	isAccess bool // typ says that it is an access token (RFC 9068)
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

// parseToken reads a token: a JWS that has what a JWS may do without. It checks
// the form and the header, not the signature.
func parseToken(raw string, r *rules, known *knownHeaders, mem *scratch) (t signedToken, e *Error) {
	t, e = parseCompact(raw, r, known, mem)
	switch {
	case e != nil:
		return t, withPasted(e, raw)
	case t.header.kid == "":
		return t, refuse(ErrHeader, "kid", "the header has no kid")
	case t.payload == "":
		return t, refuse(ErrMalformed, "", "the token has no payload")
	}
	return t, nil
}

// parseCompact reads a JWS in compact serialization (RFC 7515 section 7.1).
func parseCompact(raw string, r *rules, known *knownHeaders, mem *scratch) (t signedToken, e *Error) {
	first, second, e := splitCompact(raw, r)
	if e != nil {
		return t, e
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
	t.head = raw[:first]
	var isKnown bool
	var head []byte
	if t.header, isKnown = known.find(t.head); !isKnown {
		head = part(0, first, "header")
	}
	t.payload = string(part(first+1, second, "payload"))
	t.signature = part(second+1, len(raw), "signature")
	if e == nil && !isKnown {
		t.header, e = parseHeader(string(head), r)
	}
	return t, e
}

// splitCompact returns where the two dots are.
func splitCompact(raw string, r *rules) (first, second int, e *Error) {
	if len(raw) > r.maxBytes {
		return 0, 0, refuse(ErrTooLarge, "", "the token has %d bytes; at most %d are read (%s)", len(raw), r.maxBytes, r.maxBytesOption)
	}
	first = strings.IndexByte(raw, '.')
	if first < 0 {
		return 0, 0, refuse(ErrMalformed, "", "the token is not a JWT: it has no dots, like an opaque token").hinted(HintOpaque)
	}
	second = strings.IndexByte(raw[first+1:], '.')
	if second < 0 {
		return 0, 0, refuse(ErrMalformed, "", "the token is cut off: it has one dot instead of two").hinted(HintTruncated)
	}
	second += first + 1
	switch {
	case strings.IndexByte(raw[second+1:], '.') < 0:
	case strings.Count(raw, ".") == 4:
		return 0, 0, refuse(ErrEncrypted, "", "%s", r.encrypted).hinted(HintEncrypted)
	default:
		return 0, 0, refuse(ErrMalformed, "", "the token has more than two dots")
	}
	// Go's decoder skips CR and LF even when strict.
	if strings.IndexByte(raw, '\n') >= 0 || strings.IndexByte(raw, '\r') >= 0 {
		return 0, 0, refuse(ErrMalformed, "", "the token holds line breaks").hinted(HintWhiteSpace)
	}
	return first, second, nil
}

func parseHeader(data string, r *rules) (header, *Error) {
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
			if !isText || text == "" || len(text) > 256 || !isVisibleASCII(text) {
				return refuse(ErrHeader, name, "kid is not a short printable string")
			}
			h.kid = text
		case "typ":
			if e := r.checkType(text); e != nil {
				return e
			}
			h.isAccess = isAccessTokenType(text)
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
	case !r.allows(alg, &h):
		return h, &Error{Reason: ErrAlgorithm, Claim: "alg", Detail: "alg is " + foreign.Name(alg) + "; only " + r.allowed + " accepted"}
	}
	return h, nil
}

// allows reports whether some trusted authority signs with the algorithm, and notes
// it. Whether the one does whose token it is, is judged with its key and its issuer.
func (r *rules) allows(alg string, h *header) bool {
	i := slices.Index(r.algorithms, authority.Algorithm(alg))
	if i < 0 {
		return false
	}
	h.alg = r.algorithms[i]
	return true
}

// checkType checks typ. B2C's tokens are all of type JWT.
func (r *rules) checkType(typ string) *Error {
	switch isAccess := isAccessTokenType(typ); {
	case strings.EqualFold(typ, "jwt"), isAccess && r.accessType:
		return nil
	case isAccess:
		return refuse(ErrNotIDToken, "typ", "this is an access token: its typ is at+jwt (RFC 9068)").hinted(HintAccessToken)
	}
	return refuse(ErrHeader, "typ", "typ is not %s", r.types)
}

// isAccessTokenType knows the type that RFC 9068 requires.
func isAccessTokenType(typ string) bool {
	return strings.EqualFold(typ, "at+jwt") || strings.EqualFold(typ, "application/at+jwt")
}

func isVisibleASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// verify checks the signature with one key, by the algorithm of the header if that
// is one for this key.
func (t *signedToken) verify(key *jwks.Key) bool {
	return key.Verify(t.header.alg, t.input, t.signature)
}
