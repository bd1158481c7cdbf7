// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"maps"
	"slices"
	"testing"
)

// The tenant of External ID to which the API moves, and one of Entra ID.
const (
	nextID     = "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"
	nextAPI    = "5f1c0c5e-6f6b-4f0a-9d3c-0a7f6f2f2b11"
	nextIssuer = "https://" + nextID + ".ciamlogin.com/" + nextID + "/v2.0"
	nextClient = "dddddddd-dddd-4ddd-8ddd-dddddddddddd"
	workIssuer = "https://login.microsoftonline.com/" + nextID + "/v2.0"
)

// moving are the settings of an API during a move, and working of one at Entra ID.
var (
	moving = []string{
		"AzureAdB2C__Instance=https://contoso.b2clogin.com", "AzureAdB2C__Domain=contoso.onmicrosoft.com",
		"AzureAdB2C__TenantId=" + contosoID, "AzureAdB2C__ClientId=" + contosoAPI, "AzureAdB2C__SignUpSignInPolicyId=B2C_1_susi",
		"AzureAd__Instance=https://contosonext.ciamlogin.com", "AzureAd__TenantId=" + nextID, "AzureAd__ClientId=" + nextAPI,
	}
	working = []string{"AzureAd__Instance=https://login.microsoftonline.com", "AzureAd__TenantId=" + nextID, "AzureAd__ClientId=" + nextAPI}
)

// next is a token of External ID that the key of all has signed, with other claims.
func next(tb testing.TB, changes claims) string {
	tb.Helper()
	all := claims{"tfp": nil, "ver": "2.0", "iss": nextIssuer, "aud": nextAPI, "azp": nextClient, "azpacr": "1", "tid": nextID, "sub": "pairwise-of-ada"}
	maps.Copy(all, changes)
	return token(tb, all)
}

// TestSuccessorsTokens: tokens of External ID and Entra ID, and what they are easily
// taken for. What is said of each is in testdata/moving.txt and working.txt.
func TestSuccessorsTokens(t *testing.T) {
	app := claims{"scp": nil, "sub": "cccccccc-cccc-cccc-cccc-cccccccccccc", "name": nil, "emails": nil, "auth_time": nil}
	with := func(base, changes claims) claims {
		all := maps.Clone(base)
		maps.Copy(all, changes)
		return all
	}
	v1 := claims{"iss": "https://sts.windows.net/" + nextID + "/", "ver": "1.0", "aud": "api://" + nextAPI, "azp": nil, "azpacr": nil, "appid": nextClient, "appidacr": "1"}
	for _, of := range []struct {
		file    string
		environ []string
		all     []broken
	}{
		{"testdata/moving.txt", moving, []broken{
			{"a user of External ID", next(t, nil), nil, 0, "", ""},
			{"an app of External ID", next(t, with(app, claims{"roles": []string{"tasks.all"}})), nil, 0, "", ""},
			{"a user of B2C", token(t, nil), nil, 0, "", ""},
			{"External ID, for the client id of B2C", next(t, claims{"aud": contosoAPI}), nil, 1, "audience", "client_id_of_other_product"},
			{"B2C, for the client id of External ID", token(t, claims{"aud": nextAPI}), nil, 1, "audience", "client_id_of_other_product"},
			{"External ID, for an App ID URI", next(t, claims{"aud": "api://" + nextAPI}), nil, 1, "audience", "app_id_uri"},
			{"External ID, version 1", next(t, v1), nil, 1, "issuer", "entra_v1"},
			{"External ID, for Microsoft Graph", strange(t, claims{"nonce": "x"}, claims{"iss": v1["iss"], "aud": "00000003-0000-0000-c000-000000000000", "tfp": nil, "tid": nextID}), nil, 1, "unknown_key", "microsoft_graph"},
			{"the tenant's other endpoint", next(t, claims{"iss": workIssuer}), nil, 1, "issuer", "other_endpoint"},
			{"an issuer with a slash", next(t, claims{"iss": nextIssuer + "/"}), nil, 1, "issuer", "issuer_slash"},
			{"another tenant beside our issuer", next(t, claims{"tid": contosoID}), nil, 1, "issuer", "other_tenant"},
			{"an app without roles", next(t, app), nil, 1, "not_access_token", "no_role"},
			{"an app without roles that may have none", next(t, app), []string{"--section", "AzureAd", "--allow-missing-roles", nextClient}, 0, "", ""},
			{"an app with a scope", next(t, with(app, claims{"scp": "tasks.read", "idtyp": "app"})), nil, 1, "not_access_token", "contradiction"},
			{"a user's roles without a scope", next(t, claims{"scp": nil, "roles": []string{"tasks.all"}}), nil, 1, "not_access_token", "no_scope"},
			{"a user where an app is wanted", next(t, nil), []string{"--require", "app-only"}, 1, "app_required", ""},
			{"an ID token of External ID", next(t, claims{"scp": nil, "azp": nil, "azpacr": nil, "nonce": "n"}), nil, 1, "not_access_token", "id_token"},
		}},
		{"testdata/working.txt", working, []broken{
			{"a user of Entra ID", next(t, claims{"iss": workIssuer}), nil, 0, "", ""},
			{"External ID at a trust in Entra ID", next(t, nil), nil, 1, "issuer", "other_endpoint"},
			{"Entra ID, version 1", next(t, v1), nil, 1, "issuer", "entra_v1"},
			{"another tenant's issuer", next(t, claims{"iss": "https://login.microsoftonline.com/" + contosoID + "/v2.0", "tid": contosoID}), nil, 1, "issuer", "entra_v2"},
			{"an issuer with a slash", next(t, claims{"iss": workIssuer + "/"}), nil, 1, "issuer", "issuer_slash"},
			{"an app without roles", next(t, with(app, claims{"iss": workIssuer})), nil, 1, "not_access_token", "no_role"},
		}},
	} {
		wantExplained(t, of.file, of.all, func(b broken) ([]string, []string) {
			return of.environ, slices.Concat([]string{"--offline", keysDir + "user-flow.jwks", "--now", "1750000660"}, b.args)
		})
	}
}
