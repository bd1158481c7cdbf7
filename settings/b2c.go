// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

// readB2C reads what a section of B2C says of tenant and policies.
func readB2C(s *sheet, r *section, m *mistakes) {
	splitAuthority(s, m)
	parts := readTenant(s, m)
	r.flows = readPolicies(s, m)
	if !s.says(keySignIn, keyTrustedPolicies, keyAuthority) {
		want := wantSignIn
		if !s.says(keyTenant) { // which only B2C has
			want += "; without one the section is of External ID or Entra ID, and names a host of theirs"
		}
		m.missing(s, keySignIn, varFlows, want+s.other)
	}
	r.missingFlow = readMissingFlow(s, m)
	if len(*m) > 0 {
		return
	}
	t, err := parts.tenant()
	if err != nil { // each part was looked at
		m.add(err)
		return
	}
	r.tenant, r.hosts = t, texts(parts.hosts)
	r.trusted = t.Flows(texts(r.flows.trusted)...)
}
