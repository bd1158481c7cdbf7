// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"fmt"
	"strings"
	"testing"

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
