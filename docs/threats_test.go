// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

var testName = regexp.MustCompile("`([a-z0-9/-]+\\.(?:Test|Fuzz)\\w+)`")

// claims returns what is wrong with a threat model: a defended threat with no test
// that holds it, or with one that does not exist; and how many it claims.
func claims(text string, exists func(test string) bool) (n int, found []string) {
	_, text, _ = strings.Cut(text, "\n## What is defended\n")
	text, _, ended := strings.Cut(text, "\n## What is not defended\n")
	if !ended {
		return 0, []string{"the two headings are gone"}
	}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| threat ") || strings.HasPrefix(line, "| ---") {
			continue
		}
		n++
		tests := testName.FindAllStringSubmatch(line, -1)
		if len(tests) == 0 {
			found = append(found, "no test holds: "+strings.TrimSpace(line))
		}
		for _, m := range tests {
			if !exists(m[1]) {
				found = append(found, "there is no test "+m[1])
			}
		}
	}
	return n, found
}

// Each threat that SECURITY.md calls defended names tests, and they exist.
func TestThreats(t *testing.T) {
	s := readTree(t)
	text, err := os.ReadFile(path.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	n, found := claims(string(text), func(name string) bool { return s.tests[name] })
	for _, f := range found {
		t.Errorf("SECURITY.md: %s", f)
	}
	if n < 20 {
		t.Errorf("SECURITY.md has %d threats that are defended", n)
	}
}

func TestClaims(t *testing.T) {
	const head, foot = "\n## What is defended\n| threat | defence | tests |\n|---|---|---|\n", "\n## What is not defended\n| a | b |\n"
	exists := func(name string) bool { return name == "jwks/keyfile.TestForged" }
	for row, want := range map[string]string{
		"| a | b | `jwks/keyfile.TestForged` |":                             "",
		"| a | b | by hand |":                                               "no test holds: | a | b | by hand |",
		"| a | b | `jwks/keyfile.TestForged`, `jwks/keyfile.TestRemoved` |": "there is no test jwks/keyfile.TestRemoved",
	} {
		if n, found := claims(head+row+foot, exists); n != 1 || strings.Join(found, "; ") != want {
			t.Errorf("%s: got %d, %q", row, n, found)
		}
	}
	if _, found := claims("# Security", exists); len(found) == 0 {
		t.Error("no threat model: got no error")
	}
}
