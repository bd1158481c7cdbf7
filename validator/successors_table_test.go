// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// columns are whom each column of the table trusts.
var columns = []string{"b2c", "external", "workforce", "list", "personal", "provider", "all"}

// The table of kinds of token, authorities and verdicts. All of Microsoft's sign with one
// key under one id, so that no signature tells them apart, and the last column trusts
// one of each kind.
func TestTokensOfEachKind(t *testing.T) {
	sources := successors(t)
	validators := map[string]*validator.Validator{}
	var all []jwks.Source
	for name, s := range sources {
		validators[name] = trustingSources(t, nil, s)
		if name != "personal" { // its metadata is that of the list's
			all = append(all, s)
		}
	}
	validators["all"] = trustingSources(t, nil, all...)
	for _, row := range []struct {
		name            string
		payload, header fields
		want            string // a verdict for each column
	}{
		{"B2C, a user", b2cUser, nil, "accept issuer issuer issuer issuer algorithm accept"},
		{"External ID, a user", externalUser, nil, "issuer accept issuer issuer issuer algorithm accept"},
		{"External ID, a user with roles", externalUser.with(fields{"roles": []string{"admin"}}), nil, "issuer accept issuer issuer issuer algorithm accept"},
		{"External ID, an odd tfp and acr", externalUser.with(fields{"tfp": 7, "acr": []string{}}), nil, "claim accept issuer issuer issuer algorithm accept"},
		{"External ID, a user without profile", externalUser.with(fields{"tid": nil, "oid": nil}), nil, "issuer accept issuer issuer issuer algorithm accept"},
		{"External ID, an app with a role", externalUser.with(asApp), nil, "issuer accept issuer issuer issuer algorithm accept"},
		{"External ID, an app with a role, idtyp app", externalUser.with(asApp).with(fields{"idtyp": "app"}), nil, "issuer accept issuer issuer issuer algorithm accept"},
		{"External ID, an app without a role", externalUser.with(asApp).with(fields{"roles": nil}), nil, "issuer not_access_token issuer issuer issuer algorithm not_access_token"},
		{"External ID, scp and idtyp app", externalUser.with(fields{"idtyp": "app"}), nil, "issuer not_access_token issuer issuer issuer algorithm not_access_token"},
		{"External ID, roles, and sub is not oid", externalUser.with(asApp).with(fields{"sub": "pairwise"}), nil, "issuer not_access_token issuer issuer issuer algorithm not_access_token"},
		{"External ID, roles and a nonce", externalUser.with(asApp).with(fields{"nonce": "n"}), nil, "issuer not_access_token issuer issuer issuer algorithm not_access_token"},
		{"External ID, an app's of a public client", externalUser.with(asApp).with(fields{"azpacr": "0"}), nil, "issuer not_access_token issuer issuer issuer algorithm not_access_token"},
		{"External ID, an ID token", externalUser.with(asIDToken), nil, "issuer audience issuer issuer issuer algorithm audience"},
		{"External ID, an ID token for the API itself", externalUser.with(asIDToken).with(fields{"aud": externalAPI, "roles": []string{"admin"}}), nil, "issuer not_access_token issuer issuer issuer algorithm not_access_token"},
		{"External ID, tid of another tenant", externalUser.with(fields{"tid": unlistedGUID}), nil, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"External ID, version 1", externalUser.with(fields{"iss": "https://sts.windows.net/" + externalGUID + "/", "ver": "1.0", "azp": nil, "appid": webClient}), nil, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"External ID, version 1 under the issuer of 2", externalUser.with(fields{"ver": "1.0", "azp": nil, "appid": webClient}), nil, "issuer not_access_token issuer issuer issuer algorithm not_access_token"},
		{"External ID, for Graph", externalUser.with(fields{"iss": "https://sts.windows.net/" + externalGUID + "/", "aud": "00000003-0000-0000-c000-000000000000"}), fields{"nonce": "x"}, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"External ID, the tenant's other endpoint", externalUser.with(fields{"iss": "https://login.microsoftonline.com/" + externalGUID + "/v2.0"}), nil, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"External ID, B2C's audience", externalUser.with(fields{"aud": contosoAPI}), nil, "issuer audience issuer issuer issuer algorithm audience"},
		{"External ID, an App ID URI", externalUser.with(fields{"aud": "api://tasks"}), nil, "issuer audience issuer issuer issuer algorithm audience"},
		{"External ID, expired", externalUser.with(fields{"exp": 1740000000}), nil, "issuer expired issuer issuer issuer algorithm expired"},
		{"External ID, PS256", externalUser, signedBy(sharedKID, "PS256"), "algorithm algorithm algorithm algorithm algorithm issuer unknown_key"},
		{"External ID, ES256", externalUser, signedBy(curveKID, "ES256"), "algorithm algorithm algorithm algorithm algorithm issuer unknown_key"},
		{"Entra ID, a user", workforceUser, nil, "issuer issuer accept issuer issuer algorithm accept"},
		{"Entra ID, an app with a role", workforceUser.with(asApp), nil, "issuer issuer accept issuer issuer algorithm accept"},
		{"Entra ID, an app without a role", workforceUser.with(asApp).with(fields{"roles": nil}), nil, "issuer issuer not_access_token issuer issuer algorithm not_access_token"},
		{"Entra ID, an ID token", workforceUser.with(asIDToken), nil, "issuer issuer audience issuer issuer algorithm audience"},
		{"Entra ID, version 1", workforceUser.with(fields{"iss": "https://sts.windows.net/" + workforceGUID + "/", "ver": "1.0", "azp": nil, "appid": webClient}), nil, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"Entra ID, the tenant's other endpoint", workforceUser.with(fields{"iss": "https://" + workforceGUID + ".ciamlogin.com/" + workforceGUID + "/v2.0"}), nil, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"Entra ID, another tenant, our audience", workforceUser.with(fields{"iss": unlistedIssuer, "tid": unlistedGUID}), nil, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"Entra ID, a listed tenant", listedUser, nil, "issuer issuer issuer accept accept algorithm accept"},
		{"Entra ID, the second tenant listed", listedUser.with(fields{"iss": secondIssuer, "tid": secondGUID}), nil, "issuer issuer issuer accept issuer algorithm accept"},
		{"Entra ID, an app of a listed tenant", listedUser.with(asApp), nil, "issuer issuer issuer accept accept algorithm accept"},
		{"Entra ID, a listed tenant without tid", listedUser.with(fields{"tid": nil}), nil, "issuer issuer issuer claim claim algorithm claim"},
		{"Entra ID, one listed tenant's tid for another", listedUser.with(fields{"tid": secondGUID}), nil, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"Entra ID, a tenant that is not listed", listedUser.with(fields{"iss": unlistedIssuer, "tid": unlistedGUID}), nil, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"Entra ID, the placeholder itself", listedUser.with(fields{"iss": template}), nil, "issuer issuer issuer issuer issuer algorithm issuer"},
		{"Entra ID, a personal account", listedUser.with(fields{"iss": consumerIssuer, "tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}), signedBy(consumerKID, "RS256"), "unknown_key unknown_key unknown_key issuer accept algorithm issuer"},
		{"Entra ID, the consumers' key for a listed tenant", listedUser, signedBy(consumerKID, "RS256"), "unknown_key unknown_key unknown_key unknown_key unknown_key algorithm unknown_key"},
		{"a provider, a user, PS256", providerUser, signedBy(sharedKID, "PS256"), "algorithm algorithm algorithm algorithm algorithm accept accept"},
		{"a provider, a user, ES256", providerUser, signedBy(curveKID, "ES256"), "algorithm algorithm algorithm algorithm algorithm accept accept"},
		{"a provider, a user, RS256", providerUser, nil, "issuer issuer issuer issuer issuer algorithm unknown_key"},
		{"a provider, at+jwt without a scope", providerUser.with(fields{"scope": nil}), fields{"kid": curveKID, "alg": "ES256", "typ": "at+jwt"}, "algorithm algorithm algorithm algorithm algorithm accept accept"},
		{"a provider, at+jwt and a nonce", providerUser.with(fields{"nonce": "n"}), fields{"kid": curveKID, "alg": "ES256", "typ": "at+jwt"}, "algorithm algorithm algorithm algorithm algorithm accept accept"},
		{"a provider, scp as a list", providerUser.with(fields{"scope": nil, "scp": []string{"tasks.read"}}), signedBy(curveKID, "ES256"), "algorithm algorithm algorithm algorithm algorithm accept accept"},
		{"a provider, without any mark", providerUser.with(fields{"scope": nil}), signedBy(curveKID, "ES256"), "algorithm algorithm algorithm algorithm algorithm not_access_token not_access_token"},
		{"a provider, an ID token", providerUser.with(fields{"scope": nil, "nonce": "n", "at_hash": "h"}), signedBy(curveKID, "ES256"), "algorithm algorithm algorithm algorithm algorithm not_access_token not_access_token"},
		{"a provider, an ID token with scopes", providerUser.with(fields{"at_hash": "h"}), signedBy(curveKID, "ES256"), "algorithm algorithm algorithm algorithm algorithm not_access_token not_access_token"},
		{"a provider, roles alone", providerUser.with(fields{"scope": nil, "roles": []string{"admin"}}), signedBy(curveKID, "ES256"), "algorithm algorithm algorithm algorithm algorithm not_access_token not_access_token"},
		{"a provider, another audience", providerUser.with(fields{"aud": "https://other.example"}), signedBy(curveKID, "ES256"), "algorithm algorithm algorithm algorithm algorithm audience audience"},
		{"a provider, a slash more", providerUser.with(fields{"iss": providerIssuer + "/"}), signedBy(curveKID, "ES256"), "algorithm algorithm algorithm algorithm algorithm issuer issuer"},
	} {
		raw, want := sign(t, row.payload, row.header), strings.Fields(row.want)
		var got []string
		for i, name := range columns {
			for range 2 { // at first sight, and remembered
				_, err := validators[name].Validate(t.Context(), raw)
				if err != nil {
					checkErrorText(t, row.name, err)
				}
				if verdict := verdictOf(err); len(want) != len(columns) || want[i] != verdict {
					t.Errorf("%s at %s: got %s: %v", row.name, name, verdict, err)
				}
				agree(t, row.name, raw, validators[name].Explain(t.Context(), raw), err)
			}
			_, err := validators[name].Validate(t.Context(), raw)
			got = append(got, verdictOf(err))
		}
		t.Logf("%-45s %s", row.name, strings.Join(got, " "))
	}
}
