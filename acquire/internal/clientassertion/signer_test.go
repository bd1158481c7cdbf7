// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package clientassertion_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/clientassertion"
)

const (
	clientID = "11111111-2222-4333-8444-555555555555"
	audience = "https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/oauth2/v2.0/token"
)

// members returns the JSON object in a part of a token.
func members(t *testing.T, part string) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// An assertion is what https://learn.microsoft.com/entra/identity-platform/certificate-credentials wants, read
// here by the standard library alone.
func TestSign(t *testing.T) {
	cert := certificateOf(t, key())
	s, err := clientassertion.NewSigner(cert, module{key(), nil})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for range 3 {
		assertion, err := s.Sign(clientassertion.Assertion{ClientID: clientID, Audience: audience, At: noon.Add(999 * time.Millisecond)})
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(assertion, ".")
		if len(parts) != 3 || clientassertion.Problem(assertion) != "" {
			t.Fatalf("got %q, want three parts", assertion)
		}
		thumbprint := sha256.Sum256(cert.Raw)
		if got, want := members(t, parts[0]), map[string]any{"alg": "PS256", "typ": "JWT", "x5t#S256": base64.RawURLEncoding.EncodeToString(thumbprint[:])}; !reflect.DeepEqual(got, want) {
			t.Errorf("got header %v, want %v", got, want)
		}
		got := members(t, parts[1])
		id, _ := got["jti"].(string)
		delete(got, "jti")
		want := map[string]any{"aud": audience, "iss": clientID, "sub": clientID, "nbf": 1795867200.0, "iat": 1795867200.0, "exp": 1795867800.0}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got claims %v, want %v", got, want)
		}
		if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) || ids[id] {
			t.Errorf("got jti %q, want a GUID of its own", id)
		}
		ids[id] = true
		signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
		if err != nil {
			t.Fatal(err)
		}
		digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		if err := rsa.VerifyPSS(&key().PublicKey, crypto.SHA256, digest[:], signature, &rsa.PSSOptions{SaltLength: sha256.Size}); err != nil {
			t.Errorf("got a signature that is none: %v", err)
		}
	}
}

// module is a key that is somewhere else.
type module struct {
	key  crypto.Signer
	sign func(digest []byte) ([]byte, error)
}

func (m module) Public() crypto.PublicKey { return m.key.Public() }

func (m module) Sign(random io.Reader, digest []byte, how crypto.SignerOpts) ([]byte, error) {
	if m.sign != nil {
		return m.sign(digest)
	}
	return m.key.Sign(random, digest, how)
}

func TestSignerErrors(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	weak := newKey(1024)
	for name, tc := range map[string]struct {
		cert *x509.Certificate
		key  crypto.Signer
		want string
	}{
		"no certificate":  {nil, key(), "there is no certificate"},
		"none that is":    {&x509.Certificate{PublicKey: &key().PublicKey}, key(), "there is no certificate"},
		"a nil key":       {certificateOf(t, key()), (*rsa.PrivateKey)(nil), "there is no key"},
		"no key":          {certificateOf(t, key()), nil, "there is no key"},
		"a curve":         {certificateOf(t, curve), curve, "the certificate's key is not RSA but ECDSA"},
		"weak":            {certificateOf(t, weak), weak, "the certificate's RSA key has 1024 bits; at least 2048 are taken"},
		"another key":     {certificateOf(t, key()), other(), "the key is not that of the certificate"},
		"another's curve": {certificateOf(t, key()), curve, "the key is not that of the certificate"},
	} {
		if s, err := clientassertion.NewSigner(tc.cert, tc.key); err == nil || err.Error() != tc.want || s != nil {
			t.Errorf("%s: got %v, %v; want %s", name, s, err, tc.want)
		}
	}
}

func TestSignErrors(t *testing.T) {
	away := errors.New("the module is away")
	for name, tc := range map[string]struct {
		sign  func(digest []byte) ([]byte, error)
		at    time.Time
		want  string
		isKey bool
	}{
		"expired":       {nil, noon.AddDate(1, 0, 0), "the certificate with serial number 2a11 expired on 2027-05-28", false},
		"not yet valid": {nil, noon.AddDate(-1, 0, 0), "the certificate with serial number 2a11 is not valid before 2026-05-28", false},
		"away":          {func([]byte) ([]byte, error) { return nil, away }, noon, "the certificate's key failed to sign: the module is away", true},
		"PKCS #1 v1.5": {
			func(digest []byte) ([]byte, error) { return rsa.SignPKCS1v15(nil, key(), crypto.SHA256, digest) }, noon,
			"the certificate's key failed to sign: what it made is no PS256 signature of the certificate's key; does it do RSASSA-PSS?", true,
		},
		"nothing": {func([]byte) ([]byte, error) { return nil, nil }, noon, "the certificate's key failed to sign: what it made is no PS256", true},
	} {
		s, err := clientassertion.NewSigner(certificateOf(t, key()), module{key(), tc.sign})
		if err != nil {
			t.Fatal(err)
		}
		assertion, err := s.Sign(clientassertion.Assertion{ClientID: clientID, Audience: audience, At: tc.at})
		if err == nil || assertion != "" || !strings.HasPrefix(err.Error(), tc.want) || errors.Is(err, clientassertion.ErrKey) != tc.isKey || name == "away" && !errors.Is(err, away) {
			t.Errorf("%s: got %q, %v; want %s", name, assertion, err, tc.want)
		}
	}
}

func TestExpired(t *testing.T) {
	s, err := clientassertion.NewSigner(certificateOf(t, key()), key())
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]bool{noon: false, noon.AddDate(-1, 0, 0): false, noon.AddDate(0, 6, 0): false, noon.AddDate(0, 6, 0).Add(time.Second): true} {
		if got := s.Expired(at) != nil; got != want {
			t.Errorf("at %v: got %v, want %v", at, got, want)
		}
	}
}
