// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/b2ckit/b2ckit/authority"
)

// The kid of B2C's built-in user-flow key, public knowledge since 2017.
const userFlowKid = "X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk"

func fixture(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFixtures(t *testing.T) {
	const guid = "11111111-1111-1111-1111-111111111111"
	const host = "https://contoso.b2clogin.com"
	for _, tt := range []struct{ metadata, keys, authority, issuer string }{
		{"user-flow", "user-flow", host + "/contoso.onmicrosoft.com/B2C_1_susi", host + "/" + guid + "/v2.0/"},
		{"user-flow", "legacy-kid", host + "/contoso.onmicrosoft.com/B2C_1_susi", host + "/" + guid + "/v2.0/"},
		{"user-flow-query", "user-flow", host + "/contoso.onmicrosoft.com?p=B2C_1_susi", host + "/" + guid + "/v2.0/"},
		{"user-flow-guid", "user-flow", host + "/" + guid + "/B2C_1_susi", host + "/" + guid + "/v2.0/"},
		{"user-flow-tfp-issuer", "user-flow", host + "/contoso.onmicrosoft.com/B2C_1_SuSi", host + "/tfp/" + guid + "/b2c_1_susi/v2.0/"},
		{"custom-policy", "custom-policy", host + "/contoso.onmicrosoft.com/B2C_1A_partner", host + "/" + guid + "/v2.0/"},
		{"custom-policy", "rotation", host + "/contoso.onmicrosoft.com/B2C_1A_partner", host + "/" + guid + "/v2.0/"},
		{"custom-domain", "user-flow", "https://login.contoso.com/contoso.onmicrosoft.com/B2C_1_susi", "https://login.contoso.com/" + guid + "/v2.0/"},
	} {
		t.Run(tt.metadata+" "+tt.keys, func(t *testing.T) {
			metadata, keys := fixture(t, "metadata/"+tt.metadata+".json"), fixture(t, "jwks/"+tt.keys+".json")
			var named struct {
				JWKSURI string `json:"jwks_uri"`
			}
			var published struct {
				Keys []struct{ Kid string }
			}
			if json.Unmarshal([]byte(metadata), &named) != nil || json.Unmarshal([]byte(keys), &published) != nil {
				t.Fatal("the fixture is no JSON")
			}
			a, err := authority.Parse(tt.authority)
			if err == nil {
				a, err = a.WithTenantID(guid)
			}
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				c := openAt(t, a, roundTripper(func(r *http.Request) (*http.Response, error) {
					if r.URL.String() == named.JWKSURI {
						return reply(r, keys), nil
					}
					return reply(r, metadata), nil
				}), nil)
				if err := ready(t.Context(), c); err != nil {
					t.Fatal(err)
				}
				var want []string
				for _, k := range published.Keys {
					want = append(want, k.Kid)
				}
				slices.Sort(want)
				if s := c.State(); s.Issuer != tt.issuer || !slices.Equal(s.KeyIDs, want) || len(s.Ignored) != 0 {
					t.Errorf("got %+v, want issuer %s and all of %q", s, tt.issuer, want)
				}
			})
		})
	}
}

// The published kid of every key made since 2017 is its thumbprint.
func TestFixtureKidsAreThumbprints(t *testing.T) {
	for _, name := range []string{"user-flow", "custom-policy", "rotation"} {
		var set struct {
			Keys []struct{ Kid, E, N string }
		}
		if err := json.Unmarshal([]byte(fixture(t, "jwks/"+name+".json")), &set); err != nil || len(set.Keys) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		for _, k := range set.Keys {
			if got := thumbprint(k.E, k.N); got != k.Kid {
				t.Errorf("%s: got thumbprint %s, want the kid %s", name, got, k.Kid)
			}
		}
		if name == "user-flow" && set.Keys[0].Kid != userFlowKid {
			t.Errorf("got kid %s, want B2C's %s", set.Keys[0].Kid, userFlowKid)
		}
	}
}

// The fixtures have the members of real documents and no others.
func TestFixturesHaveRealFields(t *testing.T) {
	want := strings.Fields(`issuer authorization_endpoint token_endpoint end_session_endpoint jwks_uri userinfo_endpoint
		response_modes_supported response_types_supported scopes_supported subject_types_supported
		id_token_signing_alg_values_supported token_endpoint_auth_methods_supported claims_supported`)
	files, _ := filepath.Glob(filepath.Join("..", "testdata", "metadata", "*.json"))
	if len(files) < 6 {
		t.Fatalf("got %d metadata fixtures", len(files))
	}
	for _, f := range files {
		var doc map[string]any
		if err := json.Unmarshal([]byte(fixture(t, "metadata/"+filepath.Base(f))), &doc); err != nil {
			t.Fatal(err)
		}
		for name := range doc {
			if !slices.Contains(want, name) {
				t.Errorf("%s: B2C has no member %q", f, name)
			}
		}
		if n := len(doc); n != len(want)-1 && (n != len(want) || !strings.Contains(f, "custom-policy")) {
			t.Errorf("%s: got %d members", f, n)
		}
	}
}
