// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // what old clients send
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/jose"
)

const (
	assertingClient = "5c7c9b0c-0f0e-4d5f-9a53-6d1f1f0b7a3e"
	assertedTo      = "https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/oauth2/v2.0/token"
)

// client is one that signs assertions.
type client struct {
	key         *rsa.PrivateKey
	certificate *x509.Certificate
}

func newClient(t *testing.T, notAfter time.Time) client {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "daemon"}, NotBefore: notAfter.Add(-time.Hour), NotAfter: notAfter,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return client{key, certificate}
}

func (c client) sha256() string {
	sum := sha256.Sum256(c.certificate.Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// sign makes a token; nil members are left out.
func (c client) sign(t *testing.T, header, claims map[string]any) string {
	t.Helper()
	part := func(members map[string]any) []byte {
		kept := maps.Clone(members)
		maps.DeleteFunc(kept, func(_ string, v any) bool { return v == nil })
		text, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	return jose.Compact(func(input []byte) []byte {
		digest := sha256.Sum256(input)
		var signature []byte
		var err error
		if header["alg"] == "PS256" {
			signature, err = rsa.SignPSS(rand.Reader, c.key, crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		} else {
			signature, err = rsa.SignPKCS1v15(rand.Reader, c.key, crypto.SHA256, digest[:])
		}
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}, part(header), part(claims))
}

// code is that of a refusal, or "" for none.
func (a assertion) code(text string) string {
	if refusal := a.check(text); refusal != nil {
		return refusal.Code
	}
	return ""
}

func TestClientAssertion(t *testing.T) {
	now := time.Unix(1750000000, 0)
	daemon, stranger, old := newClient(t, now.Add(time.Hour)), newClient(t, now.Add(time.Hour)), newClient(t, now.Add(-time.Second))
	sum, legacy := sha256.Sum256(daemon.certificate.Raw), sha1.Sum(daemon.certificate.Raw)
	a := assertion{
		app:      &App{ID: assertingClient, Certificates: []*x509.Certificate{old.certificate, daemon.certificate}},
		now:      now,
		endpoint: func(audience string) bool { return audience == assertedTo },
	}
	header := func(change map[string]any) map[string]any {
		h := map[string]any{"alg": "PS256", "typ": "JWT", "x5t#S256": daemon.sha256()}
		maps.Copy(h, change)
		return h
	}
	claims := func(change map[string]any) map[string]any {
		c := map[string]any{
			"aud": assertedTo, "iss": assertingClient, "sub": assertingClient, "jti": "c0ffee00-0000-4000-8000-000000000001",
			"nbf": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
		}
		maps.Copy(c, change)
		return c
	}
	type m = map[string]any
	for _, c := range []struct {
		name   string
		by     client
		header m
		claims m
		want   string
	}{
		{"PS256", daemon, nil, nil, ""},
		{"RS256", daemon, m{"alg": "RS256"}, nil, ""},
		{"thumbprint of MSAL Go", daemon, m{"x5t#S256": base64.StdEncoding.EncodeToString(sum[:])}, nil, ""},
		{"thumbprint of old clients", daemon, m{"x5t#S256": nil, "x5t": base64.RawURLEncoding.EncodeToString(legacy[:])}, nil, ""},
		{"client in upper case", daemon, nil, m{"iss": "5C7C9B0C-0F0E-4D5F-9A53-6D1F1F0B7A3E"}, ""},
		{"clocks apart", daemon, nil, m{"nbf": now.Add(4 * time.Minute).Unix()}, ""},
		{"no nbf", daemon, nil, m{"nbf": nil}, ""},
		{"with iat", daemon, nil, m{"iat": now.Unix()}, ""},

		{"HS256", daemon, m{"alg": "HS256"}, nil, "AADSTS700027"},
		{"none", daemon, m{"alg": "none"}, nil, "AADSTS700027"},
		{"another's key under the thumbprint", stranger, nil, nil, "AADSTS700027"},
		{"a certificate that isn't registered", stranger, m{"x5t#S256": stranger.sha256()}, nil, "AADSTS700027"},
		{"an expired certificate", old, m{"x5t#S256": old.sha256()}, nil, "AADSTS700027"},
		{"no thumbprint", daemon, m{"x5t#S256": nil}, nil, "AADSTS700027"},
		{"expired", daemon, nil, m{"exp": now.Add(-6 * time.Minute).Unix()}, "AADSTS700024"},
		{"not yet", daemon, nil, m{"nbf": now.Add(6 * time.Minute).Unix()}, "AADSTS700024"},
		{"no exp", daemon, nil, m{"exp": nil}, "AADSTS700024"},
		{"an exp far off", daemon, nil, m{"nbf": 1e300}, "AADSTS700024"},
		{"another audience", daemon, nil, m{"aud": "https://contoso.ciamlogin.com/"}, "AADSTS700023"},
		{"two audiences", daemon, nil, m{"aud": []string{assertedTo, "https://other.example"}}, "AADSTS700023"},
		{"no audience", daemon, nil, m{"aud": nil}, "AADSTS700023"},
		{"another issuer", daemon, nil, m{"iss": "https://issuer.example"}, "AADSTS700021"},
		{"another subject", daemon, nil, m{"sub": "someone"}, "AADSTS700021"},
		{"no subject", daemon, nil, m{"sub": nil}, "AADSTS700021"},
	} {
		if got := a.code(c.by.sign(t, header(c.header), claims(c.claims))); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := a.code("secret"); got != "AADSTS50027" {
		t.Errorf("no token: got %q", got)
	}
}

func TestFederatedAssertion(t *testing.T) {
	now := time.Unix(1750000000, 0)
	cluster, stranger := newClient(t, now), newClient(t, now)
	const issuer, subject = "https://oidc.cluster.example/", "system:serviceaccount:orders:orders"
	tenant := NewTenant(&Options{Name: "fabrikam"})
	app := App{ID: assertingClient, Federated: []FederatedCredential{
		{Issuer: issuer, Subject: subject, Keys: []*rsa.PublicKey{&stranger.key.PublicKey, &cluster.key.PublicKey}},
		{Issuer: issuer, Subject: "elsewhere", Audience: "api://elsewhere", Keys: []*rsa.PublicKey{&cluster.key.PublicKey}},
		{Issuer: "https://fabrikam.example/", Subject: subject, Tenant: tenant},
	}}
	for i, f := range app.Federated {
		app.Federated[i] = f.withDefaults()
	}
	a := assertion{app: &app, now: now}
	type m = map[string]any
	claims := func(change m) m {
		c := m{"iss": issuer, "sub": subject, "aud": []string{"api://AzureADTokenExchange"}, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
		maps.Copy(c, change)
		return c
	}
	for _, c := range []struct {
		name   string
		by     client
		header m
		claims m
		want   string
	}{
		{"good", cluster, m{"alg": "RS256", "kid": "1"}, nil, ""},
		{"with a thumbprint", cluster, m{"alg": "RS256", "x5t": "x"}, nil, ""},
		{"another credential", cluster, m{"alg": "RS256"}, m{"aud": "api://elsewhere", "sub": "elsewhere"}, ""},
		{"issuer without its slash", cluster, m{"alg": "RS256"}, m{"iss": "https://oidc.cluster.example"}, "AADSTS700211"},
		{"no issuer", cluster, m{"alg": "RS256"}, m{"iss": nil}, "AADSTS700211"},
		{"the cluster's own audience", cluster, m{"alg": "RS256"}, m{"aud": "https://kubernetes.default.svc"}, "AADSTS700212"},
		{"another subject", cluster, m{"alg": "RS256"}, m{"sub": "system:serviceaccount:orders:default"}, "AADSTS700213"},
		{"a subject of the other credential", cluster, m{"alg": "RS256"}, m{"sub": "elsewhere"}, "AADSTS700213"},
		{"expired", cluster, m{"alg": "RS256"}, m{"exp": now.Add(-6 * time.Minute).Unix()}, "AADSTS700024"},
		{"another's key", newClient(t, now), m{"alg": "RS256"}, nil, "AADSTS700027"},
		{"PS256", cluster, m{"alg": "PS256"}, nil, "AADSTS700027"},
	} {
		if got := a.code(c.by.sign(t, c.header, claims(c.claims))); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	spec := Spec{IssuedAt: now, Claims: claims(m{"iss": "https://fabrikam.example/"})}
	if got := a.code(tenant.MustMint(spec)); got != "" {
		t.Errorf("a tenant's token: got %q", got)
	}
	spec.Key = NewKey()
	if got := a.code(tenant.MustMint(spec)); got != "AADSTS700027" {
		t.Errorf("another's under the tenant's key id: got %q", got)
	}
}
