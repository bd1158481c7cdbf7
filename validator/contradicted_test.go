// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// asked is a source that counts how often it is asked for keys.
type asked struct {
	jwks.Source
	times *atomic.Int64
}

func (a asked) Find(ctx context.Context, q jwks.Query) (*jwks.Set, error) {
	a.times.Add(1)
	return a.Source.Find(ctx, q)
}

// A token that no key of its issuer's could make good has nobody asked for one: its
// algorithm is another's, or its tenant contradicts its issuer.
func TestNobodyIsAskedForAContradiction(t *testing.T) {
	const list, entra = "https://login.microsoftonline.com/{tenantid}/v2.0", "https://login.microsoftonline.com/" + fabrikamID + "/v2.0"
	var times atomic.Int64
	var sources []jwks.Source
	trust := func(a authority.Authority, err error, issuer, audience, jwk string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		s, err := jwks.NewStatic(a.WithAudiences(audience), issuer, []byte(`{"keys":[`+jwk+`]}`))
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, asked{s, &times})
	}
	rsaKey := jwkOf(&keysOf(t).partner.PublicKey)
	trust(contosoTenant(t).Flow("B2C_1_susi"), nil, contosoIssuer, contosoAPI, rsaKey)
	listed, err := authority.EntraMultiTenant(fabrikamID, contosoID)
	trust(listed, err, list, contosoAPI, rsaKey)
	one, err := authority.Entra(fabrikamID)
	trust(one, err, entra, daemonClient, rsaKey)
	provider, err := authority.OpenIDProvider("https://op.example", authority.ES256)
	trust(provider, err, "https://op.example", "api", rfcECKey)
	v, err := validator.NewFromSources(sources, "", &validator.Options{Now: staticNow})
	if err != nil {
		t.Fatal(err)
	}
	key := keysOf(t).userFlow // which nobody has published
	of := func(mods ...mod) []mod {
		return append([]mod{drop("tfp"), set("ver", `"2.0"`), set("iss", quoted(entra)), add("tid", quoted(fabrikamID))}, mods...)
	}
	for _, tc := range []struct {
		name, alg string
		mods      []mod
		asked     int64
		text      string
	}{
		{"B2C", "RS256", nil, 1, "they were asked just now"},
		{"B2C, ES256", "ES256", nil, 0, "its issuer does not sign with ES256"},
		{"a list", "RS256", of(), 1, "they were asked just now"},
		{"a list, ES256", "ES256", of(), 0, "its issuer does not sign with ES256"},
		{"a list, no tid", "RS256", of(drop("tid")), 0, "it has no tid"},
		{"a list, tid of another listed", "RS256", of(set("tid", quoted(contosoID))), 0, "its tid is another tenant than its issuer's"},
		{"a list, tid in capitals", "RS256", of(set("iss", quoted(strings.ReplaceAll(list, "{tenantid}", contosoID))), set("tid", quoted(strings.ToUpper(contosoID)))), 0, "its tid is another tenant than its issuer's"},
		{"the one tenant, no tid", "RS256", of(drop("tid"), set("aud", quoted(daemonClient))), 1, "they were asked just now"},
		{"the one tenant, another tid", "RS256", of(set("tid", quoted(contosoID)), set("aud", quoted(daemonClient))), 0, "its tid is another tenant than its issuer's"},
		{"a provider", "ES256", []mod{drop("tfp"), set("iss", `"https://op.example"`), set("aud", `"api"`)}, 1, "they were asked just now"},
		{"a provider, RS256", "RS256", []mod{drop("tfp"), set("iss", `"https://op.example"`), set("aud", `"api"`)}, 0, "its issuer does not sign with RS256"},
	} {
		times.Store(0)
		_, err := v.Validate(t.Context(), signToken(key, headerOf(key, set("alg", quoted(tc.alg))), payloadOf(tc.mods...)))
		wantReason(t, tc.name, err, validator.ErrUnknownKey)
		if times.Load() != tc.asked || !strings.Contains(err.Error(), tc.text) {
			t.Errorf("%s: %d were asked, want %d, and %q: %v", tc.name, times.Load(), tc.asked, tc.text, err)
		}
	}
}

const rfcECKey = `{"kty":"EC","crv":"P-256","kid":"rfc7515","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
