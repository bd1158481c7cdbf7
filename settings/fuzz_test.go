// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/settings"
)

// FuzzRead reads whatever stands in a file and in variables: it never panics, tells
// no secret, speaks no Go to an operator, and what passes makes a validator.
func FuzzRead(f *testing.F) {
	f.Add(section(good), "B2C_FLOWS=B2C_1_x")
	f.Add(section(good+`, "ClientSecret": "@"`), "AzureAdB2C__ClientSecret=@")
	f.Add(section(good+`, "ClientSecret": @`), "B2C_CLIENT_SECRET=@ ")
	f.Add(section(good+`, "ClientSecret": ["@"], "Authority": "x"`), "B2C_CLIENT_SECRET=\n@")
	f.Add(section(good+`, "ClientCredentials": [{"SourceType": "ClientSecret", "ClientSecret": "@"}, {"ClientSecret": "x"}]`), "B2C_TENANT=x.y")
	f.Add(section(`"Authority": "https://contoso.b2clogin.com/`+tenantID+`/B2C_1_susi", "ClientId": "`+clientID+`"`), "B2C_HOSTS=a b")
	f.Add("\xef\xbb\xbf{/**/\"AzureAdB2C\":{\"TrustedPolicies\":[\"\\ud800\",],},}//", "ASPNETCORE_ENVIRONMENT=x")
	data, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		section, ok := sectionOf(line)
		if ok {
			f.Add(`{`+strings.ReplaceAll(section, "Q~s3cret", "@")+`}`, "B2C_CLIENT_SECRET=@")
		}
	}
	// The secret takes the place of an @ between quotes, or at the end of what is for
	// it: there it is a value, or would be but for a mistake. It is no name of a key.
	const secret = "Q~s3cretQ~s3cret"
	f.Fuzz(func(t *testing.T, file, variable string) {
		if len(file)+len(variable) > 2<<10 {
			return // longer ones find nothing else, and take their time
		}
		dir := t.TempDir()
		if strings.Count(file, "@") == 1 {
			file = strings.ReplaceAll(file, `"ClientSecret": "@`, `"ClientSecret": "`+secret)
			file = strings.ReplaceAll(file, `"ClientSecret": @`, `"ClientSecret": `+secret)
		}
		if strings.HasPrefix(variable, "B2C_CLIENT_SECRET=") {
			variable = strings.ReplaceAll(variable, "@", secret)
		}
		if err := os.WriteFile(filepath.Join(dir, "appsettings.json"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := settings.Read(&settings.Options{Dir: dir, Environ: []string{variable, strings.ToUpper(variable)}})
		text := fmt.Sprintf("%v %+v %#v", err, s, s)
		if s != nil {
			text += fmt.Sprint(s.Notes())
			useAll(t, s)
		}
		if strings.Contains(text, secret) {
			t.Errorf("the secret is shown: %s", text)
		}
		for _, word := range []string{"authority: ", "validator: ", "acquire: ", "guard: ", "Options.", "NewTenant", "Tenant.", "EntraMultiTenant", "WithHost", "see Entra", "; use ExternalID", "use Entra", "use B2C"} {
			if err != nil && strings.Contains(err.Error(), word) && !strings.Contains(file+variable, word) {
				t.Errorf("%q means nothing to an operator: %v", word, err)
			}
		}
		if err != nil && strings.Contains(text, "\x1b") {
			t.Errorf("the error has what was found, unescaped: %q", text)
		}
	})
}

// useAll makes all that settings make, of which only what is missing may fail.
func useAll(t *testing.T, s *settings.Settings) {
	t.Helper()
	g, v, err := s.Guard(nil, nil)
	switch {
	case slices.ContainsFunc(s.Trusted(), func(a authority.Authority) bool { return len(a.Audiences()) == 0 }):
	case err != nil || g == nil:
		t.Errorf("guard: %v", err)
	default:
		_ = v.Close()
	}
	for _, name := range s.Sections() {
		useApps(t, s.Section(name))
	}
}

func useApps(t *testing.T, s *settings.Settings) {
	t.Helper()
	for _, make := range []func(*acquire.Options) (*acquire.App, error){s.App, s.PublicApp} {
		app, err := make(nil)
		switch {
		case err == nil:
			_ = app.Close()
		case s.ClientID() != "" && s.SignIn().Err() == nil && s.HasCredential():
			t.Errorf("app: %v", err)
		}
	}
}
