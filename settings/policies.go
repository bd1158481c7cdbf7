// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

const wantSignIn = "name the user flow or custom policy that users sign in through"

// policies are the flows that the section names.
type policies struct {
	signIn  entry   // "" if there is none
	trusted []entry // with signIn as the first
	reset   entry   // these two are links, "" if there is none
	edit    entry
}

func readPolicies(s *sheet, m *mistakes) (p policies) {
	if signIn, ok := readPolicy(s, keySignIn, m); ok {
		p.signIn = signIn
		p.trusted = append(p.trusted, signIn)
	}
	p.readTrusted(s, m)
	p.reset = p.readLink(s, keyReset, m)
	p.edit = p.readLink(s, keyEdit, m)
	return p
}

func readPolicy(s *sheet, key string, m *mistakes) (entry, bool) {
	e, ok := s.text(key, m)
	return e, ok && checkPolicy(e, m)
}

func checkPolicy(e entry, m *mistakes) bool {
	if err := authority.CheckFlow(e.text); err != nil {
		m.problem(e, err)
		return false
	}
	return true
}

// readTrusted adds what TrustedPolicies names beside the sign-in policy.
func (p *policies) readTrusted(s *sheet, m *mistakes) {
	var named []entry
	for _, e := range s.list(keyTrustedPolicies, m) {
		if !checkPolicy(e, m) {
			continue
		}
		if _, twice := find(named, e.text); twice {
			m.addf(e.origin, "names %s twice", foreign.Name(e.text))
			continue
		}
		named = append(named, e)
		if _, isSignIn := find(p.trusted, e.text); !isSignIn {
			p.trusted = append(p.trusted, e)
		}
	}
}

// readLink reads a flow that users are sent to and that opens nothing.
func (p *policies) readLink(s *sheet, key string, m *mistakes) entry {
	e, ok := readPolicy(s, key, m)
	if !ok {
		return entry{}
	}
	if other, twice := find(p.trusted, e.text); twice {
		m.addf(e.origin, "is a flow that %s trusts: whoever gets through it would get into the API", other.origin)
		return entry{}
	}
	if authority.SameFlow(p.reset.text, e.text) {
		m.addf(e.origin, "is the flow of %s as well; each needs one of its own", p.reset.origin)
		return entry{}
	}
	return e
}

func find(all []entry, text string) (entry, bool) {
	for _, e := range all {
		if authority.SameFlow(e.text, text) {
			return e, true
		}
	}
	return entry{}, false
}

func texts(all []entry) (texts []string) {
	for _, e := range all {
		texts = append(texts, e.text)
	}
	return texts
}
