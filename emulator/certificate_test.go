// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestCertificateCovers(t *testing.T) {
	c := emulator.NewCertificate("contoso.b2clogin.com", "b2c", "192.0.2.7", "127.0.0.1")
	for _, row := range []struct {
		hosts []string
		want  bool
	}{
		{nil, true},
		{[]string{"localhost", "127.0.0.1", "::1"}, true},
		{[]string{"contoso.b2clogin.com", "b2c", "192.0.2.7"}, true},
		{[]string{"contoso.b2clogin.com", "fabrikam.b2clogin.com"}, false},
		{[]string{"192.0.2.8"}, false},
	} {
		equal(t, fmt.Sprint(row.hosts), c.Covers(row.hosts...), row.want)
	}
}

// TestCertificateKept: what was written is the same certificate when read again,
// so clients that trust it go on to.
func TestCertificateKept(t *testing.T) {
	first := emulator.NewCertificate("contoso.b2clogin.com")
	data, err := first.PEM()
	if err != nil {
		t.Fatal(err)
	}
	again, err := emulator.ParseCertificate(data)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "covers", again.Covers("contoso.b2clogin.com"), true)
	equal(t, "authority", string(again.CACertificatePEM()), string(first.CACertificatePEM()))

	before := start(t, &emulator.ServerOptions{Certificate: first}, emulator.NewTenant(nil))
	client := before.Client()
	before.Close()
	after := start(t, &emulator.ServerOptions{Certificate: again, Address: strings.TrimPrefix(before.URL, "https://")}, emulator.NewTenant(nil))
	equal(t, "status", get(t, client, after.URL+"/contoso.onmicrosoft.com"+documentPath).status, 200)

	for _, text := range []string{fmt.Sprint(again), fmt.Sprintf("%#v", again)} {
		equal(t, "String", strings.HasPrefix(text, `certificate of "b2ckit emulator" until `), true)
		equal(t, "String's length", len(text) < 60, true)
	}
}

// TestCertificateOfOneself: a certificate that signed itself is its own
// authority; one that ends today is as good as none.
func TestCertificateOfOneself(t *testing.T) {
	for lifetime, want := range map[time.Duration]bool{48 * time.Hour: true, 12 * time.Hour: false, -time.Hour: false} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(lifetime),
			DNSNames: []string{"localhost", "b2c"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		private, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
		c, err := emulator.ParseCertificate(append(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}), own...))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprint("covers for ", lifetime), c.Covers("b2c"), want)
		equal(t, "its own authority", string(c.CACertificatePEM()), string(own))
		if !want {
			continue
		}
		s := start(t, &emulator.ServerOptions{Certificate: c}, emulator.NewTenant(nil))
		equal(t, "status", get(t, s.Client(), s.URL+"/contoso.onmicrosoft.com"+documentPath).status, 200)
	}
}

func TestParseCertificateRefuses(t *testing.T) {
	data, err := emulator.NewCertificate().PEM()
	if err != nil {
		t.Fatal(err)
	}
	other, err := emulator.NewCertificate().PEM()
	if err != nil {
		t.Fatal(err)
	}
	key := strings.Index(string(data), "-----BEGIN PRIVATE KEY")
	otherKey := strings.Index(string(other), "-----BEGIN PRIVATE KEY")
	for name, text := range map[string]string{
		"nothing":        "",
		"no key":         string(data[:key]),
		"no certificate": string(data[key:]),
		"another's key":  string(data[:key]) + string(other[otherKey:]),
	} {
		if _, err := emulator.ParseCertificate([]byte(text)); err == nil || strings.Contains(err.Error(), "PRIVATE KEY-----") {
			t.Errorf("%s: got %v, want an error without the key", name, err)
		}
	}
}
