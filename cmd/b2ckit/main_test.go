// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
)

var update = flag.Bool("update", false, "write the help texts to testdata/help as they are")

// run runs b2ckit and returns its exit status and both outputs.
func run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	status = cli.Run(t.Context(), &cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, args, commands...)
	return status, out.String(), errs.String()
}

// names are those of the commands.
func names() []string {
	all := []string{"completion"}
	for _, construct := range commands {
		all = append(all, construct(&cli.Streams{}).Name())
	}
	slices.Sort(all)
	return all
}

// TestHelp: each help text is the one in testdata/help, fits 80 columns, and all
// ways to it lead to the same.
func TestHelp(t *testing.T) {
	texts := map[string]string{}
	for _, c := range append(names(), "") {
		ways := [][]string{{c, "--help"}, {c, "-h"}, {"help", c}}
		if c == "" {
			ways = [][]string{{"--help"}, {"-h"}, {"help"}}
		}
		for _, args := range ways {
			status, stdout, stderr := run(t, args...)
			if status != 0 || stderr != "" {
				t.Errorf("%q: got %d, %q", args, status, stderr)
			}
			if texts[c] == "" {
				texts[c] = stdout
			}
			if stdout != texts[c] {
				t.Errorf("%q: got %q, want %q", args, stdout, texts[c])
			}
		}
		for line := range strings.Lines(texts[c]) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
				t.Errorf("%s: a line has %d columns: %s", c, n, line)
			}
		}
		golden(t, "b2ckit "+c, texts[c])
	}
	if status, stdout, stderr := run(t); status != 2 || stdout != "" || stderr != texts[""] {
		t.Errorf("without arguments: got %d, %q, %q", status, stdout, stderr)
	}
	if _, err := os.Stat("testdata/help"); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob("testdata/help/*.txt")
	if err != nil || len(left) != len(texts) {
		t.Errorf("got %d texts for %d commands: %q, %v", len(left), len(texts), left, err)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata/help", strings.ReplaceAll(strings.TrimSpace(name), " ", "-")+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("%s: %v; go test ./cmd/b2ckit -update writes it. Got\n%s", path, err, got)
	}
}

var (
	exampleLine = regexp.MustCompile(`b2ckit ([a-z]+)([^|&#\n]*)`)
	flagWord    = regexp.MustCompile(`\s(--[a-z][a-z-]*)`)
)

// TestExamples: each command has an example of itself, and the examples name commands
// and flags that there are.
func TestExamples(t *testing.T) {
	for _, c := range names() {
		_, help, _ := run(t, "help", c)
		_, examples, ok := strings.Cut(help, "\nExamples:\n")
		if !ok || !strings.Contains(examples, "b2ckit "+c) {
			t.Errorf("%s: there is no example in\n%s", c, help)
		}
		for _, m := range exampleLine.FindAllStringSubmatch(examples, -1) {
			status, of, _ := run(t, "help", m[1])
			if status != 0 {
				t.Errorf("%s: there is no command %s", c, m[1])
			}
			for _, f := range flagWord.FindAllStringSubmatch(m[2], -1) {
				if !strings.Contains(of, "\n  "+f[1]+" ") && !strings.Contains(of, "\n  "+f[1]+"\n") {
					t.Errorf("%s: %s has no flag %s", c, m[1], f[1])
				}
			}
		}
	}
}

// TestMistypes: what is meant is said, and no more is shown than a word.
func TestMistypes(t *testing.T) {
	token := "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"serve"}, "b2ckit: there is no command \"serve\"\nWhat there is: b2ckit help\n"},
		{[]string{"emualte"}, "b2ckit: there is no command \"emualte\"; is emulate meant?\nWhat there is: b2ckit help\n"},
		{[]string{"emualte", "--port", "1"}, "b2ckit: there is no command \"emualte\"; is emulate meant?\nWhat there is: b2ckit help\n"},
		{[]string{"help", "serve"}, "b2ckit help: there is no command \"serve\"\nWhat there is: b2ckit help\n"},
		{[]string{"--verson"}, "b2ckit: there is no flag --verson; is --version meant?\nWhat there is: b2ckit help\n"},
		{[]string{"emulate", "-http"}, "b2ckit emulate: there is no flag -http; is --http meant?\nIts flags: b2ckit help emulate\n"},
		{[]string{"token", "-host=x", "y"}, "b2ckit token: there is no flag -host; is --host meant?\nIts flags: b2ckit help token\n"},
		{[]string{"emulate", "http"}, "b2ckit emulate: \"http\" is no flag; is --http meant?\nIts flags: b2ckit help emulate\n"},
		{[]string{"-version"}, "b2ckit: there is no flag -version; is --version meant?\nWhat there is: b2ckit help\n"},
		{[]string{"version", "now"}, "b2ckit version: \"now\" is no flag\nIts flags: b2ckit help version\n"},
		{[]string{token}, "b2ckit: there is no command a long argument\nWhat there is: b2ckit help\n"},
		{[]string{"version", token}, "b2ckit version: a long argument is no flag\nIts flags: b2ckit help version\n"},
		{[]string{"completion"}, "b2ckit completion: name one shell: bash, zsh, fish or powershell\nIts flags: b2ckit help completion\n"},
		{[]string{"completion", "csh"}, "b2ckit completion: no shell \"csh\": want bash, zsh, fish or powershell\nIts flags: b2ckit help completion\n"},
	} {
		if status, stdout, stderr := run(t, c.args...); status != 2 || stdout != "" || stderr != c.want {
			t.Errorf("%q: got %d, %q, %q, want %q", c.args, status, stdout, stderr, c.want)
		}
	}
}

// TestCompletion: each shell gets a script, and what the scripts ask is answered.
func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		status, stdout, stderr := run(t, "completion", shell)
		if status != 0 || stderr != "" || !strings.Contains(stdout, "b2ckit") || !strings.Contains(stdout, "__complete") {
			t.Errorf("%s: got %d, %.80q, %q", shell, status, stdout, stderr)
		}
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"em"}, "emulate\tan Azure AD B2C tenant on this machine"},
		{[]string{"emulate", "--sig"}, "--sign-in-as\teveryone who comes"},
		{[]string{"completion", ""}, "bash\nzsh\nfish\npowershell\n"},
		{[]string{"help", ""}, "completion\n"},
	} {
		status, stdout, _ := run(t, append([]string{"__complete"}, c.args...)...)
		if status != 0 || !strings.HasPrefix(stdout, c.want) {
			t.Errorf("%q: got %d, %q, want %q", c.args, status, stdout, c.want)
		}
	}
}
