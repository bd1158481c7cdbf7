// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// No issuer is of two products, in whatever case B2C writes its flow; that of another
// host, form or tenant is another one.
func TestIssuersOfTwoProducts(t *testing.T) {
	b2c, err := authority.NewTenant(contosoID, []string{"login.contoso.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	external, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	if external, err = external.WithHost("login.contoso.com"); err != nil {
		t.Fatal(err)
	}
	const own = "https://login.contoso.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	for issuer, want := range map[string]string{
		own + "/": "B2C",
		own:       "External ID",
		"https://login.contoso.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_susi/v2.0/": "B2C",
		"https://login.contoso.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_SUSI/v2.0/": "B2C",
		"https://login.contoso.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_edit/v2.0/": "",
		"https://login.contoso.com/99999999-9999-4999-8999-999999999999/v2.0/":                "",
		"https://op.contoso.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0":                    "",
	} {
		provider, err := authority.OpenIDProvider(issuer, authority.RS256)
		if err != nil {
			t.Fatal(err)
		}
		for product, a := range map[string]authority.Authority{"B2C": b2c.Flow("B2C_1_susi"), "External ID": external} {
			for _, both := range [][]authority.Authority{{a, provider}, {provider, a}} {
				v, err := validator.New(both, contosoAPI, nil)
				if (err != nil) != (want == product) || err != nil && !strings.Contains(err.Error(), "may both name the issuer") {
					t.Errorf("%s beside %s: got %v", issuer, both, err)
				}
				if err == nil {
					_ = v.Close()
				}
			}
		}
	}
}

// A provider's metadata is at one address with a slash behind its issuer and without,
// and its keys are another authority's all the same.
func TestUpdateToAnotherSlash(t *testing.T) {
	of := func(issuer string) []authority.Authority {
		a, err := authority.OpenIDProvider(issuer, authority.RS256)
		if err != nil {
			t.Fatal(err)
		}
		return []authority.Authority{a}
	}
	key, issuer := keysOf(t).userFlow, "https://op.example"
	v, err := validator.New(of(issuer), "api", &validator.Options{Updatable: true, Now: staticNow, Transport: documents(func(path string) string {
		if path == "/keys" {
			return `{"keys":[` + jwkOf(&key.PublicKey) + `]}`
		}
		return `{"issuer":` + quoted(issuer) + `,"jwks_uri":"https://op.example/keys"}`
	})})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	validate := func() {
		t.Helper()
		raw := signToken(key, headerOf(key), payloadOf(drop("tfp", "nonce"), set("iss", quoted(issuer)), set("aud", `"api"`)))
		if _, err := v.Validate(t.Context(), raw); err != nil {
			t.Errorf("issuer %s: %v", issuer, err)
		}
	}
	validate()
	issuer += "/"
	if err := v.Update(func(trust *validator.Trust) error { trust.Authorities = of(issuer); return nil }); err != nil {
		t.Fatal(err)
	}
	validate()
}

// documents answers requests by their paths.
type documents func(path string) string

func (d documents) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(d(r.URL.Path))), Request: r,
	}, nil
}

// An authentication context is External ID's and Entra ID's word: what another provider
// writes into acrs satisfies none.
func TestAuthContextOfAProvider(t *testing.T) {
	a, err := authority.OpenIDProvider("https://op.example", authority.RS256)
	if err != nil {
		t.Fatal(err)
	}
	key := keysOf(t).userFlow
	s, err := jwks.NewStatic(a, "https://op.example", []byte(`{"keys":[`+jwkOf(&key.PublicKey)+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.NewFromSources([]jwks.Source{s}, "api", &validator.Options{Now: staticNow})
	if err != nil {
		t.Fatal(err)
	}
	token, err := v.Validate(t.Context(), signToken(key, headerOf(key), payloadOf(drop("tfp", "nonce"), set("iss", `"https://op.example"`), set("aud", `"api"`), add("acrs", `["c1"]`))))
	if err != nil {
		t.Fatal(err)
	}
	wantReason(t, "acrs of a provider", validator.AuthContext("c1").Check(t.Context(), token), validator.ErrClaimsChallenge)
	if err := v.CanSatisfy(validator.AuthContext("c1")); err == nil {
		t.Error("CanSatisfy: got no error")
	}
}
