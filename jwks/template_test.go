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

// Which issuers of tokens a set is for.
func TestIssues(t *testing.T) {
	set := func(a authority.Authority, issuer string) *jwks.Set {
		s, err := jwks.NewStatic(a, issuer, []byte(keySet(jwk("kid", 2048))))
		if err != nil {
			t.Fatal(err)
		}
		return s.Current()
	}
	several := set(multi(t, tenantID), entraTemplate)
	for _, tt := range []struct {
		name  string
		set   *jwks.Set
		token string
		want  bool
	}{
		{"B2C", set(susi(t), issuer), issuer, true},
		{"B2C, without slash", set(susi(t), issuer), strings.TrimSuffix(issuer, "/"), false},
		{"B2C, the other form", set(susi(t), issuer), tfpIssuer, false},
		{"B2C, none", set(susi(t), issuer), "", false},
		{"External ID", set(ciamAt(t, "contoso"), ciamIssuer), ciamIssuer, true},
		{"External ID, a form that metadata does not name", set(ciamAt(t, "contoso"), ciamIssuer), entraIssuer, false},
		{"External ID, the form that metadata names", set(ciamAt(t, "contoso"), entraIssuer), entraIssuer, true},
		{"External ID, no longer", set(ciamAt(t, "contoso"), entraIssuer), ciamIssuer, false},
		{"Entra ID", set(entra(t), entraIssuer), entraIssuer, true},
		{"Entra ID, another tenant", set(entra(t), entraIssuer), entraOrigin + "/" + otherID + "/v2.0", false},
		{"another provider", set(provider(t, authority.RS256), providerIssuer), providerIssuer, true},
		{"another provider, a slash more", set(provider(t, authority.RS256), providerIssuer), providerIssuer + "/", false},

		{"template", several, entraIssuer, true},
		{"template, a tenant that is for the validator to refuse", several, entraOrigin + "/" + otherID + "/v2.0", true},
		{"template itself", several, entraTemplate, false},
		{"template, in capitals", several, entraOrigin + "/" + strings.ToUpper(tenantID) + "/v2.0", false},
		{"template, no GUID", several, entraOrigin + "/contoso.onmicrosoft.com/v2.0", false},
		{"template, empty", several, entraOrigin + "//v2.0", false},
		{"template, part of a GUID", several, entraOrigin + "/" + tenantID[1:] + "/v2.0", false},
		{"template, two", several, entraOrigin + "/" + tenantID + "/" + tenantID + "/v2.0", false},
		{"template, slash", several, entraIssuer + "/", false},
		{"template, cut", several, strings.TrimSuffix(entraIssuer, "/v2.0"), false},
		{"template, another host", several, "https://login.microsoftonline.com.evil.example/" + tenantID + "/v2.0", false},
		{"template, only its ends", several, entraOrigin + "/v2.0", false},
		{"template, none", several, "", false},
	} {
		if got := tt.set.Issues(tt.token); got != tt.want {
			t.Errorf("%s: %q of %q: got %v", tt.name, tt.token, tt.set.Issuer(), got)
		}
	}
}

// A static source has no issuer that metadata could not name.
func TestStaticIssuers(t *testing.T) {
	for _, tt := range []struct {
		a      authority.Authority
		issuer string
	}{
		{multi(t, tenantID), entraIssuer},
		{multi(t, tenantID), "https://{tenantid}.ciamlogin.com/{tenantid}/v2.0"},
		{entra(t), entraTemplate},
		{ciamAt(t, "contoso"), entraTemplate},
		{ciamAt(t, "contoso"), issuer},
		{provider(t, authority.RS256), providerIssuer + "/"},
		{provider(t, authority.RS256), ""},
	} {
		if _, err := jwks.NewStatic(tt.a, tt.issuer, []byte(keySet(jwk("kid", 2048)))); err == nil || !strings.Contains(err.Error(), "jwks: issuer: ") {
			t.Errorf("%v: %q is taken: %v", tt.a, tt.issuer, err)
		}
	}
	unknown, err := authority.Parse("https://contoso.ciamlogin.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, mistaken := range []authority.Authority{unknown, entra(t).WithAppID("x")} {
		if _, err := jwks.New(mistaken, nil); err == nil {
			t.Errorf("%v: a cache is made", mistaken)
		}
	}
}

// Metadata of the successors: what may be named, and where keys may come from.
func TestMetadataOfSuccessors(t *testing.T) {
	custom, err := ciamAt(t, "contoso").WithHost("login.contoso.com")
	if err != nil {
		t.Fatal(err)
	}
	withApp := entra(t).WithAppID("90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6")
	const (
		ciamMetadata  = "https://contoso.ciamlogin.com/" + tenantID + "/v2.0/.well-known/openid-configuration"
		customKeys    = "https://login.contoso.com/" + tenantID + "/discovery/v2.0/keys"
		entraMetadata = entraOrigin + "/" + tenantID + "/v2.0/.well-known/openid-configuration"
		ownKeys       = entraOrigin + "/" + tenantID + "/discovery/v2.0/keys"
		manyMetadata  = entraOrigin + "/organizations/v2.0/.well-known/openid-configuration"
		acme          = providerIssuer + "/.well-known/openid-configuration"
		acmeKeys      = "https://id.example.com/realms/tasks/certs"
	)
	for _, tt := range []struct {
		name                   string
		a                      authority.Authority
		asked, issuer, jwksURI string
		problem                string // "" if it is good
	}{
		{"External ID", ciamAt(t, "contoso"), ciamMetadata, ciamIssuer, ciamKeys, ""},
		{"External ID, Entra ID's form", ciamAt(t, "contoso"), ciamMetadata, entraIssuer, "https://contoso.ciamlogin.com/" + tenantID + "/discovery/v2.0/keys", ""},
		{"custom domain", custom, "https://login.contoso.com/" + tenantID + "/v2.0/.well-known/openid-configuration", ciamIssuer, customKeys, ""},
		{"custom domain, its own form", custom, "https://login.contoso.com/" + tenantID + "/v2.0/.well-known/openid-configuration", "https://login.contoso.com/" + tenantID + "/v2.0", customKeys, ""},
		{"custom domain, keys of the GUID host", custom, "https://login.contoso.com/" + tenantID + "/v2.0/.well-known/openid-configuration", ciamIssuer, ciamKeys, ""},
		{"Entra ID", entra(t), entraMetadata, entraIssuer, ownKeys, ""},
		{"Entra ID, of an application", withApp, entraMetadata + "?appid=90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", entraIssuer, ownKeys + "?appid=90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", ""},
		{"several tenants", multi(t, tenantID), manyMetadata, entraTemplate, entraKeys, ""},
		{"several tenants and consumers", multi(t, tenantID, authority.ConsumerTenantID), entraOrigin + "/common/v2.0/.well-known/openid-configuration", entraTemplate, entraOrigin + "/common/discovery/v2.0/keys", ""},
		{"another provider", provider(t, authority.ES256, authority.RS256), acme, providerIssuer, acmeKeys, ""},

		{"External ID, another tenant", ciamAt(t, "contoso"), ciamMetadata, "https://" + otherID + ".ciamlogin.com/" + otherID + "/v2.0", ciamKeys, "check the tenant GUID and the host"},
		{"External ID, another tenant in Entra ID's form", ciamAt(t, "contoso"), ciamMetadata, entraOrigin + "/" + otherID + "/v2.0", ciamKeys, "the metadata names the issuer"},
		{"External ID, template", ciamAt(t, "contoso"), ciamMetadata, entraTemplate, ciamKeys, "the metadata names the issuer"},
		{"External ID, template as the host", ciamAt(t, "contoso"), ciamMetadata, "https://{tenantid}.ciamlogin.com/{tenantid}/v2.0", ciamKeys, "the metadata names the issuer"},
		{"External ID, another tenant's host", ciamAt(t, "contoso"), ciamMetadata, "https://" + otherID + ".ciamlogin.com/" + tenantID + "/v2.0", ciamKeys, "the metadata names the issuer"},
		{"External ID, B2C's form", ciamAt(t, "contoso"), ciamMetadata, issuer, ciamKeys, "the metadata names the issuer"},
		{"External ID, slash", ciamAt(t, "contoso"), ciamMetadata, ciamIssuer + "/", ciamKeys, "the metadata names the issuer"},
		{"External ID, keys of Entra ID", ciamAt(t, "contoso"), ciamMetadata, ciamIssuer, ownKeys, "KeyHosts"},
		{"External ID, keys of another tenant's host", ciamAt(t, "contoso"), ciamMetadata, ciamIssuer, "https://" + otherID + ".ciamlogin.com/keys", "KeyHosts"},
		{"Entra ID, template", entra(t), entraMetadata, entraTemplate, ownKeys, "the metadata names the issuer"},
		{"Entra ID, another tenant", entra(t), entraMetadata, entraOrigin + "/" + otherID + "/v2.0", ownKeys, "the metadata names the issuer"},
		{"Entra ID, version 1", entra(t), entraMetadata, "https://sts.windows.net/" + tenantID + "/", ownKeys, "the metadata names the issuer"},
		{"Entra ID, keys elsewhere", entra(t), entraMetadata, entraIssuer, "https://login.microsoftonline.com.evil.example/keys", "KeyHosts"},
		{"Entra ID, keys over http", entra(t), entraMetadata, entraIssuer, "http://login.microsoftonline.com/keys", "not https"},
		{"several tenants, one of them", multi(t, tenantID), manyMetadata, entraIssuer, entraKeys, "the metadata names the issuer"},
		{"several tenants, in capitals", multi(t, tenantID), manyMetadata, entraOrigin + "/{TENANTID}/v2.0", entraKeys, "the metadata names the issuer"},
		{"several tenants, escaped", multi(t, tenantID), manyMetadata, entraOrigin + "/%7Btenantid%7D/v2.0", entraKeys, "the metadata names the issuer"},
		{"several tenants, template in the host", multi(t, tenantID), manyMetadata, "https://{tenantid}/{tenantid}/v2.0", entraKeys, "the metadata names the issuer"},
		{"several tenants, template twice", multi(t, tenantID), manyMetadata, entraOrigin + "/{tenantid}/{tenantid}/v2.0", entraKeys, "the metadata names the issuer"},
		{"several tenants, keys at a template", multi(t, tenantID), manyMetadata, entraTemplate, "https://{tenantid}/keys", "jwks_uri"},
		{"another provider, slash", provider(t, authority.ES256), acme, providerIssuer + "/", acmeKeys, "they have to be the same to the byte"},
		{"another provider, another realm", provider(t, authority.ES256), acme, "https://id.example.com/realms/other", acmeKeys, "but the configured one is"},
		{"another provider, keys elsewhere", provider(t, authority.ES256), acme, providerIssuer, "https://keys.example.com/certs", "KeyHosts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked []string
				key, _ := ecJWK(t, "ec")
				c := openAt(t, tt.a, roundTripper(func(r *http.Request) (*http.Response, error) {
					if asked = append(asked, r.URL.String()); len(asked) == 1 {
						return reply(r, metadataOf(tt.issuer, tt.jwksURI)), nil
					}
					return reply(r, keySet(jwk("kid", 2048), key)), nil
				}), nil)
				err := ready(t.Context(), c)
				if tt.problem != "" {
					if err == nil || !strings.Contains(err.Error(), tt.problem) || strings.Join(asked, " ") != tt.asked {
						t.Errorf("got %v, having asked %q; want %q", err, asked, tt.problem)
					}
					return
				}
				if err != nil || c.Current().Issuer() != tt.issuer || strings.Join(asked, " ") != tt.asked+" "+tt.jwksURI {
					t.Errorf("got %v, having asked %q", err, asked)
				}
			})
		})
	}
}

// A token's issuer that fits the template needs no metadata; one that does not has
// it fetched, once.
func TestFindByTemplate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var metadata atomic.Int32
		c := openAt(t, multi(t, tenantID, otherID), roundTripper(func(r *http.Request) (*http.Response, error) {
			if isKeys(r) {
				return reply(r, keySet(jwk("kid", 2048))), nil
			}
			metadata.Add(1)
			return reply(r, metadataOf(entraTemplate, entraKeys)), nil
		}), nil)
		for _, id := range []string{tenantID, otherID} {
			set, err := c.Find(t.Context(), jwks.Query{KeyID: "kid", Issuer: entraOrigin + "/" + id + "/v2.0"})
			if err != nil || !set.Issues(entraOrigin+"/"+id+"/v2.0") {
				t.Fatalf("got %v", err)
			}
		}
		if got := metadata.Load(); got != 1 {
			t.Errorf("got %d requests for metadata, want one", got)
		}
		time.Sleep(time.Minute)
		set, err := c.Find(t.Context(), jwks.Query{KeyID: "kid", Issuer: issuer})
		if err != nil || set.Issues(issuer) || metadata.Load() != 2 {
			t.Errorf("got %v after %d requests, want that it names no such issuer, of the server's own word", err, metadata.Load())
		}
	})
}

// What the pages of a host that has no such tenant are taken for.
func TestNoSuchTenant(t *testing.T) {
	for _, tt := range []struct {
		a    authority.Authority
		want string
	}{
		{susi(t), `no such tenant or user flow: the metadata URL answered 404 with HTML; check the tenant "contoso.onmicrosoft.com" and the flow "B2C_1_susi"`},
		{ciamAt(t, "contoso"), `no such tenant: the metadata URL answered 404 with HTML; check the tenant "` + tenantID + `" (`},
		{entra(t), `no such tenant: the metadata URL answered 404 with HTML; check the tenant "` + tenantID + `" (`},
		{provider(t, authority.RS256), `no such provider: the metadata URL answered 404 with HTML; check the issuer (`},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := openAt(t, tt.a, roundTripper(func(r *http.Request) (*http.Response, error) {
				answer := reply(r, "<html>")
				answer.StatusCode, answer.Header = http.StatusNotFound, http.Header{"Content-Type": {"text/html"}}
				return answer, nil
			}), nil)
			if err := ready(t.Context(), c); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v: got %v, want %q", tt.a, err, tt.want)
			}
		})
	}
}

// A stored set is for one authority: what another one may trust, or may sign with,
// is another one's, and what is read is judged by who reads it.
func TestSnapshotsOfSuccessors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, away := &memory{}, false
		ec, _ := ecJWK(t, "ec")
		rsaKey := put(jwk("rsa", 2048), `"issuer":"`+entraTemplate+`"`)
		rt := roundTripper(func(r *http.Request) (*http.Response, error) {
			switch {
			case away:
				answer := reply(r, "")
				answer.StatusCode = http.StatusInternalServerError
				return answer, nil
			case strings.HasSuffix(r.URL.Path, "keys") || strings.HasSuffix(r.URL.Path, "certs"):
				return reply(r, keySet(rsaKey, ec)), nil
			case r.URL.Host == "id.example.com":
				return reply(r, metadataOf(providerIssuer, "https://id.example.com/realms/tasks/certs")), nil
			}
			return reply(r, metadataOf(entraTemplate, entraKeys)), nil
		})
		for _, a := range []authority.Authority{multi(t, tenantID), provider(t, authority.ES256)} {
			if err := ready(t.Context(), openAt(t, a, rt, shared(t, store))); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if len(store.values) != 2 {
			t.Fatalf("got %d snapshots, want one each", len(store.values))
		}
		away = true
		for _, tt := range []struct {
			name string
			a    authority.Authority
			want string
		}{
			{"several tenants", multi(t, tenantID), "rsa"},
			{"with a tenant more", multi(t, tenantID, otherID), ""},
			{"another tenant", multi(t, otherID), ""},
			{"the provider", provider(t, authority.ES256), "ec"},
			{"with an algorithm more", provider(t, authority.ES256, authority.RS256), ""},
			{"with another algorithm", provider(t, authority.RS256), ""},
		} {
			c := openAt(t, tt.a, rt, shared(t, store))
			err := ready(t.Context(), c)
			if got := strings.Join(c.State().KeyIDs, " "); got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("%s: got keys %q, %v; want %q", tt.name, got, err, tt.want)
			}
			if k, ok := mayHave(c, "rsa"); ok && k.Issuer() != entraTemplate {
				t.Errorf("%s: the stored key has lost its issuer: %q", tt.name, k.Issuer())
			}
		}
	})
}

func mayHave(c *jwks.Cache, kid string) (*jwks.Key, bool) {
	if set := c.Current(); set != nil {
		return set.Key(kid)
	}
	return nil, false
}
