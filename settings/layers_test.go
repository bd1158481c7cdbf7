// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/settings"
)

// TestDotNet holds what is read against .NET's rules, each with where it stands.
func TestDotNet(t *testing.T) {
	base := map[string]string{"appsettings.json": section(good + `, "TrustedPolicies": ["B2C_1_a", "B2C_1_b"]`)}
	with := func(name, text string) map[string]string {
		files := map[string]string{name: text}
		for n, old := range base {
			if _, ok := files[n]; !ok {
				files[n] = old
			}
		}
		return files
	}
	place, _, _ := strings.Cut(good, `"SignUp`)
	for _, tc := range []struct {
		name    string
		files   map[string]string
		environ []string
		want    string // the trusted flows
	}{
		{"one file", base, nil, "B2C_1_susi B2C_1_a B2C_1_b"},

		// dotnet/runtime JsonConfigurationFileParser.cs: CommentHandling Skip,
		// AllowTrailingCommas, StreamReader (which takes a byte order mark away), keys
		// in a dictionary with OrdinalIgnoreCase.
		{
			"comments, commas, byte order mark, case",
			map[string]string{"appsettings.json": "\xef\xbb\xbf// first\n{ \"AZUREADB2C\": { /* here */ " + strings.ToLower(place) + `"SIGNUPSIGNINPOLICYID": "B2C_1_susi", }, } // last`},
			nil, "B2C_1_susi",
		},
		// The same: a path is a path, however it is nested.
		{"colons in a name", with("appsettings.json", `{`+strings.ReplaceAll(good, `"Sign`, `"AzureAdB2C:Sign`)+`, "AzureAdB2C": {`+strings.TrimSuffix(place, ", ")+`}}`), nil, "B2C_1_susi"},
		// The same: numbers and booleans become texts, null an empty one, which lies on
		// top of what was there before.
		{"null", with("appsettings.Production.json", section(`"SignUpSignInPolicyId": null`)), nil, "B2C_1_a B2C_1_b"},

		// HostingHostBuilderExtensions.cs: appsettings.json, then
		// appsettings.{EnvironmentName}.json, then variables; Production if nothing is set.
		{"production", with("appsettings.Production.json", section(`"SignUpSignInPolicyId": "B2C_1_p"`)), nil, "B2C_1_p B2C_1_a B2C_1_b"},
		{"not for others", with("appsettings.Staging.json", section(`"SignUpSignInPolicyId": "B2C_1_p"`)), nil, "B2C_1_susi B2C_1_a B2C_1_b"},
		{"ASPNETCORE_ENVIRONMENT", with("appsettings.Staging.json", section(`"SignUpSignInPolicyId": "B2C_1_p"`)), []string{"ASPNETCORE_ENVIRONMENT=Staging"}, "B2C_1_p B2C_1_a B2C_1_b"},
		{"DOTNET_ENVIRONMENT", with("appsettings.Staging.json", section(`"SignUpSignInPolicyId": "B2C_1_p"`)), []string{"DOTNET_ENVIRONMENT=Staging"}, "B2C_1_p B2C_1_a B2C_1_b"},
		{"both, which agree", with("appsettings.Staging.json", section(`"SignUpSignInPolicyId": "B2C_1_p"`)), []string{"DOTNET_ENVIRONMENT=staging", "ASPNETCORE_ENVIRONMENT=Staging"}, "B2C_1_p B2C_1_a B2C_1_b"},
		{"the variable lies on top", with("appsettings.Production.json", section(`"SignUpSignInPolicyId": "B2C_1_p"`)), []string{"AzureAdB2C__SignUpSignInPolicyId=B2C_1_v"}, "B2C_1_v B2C_1_a B2C_1_b"},

		// EnvironmentVariablesConfigurationSource: "__" is ":", in a dictionary with
		// OrdinalIgnoreCase; a name with colons stays as it is.
		{"variable in another case", base, []string{"AZUREADB2C__signupsigninpolicyid=B2C_1_v"}, "B2C_1_v B2C_1_a B2C_1_b"},
		{"variable with colons", base, []string{"AzureAdB2C:SignUpSignInPolicyId=B2C_1_v"}, "B2C_1_v B2C_1_a B2C_1_b"},
		{"other section", base, []string{"AzureAdB2CX__SignUpSignInPolicyId=B2C_1_v", "AzureAdB2C_SignUpSignInPolicyId=B2C_1_v"}, "B2C_1_susi B2C_1_a B2C_1_b"},

		// learn.microsoft.com, "Configuration in ASP.NET Core", bind arrays: by
		// position, so a later layer replaces some and keeps the others.
		{"list by position", base, []string{"AzureAdB2C__TrustedPolicies__1=B2C_1_c", "AzureAdB2C__TrustedPolicies__2=B2C_1_d"}, "B2C_1_susi B2C_1_a B2C_1_c B2C_1_d"},
		{"list with a gap", base, []string{"AzureAdB2C__TrustedPolicies__10=B2C_1_c", "AzureAdB2C__TrustedPolicies__9=B2C_1_d"}, "B2C_1_susi B2C_1_a B2C_1_b B2C_1_d B2C_1_c"},
		{"list of a file by position", with("appsettings.Production.json", section(`"TrustedPolicies": ["B2C_1_c"]`)), nil, "B2C_1_susi B2C_1_c B2C_1_b"},
		// JsonConfigurationFileParser: an empty array is an empty text, an empty object null.
		{"empty list on top of a text", map[string]string{"appsettings.json": section(good + `, "TrustedPolicies": "B2C_1_a"`), "appsettings.Production.json": section(`"TrustedPolicies": []`)}, nil, "B2C_1_susi"},
		{"empty object on top of a text", map[string]string{"appsettings.json": section(good + `, "TrustedPolicies": "B2C_1_a"`), "appsettings.Production.json": section(`"TrustedPolicies": {}`)}, nil, "B2C_1_susi"},
		{"nothing below a list", map[string]string{"appsettings.json": section(good + `, "TrustedPolicies": null`), "appsettings.Production.json": section(`"TrustedPolicies": ["B2C_1_a"]`)}, []string{"AzureAdB2C__TrustedPolicies__1=B2C_1_b"}, "B2C_1_susi B2C_1_a B2C_1_b"},
		{"emptied by position", base, []string{"AzureAdB2C__TrustedPolicies__0="}, "B2C_1_susi B2C_1_b"},

		// Ours alone.
		{"list in one text", with("appsettings.json", section(good+`, "TrustedPolicies": "B2C_1_x  B2C_1_y"`)), nil, "B2C_1_susi B2C_1_x B2C_1_y"},
		{"sign-in flow named twice", with("appsettings.json", section(good+`, "TrustedPolicies": ["b2c_1_SUSI", "B2C_1_x"]`)), nil, "B2C_1_susi B2C_1_x"},
	} {
		s, err := read(t, tc.files, tc.environ...)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := strings.Join(s.TrustedFlows(), " "); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestMistakesOfLayers(t *testing.T) {
	files := map[string]string{"appsettings.json": section(good + `, "TrustedPolicies": ["B2C_1_a"]`)}
	with := func(name, text string) map[string]string {
		return map[string]string{"appsettings.json": files["appsettings.json"], name: text}
	}
	const stays = " takes nothing away: lists are laid on each other by position, as in .NET, and appsettings.json: AzureAdB2C:TrustedPolicies:0 stays"
	for _, tc := range []struct {
		name    string
		files   map[string]string
		environ []string
		want    string
	}{
		{"environments that differ", files, []string{"ASPNETCORE_ENVIRONMENT=Staging", "DOTNET_ENVIRONMENT=Production"}, `ASPNETCORE_ENVIRONMENT is "Staging" and DOTNET_ENVIRONMENT is "Production", and which one counts differs between hosts of .NET; set one of them`},
		{"environment elsewhere", files, []string{"ASPNETCORE_ENVIRONMENT=../x"}, `ASPNETCORE_ENVIRONMENT is "../x", which can't be a part of a file's name`},
		{"file in another case", with("appsettings.staging.json", "{}"), []string{"DOTNET_ENVIRONMENT=Staging"}, "appsettings.staging.json is there, but appsettings.Staging.json is looked for, and names of files count by case here"},
		{"variables that differ in case", files, []string{"AzureAdB2C__ClientId=" + otherID, "AZUREADB2C__CLIENTID=" + clientID}, "AzureAdB2C__ClientId and AZUREADB2C__CLIENTID are the same to .NET; keep one"},
		{"list that takes nothing away", with("appsettings.Production.json", section(`"TrustedPolicies": []`)), nil, "appsettings.Production.json: AzureAdB2C:TrustedPolicies is empty, and" + stays},
		{"null that takes nothing away", with("appsettings.Production.json", section(`"trustedPolicies": null`)), nil, "appsettings.Production.json: AzureAdB2C:trustedPolicies is empty, and" + stays},
		{"text that takes nothing away", with("appsettings.Production.json", section(`"TrustedPolicies": ""`)), nil, "appsettings.Production.json: AzureAdB2C:TrustedPolicies is empty, and" + stays},
		{"object that takes nothing away", with("appsettings.Production.json", section(`"TrustedPolicies": {}`)), nil, "appsettings.Production.json: AzureAdB2C:TrustedPolicies is empty, and" + stays},
		{"variable that takes nothing away", files, []string{"AzureAdB2C__TrustedPolicies="}, "AzureAdB2C__TrustedPolicies is empty, and" + stays},
		{"slip in a variable", files, []string{"AzureAdB2C__ClientIdd__x=1"}, "AzureAdB2C__ClientIdd is not known; did you mean ClientId?"},
		{"mistake in a variable", files, []string{"azureadb2c__tenantid=contoso"}, "azureadb2c__tenantid is not a GUID such as 775527ff-9a37-4307-8b3d-cc311f58d925"},
		{"list in both forms", files, []string{"AzureAdB2C__TrustedPolicies=B2C_1_x"}, "appsettings.json: AzureAdB2C:TrustedPolicies:0 is a part of a list and AzureAdB2C__TrustedPolicies a whole one; keep one of them"},
		{"mistakes in both", with("appsettings.Production.json", section(`"ClientId": "x"`)), []string{"AzureAdB2C__TenantId=x"}, "AzureAdB2C__TenantId is not a GUID such as 775527ff-9a37-4307-8b3d-cc311f58d925\nappsettings.Production.json: AzureAdB2C:ClientId is no GUID; want the application (client) id"},
	} {
		_, err := read(t, tc.files, tc.environ...)
		wantMistakes(t, tc.name, err, tc.want)
	}
}

func TestSection(t *testing.T) {
	dir := write(t, map[string]string{
		"appsettings.json": `{"Auth": {"B2C": {` + good + `}}}`,
		"other.json":       section(good),
	})
	empty := []string{}
	for _, tc := range []struct {
		name string
		opts settings.Options
		want string
	}{
		{"within another", settings.Options{Dir: dir, Sections: []string{"auth:b2c"}, Environ: []string{"Auth__B2C__ClientId=" + otherID}}, ""},
		{"a file", settings.Options{File: filepath.Join(dir, "other.json"), Environ: empty}, ""},
		{"none", settings.Options{Dir: dir, Environ: empty}, `nothing is set: appsettings.json has no section AzureAdB2C or AzureAd, and there are no variables AzureAdB2C__… or B2C_…; section "Auth:B2C" of appsettings.json names a policy, and is not the one that is read`},
		{"of Entra ID", settings.Options{Dir: write(t, map[string]string{"appsettings.json": `{"AzureAd": {"Instance": "https://login.microsoftonline.com/"}}`}), Sections: []string{"AzureAdB2C"}, Environ: empty}, "nothing is set: appsettings.json has no section AzureAdB2C, and there are no variables AzureAdB2C__… or B2C_…; section AzureAd of appsettings.json is one of External ID or Entra ID, and is not read"},
		{"no file", settings.Options{Dir: t.TempDir(), Environ: empty}, "nothing is set: there is no appsettings.json, and there are no variables AzureAdB2C__… or B2C_…"},
		{"no folder", settings.Options{Dir: filepath.Join(dir, "other.json"), Environ: empty}, `"` + filepath.Join(dir, "other.json") + `" is no folder`},
		{"file that is not there", settings.Options{File: "nowhere.json", Environ: empty}, `"nowhere.json" is not there`},
		{"name of an environment", settings.Options{Dir: dir, Environment: "a/b", Environ: empty}, `the environment's name is "a/b", which can't be a part of a file's name`},
	} {
		_, err := settings.Read(&tc.opts)
		wantMistakes(t, tc.name, err, strings.Split(tc.want, "\n")...)
		if nothing := strings.HasPrefix(tc.want, "nothing is set"); errors.Is(err, settings.ErrNone) != nothing {
			t.Errorf("%s: got ErrNone %v, want %v", tc.name, !nothing, nothing)
		}
	}
}

// TestUnreadable: a file that is a folder is told by its name.
func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "appsettings.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := settings.Read(&settings.Options{Dir: dir, Environ: []string{}})
	wantMistakes(t, "folder", err, filepath.Join(dir, "appsettings.json")+" can't be read: is a directory")
}

// TestProcess: nil options mean the working directory and the process's variables.
func TestProcess(t *testing.T) {
	t.Chdir(write(t, map[string]string{"appsettings.json": section(good)}))
	t.Setenv("B2C_FLOWS", "B2C_1_env")
	s, err := settings.Read(nil)
	if err != nil || !slices.Equal(s.TrustedFlows(), []string{"B2C_1_env"}) || s.ClientID() != clientID {
		t.Errorf("got %v, %v; want the flow of the environment and the client of the file", s, err)
	}
}
