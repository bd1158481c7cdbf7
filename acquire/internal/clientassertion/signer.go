// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package clientassertion

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// life is how long an assertion is good
// (https://learn.microsoft.com/entra/identity-platform/certificate-credentials).
const life = 10 * time.Minute

const leastBits = 2048

// Signer signs assertions with the key of a certificate (private_key_jwt, OpenID
// Connect Core section 9). It is safe for concurrent use if the key is.
type Signer struct {
	certificate *x509.Certificate
	public      *rsa.PublicKey
	key         crypto.Signer
	header      string // encoded
}

// NewSigner returns the signer of a certificate whose key this is. The key may be in
// a module that never gives it away.
func NewSigner(certificate *x509.Certificate, key crypto.Signer) (*Signer, error) {
	switch {
	case certificate == nil || len(certificate.Raw) == 0:
		return nil, errors.New("there is no certificate")
	case key == nil || key == crypto.Signer((*rsa.PrivateKey)(nil)):
		return nil, errors.New("there is no key")
	}
	public, ok := certificate.PublicKey.(*rsa.PublicKey)
	switch {
	case !ok:
		return nil, fmt.Errorf("the certificate's key is not RSA but %s", certificate.PublicKeyAlgorithm)
	case public.N.BitLen() < leastBits:
		return nil, fmt.Errorf("the certificate's RSA key has %d bits; at least %d are taken", public.N.BitLen(), leastBits)
	case !public.Equal(key.Public()):
		return nil, errors.New("the key is not that of the certificate")
	}
	thumbprint := sha256.Sum256(certificate.Raw)
	header := map[string]string{"alg": "PS256", "typ": "JWT", "x5t#S256": base64.RawURLEncoding.EncodeToString(thumbprint[:])}
	return &Signer{certificate: certificate, public: public, key: key, header: encoded(header)}, nil
}

// Expired returns an error if the certificate's time is over.
func (s *Signer) Expired(at time.Time) error {
	if end := s.certificate.NotAfter; at.After(end) {
		return fmt.Errorf("the certificate %s expired on %s", s.name(), day(end))
	}
	return nil
}

// Assertion is for whom and where an assertion is made, and when.
type Assertion struct {
	ClientID string
	Audience string // the token endpoint
	At       time.Time
}

// Sign returns an assertion, which is good for ten minutes. Its error is [ErrKey] if
// the key has failed; else the certificate will not do.
func (s *Signer) Sign(a Assertion) (string, error) {
	if err := s.Expired(a.At); err != nil {
		return "", err
	}
	if begin := s.certificate.NotBefore; a.At.Before(begin) {
		return "", fmt.Errorf("the certificate %s is not valid before %s", s.name(), day(begin))
	}
	now := a.At.Unix()
	input := s.header + "." + encoded(claims{
		Audience: a.Audience, Issuer: a.ClientID, Subject: a.ClientID, ID: newGUID(),
		NotBefore: now, IssuedAt: now, Expires: now + int64(life/time.Second),
	})
	digest := sha256.Sum256([]byte(input))
	how := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}
	signature, err := s.key.Sign(rand.Reader, digest[:], how)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrKey, err)
	}
	// One verification is cheap, and modules exist that ignore the options.
	if rsa.VerifyPSS(s.public, crypto.SHA256, digest[:], signature, how) != nil {
		return "", fmt.Errorf("%w: what it made is no PS256 signature of the certificate's key; does it do RSASSA-PSS?", ErrKey)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// ErrKey means that the key could not be used.
var ErrKey = errors.New("the certificate's key failed to sign")

type claims struct {
	Audience  string `json:"aud"`
	Issuer    string `json:"iss"`
	Subject   string `json:"sub"`
	ID        string `json:"jti"`
	NotBefore int64  `json:"nbf"`
	IssuedAt  int64  `json:"iat"`
	Expires   int64  `json:"exp"`
}

func encoded(v any) string {
	text, _ := json.Marshal(v) // strings and numbers always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}

// name tells an operator which certificate it is.
func (s *Signer) name() string {
	return "with serial number " + hex.EncodeToString(s.certificate.SerialNumber.Bytes())
}

func day(at time.Time) string { return at.UTC().Format(time.DateOnly) }

// newGUID returns a random GUID (RFC 9562, version 4).
func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
