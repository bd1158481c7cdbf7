// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"slices"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
)

func TestIssuers(t *testing.T) {
	local, err := authority.NewTenant(guid, []string{"http://127.0.0.1:8080"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	china, err := authority.B2CChina("contoso", guid)
	if err != nil {
		t.Fatal(err)
	}
	external, err := authority.ExternalID("Contoso", guid)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		a    authority.Authority
		want []string
	}{
		{"B2C", contoso(t).Flow("B2C_1_SUSI"), []string{
			"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/",
			"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
		}},
		// The form in which the metadata is asked for does not show.
		{"tfp form", parsed(t, "https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/B2C_1_susi"), []string{
			"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/",
			"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
		}},
		{"query form", parsed(t, "https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111?p=B2C_1_susi"), []string{
			"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/",
			"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
		}},
		{"legacy", parsed(t, "https://login.microsoftonline.com/te/11111111-1111-1111-1111-111111111111/B2C_1_susi"), []string{
			"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0/",
			"https://login.microsoftonline.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
		}},
		{"China", china.Flow("B2C_1_susi"), []string{
			"https://contoso.b2clogin.cn/11111111-1111-1111-1111-111111111111/v2.0/",
			"https://contoso.b2clogin.cn/tfp/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
		}},
		{"loopback", local.Flow("B2C_1_susi"), []string{
			"http://127.0.0.1:8080/11111111-1111-1111-1111-111111111111/v2.0/",
			"http://127.0.0.1:8080/tfp/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
		}},
		// No slash at the end, and the GUID is the host.
		{"External ID", external, []string{
			"https://11111111-1111-1111-1111-111111111111.ciamlogin.com/11111111-1111-1111-1111-111111111111/v2.0",
			"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0",
			"https://contoso.ciamlogin.com/11111111-1111-1111-1111-111111111111/v2.0",
		}},
	} {
		if got := tc.a.Issuers(); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
		for _, issuer := range tc.want {
			if !tc.a.MatchIssuer(issuer) {
				t.Errorf("%s: MatchIssuer(%q) is false", tc.name, issuer)
			}
		}
	}
}

func TestMatchIssuerExactly(t *testing.T) {
	a := contoso(t).Flow("B2C_1_susi")
	b, err := authority.NewTenant("abcdef01-1111-1111-1111-111111111111", []string{"contoso.b2clogin.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Of the metadata's issuer, only the policy segment may differ in case.
	if !a.MatchIssuer("https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/B2C_1_SUSI/v2.0/") {
		t.Error("the flow's case counts")
	}
	if b.Flow("B2C_1_susi").MatchIssuer("https://contoso.b2clogin.com/ABCDEF01-1111-1111-1111-111111111111/v2.0/") {
		t.Error("a GUID in upper case matches")
	}
	for _, issuer := range []string{
		"",
		"/",
		"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0",
		"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0//",
		"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/x",
		"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/ ",
		" https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/",
		"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/",
		"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111112/v2.0/",
		"https://contoso.b2clogin.com/contoso.onmicrosoft.com/v2.0/",
		"https://contoso.b2clogin.com/{tenantid}/v2.0/",
		"https://Contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/",
		"https://fabrikam.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/",
		"https://contoso.b2clogin.com.evil.example/11111111-1111-1111-1111-111111111111/v2.0/",
		"https://contoso.b2clogin.com:443/11111111-1111-1111-1111-111111111111/v2.0/",
		"http://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/",
		"HTTPS://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/v2.0/",
		"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/V2.0/",
		"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0/",
		"https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0",
		"https://sts.windows.net/11111111-1111-1111-1111-111111111111/",
		"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0",
		"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_edit/v2.0/",
		"https://contoso.b2clogin.com/TFP/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
		"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111112/b2c_1_susi/v2.0/",
		"https://Contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
		"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_susi/V2.0/",
		"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_\u017fusi/v2.0/",
		"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/b2c_1_\u017fus/v2.0/",
		"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111//v2.0/",
		"https://contoso.b2clogin.com/tfp/11111111-1111-1111-1111-111111111111/v2.0/",
		"https://contoso.b2clogin.com/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
		"https://contoso.b2clogin.com/te/11111111-1111-1111-1111-111111111111/b2c_1_susi/v2.0/",
	} {
		if a.MatchIssuer(issuer) {
			t.Errorf("MatchIssuer(%q) is true", issuer)
		}
	}
}
