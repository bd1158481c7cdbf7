// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

const (
	entraOrigin   = "https://login.microsoftonline.com"
	entraIssuer   = entraOrigin + "/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	entraTemplate = entraOrigin + "/{tenantid}/v2.0"
	entraKeys     = entraOrigin + "/organizations/discovery/v2.0/keys"
)

func entra(t testing.TB) authority.Authority {
	t.Helper()
	a, err := authority.Entra(tenantID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func multi(t testing.TB, ids ...string) authority.Authority {
	t.Helper()
	a, err := authority.EntraMultiTenant(ids...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A key's own issuer is kept as it stands, and one that is no text costs the key;
// for B2C nothing of that is read.
func TestKeyIssuer(t *testing.T) {
	longest := strings.Repeat("x", 512)
	for _, tt := range []struct{ name, value, want string }{
		{"none", "", ""},
		{"template", `"` + entraTemplate + `"`, entraTemplate},
		{"filled", `"` + entraIssuer + `"`, entraIssuer},
		{"anything", `"a\u0000\r\n{}"`, "a\x00\r\n{}"},
		{"longest", `"` + longest + `"`, longest},
		{"too long", `"` + longest + `x"`, "odd"},
		{"empty", `""`, "odd"},
		{"null", `null`, "odd"},
		{"number", `1`, "odd"},
		{"list", `["` + entraTemplate + `"]`, "odd"},
		{"object", `{"a":"b"}`, "odd"},
	} {
		key := jwk("kid", 2048)
		if tt.value != "" {
			key = put(key, `"issuer":`+tt.value)
		}
		for _, a := range []authority.Authority{ciamAt(t, "contoso"), entra(t), multi(t, tenantID), provider(t, authority.RS256), susi(t)} {
			s, err := jwks.NewStatic(a, a.Issuers()[0], []byte(keySet(key, jwk("good", 2048))))
			if err != nil {
				t.Fatalf("%s, %v: %v", tt.name, a, err)
			}
			k, ok := s.Current().Key("kid")
			switch {
			case a.Kind() == authority.AzureADB2C:
				if !ok || k.Issuer() != "" {
					t.Errorf("%s, B2C: got %+v", tt.name, k)
				}
			case tt.want == "odd":
				if ok || !strings.Contains(s.State().Ignored[0].Reason, "has an issuer that is no text of 1 to 512 bytes") {
					t.Errorf("%s, %v: got %+v, ignored %q", tt.name, a, k, s.State().Ignored)
				}
			case !ok || k.Issuer() != tt.want:
				t.Errorf("%s, %v: got %+v", tt.name, a, k)
			}
		}
	}
}

// A key that names another issuer from now on is another key: the old word does
// not outlive the document it stood in, and the change is told.
func TestKeyIssuerChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var keys atomic.Value
		var changed atomic.Int32
		key := jwk("kid", 2048)
		keys.Store(keySet(put(key, `"issuer":"`+entraTemplate+`"`)))
		c := openAt(t, multi(t, tenantID, otherID), roundTripper(func(r *http.Request) (*http.Response, error) {
			return documents(metadataOf(entraTemplate, entraKeys), keys.Load().(string))(r)
		}), &jwks.Options{KeyGrace: time.Hour, OnFetch: func(f jwks.Fetch) {
			if f.Document == jwks.Keys && len(f.Added) == 1 {
				changed.Add(1)
			}
		}})
		if !finds(t, c, "kid") {
			t.Fatal("the key is missing")
		}
		keys.Store(keySet(put(key, `"issuer":"`+entraOrigin+"/"+otherID+`/v2.0"`)))
		time.Sleep(2 * time.Second)
		if err := c.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if k, ok := c.Current().Key("kid"); !ok || k.Issuer() != entraOrigin+"/"+otherID+"/v2.0" || changed.Load() != 2 {
			t.Errorf("got %+v after %d changes", k, changed.Load())
		}
	})
}

// Of the keys that two authorities share each reads what counts for it: one's word
// is not the other's.
func TestKeysAreReadByTheirAuthority(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		served := 0
		rt := &struct{ http.RoundTripper }{roundTripper(func(r *http.Request) (*http.Response, error) {
			if isKeys(r) {
				served++
				return reply(r, keySet(put(jwk("kid", 2048), `"issuer":"`+entraTemplate+`"`))), nil
			}
			if r.URL.Host == "contoso.b2clogin.com" {
				return reply(r, metadataOf(issuer, entraKeys)), nil
			}
			return reply(r, metadataOf(entraIssuer, entraKeys)), nil
		})}
		l := new(jwks.Limiter)
		ofB2C := openAt(t, susi(t), rt, &jwks.Options{Limiter: l, KeyHosts: []string{"login.microsoftonline.com"}})
		ofEntra := openAt(t, entra(t), rt, &jwks.Options{Limiter: l})
		both(t, "kid", ofB2C)
		both(t, "kid", ofEntra)
		again := openAt(t, entra(t), rt, &jwks.Options{Limiter: l})
		both(t, "kid", again)
		b, _ := ofB2C.Current().Key("kid")
		e, _ := ofEntra.Current().Key("kid")
		if b.Issuer() != "" || e.Issuer() != entraTemplate || served != 2 {
			t.Errorf("got issuers %q and %q by %d requests, want that of B2C's unread, and each kind asking once", b.Issuer(), e.Issuer(), served)
		}
	})
}
