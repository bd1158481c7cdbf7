// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
)

// A daemon at an external tenant whose certificate is in a file that is replaced from
// time to time.
func ExampleCertificateFunc() {
	tenant, err := authority.ExternalID("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		fmt.Println(err)
		return
	}
	credential := acquire.CertificateFunc(func(context.Context) (*x509.Certificate, crypto.Signer, error) {
		pem, err := os.ReadFile("/run/secrets/client.pem")
		if err != nil {
			return nil, nil, err
		}
		return acquire.ParseCertificate(pem)
	})
	app, err := acquire.NewConfidential(tenant, "5c7c9b0c-0f0e-4d5f-9a53-6d1f1f0b7a3e", credential, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer app.Close()
	fmt.Println(app)

	// Output:
	// app 5c7c9b0c-0f0e-4d5f-9a53-6d1f1f0b7a3e at https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925
}
