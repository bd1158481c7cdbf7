// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

// compare holds sections against each other: a registration is of one tenant and
// product, so none of its ids can be the other's.
func compare(all []section, m *mistakes) {
	for i, s := range all {
		for _, other := range all[:i] {
			for _, id := range s.ids() {
				if e, twice := find(other.ids(), id.text); twice {
					m.addf(id.origin, "is %s, and so is %s; each product registers an application anew, with another client id", id.text, e.origin)
				}
			}
		}
	}
}

// ids returns the client ids of a section: its own, and those that tokens are for.
func (s *section) ids() []entry {
	if _, twice := find(s.audiences, s.clientID.text); twice || s.clientID.text == "" {
		return s.audiences
	}
	return append([]entry{s.clientID}, s.audiences...)
}
