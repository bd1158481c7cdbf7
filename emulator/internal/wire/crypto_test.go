// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package wire_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

type credentials struct {
	Certificates []*x509.Certificate `json:"certificates,omitempty"`
	Keys         []*rsa.PublicKey    `json:"keys,omitempty"`
}

// TestCredentials: certificates and keys are read as they are written, or as PEM.
func TestCredentials(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	data, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(data)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(wire.ObjectOf(credentials{[]*x509.Certificate{certificate}, []*rsa.PublicKey{&key.PublicKey}}))
	if err != nil {
		t.Fatal(err)
	}
	var got credentials
	r := &wire.Reader{Noun: "setting"}
	if err := r.Read(text, &got); err != nil || len(r.Problems()) > 0 {
		t.Fatalf("got %v, %v from %s", err, r.Problems(), text)
	}
	if !got.Certificates[0].Equal(certificate) || !got.Keys[0].Equal(&key.PublicKey) {
		t.Errorf("got %+v", got)
	}

	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	asPEM := map[string][]string{
		"certificates": {string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: data}))},
		"keys":         {string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))},
	}
	text, err = json.Marshal(asPEM)
	if err != nil {
		t.Fatal(err)
	}
	got = credentials{}
	if err := r.Read(text, &got); err != nil || len(r.Problems()) > 0 || !got.Certificates[0].Equal(certificate) || !got.Keys[0].Equal(&key.PublicKey) {
		t.Errorf("PEM: got %+v, %v, %v", got, err, r.Problems())
	}
	if written, err := json.Marshal(wire.ObjectOf(credentials{})); err != nil || string(written) != "{}" {
		t.Errorf("none: got %s, %v", written, err)
	}
}

// TestNoCredentials: what is none is a problem, of which nothing is quoted.
func TestNoCredentials(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&curve.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	of := base64.StdEncoding.EncodeToString(public)
	var got credentials
	r := &wire.Reader{Noun: "setting"}
	if err := r.Read([]byte(`{"certificates": ["***", "`+of+`", 1], "keys": ["***", "`+of+`", null]}`), &got); err != nil {
		t.Fatal(err)
	}
	want := []string{"certificates[0]", "certificates[1]", "certificates[2]", "keys[0]", "keys[1]", "keys[2]"}
	if len(r.Problems()) != len(want) {
		t.Fatalf("got %v", r.Problems())
	}
	for i, p := range r.Problems() {
		if p.Path != want[i] || strings.Contains(p.Text, of) || !strings.Contains(p.Text, "is no ") {
			t.Errorf("got %+v, want it at %s", p, want[i])
		}
	}
}
