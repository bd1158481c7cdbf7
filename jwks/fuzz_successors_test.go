// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/json"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// FuzzKeysOfSuccessors: however a document reads, a key may verify only what its
// authority has pinned, is of the type for it, and names the issuer that stands in
// the document.
func FuzzKeysOfSuccessors(f *testing.F) {
	seed(f, "jwks")
	ec, _ := ecJWK(f, "ec")
	for _, s := range []string{
		keySet(ec), keySet(ec, jwk("ec", 2048)), keySet(put(ec, `"alg":"ES256"`)), keySet(put(ec, `"alg":"RS256"`)), keySet(put(jwk("a", 2048), `"alg":"PS256","issuer":"{tenantid}"`)),
		keySet(put(ec, `"issuer":"https://login.microsoftonline.com/{tenantid}/v2.0"`)), keySet(put(ec, `"issuer":1`)), keySet(put(ec, `"d":1`)), keySet(strings.Replace(ec, `"EC"`, `"RSA"`, 1)),
	} {
		f.Add([]byte(s))
	}
	authorities := []authority.Authority{
		provider(f, authority.ES256), provider(f, authority.PS256), provider(f, allAlgorithms...), multi(f, tenantID), ciamAt(f, "contoso"),
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		if len(document) > 1<<16 {
			return
		}
		for _, a := range authorities {
			s, err := jwks.NewStatic(a, a.Issuers()[0], document)
			if err != nil {
				continue
			}
			var read struct {
				Keys []map[string]any `json:"keys"`
			}
			if err := json.Unmarshal(document, &read); err != nil {
				t.Fatalf("taken, but encoding/json fails: %v", err)
			}
			for _, id := range s.Current().KeyIDs() {
				k, _ := s.Current().Key(id)
				checkSuccessor(t, a, k, read.Keys)
			}
		}
	})
}

func checkSuccessor(t *testing.T, a authority.Authority, k *jwks.Key, published []map[string]any) {
	t.Helper()
	if !slices.ContainsFunc(allAlgorithms, k.Allows) {
		t.Fatalf("%v: key %q is used for nothing", a, k.ID())
	}
	kty := "EC"
	switch public := k.Public().(type) {
	case *rsa.PublicKey:
		if kty = "RSA"; public.N.BitLen() < 2048 || public.N.BitLen() > 8192 || k.Allows(authority.ES256) {
			t.Fatalf("%v: got an RSA key of %d bits", a, public.N.BitLen())
		}
	case *ecdsa.PublicKey:
		if _, err := public.ECDH(); err != nil || k.Allows(authority.RS256) || k.Allows(authority.PS256) {
			t.Fatalf("%v: got an EC key of %v, %v", a, public, err)
		}
	}
	for _, alg := range allAlgorithms {
		if k.Allows(alg) && !a.Allows(alg) || k.Verify(alg, []byte("x"), make([]byte, 64)) {
			t.Fatalf("%v: key %q verifies %s", a, k.ID(), alg)
		}
	}
	for _, jwk := range published {
		own, named := jwk["issuer"]
		alg, hasAlg := jwk["alg"].(string)
		if jwk["kid"] == k.ID() && jwk["kty"] == kty && (!named && k.Issuer() == "" || own == k.Issuer() && own != "") && (!hasAlg || k.Allows(authority.Algorithm(alg))) {
			return
		}
	}
	t.Fatalf("%v: key %q of issuer %q is not published so", a, k.ID(), k.Issuer())
}

// FuzzIssues: a set issues for a tenant's GUID in the one place of the template.
func FuzzIssues(f *testing.F) {
	for _, s := range []string{"", entraIssuer, entraTemplate, issuer, entraIssuer + "/", entraOrigin + "/" + strings.ToUpper(tenantID) + "/v2.0", entraOrigin + "/v2.0", "https://{tenantid}/{tenantid}/v2.0"} {
		f.Add(s)
	}
	a := multi(f, tenantID)
	s, err := jwks.NewStatic(a, entraTemplate, []byte(keySet(jwk("kid", 2048))))
	if err != nil {
		f.Fatal(err)
	}
	form := regexp.MustCompile(`^https://login\.microsoftonline\.com/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/v2\.0\z`)
	f.Fuzz(func(t *testing.T, token string) {
		if len(token) > 1<<10 {
			return
		}
		if got, want := s.Current().Issues(token), form.MatchString(token); got != want {
			t.Fatalf("Issues(%q) is %v", token, got)
		}
		if a.KeyIssuerFits(entraTemplate, token) && !s.Current().Issues(token) {
			t.Fatalf("a key signs for %q, which the set does not issue", token)
		}
	})
}

// FuzzMetadataOfSuccessors: what is taken names an issuer of that tenant, and no
// other host is asked for keys.
func FuzzMetadataOfSuccessors(f *testing.F) {
	for _, s := range [][2]string{
		{ciamIssuer, ciamKeys},
		{entraIssuer, entraKeys},
		{entraTemplate, entraKeys},
		{providerIssuer, "https://id.example.com/certs"},
		{"https://{tenantid}.ciamlogin.com/{tenantid}/v2.0", "https://{tenantid}.ciamlogin.com/keys"},
		{entraOrigin + "/{TENANTID}/v2.0", entraKeys},
		{entraOrigin + "/%7Btenantid%7D/v2.0", entraKeys},
		{entraOrigin + "/" + otherID + "/v2.0", entraKeys},
		{"https://sts.windows.net/" + tenantID + "/", entraKeys},
		{providerIssuer + "/", "https://evil.example/certs"},
	} {
		f.Add([]byte(metadataOf(s[0], s[1])))
	}
	of := []struct {
		a     authority.Authority
		hosts []string
	}{
		{ciamAt(f, "contoso"), []string{ciamByName, ciamByGUID}},
		{entra(f), []string{"login.microsoftonline.com"}},
		{multi(f, tenantID), []string{"login.microsoftonline.com"}},
		{provider(f, authority.RS256), []string{"id.example.com"}},
	}
	keys := keySet(jwk("kid", 2048))
	f.Fuzz(func(t *testing.T, document []byte) {
		if len(document) > 1<<14 {
			return
		}
		for _, tc := range of {
			first := true
			c, err := jwks.New(tc.a, &jwks.Options{Logger: slog.New(slog.DiscardHandler), Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				if first {
					first = false
					return reply(r, string(document)), nil
				}
				if u := r.URL; u.Scheme != "https" || !slices.Contains(tc.hosts, strings.ToLower(u.Hostname())) || u.Port() != "" && u.Port() != "443" || u.User != nil {
					t.Errorf("%v: asked %s for keys", tc.a, u)
				}
				return reply(r, keys), nil
			})})
			if err != nil {
				t.Fatal(err)
			}
			set, err := c.Find(context.Background(), jwks.Query{KeyID: "kid"})
			_ = c.Close()
			if err != nil {
				unavailable(t, err)
				continue
			}
			if !slices.Contains(tc.a.Issuers(), set.Issuer()) {
				t.Errorf("%v: got issuer %q", tc.a, set.Issuer())
			}
		}
	})
}
