// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// strangers are sources whose keys are not what their neighbours take them for.
func strangers(tb testing.TB) map[string]jwks.Source {
	tb.Helper()
	k := keysOf(tb)
	external, err := authority.ExternalID("contoso", externalGUID)
	external = external.WithAudiences(externalAPI)
	one, err2 := authority.Entra(workforceGUID)
	list, err3 := authority.EntraMultiTenant(listedGUID, secondGUID)
	list = list.WithAudiences(listAPI)
	provider, err4 := authority.OpenIDProvider(providerIssuer, authority.RS256, authority.PS256)
	return map[string]jwks.Source{
		"B2C by another key":            publishes(tb, contosoTenant(tb).Flow("B2C_1_susi").WithAudiences(contosoAPI), nil, contosoIssuer, jwkOf(&k.partner.PublicKey, set("kid", quoted(sharedKID)))),
		"external by another's key":     publishes(tb, external, err, externalIssuer, shared(tb, "https://"+unlistedGUID+".ciamlogin.com/"+unlistedGUID+"/v2.0")),
		"external by Entra's own word":  publishes(tb, external, err, externalIssuer, shared(tb, "https://login.microsoftonline.com/"+externalGUID+"/v2.0")),
		"external by nobody's key":      publishes(tb, external, err, externalIssuer, shared(tb, "")),
		"workforce by the unlisted one": publishes(tb, one.WithAudiences(workforceAPI), err2, workforceIssuer, shared(tb, unlistedIssuer)),
		"list by nobody's key":          publishes(tb, list, err3, template, shared(tb, "")),
		"list by the first's key":       publishes(tb, list, err3, template, shared(tb, listedIssuer)),
		"provider of RS256 and PS256":   publishes(tb, provider.WithAudiences(providerAPI), err4, providerIssuer, shared(tb, "")),
		"provider whose key is PS256":   publishes(tb, provider.WithAudiences(providerAPI), err4, providerIssuer, shared(tb, "", set("alg", `"PS256"`))),
	}
}

// What is one authority's is nothing to another, though key, key id, issuer's host or
// audience be the same; and the text says what to change.
func TestNothingCrossesOver(t *testing.T) {
	all := successors(t)
	maps.Copy(all, strangers(t))
	v1 := func(tenant string) fields {
		return fields{"iss": "https://sts.windows.net/" + tenant + "/", "ver": "1.0", "azp": nil, "appid": webClient}
	}
	const lessKnown = "is not trusted"
	for _, tc := range []struct {
		name            string
		trusted         string // comma between
		payload, header fields
		want            validator.Reason // "" if it passes
		hint            validator.Hint
		text            string
	}{
		// Audiences.
		{"B2C's client id at External ID", "b2c,external", externalUser.with(fields{"aud": contosoAPI}), nil, validator.ErrAudience, validator.HintOtherProduct, "that is the API's client id in B2C (https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi), and the token is of External ID"},
		{"External ID's client id at B2C", "b2c,external", b2cUser.with(fields{"aud": externalAPI}), nil, validator.ErrAudience, validator.HintOtherProduct, "that is the API's client id in External ID (https://contoso.ciamlogin.com/" + externalGUID + "), and the token is of B2C"},
		{"Entra ID's client id at External ID", "workforce,external", externalUser.with(fields{"aud": workforceAPI}), nil, validator.ErrAudience, validator.HintOtherProduct, "the client must ask for the scopes of that"},
		{"a list's client id at a single tenant", "workforce,list", workforceUser.with(fields{"aud": listAPI}), nil, validator.ErrAudience, validator.HintOtherAuthority, ""},
		{"an app of External ID with B2C's audience", "b2c,external", externalUser.with(asApp).with(fields{"aud": contosoAPI}), nil, validator.ErrAudience, validator.HintOtherProduct, ""},
		{"both audiences at once are each other's", "b2c,external", externalUser.with(fields{"aud": []string{contosoAPI}}), nil, validator.ErrAudience, validator.HintOtherProduct, ""},
		{"an App ID URI", "external", externalUser.with(fields{"aud": "api://tasks"}), nil, validator.ErrAudience, validator.HintAppIDURI, "set requestedAccessTokenVersion to 2"},
		{"the client itself", "external", externalUser.with(fields{"aud": webClient}), nil, validator.ErrAudience, validator.HintClientAudience, ""},
		{"an ID token", "external", externalUser.with(asIDToken), nil, validator.ErrAudience, validator.HintIDToken, ""},
		{"another API", "external", externalUser.with(fields{"aud": unknownAPI}), nil, validator.ErrAudience, validator.HintOtherAudience, ""},

		// Tenants under one key and one key id.
		{"B2C's token with External ID's tenant in its issuer", "b2c,external", b2cUser.with(fields{"iss": "https://contoso.b2clogin.com/" + externalGUID + "/v2.0/"}), nil, validator.ErrIssuer, validator.HintOtherHost, lessKnown},
		{"External ID's other tenant", "external", externalUser.with(fields{"iss": "https://" + unlistedGUID + ".ciamlogin.com/" + unlistedGUID + "/v2.0", "tid": unlistedGUID}), nil, validator.ErrIssuer, validator.HintExternalID, "authority.ExternalID"},
		{"External ID's other tenant under our tid", "external", externalUser.with(fields{"iss": "https://" + unlistedGUID + ".ciamlogin.com/" + unlistedGUID + "/v2.0"}), nil, validator.ErrIssuer, validator.HintExternalID, ""},
		{"our issuer, another tenant's tid", "external", externalUser.with(fields{"tid": unlistedGUID}), nil, validator.ErrIssuer, validator.HintOtherTenant, "contradicts itself"},
		{"our issuer, our tid in upper case", "external", externalUser.with(fields{"tid": strings.ToUpper(externalGUID)}), nil, validator.ErrIssuer, validator.HintOtherTenant, ""},
		{"our issuer, the whole of it as tid", "external", externalUser.with(fields{"tid": externalIssuer}), nil, validator.ErrIssuer, validator.HintOtherTenant, ""},
		{"our issuer, a tid that is no text", "external", externalUser.with(fields{"tid": []string{externalGUID}}), nil, validator.ErrClaim, "", "claim tid"},
		{"our issuer with a slash", "external", externalUser.with(fields{"iss": externalIssuer + "/"}), nil, validator.ErrIssuer, validator.HintSlash, "only the slash at the end differs"},
		{"the other tenant of Entra ID", "workforce", workforceUser.with(fields{"iss": unlistedIssuer, "tid": unlistedGUID}), nil, validator.ErrIssuer, validator.HintEntraV2, "authority.Entra"},
		{"a tenant that the list leaves out", "list", listedUser.with(fields{"iss": unlistedIssuer, "tid": unlistedGUID}), nil, validator.ErrIssuer, validator.HintOtherTenant, "EntraMultiTenant"},
		{"its tid under a listed issuer", "list", listedUser.with(fields{"tid": unlistedGUID}), nil, validator.ErrIssuer, validator.HintOtherTenant, "contradicts itself"},
		{"a listed tid under its issuer", "list", listedUser.with(fields{"iss": unlistedIssuer}), nil, validator.ErrIssuer, validator.HintOtherTenant, ""},
		{"the other listed tenant's tid", "list", listedUser.with(fields{"tid": secondGUID}), nil, validator.ErrIssuer, validator.HintOtherTenant, ""},
		{"the placeholder", "list", listedUser.with(fields{"iss": template, "tid": "{tenantid}"}), nil, validator.ErrIssuer, validator.HintEntraV2, ""},
		{"a personal account, not listed", "list", listedUser.with(fields{"iss": consumerIssuer, "tid": authority.ConsumerTenantID}), signedBy(consumerKID, "RS256"), validator.ErrIssuer, validator.HintOtherTenant, ""},
		{"a single tenant's token at a list", "workforce,list", listedUser.with(fields{"iss": workforceIssuer, "tid": workforceGUID}), nil, validator.ErrAudience, validator.HintOtherAuthority, ""},

		// Keys.
		{"the consumers' key for a listed tenant", "personal", listedUser, signedBy(consumerKID, "RS256"), validator.ErrUnknownKey, validator.HintKeyOfAnother, "by its own word"},
		{"a listed tenant's key for the consumers", "list by the first's key", listedUser.with(fields{"iss": secondIssuer, "tid": secondGUID}), nil, validator.ErrUnknownKey, validator.HintKeyOfAnother, "by its own word"},
		{"a key without an issuer in a list's set", "list by nobody's key", listedUser, nil, validator.ErrUnknownKey, validator.HintKeyOfAnother, ""},
		{"a key of another tenant in our set", "external by another's key", externalUser, nil, validator.ErrUnknownKey, validator.HintKeyOfAnother, "by its own word"},
		{"that key in a single tenant's set", "workforce by the unlisted one", workforceUser, nil, validator.ErrUnknownKey, validator.HintKeyOfAnother, "by its own word"},
		{"B2C's key under External ID's kid", "B2C by another key,external", externalUser, fields{"kid": sharedKID, "partner": true}, validator.ErrUnknownKey, validator.HintKeyOfAnother, ""},
		{"External ID's key under B2C's kid", "B2C by another key,external", b2cUser, nil, validator.ErrUnknownKey, validator.HintKeyOfAnother, ""},
		{"our key of another tenant beside one that may", "external by another's key,b2c", externalUser, nil, validator.ErrUnknownKey, validator.HintKeyOfAnother, ""},
		{"our tenant's own, by its other form", "external by Entra's own word", externalUser, nil, "", "", ""},
		{"our tenant's own, which names no issuer", "external by nobody's key", externalUser, nil, "", "", ""},

		// Algorithms.
		{"PS256 for B2C where a provider has it", "b2c,provider of RS256 and PS256", b2cUser, signedBy(sharedKID, "PS256"), validator.ErrUnknownKey, "", ""},
		{"PS256 for External ID where a provider has it", "external,provider of RS256 and PS256", externalUser, signedBy(sharedKID, "PS256"), validator.ErrUnknownKey, validator.HintKeyOfAnother, "not one for alg PS256"},
		{"RS256 for a provider whose key is one for PS256", "b2c,provider whose key is PS256", providerUser, nil, validator.ErrUnknownKey, validator.HintKeyOfAnother, ""},
		{"RS256 at that provider alone", "provider whose key is PS256", providerUser, nil, validator.ErrAlgorithm, "", "not used with that"},
		{"PS256 at that provider", "provider whose key is PS256", providerUser, signedBy(sharedKID, "PS256"), "", "", ""},
		{"PS256 beside B2C, whose key it is", "b2c,provider whose key is PS256", providerUser, signedBy(sharedKID, "PS256"), "", "", ""},
		{"RS256 at the provider that has both", "provider of RS256 and PS256", providerUser, nil, "", "", ""},
		{"ES256 where nobody has it", "b2c,external", externalUser, signedBy(curveKID, "ES256"), validator.ErrAlgorithm, "", "only RS256 is accepted"},

		// Versions, and other endpoints.
		{"version 1 of our tenant", "external", externalUser.with(v1(externalGUID)), nil, validator.ErrIssuer, validator.HintEntraV1, "set requestedAccessTokenVersion to 2 in the manifest"},
		{"version 1 of our workforce tenant", "workforce", workforceUser.with(v1(workforceGUID)), nil, validator.ErrIssuer, validator.HintEntraV1, "set requestedAccessTokenVersion to 2"},
		{"version 1 of a stranger's", "workforce", workforceUser.with(v1(unlistedGUID)), nil, validator.ErrIssuer, validator.HintEntraV1, "of a tenant that is not trusted"},
		{"for Graph", "workforce", workforceUser.with(v1(workforceGUID)).with(fields{"aud": "https://graph.microsoft.com"}), nil, validator.ErrIssuer, validator.HintGraph, "the client must ask for this API's scopes"},
		{"for Graph, with the nonce that nobody else knows", "workforce", workforceUser.with(v1(workforceGUID)), fields{"nonce": "x", "spoiled": true}, validator.ErrSignature, validator.HintGraph, "nonce in its header"},
		{"External ID's endpoint where Entra ID's is trusted", "workforce", workforceUser.with(fields{"iss": "https://" + workforceGUID + ".ciamlogin.com/" + workforceGUID + "/v2.0"}), nil, validator.ErrIssuer, validator.HintOtherEndpoint, "trust authority.ExternalID"},
		{"Entra ID's endpoint where External ID's is trusted", "external", externalUser.with(fields{"iss": "https://login.microsoftonline.com/" + externalGUID + "/v2.0"}), nil, validator.ErrIssuer, validator.HintOtherEndpoint, "authority.Entra"},
		{"an app's own without roles", "external", externalUser.with(asApp).with(fields{"roles": nil}), nil, validator.ErrNotAccessToken, validator.HintNoRole, "Options.AllowMissingRoles"},
		{"a user's and an app's", "external", externalUser.with(fields{"idtyp": "app"}), nil, validator.ErrNotAccessToken, validator.HintContradiction, "External ID"},
		{"an ID token for the API", "workforce", workforceUser.with(asIDToken).with(fields{"aud": workforceAPI}), nil, validator.ErrNotAccessToken, validator.HintIDToken, "Entra ID"},
	} {
		var sources []jwks.Source
		for name := range strings.SplitSeq(tc.trusted, ",") {
			if all[name] == nil {
				t.Fatalf("%s: there is no %q", tc.name, name)
			}
			sources = append(sources, all[name])
		}
		raw := sign(t, tc.payload, tc.header)
		v := trustingSources(t, nil, sources...)
		_, err := v.Validate(t.Context(), raw)
		x := v.Explain(t.Context(), raw)
		agree(t, tc.name, raw, x, err)
		if c := x.Failed(); c != nil && !strings.Contains(tc.trusted, "B2C") && !strings.Contains(tc.trusted, "b2c") && strings.Contains(strings.ReplaceAll(c.Fix, "B2C's issuers", ""), "B2C") && c.Hint != validator.HintOtherProduct {
			t.Errorf("%s: where nobody of B2C is trusted, it helps to %s", tc.name, c.Fix)
		}
		if tc.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
			continue
		}
		wantReason(t, tc.name, err, tc.want)
		if hint, _ := hinted(err); tc.hint != "" && hint != tc.hint || !strings.Contains(err.Error(), tc.text) {
			t.Errorf("%s: got hint %q, want %q, and %q in %v", tc.name, hint, tc.hint, tc.text, err)
		}
	}
}
