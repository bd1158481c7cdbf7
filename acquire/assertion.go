// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"

	"github.com/b2ckit/b2ckit/acquire/internal/clientassertion"
)

// Certificate is a certificate that is registered with the application, and its key,
// which signs an assertion for each request (private_key_jwt, OpenID Connect Core
// section 9; PS256, good for ten minutes). The key is an *rsa.PrivateKey, or whatever
// signs for one in a module or a vault, of 2048 bits at least and able to do
// RSASSA-PSS; it is used by several goroutines at once, and what it takes to sign
// counts towards Options.Timeout, though it can't be interrupted.
//
// A key of another certificate, and a certificate that has expired, are errors of the
// constructor. One that expires later, or is not valid yet, is an error of the calls.
// It is for External ID and Entra; with B2C it is [ErrUnsupported].
func Certificate(certificate *x509.Certificate, key crypto.Signer) Credential {
	signer, err := clientassertion.NewSigner(certificate, key)
	if err != nil {
		return wrongCredential("%s", err)
	}
	return Credential{kind: ofAssertion, signer: signer, get: func(_ context.Context, a clientassertion.Assertion) (proof, *Error) {
		return signed(signer, a)
	}}
}

// CertificateFunc is a certificate that is fetched anew before every request to the
// token endpoint, for one that is rotated: see [Certificate], and [ParseCertificate]
// for files. The function is called by several goroutines at once; its error ends the
// request.
func CertificateFunc(certificate func(context.Context) (*x509.Certificate, crypto.Signer, error)) Credential {
	if certificate == nil {
		return wrongCredential("CertificateFunc was given nil")
	}
	return Credential{kind: ofAssertion, get: func(ctx context.Context, a clientassertion.Assertion) (proof, *Error) {
		c, key, err := certificate(ctx)
		if err != nil {
			return proof{}, &Error{Class: ErrRetry, Err: err, Advice: "the function for the certificate failed"}
		}
		signer, err := clientassertion.NewSigner(c, key)
		if err != nil {
			return proof{}, fail(ErrConfiguration, "", "what the function for the certificate returned will not do: %s", err)
		}
		return signed(signer, a)
	}}
}

func signed(s *clientassertion.Signer, a clientassertion.Assertion) (proof, *Error) {
	assertion, err := s.Sign(a)
	switch {
	case errors.Is(err, clientassertion.ErrKey):
		return proof{}, &Error{Class: ErrRetry, Err: err}
	case err != nil:
		return proof{}, fail(ErrConfiguration, "", "%s", err)
	}
	return proof{assertion: assertion}, nil
}

// ParseCertificate reads a certificate and its private key from texts in PEM, for
// [Certificate]: of one file that has both, or of two; in any order, and with others
// of the chain beside them. The key is in PKCS #8 or PKCS #1 and not encrypted. The
// error tells what is missing, and quotes nothing.
func ParseCertificate(pem ...[]byte) (*x509.Certificate, crypto.Signer, error) {
	certificate, key, err := clientassertion.ParsePEM(pem...)
	if err != nil {
		return nil, nil, fmt.Errorf("acquire: certificate: %w", err)
	}
	return certificate, key, nil
}

// Assertion is a signed token that somebody else has issued to the application, who is
// registered with it as a federated credential: Kubernetes, GitHub Actions, a managed
// identity, with the audience api://AzureADTokenExchange. The function is called
// before every request, since such tokens are short-lived, and by several goroutines
// at once; its error ends the request.
//
// It is for External ID and Entra; with B2C it is [ErrUnsupported].
func Assertion(assertion func(context.Context) (string, error)) Credential {
	if assertion == nil {
		return wrongCredential("Assertion was given nil")
	}
	return Credential{kind: ofAssertion, get: func(ctx context.Context, _ clientassertion.Assertion) (proof, *Error) {
		text, e := fromFunction(ctx, "client assertion", assertion, clientassertion.Problem)
		return proof{assertion: text}, e
	}}
}

// AssertionFile is [Assertion] for a token in a file that is written anew before the
// token expires, such as Kubernetes does with what the environment variable
// AZURE_FEDERATED_TOKEN_FILE names. It is read before every request, and white space
// around it is left out. Errors tell the path, and nothing of what is there.
func AssertionFile(path string) Credential {
	if path == "" {
		return wrongCredential("AssertionFile was given no path")
	}
	return Credential{kind: ofAssertion, get: func(context.Context, clientassertion.Assertion) (proof, *Error) {
		text, err := clientassertion.ReadFile(path)
		switch {
		case err == nil:
			return proof{assertion: text}, nil
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
			return proof{}, &Error{Class: ErrConfiguration, Err: err, Advice: "the file with the client assertion can't be read"}
		}
		return proof{}, &Error{Class: ErrRetry, Err: err, Advice: "the file with the client assertion has none now"}
	}}
}
