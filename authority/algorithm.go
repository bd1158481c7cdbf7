// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"strings"
)

// Algorithm is a signature algorithm by its name in a JOSE header (RFC 7518
// section 3.1). Those named here are all there are: none and HMAC do not exist
// in this kit.
type Algorithm string

// The signature algorithms that an authority may sign with.
const (
	RS256 Algorithm = "RS256" // RSASSA-PKCS1-v1_5 with SHA-256
	PS256 Algorithm = "PS256" // RSASSA-PSS with SHA-256
	ES256 Algorithm = "ES256" // ECDSA on P-256 with SHA-256
)

// known are all algorithms, in the order in which they are listed.
var known = [...]Algorithm{RS256, PS256, ES256}

// algorithms is a set of them, a bit each. The zero set stands for RS256 alone,
// which is what all of Microsoft's products sign with.
type algorithms uint8

func bit(alg Algorithm) algorithms {
	switch alg {
	case RS256:
		return 1
	case PS256:
		return 2
	case ES256:
		return 4
	}
	return 0
}

func (s algorithms) has(alg Algorithm) bool {
	if s == 0 {
		return alg == RS256
	}
	return s&bit(alg) != 0
}

func (s algorithms) list() []Algorithm {
	var all []Algorithm
	for _, alg := range known {
		if s.has(alg) {
			all = append(all, alg)
		}
	}
	return all
}

// parseAlgorithms returns the set, and a text for each mistake.
func parseAlgorithms(named []Algorithm) (set algorithms, errs []error) {
	if len(named) == 0 {
		return 0, []error{fmt.Errorf("authority: algs: empty; name those that the provider signs with: %s", names(known[:]))}
	}
	for _, alg := range named {
		switch b := bit(alg); {
		case b == 0:
			errs = append(errs, fieldError("algs", string(alg), "is not one of "+names(known[:])))
		case set&b != 0:
			errs = append(errs, fieldError("algs", string(alg), "is named twice"))
		default:
			set |= b
		}
	}
	return set, errs
}

func names(all []Algorithm) string {
	texts := make([]string, len(all))
	for i, alg := range all {
		texts[i] = string(alg)
	}
	return strings.Join(texts, ", ")
}
