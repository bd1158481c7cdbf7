// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/settings"
)

const (
	tenantID = "775527ff-9a37-4307-8b3d-cc311f58d925"
	clientID = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	otherID  = "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"
)

// good is a section without mistakes, but for its end.
const good = `"Instance": "https://contoso.b2clogin.com", "Domain": "contoso.onmicrosoft.com", "TenantId": "` + tenantID + `", ` +
	`"ClientId": "` + clientID + `", "SignUpSignInPolicyId": "B2C_1_susi"`

// section returns appsettings.json with a section of these members.
func section(members string) string { return `{"AzureAdB2C": {` + members + `}}` }

// read reads settings from files, by name, and variables.
func read(t *testing.T, files map[string]string, environ ...string) (*settings.Settings, error) {
	t.Helper()
	return settings.Read(&settings.Options{Dir: write(t, files), Environ: append([]string{}, environ...)})
}

func write(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// mustRead is read where there should be no mistake.
func mustRead(t *testing.T, files map[string]string, environ ...string) *settings.Settings {
	t.Helper()
	s, err := read(t, files, environ...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wantMistakes compares an error with the lines it should have.
func wantMistakes(t *testing.T, name string, err error, want ...string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != strings.Join(want, "\n") {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, strings.Join(want, "\n"))
	}
}
