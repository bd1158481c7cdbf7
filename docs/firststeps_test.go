// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFirstSteps does what first-steps.md tells a newcomer to do, in a folder outside of
// the project: the commands up to the passing test, and the files.
func TestFirstSteps(t *testing.T) {
	t.Parallel()
	clone, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var begin, test, want string
	sources := map[string]string{}
	for _, b := range readBlocks(t) {
		switch {
		case b.page != "docs/first-steps.md":
		case b.lang == "sh" && strings.Contains(b.text, "go mod init"):
			_, begin, _ = strings.Cut(b.text, "\n") // the first line clones
			begin = strings.ReplaceAll(begin, "=../b2ckit", "='"+clone+"'")
		case b.lang == "sh" && strings.Contains(b.text, "go test"):
			test = b.text
		case b.lang == "text" && want == "" && test != "":
			want = b.text
		case b.file != "":
			sources[b.file] = b.text
		}
	}
	sh := func(dir, script string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", "-ec", script)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, script, out)
		}
		return string(out)
	}
	sh(dir, begin)
	for name, text := range sources {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := sh(filepath.Join(dir, "tasks"), test)
	if len(sources) != 2 || want == "" || !outputMatches(out[strings.LastIndex(strings.TrimSpace(out), "\n")+1:], want) {
		t.Errorf("%d files; got\n%s\nwant at the end\n%s", len(sources), out, want)
	}
}
