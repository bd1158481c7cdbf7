// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"fmt"

	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

const maxKeys = 64

// parseSet reads a JWK set (RFC 7517 section 5). Keys that can't be used are
// left out one by one; the document is refused only if none is left.
func parseSet(body string, issuer string, rules keyRules) (*Set, error) {
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

	s := (&Set{keys: make(map[string]*Key, len(elems)), refused: map[string]bool{}}).under(issuer)
	ignore := func(id, reason string) {
		s.refused[id] = true
		s.ignored = append(s.ignored, IgnoredKey{ID: foreign.Text(id), Reason: reason})
	}
	twice := map[string]bool{}
	for _, e := range elems {
		k, id, err := rules.parseKey(e)
		switch same := s.keys[id]; {
		case err != nil:
			ignore(id, err.Error())
		case same != nil && same.equals(k): // as of a certificate that was uploaded again
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
