// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
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

// certificateOffer is a certificate with its key in a file in PEM, which has to be there
// and is read anew for each request: a certificate is rotated while the program runs.
func certificateOffer(e entry, m *mistakes) (offer, bool) {
	certificate, _, err := readCertificate(e.text)
	if err != nil {
		m.addf(e.origin, "is %s", err)
		return offer{}, false
	}
	c := acquire.CertificateFunc(func(context.Context) (*x509.Certificate, crypto.Signer, error) { return readCertificate(e.text) })
	return offer{credential{&c, "a client certificate", certificate}, e.origin, "certificate " + e.text}, true
}

// readCertificate reads certificate and key. The error names the file and quotes nothing
// of it.
func readCertificate(name string) (*x509.Certificate, crypto.Signer, error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() { // a pipe would not end
		return nil, nil, errors.New(foreign.Name(name) + ", which is no file")
	}
	data, err := readFile(name)
	if err != nil {
		return nil, nil, fmt.Errorf("%s, which can't be read: %s", foreign.Name(name), foreign.Text(reason(err)))
	}
	certificate, key, err := acquire.ParseCertificate(data)
	if err != nil {
		return nil, nil, errors.New(foreign.Name(name) + ", which is no certificate with its key in PEM; of a PKCS #12 file openssl pkcs12 -in client.pfx -out client.pem -nodes makes one")
	}
	return certificate, key, nil
}

// assertionOffer is a file that is read anew for each request, so it need not be there
// yet.
func assertionOffer(e entry) (offer, bool) {
	c := acquire.AssertionFile(e.text)
	return offer{credential{value: &c, kind: "an assertion in a file"}, e.origin, "assertion " + e.text}, true
}
