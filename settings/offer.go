// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"os"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

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

// certificateOffer reads a certificate and its key from a file in PEM.
func certificateOffer(e entry, m *mistakes) (offer, bool) {
	if info, err := os.Stat(e.text); err == nil && !info.Mode().IsRegular() { // a pipe would not end
		m.addf(e.origin, "is %s, which is no file", foreign.Name(e.text))
		return offer{}, false
	}
	data, err := readFile(e.text)
	if err != nil {
		m.addf(e.origin, "is %s, which can't be read: %s", foreign.Name(e.text), foreign.Text(reason(err)))
		return offer{}, false
	}
	certificate, key, err := acquire.ParseCertificate(data)
	if err != nil {
		m.addf(e.origin, "is %s, which is no certificate with its key in PEM; of a PKCS #12 file openssl pkcs12 -in client.pfx -out client.pem -nodes makes one", foreign.Name(e.text))
		return offer{}, false
	}
	c := acquire.Certificate(certificate, key)
	return offer{credential{&c, "a client certificate", certificate}, e.origin, "certificate " + e.text}, true
}

// assertionOffer is a file that is read anew for each request, so it need not be there
// yet.
func assertionOffer(e entry) (offer, bool) {
	c := acquire.AssertionFile(e.text)
	return offer{credential{value: &c, kind: "an assertion in a file"}, e.origin, "assertion " + e.text}, true
}
