// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jws_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/jws"
)

func signed(t *testing.T, header, payload string, sign func(digest []byte) ([]byte, error)) string {
	t.Helper()
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	digest := sha256.Sum256([]byte(input))
	signature, err := sign(digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func TestSignedBy(t *testing.T) {
	key, other := newKey(t), newKey(t)
	pkcs := func(digest []byte) ([]byte, error) {
		return rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest)
	}
	pss := func(digest []byte) ([]byte, error) {
		return rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	}
	for _, c := range []struct {
		name, alg string
		sign      func([]byte) ([]byte, error)
		key       *rsa.PublicKey
		allowed   []string
		want      bool
	}{
		{"RS256", "RS256", pkcs, &key.PublicKey, []string{jws.RS256}, true},
		{"PS256", "PS256", pss, &key.PublicKey, []string{jws.RS256, jws.PS256}, true},
		{"not allowed", "PS256", pss, &key.PublicKey, []string{jws.RS256}, false},
		{"signed by the other algorithm", "PS256", pkcs, &key.PublicKey, []string{jws.RS256, jws.PS256}, false},
		{"another key", "RS256", pkcs, &other.PublicKey, []string{jws.RS256}, false},
		{"none", "none", pkcs, &key.PublicKey, []string{"none"}, false},
		{"no algorithm", "", pkcs, &key.PublicKey, []string{jws.RS256}, false},
	} {
		token, ok := jws.Read(signed(t, `{"alg":"`+c.alg+`"}`, `{}`, c.sign))
		if !ok {
			t.Fatalf("%s: unread", c.name)
		}
		if got := token.SignedBy(c.key, c.allowed...); got != c.want {
			t.Errorf("%s: got %t", c.name, got)
		}
	}
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func unsigned(t *testing.T, header, payload string) string {
	t.Helper()
	return signed(t, header, payload, func([]byte) ([]byte, error) { return []byte{0}, nil })
}

func TestRead(t *testing.T) {
	token, ok := jws.Read(unsigned(t, `{"alg":"PS256","kid":"k","x5t":"a","x5t#S256":"b"}`,
		`{"iss":"i","sub":"s","aud":["a","b"],"exp":3,"nbf":2,"tid":"t"}`))
	if !ok || token.Algorithm != "PS256" || token.KeyID != "k" || token.SHA1 != "a" || token.Thumbprint != "b" ||
		token.Issuer != "i" || token.Subject != "s" || *token.Expires != 3 || *token.NotBefore != 2 || token.Text("tid") != "t" {
		t.Errorf("got %+v, %t", token, ok)
	}
	if !slices.Equal(token.Audiences, []string{"a", "b"}) {
		t.Errorf("got audiences %q", token.Audiences)
	}
	one, ok := jws.Read(unsigned(t, `{}`, `{"aud":"a"}`))
	if !ok || !slices.Equal(one.Audiences, []string{"a"}) || one.Expires != nil || one.Text("sub") != "" {
		t.Errorf("got %+v, %t", one, ok)
	}
	for _, text := range []string{
		"", "a.b", "a.b.c.d", "e30.e30.=", "e30.e30.*", "x.e30.AA", "e30.x.AA",
		unsigned(t, `{}`, `{"aud":1}`), unsigned(t, `{}`, `{"exp":"1"}`), unsigned(t, `[]`, `{}`), unsigned(t, `{}`, `[]`),
	} {
		if _, ok := jws.Read(text); ok {
			t.Errorf("read %q", text)
		}
	}
}

func TestInTime(t *testing.T) {
	token, _ := jws.Read(unsigned(t, `{}`, `{"nbf":1000,"exp":2000}`))
	endless, _ := jws.Read(unsigned(t, `{}`, `{"nbf":1000}`))
	open, _ := jws.Read(unsigned(t, `{}`, `{"exp":2000}`))
	for _, c := range []struct {
		token *jws.Token
		at    int64
		want  bool
	}{
		{token, 1000, true},
		{token, 989, false},
		{token, 990, true},
		{token, 2009, true},
		{token, 2010, false},
		{endless, 1500, false},
		{open, 0, true},
	} {
		if got := c.token.InTime(time.Unix(c.at, 0), 10*time.Second); got != c.want {
			t.Errorf("at %d: got %t", c.at, got)
		}
	}
}

func TestNames(t *testing.T) {
	digest := []byte{0xfb, 0xff, 0xbe, 0x01}
	for thumbprint, want := range map[string]bool{
		"+/++AQ==": true, "-_--AQ": true, "+/++AQ": true, "-_--AQ==": true,
		"": false, "=": false, "-_--AR": false, "AQ": false,
	} {
		if got := jws.Names(thumbprint, digest); got != want {
			t.Errorf("%q: got %t", thumbprint, got)
		}
	}
	if jws.Names("", nil) {
		t.Error("nothing names nothing")
	}
}
