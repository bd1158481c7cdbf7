// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/jose"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

const (
	maxKeys      = 64
	maxNameBytes = 256 // of a kid or an ETag
)

// parseSet reads a JWK set (RFC 7517 section 5). Keys that can't be used are
// left out one by one; the document is refused only if none is left.
func parseSet(body string, issuer string) (*Set, error) {
	members, err := strictjson.Members(body, "keys")
	if err != nil {
		return nil, err
	}
	elems, ok := members[0].Elements()
	switch {
	case members[0] == "":
		return nil, errors.New(`has no member "keys"`)
	case !ok:
		return nil, errors.New(`has a member "keys" that is not an array`)
	case len(elems) > maxKeys:
		return nil, fmt.Errorf("has %d keys; at most %d are read", len(elems), maxKeys)
	}

	s := &Set{issuer: issuer, keys: make(map[string]*Key, len(elems)), refused: map[string]bool{}}
	ignore := func(id, reason string) {
		s.refused[id] = true
		s.ignored = append(s.ignored, IgnoredKey{ID: foreign.Text(id), Reason: reason})
	}
	twice := map[string]bool{}
	for _, e := range elems {
		k, id, err := parseKey(e)
		switch same := s.keys[id]; {
		case err != nil:
			ignore(id, err.Error())
		case same != nil && same.SameAs(k): // as of a certificate that was uploaded again
		case same != nil || twice[id]:
			// Which of them signed can't be told, so neither is used.
			twice[id] = true
			delete(s.keys, id)
			ignore(id, "has a kid that another key of the set has too")
		default:
			s.keys[id] = k
		}
	}
	if len(s.keys) == 0 {
		if len(s.ignored) > 0 {
			return nil, fmt.Errorf("has no usable key; the first one %s", s.ignored[0].Reason)
		}
		return nil, errors.New("has no keys")
	}
	return s, nil
}

// privateMembers are those that private and symmetric keys have (RFC 7518
// sections 6.3.2 and 6.4.1).
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// parseKey reads and checks one JWK. A JWK without alg is normal in B2C; its
// nbf is ignored, since a key signs as soon as it is published.
func parseKey(jwk strictjson.Value) (k *Key, id string, err error) {
	if len(jwk) == 0 || jwk[0] != '{' {
		return nil, "", errors.New("is not a JSON object")
	}
	var kty, n, e string
	bad := ""
	err = strictjson.Object(string(jwk), func(name string, v strictjson.Value) error {
		var ok bool
		var s string
		switch name {
		case "kid":
			id, ok = v.String()
			id, ok = strings.Clone(id), ok && isVisible(id) // else it would hold the document in memory
		case "kty":
			kty, ok = v.String()
		case "n":
			n, ok = v.String()
		case "e":
			e, ok = v.String()
		case "use":
			s, ok = v.String()
			ok = ok && s == "sig"
		case "alg":
			s, ok = v.String()
			ok = ok && s == "RS256"
		case "key_ops":
			var ops []string
			ops, ok = v.Strings()
			ok = ok && slices.Contains(ops, "verify")
		default:
			ok = !slices.Contains(privateMembers, name)
		}
		if !ok && bad == "" {
			bad = name
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, id, err
	case slices.Contains(privateMembers, bad):
		return nil, id, errors.New("is a private or symmetric key")
	case bad != "":
		return nil, id, fmt.Errorf("has a %s that does not fit an RS256 signing key", bad)
	case id == "":
		return nil, id, errors.New("has no kid")
	case kty != "RSA":
		return nil, id, errors.New("is not of type RSA")
	}
	public, err := jose.RSAPublicKey(n, e)
	if err != nil {
		return nil, id, err
	}
	k = &Key{id: id, public: public}
	// RFC 7638 section 3.2, from the numbers themselves so that equal keys are equal.
	b64 := base64.RawURLEncoding.EncodeToString
	k.thumbprint = sha256.Sum256([]byte(`{"e":"` + b64(big.NewInt(int64(public.E)).Bytes()) +
		`","kty":"RSA","n":"` + b64(public.N.Bytes()) + `"}`))
	return k, id, nil
}

// isVisible reports whether a kid is fit to be looked up, or an ETag to be sent
// back: short, printable ASCII without spaces.
func isVisible(s string) bool {
	if s == "" || len(s) > maxNameBytes {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
