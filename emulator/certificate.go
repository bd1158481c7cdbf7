// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Certificate is a server's certificate with its private key and the authority
// that signed it. It is immutable and safe for concurrent use. It has no useful
// zero value: call [NewCertificate] or [ParseCertificate].
type Certificate struct {
	authority *x509.Certificate
	leaf      tls.Certificate
}

// NewCertificate makes a certificate for 127.0.0.1, ::1, localhost and the given
// host names and IP addresses, good for a year. Its authority is made for it
// alone and the authority's key dropped once it has signed, so to trust it
// opens nothing else.
func NewCertificate(hosts ...string) *Certificate {
	authorityKey, leafKey := newECKey(), newECKey()
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: "b2ckit emulator authority"},
		NotBefore:             now.Add(-24 * time.Hour),
		NotAfter:              now.AddDate(1, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	authority = sign(authority, authority, authorityKey, authorityKey)
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: "b2ckit emulator"},
		NotBefore:    authority.NotBefore,
		NotAfter:     authority.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			if ip.Equal(template.IPAddresses[0]) || ip.Equal(template.IPAddresses[1]) {
				continue
			}
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	leaf := sign(template, authority, leafKey, authorityKey)
	return &Certificate{
		authority: authority,
		leaf:      tls.Certificate{Certificate: [][]byte{leaf.Raw, authority.Raw}, PrivateKey: leafKey, Leaf: leaf},
	}
}

// ParseCertificate reads what [Certificate.PEM] wrote, or any certificate with
// its chain and its private key in PEM, in any order of the two: the contents of
// a certificate file and a key file, joined by a newline. The last certificate
// of the chain is taken for the authority; a certificate alone is its own.
func ParseCertificate(data []byte) (*Certificate, error) {
	pair, err := tls.X509KeyPair(data, data)
	if err != nil {
		return nil, fmt.Errorf("emulator: no certificate with its key: %w", err)
	}
	authority, err := x509.ParseCertificate(pair.Certificate[len(pair.Certificate)-1])
	if err != nil {
		return nil, fmt.Errorf("emulator: no certificate of an authority: %w", err)
	}
	return &Certificate{authority: authority, leaf: pair}, nil
}

// PEM returns the certificate, its chain and its private key, for
// [ParseCertificate]: a secret.
func (c *Certificate) PEM() ([]byte, error) {
	var out []byte
	for _, der := range c.leaf.Certificate {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	key, err := x509.MarshalPKCS8PrivateKey(c.leaf.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	return append(out, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...), nil
}

// CACertificatePEM returns the authority's certificate, which clients must
// trust. It is no secret.
func (c *Certificate) CACertificatePEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.authority.Raw})
}

// Covers reports whether clients that trust the authority take the certificate,
// for one more day at least, for localhost, 127.0.0.1 and every one of the given
// host names and IP addresses.
func (c *Certificate) Covers(hosts ...string) bool {
	roots, chain := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(c.authority)
	for _, der := range c.leaf.Certificate[1:] {
		if between, err := x509.ParseCertificate(der); err == nil {
			chain.AddCert(between)
		}
	}
	for _, h := range append([]string{"localhost", "127.0.0.1"}, hosts...) {
		for _, at := range []time.Time{time.Now(), time.Now().Add(24 * time.Hour)} {
			if _, err := c.leaf.Leaf.Verify(x509.VerifyOptions{DNSName: h, Roots: roots, Intermediates: chain, CurrentTime: at}); err != nil {
				return false
			}
		}
	}
	return true
}

// Expires returns when clients stop taking the certificate: when it ends, or a
// certificate of its chain before it.
func (c *Certificate) Expires() time.Time {
	end := c.leaf.Leaf.NotAfter
	for _, der := range c.leaf.Certificate[1:] {
		if above, err := x509.ParseCertificate(der); err == nil && above.NotAfter.Before(end) {
			end = above.NotAfter
		}
	}
	return end
}

// String names the subject and the end of the certificate, and no key.
func (c *Certificate) String() string {
	return fmt.Sprintf("certificate of %q until %s", c.leaf.Leaf.Subject.CommonName, c.Expires().UTC().Format(time.DateOnly))
}

// GoString is String, so that %#v prints no key material either.
func (c *Certificate) GoString() string { return c.String() }

// sign returns the certificate with its signature. None of its steps fails on
// what NewCertificate gives it.
func sign(template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		panic("emulator: can't make a certificate: " + err.Error())
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic("emulator: can't read its own certificate: " + err.Error())
	}
	return certificate
}

func newECKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic("emulator: no EC key: " + err.Error())
	}
	return key
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		panic("emulator: no serial number: " + err.Error())
	}
	return n.Add(n, big.NewInt(1))
}
