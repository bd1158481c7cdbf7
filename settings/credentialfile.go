// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

func certificateOffer(e entry, m *mistakes) (offer, bool) {
	m.addf(e.origin, "x")
	return offer{}, false
}
func assertionOffer(e entry, m *mistakes) (offer, bool) { m.addf(e.origin, "x"); return offer{}, false }
