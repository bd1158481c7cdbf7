// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import "github.com/b2ckit/b2ckit/acquire"

// offer is a credential with what it was made of, to see two that are the same.
type offer struct {
	credential

	from, text string
}

func secretOffer(e entry, m *mistakes) (offer, bool) {
	c := acquire.Secret(e.text)
	if err := checkSecret(c); err != nil {
		m.add(secretError(e, err))
		return offer{}, false
	}
	return offer{credential{value: &c, kind: "a client secret"}, e.origin, "secret " + e.text}, true
}

// certificateOffer is not for this version.
func certificateOffer(e entry, m *mistakes) (offer, bool) {
	m.addf(e.origin, "is not read yet; use ClientSecret")
	return offer{}, false
}

// assertionOffer is not for this version.
func assertionOffer(e entry, m *mistakes) (offer, bool) {
	m.addf(e.origin, "is not read yet; use ClientSecret")
	return offer{}, false
}
