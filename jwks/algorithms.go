// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

// algorithms are those that an authority's signatures may have, or that one key
// may verify.
type algorithms struct{ rs256, ps256, es256 bool }

func algorithmsOf(a authority.Authority) algorithms {
	return algorithms{a.Allows(authority.RS256), a.Allows(authority.PS256), a.Allows(authority.ES256)}
}

func (s algorithms) has(alg authority.Algorithm) bool {
	switch alg {
	case authority.RS256:
		return s.rs256
	case authority.PS256:
		return s.ps256
	case authority.ES256:
		return s.es256
	}
	return false
}

// only returns the one of them, or none.
func (s algorithms) only(alg authority.Algorithm) algorithms {
	return algorithms{s.rs256 && alg == authority.RS256, s.ps256 && alg == authority.PS256, s.es256 && alg == authority.ES256}
}

// ofRSA and ofEC are those for keys of a type.
func (s algorithms) ofRSA() algorithms { return algorithms{rs256: s.rs256, ps256: s.ps256} }
func (s algorithms) ofEC() algorithms  { return algorithms{es256: s.es256} }

// types are the key types that they have.
func (s algorithms) types() string {
	switch {
	case !s.es256:
		return "RSA"
	case s.ofRSA() == algorithms{}:
		return "EC"
	}
	return "RSA or EC"
}

// text lists them behind an article.
func (s algorithms) text() string {
	article := "an "
	if s.ps256 && !s.rs256 {
		article = "a "
	}
	var all []string
	for _, alg := range []authority.Algorithm{authority.RS256, authority.PS256, authority.ES256} {
		if s.has(alg) {
			all = append(all, string(alg))
		}
	}
	return article + strings.Join(all, " or ")
}
