// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

// runShell runs a block as it stands and compares what it prints, standard error
// included. The settings are those of an emulated tenant, and there are files with its
// tokens.
func runShell(t *testing.T, b *block, want string) {
	t.Helper()
	program, err := b2ckit()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, other := range readBlocks(t) {
		if other.page == b.page && other.file != "" {
			name := filepath.Join(dir, filepath.FromSlash(other.file))
			if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(other.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	b2c := emulatortest.NewPlainServer(t, nil)
	for name, spec := range map[string]emulator.Spec{
		"token.txt":    {},
		"id-token.txt": {Kind: emulator.IDToken},
		"reset.txt":    {Flow: "B2C_1_reset"},
	} {
		spec.Host = b2c.URL
		if err := os.WriteFile(filepath.Join(dir, name), []byte(emulatortest.Mint(t, b2c.Tenant, spec)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", b.text)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(program)+string(filepath.ListSeparator)+os.Getenv("PATH"), "NO_COLOR=1",
		"B2C_TENANT=contoso", "B2C_TENANT_ID="+b2c.ID(), "B2C_FLOWS=B2C_1_susi", "B2C_AUDIENCE="+b2c.API().ID, "B2C_HOSTS="+b2c.URL)
	out, _ := cmd.CombinedOutput() // a status other than 0 may be what the page is about
	if !outputMatches(strings.NewReplacer(b2c.URL, "https://contoso.b2clogin.com", strings.TrimPrefix(b2c.URL, "http://"), "contoso.b2clogin.com").Replace(string(out)), want) {
		t.Errorf("%s: got\n%s\nwant\n%s", b.at(), out, want)
	}
}

func outputMatches(got, want string) bool {
	pattern := ""
	for line := range strings.Lines(want) {
		line = strings.TrimSuffix(line, "\n")
		if strings.TrimSpace(line) == "…" {
			pattern += `(?:.*\n)*?`
			continue
		}
		start, cut := strings.CutSuffix(line, "…")
		pattern += regexp.QuoteMeta(start)
		if cut {
			pattern += ".*"
		}
		pattern += `[ \t]*\n`
	}
	return regexp.MustCompile(`\A` + pattern + `\z`).MatchString(got)
}

func TestOutputMatches(t *testing.T) {
	for _, c := range []struct {
		got, want string
		match     bool
	}{
		{"a\nb\n", "a\nb\n", true},
		{"a\nb\n", "a\n", false},
		{"a\nx\ny\nb\n", "a\n…\nb\n", true},
		{"a 12 s\n", "a…\n", true},
		{"b 12 s\n", "a…\n", false},
	} {
		if outputMatches(c.got, c.want) != c.match {
			t.Errorf("%q, %q: got %v", c.got, c.want, !c.match)
		}
	}
}
