// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// Literals of the tenants that users move to, with the issuers that their tokens have.
const (
	externalGUID   = "11111111-2222-4333-8444-00000000000a"
	externalIssuer = "https://11111111-2222-4333-8444-00000000000a.ciamlogin.com/11111111-2222-4333-8444-00000000000a/v2.0"
	externalAPI    = "11111111-2222-4333-8444-0000000000a1"

	workforceGUID   = "11111111-2222-4333-8444-00000000000b"
	workforceIssuer = "https://login.microsoftonline.com/11111111-2222-4333-8444-00000000000b/v2.0"
	workforceAPI    = "11111111-2222-4333-8444-0000000000b1"

	listedGUID   = "11111111-2222-4333-8444-00000000000c"
	listedIssuer = "https://login.microsoftonline.com/11111111-2222-4333-8444-00000000000c/v2.0"
	secondGUID   = "11111111-2222-4333-8444-00000000000d"
	secondIssuer = "https://login.microsoftonline.com/11111111-2222-4333-8444-00000000000d/v2.0"
	listAPI      = "11111111-2222-4333-8444-0000000000c1"
	template     = "https://login.microsoftonline.com/{tenantid}/v2.0"

	unlistedGUID   = "11111111-2222-4333-8444-00000000000e"
	unlistedIssuer = "https://login.microsoftonline.com/11111111-2222-4333-8444-00000000000e/v2.0"
	consumerIssuer = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"

	providerIssuer = "https://idp.example/realms/acme"
	providerAPI    = "https://tasks.example"

	sharedKID   = "shared" // with which all of Microsoft's sign here, by one key
	consumerKID = "consumers"
	curveKID    = "curve"
)

// fields are a header or a payload.
type fields map[string]any

// with returns a copy with other fields, where nil takes one away.
func (f fields) with(others fields) fields {
	all := maps.Clone(f)
	for name, v := range others {
		if all[name] = v; v == nil {
			delete(all, name)
		}
	}
	return all
}

// sign signs a payload with the key that everybody shares, or as the header says:
// "partner" and "spoiled" are no members of it.
func sign(tb testing.TB, payload, header fields) string {
	tb.Helper()
	header = fields{"alg": "RS256", "kid": sharedKID, "typ": "JWT"}.with(header)
	byPartner, spoiled := header["partner"] != nil || header["kid"] == consumerKID, header["spoiled"] != nil
	header = header.with(fields{"partner": nil, "spoiled": nil})
	text := func(f fields) string {
		b, err := json.Marshal(f)
		if err != nil {
			tb.Fatal(err)
		}
		return string(b)
	}
	return signWith(text(header), text(payload), func(input []byte) []byte {
		switch {
		case header["alg"] == "ES256":
			return es256(input)
		case header["alg"] == "PS256":
			return pss(keysOf(tb).userFlow, input)
		case spoiled: // it is over another text
			return rs256.sign(keysOf(tb).userFlow, append(input, 'x'))
		case byPartner:
			return rs256.sign(keysOf(tb).partner, input)
		}
		return rs256.sign(keysOf(tb).userFlow, input)
	})
}

// Payloads of each product, as their documentation has them.
var (
	ofAnybody = fields{"iat": 1750000000, "nbf": 1750000000, "exp": 1750003600, "name": "Ada Example"}

	ofMicrosoft = ofAnybody.with(fields{
		"ver": "2.0", "sub": "pairwise-AbC", "oid": "cccccccc-cccc-cccc-cccc-cccccccccccc", "azp": webClient, "azpacr": "0", "uti": "x",
		"scp": "tasks.read tasks.write", "preferred_username": "ada@example.org",
	})
	b2cUser       = ofAnybody.with(fields{"ver": "1.0", "iss": contosoIssuer, "aud": contosoAPI, "sub": "cccccccc-cccc-cccc-cccc-cccccccccccc", "azp": webClient, "scp": "tasks.read", "tfp": "B2C_1_susi", "auth_time": 1750000000, "nonce": "n"})
	externalUser  = ofMicrosoft.with(fields{"iss": externalIssuer, "aud": externalAPI, "tid": externalGUID})
	workforceUser = ofMicrosoft.with(fields{"iss": workforceIssuer, "aud": workforceAPI, "tid": workforceGUID})
	listedUser    = ofMicrosoft.with(fields{"iss": listedIssuer, "aud": listAPI, "tid": listedGUID})
	providerUser  = ofAnybody.with(fields{"iss": providerIssuer, "aud": []string{providerAPI, "account"}, "sub": "248289761001", "azp": "web", "scope": "openid tasks.read"})

	asApp = fields{ // what is different in an app's own token
		"scp": nil, "preferred_username": nil, "name": nil, "azp": daemonClient, "azpacr": "1",
		"sub": "dddddddd-dddd-dddd-dddd-dddddddddddd", "oid": "dddddddd-dddd-dddd-dddd-dddddddddddd", "roles": []string{"jobs.run"},
	}
	asIDToken = fields{"scp": nil, "azp": nil, "azpacr": nil, "aud": webClient, "nonce": "n"} // and in an ID token
)

// signedBy is the header of other keys and algorithms.
func signedBy(kid, alg string) fields { return fields{"kid": kid, "alg": alg} }

// publishes makes a source of keys that are written as Microsoft's are.
func publishes(tb testing.TB, a authority.Authority, err error, issuer string, keys ...string) jwks.Source {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	document := `{"keys":[`
	for i, k := range keys {
		if i > 0 {
			document += ","
		}
		document += k
	}
	s, err := jwks.NewStatic(a, issuer, []byte(document+"]}"))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// shared is the JWK of the key that all share, which by its own word is of that issuer.
func shared(tb testing.TB, issuer string, mods ...mod) string {
	tb.Helper()
	mods = append([]mod{set("kid", quoted(sharedKID))}, mods...)
	if issuer != "" {
		mods = append(mods, set("issuer", quoted(issuer)))
	}
	return jwkOf(&keysOf(tb).userFlow.PublicKey, mods...)
}

// curve is the JWK of the key that es256 signs with.
func curve(tb testing.TB) string {
	tb.Helper()
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), 7))
	if err != nil {
		tb.Fatal(err)
	}
	b, err := key.PublicKey.Bytes()
	if err != nil {
		tb.Fatal(err)
	}
	return fmt.Sprintf(`{"kty":"EC","crv":"P-256","use":"sig","kid":%q,"x":%q,"y":%q}`, curveKID, b64(b[1:33]), b64(b[33:]))
}

// successors are one authority of each kind, which sign with one key under one id.
func successors(tb testing.TB) map[string]jwks.Source {
	tb.Helper()
	consumers := jwkOf(&keysOf(tb).partner.PublicKey, set("kid", quoted(consumerKID)), set("issuer", quoted(consumerIssuer)))
	b2c := contosoTenant(tb).Flow("B2C_1_susi").WithAudiences(contosoAPI)
	external, err1 := authority.ExternalID("contoso", externalGUID)
	workforce, err2 := authority.Entra(workforceGUID)
	list, err3 := authority.EntraMultiTenant(listedGUID, secondGUID)
	personal, err4 := authority.EntraMultiTenant(listedGUID, authority.ConsumerTenantID)
	provider, err5 := authority.OpenIDProvider(providerIssuer, authority.PS256, authority.ES256)
	return map[string]jwks.Source{
		"b2c":       publishes(tb, b2c, nil, contosoIssuer, shared(tb, "")),
		"external":  publishes(tb, external.WithAudiences(externalAPI), err1, externalIssuer, shared(tb, externalIssuer)),
		"workforce": publishes(tb, workforce.WithAudiences(workforceAPI), err2, workforceIssuer, shared(tb, template)),
		"list":      publishes(tb, list.WithAudiences(listAPI), err3, template, shared(tb, template), consumers),
		"personal":  publishes(tb, personal.WithAudiences(listAPI), err4, template, shared(tb, template), consumers),
		"provider":  publishes(tb, provider.WithAudiences(providerAPI), err5, providerIssuer, shared(tb, ""), curve(tb)),
	}
}

// trustingSources trusts sources, which name their audiences.
func trustingSources(tb testing.TB, opts *validator.Options, sources ...jwks.Source) *validator.Validator {
	tb.Helper()
	o := validator.Options{}
	if opts != nil {
		o = *opts
	}
	o.Now = staticNow
	v, err := validator.NewFromSources(sources, "", &o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = v.Close() })
	return v
}
