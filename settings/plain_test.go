// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/settings"
)

var plain = []string{"B2C_TENANT=contoso", "B2C_TENANT_ID=" + tenantID, "B2C_FLOWS=B2C_1_susi  B2C_1A_partner", "B2C_AUDIENCE=" + clientID}

// shape tells what settings say, in one line.
func shape(s *settings.Settings) string {
	var links []string
	for _, l := range s.Links() {
		links = append(links, l.Flow())
	}
	return fmt.Sprintf("%s %s | %s | %s | %s | %s", s.SignIn(), s.Hosts(), s.TrustedFlows(), links, s.Audiences(), s.ClientID())
}

func TestPlain(t *testing.T) {
	const at = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/"
	file := map[string]string{"appsettings.json": section(good + `, "TrustedPolicies": ["B2C_1_a"], "TrustedHosts": ["login.contoso.com"], "Audiences": ["` + otherID + `"]`)}
	for _, tc := range []struct {
		name  string
		files map[string]string
		more  []string
		want  string
	}{
		{"alone", nil, nil, at + "B2C_1_susi [contoso.b2clogin.com] | [B2C_1_susi B2C_1A_partner] | [] | [" + clientID + "] | "},
		{"hosts", nil, []string{"B2C_HOSTS=login.contoso.com contoso.b2clogin.com"}, "https://login.contoso.com/contoso.onmicrosoft.com/B2C_1_susi [login.contoso.com contoso.b2clogin.com] | [B2C_1_susi B2C_1A_partner] | [] | [" + clientID + "] | "},
		{"loopback", nil, []string{"B2C_HOSTS=http://127.0.0.1:8400"}, "http://127.0.0.1:8400/contoso.onmicrosoft.com/B2C_1_susi [http://127.0.0.1:8400] | [B2C_1_susi B2C_1A_partner] | [] | [" + clientID + "] | "},
		{"China", nil, []string{"B2C_HOSTS=contoso.b2clogin.cn"}, "https://contoso.b2clogin.cn/contoso.partner.onmschina.cn/B2C_1_susi [contoso.b2clogin.cn] | [B2C_1_susi B2C_1A_partner] | [] | [" + clientID + "] | "},
		{"sign-in flow among others", nil, []string{"B2C_SIGNIN_FLOW=b2c_1a_partner"}, at + "b2c_1a_partner [contoso.b2clogin.com] | [b2c_1a_partner B2C_1_susi] | [] | [" + clientID + "] | "},
		{"links and client", nil, []string{"B2C_EDIT_FLOW=B2C_1_edit", "B2C_RESET_FLOW=B2C_1_reset", "B2C_CLIENT_ID=" + otherID}, at + "B2C_1_susi [contoso.b2clogin.com] | [B2C_1_susi B2C_1A_partner] | [B2C_1_reset B2C_1_edit] | [" + clientID + "] | " + otherID},
		{"empty ones count for nothing", nil, []string{"B2C_HOSTS=", "B2C_EDIT_FLOW="}, at + "B2C_1_susi [contoso.b2clogin.com] | [B2C_1_susi B2C_1A_partner] | [] | [" + clientID + "] | "},
		{"on top of a file", file, nil, at + "B2C_1_susi [https://contoso.b2clogin.com login.contoso.com] | [B2C_1_susi B2C_1A_partner] | [] | [" + clientID + "] | " + clientID},
		{"hosts on top of a file", file, []string{"B2C_HOSTS=login.contoso.com"}, "https://login.contoso.com/contoso.onmicrosoft.com/B2C_1_susi [login.contoso.com] | [B2C_1_susi B2C_1A_partner] | [] | [" + clientID + "] | " + clientID},
	} {
		s, err := read(t, tc.files, append(append([]string{}, plain...), tc.more...)...)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := shape(s); got != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tc.name, got, tc.want)
		}
	}
}

func TestMistakesInPlain(t *testing.T) {
	file := map[string]string{"appsettings.json": section(good)}
	for _, tc := range []struct {
		name  string
		files map[string]string
		more  []string
		want  string
	}{
		{"name is a domain", nil, []string{"B2C_TENANT=contoso.onmicrosoft.com"}, `B2C_TENANT: "contoso.onmicrosoft.com" is not a bare name; want contoso`},
		{"name is a custom domain", nil, []string{"B2C_TENANT=login.contoso.com"}, `B2C_TENANT: "login.contoso.com" is not a bare name; want contoso for contoso.onmicrosoft.com; for a custom domain set B2C_HOSTS as well`},
		{"name of another tenant", file, []string{"B2C_TENANT=fabrikam"}, `B2C_TENANT is "fabrikam", and appsettings.json: AzureAdB2C:Domain is "contoso.onmicrosoft.com"`},
		{"host of another tenant", nil, []string{"B2C_HOSTS=fabrikam.b2clogin.com"}, `B2C_HOSTS is the host of a tenant fabrikam, and B2C_TENANT says "contoso"`},
		{"hosts", nil, []string{"B2C_HOSTS=http://login.contoso.com a"}, "B2C_HOSTS: \"http://login.contoso.com\" must be https; plain http is for loopback only\nB2C_HOSTS: \"a\" is not a host name"},
		{"tenant id", nil, []string{"B2C_TENANT_ID=contoso"}, "B2C_TENANT_ID is not a GUID such as 775527ff-9a37-4307-8b3d-cc311f58d925"},
		{"flows", nil, []string{"B2C_FLOWS=susi B2C_1_a b2c_1_A"}, "B2C_FLOWS: \"susi\" is not the name of a user flow (B2C_1_…) or custom policy (B2C_1A_…)\nB2C_FLOWS names \"b2c_1_A\" twice"},
		{"flows with commas", nil, []string{"B2C_FLOWS=B2C_1_a,B2C_1_b"}, `B2C_FLOWS: "B2C_1_a,B2C_1_b" is not the name of a user flow (B2C_1_…) or custom policy (B2C_1A_…); it holds several: put spaces between them`},
		{"no flow", nil, []string{"B2C_FLOWS="}, "AzureAdB2C:SignUpSignInPolicyId is missing (or B2C_FLOWS): name the user flow or custom policy that users sign in through"},
		{"sign-in flow is another", nil, []string{"B2C_SIGNIN_FLOW=B2C_1_x"}, `B2C_SIGNIN_FLOW is "B2C_1_x", which B2C_FLOWS does not name`},
		{"reset is trusted", nil, []string{"B2C_RESET_FLOW=B2C_1A_PARTNER"}, "B2C_RESET_FLOW is a flow that B2C_FLOWS trusts: whoever gets through it would get into the API"},
		{"audience", nil, []string{"B2C_AUDIENCE=https://contoso.onmicrosoft.com/tasks"}, "B2C_AUDIENCE is no GUID; want the application (client) id of the API: this is an App ID URI, which tokens of B2C never name as their audience"},
		{"client", nil, []string{"B2C_CLIENT_ID=Q~s3cret", "B2C_CLIENT_SECRET=\"Q~s3cret\" "}, "B2C_CLIENT_ID is no GUID; want the application (client) id\nB2C_CLIENT_SECRET ends in a space, which is none of it; remove that"},
		{"a daemon", nil, []string{"B2C_ALLOW_MISSING_FLOW=" + otherID + " stock-job"}, "B2C_ALLOW_MISSING_FLOW is no GUID; want the application (client) id of a daemon"},
		{"slips", nil, []string{"B2C_FLOW=a", "B2C_TENANTID=b", "B2C_HOST=c"}, "B2C_FLOW is not known; did you mean B2C_FLOWS?\nB2C_HOST is not known; did you mean B2C_HOSTS?\nB2C_TENANTID is not known; did you mean B2C_TENANT_ID?"},
		{"all empty", nil, []string{"B2C_TENANT=", "B2C_TENANT_ID=", "B2C_FLOWS=", "B2C_AUDIENCE="}, "nothing is set: there is no appsettings.json, and there are no variables AzureAdB2C__… or B2C_…"},
	} {
		_, err := read(t, tc.files, append(append([]string{}, plain...), tc.more...)...)
		wantMistakes(t, tc.name, err, strings.Split(tc.want, "\n")...)
	}
}

// TestValues: what a command line says lies on top, by its own names.
func TestValues(t *testing.T) {
	opts := &settings.Options{Dir: write(t, map[string]string{"appsettings.json": section(good)}), Environ: []string{"B2C_FLOWS=B2C_1_env"}}
	opts.Values = []settings.Value{{"B2C_FLOWS", "B2C_1_x B2C_1_y", "--flow"}, {"ClientId", otherID, "--client-id"}, {"AzureAdB2C:ClientSecret", "Q~s3cret", "--client-secret-file"}}
	s, err := settings.Read(opts)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintln(s.TrustedFlows(), s.ClientID(), s.HasCredential()), "[B2C_1_x B2C_1_y] "+otherID+" true\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for key, want := range map[string]string{
		"SignUpSignInPolicyId": "--flow", "TrustedPolicies:0": "--flow", "clientid": "--client-id", "ClientSecret": "--client-secret-file",
		"TenantId": "appsettings.json: AzureAdB2C:TenantId", "Audience": "",
	} {
		if got := s.Origin(key); got != want {
			t.Errorf("origin of %s: got %q, want %q", key, got, want)
		}
	}

	opts.Values = []settings.Value{
		{"TenantId", "contoso", "--tenant-id"}, {"B2C_FLOWS", "susi", "--flow"}, {"B2C_AUDIENCE", "", "--audience"}, {"B2C_X", "x", "--x"}, {"SendX5C", "true", "--y"}, {"Nonsense", "z", "--z"},
	}
	_, err = settings.Read(opts)
	wantMistakes(t, "values", err,
		"--audience is empty", `--x is not known: there is no key "B2C_X"`, `--y is not known: there is no key "SendX5C"`, `--z is not known: there is no key "Nonsense"`,
		"--tenant-id is not a GUID such as 775527ff-9a37-4307-8b3d-cc311f58d925",
		`--flow: "susi" is not the name of a user flow (B2C_1_…) or custom policy (B2C_1A_…)`)
}

// TestValuesOfAnotherTenant: nothing of the other's is mixed in.
func TestValuesOfAnotherTenant(t *testing.T) {
	for name, tc := range map[string]struct {
		members string
		environ []string
		from    string // "" if it is the same tenant
	}{
		"domain":      {good, nil, "appsettings.json: AzureAdB2C:Domain"},
		"host":        {strings.Replace(good, `"Domain"`, `"Comment"`, 1), nil, "appsettings.json: AzureAdB2C:Instance"},
		"variable":    {good, []string{"B2C_TENANT=contoso"}, "B2C_TENANT"},
		"same tenant": {strings.ReplaceAll(good, "contoso", "Fabrikam"), nil, ""},
	} {
		opts := &settings.Options{Dir: write(t, map[string]string{"appsettings.json": section(tc.members + `, "TrustedPolicies": ["B2C_1_a"]`)}), Environ: append([]string{}, tc.environ...)}
		if tc.from != "" {
			opts.Values = []settings.Value{{"B2C_TENANT_ID", otherID, "--tenant-id"}, {"SignUpSignInPolicyId", "B2C_1_x", "--flow"}}
		}
		opts.Values = append(opts.Values, settings.Value{Key: "B2C_TENANT", Text: "fabrikam", Origin: "--tenant"})
		s, err := settings.Read(opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, want := shape(s)+" "+strings.Join(s.Notes(), "; "), "https://fabrikam.b2clogin.com/fabrikam.onmicrosoft.com/B2C_1_x [fabrikam.b2clogin.com] | [B2C_1_x] | [] | [] |  --tenant names another tenant than "+tc.from+": nothing from there is used"
		if tc.from == "" {
			want = "https://fabrikam.b2clogin.com/Fabrikam.onmicrosoft.com/B2C_1_susi [https://Fabrikam.b2clogin.com] | [B2C_1_susi B2C_1_a] | [] | [" + clientID + "] | " + clientID + " "
		}
		if got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

// TestValuesOfAnotherGUID: whoever names another tenant's GUID has none of this one's
// secrets sent there.
func TestValuesOfAnotherGUID(t *testing.T) {
	for _, key := range []string{"B2C_TENANT_ID", "tenantid"} {
		opts := &settings.Options{Dir: write(t, map[string]string{"appsettings.json": section(good + `, "ClientSecret": "Q~s3cret"`)}), Environ: []string{}}
		opts.Values = []settings.Value{
			{key, otherID, "--tenant-id"},
			{"Instance", "https://fabrikam.b2clogin.com", "--x"},
			{"Domain", "fabrikam.onmicrosoft.com", "--y"},
			{"SignUpSignInPolicyId", "B2C_1_x", "--flow"},
			{"ClientId", clientID, "--client-id"},
		}
		s, err := settings.Read(opts)
		if err != nil {
			t.Fatal(err)
		}
		const note = "--tenant-id names another tenant than appsettings.json: AzureAdB2C:TenantId: nothing from there is used"
		if s.HasCredential() || !slices.Contains(s.Notes(), note) {
			t.Errorf("%s: got secret %t, notes %q", key, s.HasCredential(), s.Notes())
		}
	}
}
