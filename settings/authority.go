// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/guid"
)

// splitAuthority takes the key Authority of B2C apart: what it says is laid on the sheet as
// the keys of its parts. Beside those it is a mistake: of the two, .NET says in its
// documentation that it refuses them and in its code that Authority is ignored.
func splitAuthority(s *sheet, m *mistakes) {
	whole, ok := s.text(keyAuthority, m)
	if !ok {
		return
	}
	if standsBeside(s, whole, m, keyInstance, keyTrustedHosts, keyDomain, keyTenantID, keyTenant) {
		standIn(s, whole)
		return
	}
	a, err := authority.Parse(whole.text)
	if err != nil {
		m.problem(whole, err)
		standIn(s, whole)
		return
	}
	if a.Kind() != authority.AzureADB2C {
		m.addf(whole.origin, "is at %s, %s", a.Kind(), notB2C)
		standIn(s, whole)
		return
	}
	if signIn, ok := s.get(keySignIn); ok && !authority.SameFlow(signIn.text, a.Flow()) {
		m.addf(whole.origin, "names the policy %s, and %s is %s", foreign.Name(a.Flow()), signIn.origin, foreign.Name(signIn.text))
	}
	base, _, _ := strings.Cut(whole.text, "://")
	s.put(entry{keyInstance, base + "://" + a.Host(), whole.origin})
	s.put(entry{keySignIn, a.Flow(), whole.origin})
	s.put(entry{keyDomain, a.Tenant(), whole.origin})
	if guid.Is(a.Tenant()) {
		s.put(entry{keyTenantID, a.TenantID(), whole.origin})
		return
	}
	s.put(entry{keyTenantID, someID, whole.origin})
	m.addf(whole.origin, `names the tenant by its domain, and not by its GUID, shown in the portal as "Tenant ID"; write the GUID in its place, or %s, %s, %s and %s in place of all`,
		keyInstance, keyDomain, keyTenantID, keySignIn)
}

// standsBeside reports whether Authority stands beside keys that say parts of the
// same, which is a mistake.
func standsBeside(s *sheet, whole entry, m *mistakes, keys ...string) bool {
	var beside []string
	for _, key := range keys {
		for _, e := range append(s.below(key), s.entries[fold(key)]) {
			if e.text != "" {
				beside = append(beside, e.origin)
			}
		}
	}
	if beside != nil {
		m.addf(whole.origin, "stands beside %s, and one of them would be ignored; take it out", strings.Join(beside, ", "))
	}
	return beside != nil
}

// standIn fills in what a mistake in the whole leaves open, so that it is told once.
func standIn(s *sheet, whole entry) {
	for key, text := range map[string]string{keyInstance: someHost, keyTenantID: someID} {
		if !s.says(key) {
			s.put(entry{key, text, whole.origin})
		}
	}
}
