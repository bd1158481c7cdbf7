// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	qualified = regexp.MustCompile(`\b([a-z]\w*)\.([A-Z]\w*)((?:\.[A-Z]\w*)*)`)
	member    = regexp.MustCompile(`\b([A-Z]\w*)\.([A-Z]\w*)\b`)
	code      = regexp.MustCompile("(?s)```\\w*\n.*?```|`[^`\n]+`")
	target    = regexp.MustCompile(`\bmake ([a-z][a-z-]*)`)
	flagName  = regexp.MustCompile(`(?:^|\s)(--[a-z][a-z-]*)`)
	ofB2ckit  = regexp.MustCompile(`(?:^|[\s/])b2ckit ([a-z]+)(.*)`)
	theirs    = regexp.MustCompile(`(?m)^\| .*? \|`) // the first column of a table
	comment   = regexp.MustCompile(`(?m)^\s*//.*$|\s// .*$`)
)

// wrong returns the names of the kit in a text that the kit does not declare.
func (s *source) wrong(text string) (found []string) {
	for _, m := range qualified.FindAllStringSubmatch(text, -1) {
		names, ours := s.names[m[1]]
		if ours && len(names) > 0 && !names[m[2]] {
			found = append(found, m[1]+"."+m[2])
			continue
		}
		if first, _, _ := strings.Cut(strings.TrimPrefix(m[3], "."), "."); ours && first != "" && s.types[m[2]] && !names[m[2]+"."+first] {
			found = append(found, m[1]+"."+m[2]+"."+first)
		}
	}
	for _, m := range member.FindAllStringSubmatch(text, -1) {
		if s.types[m[1]] && m[1] != "Request" && !s.members[m[0]] { // net/http has one, too
			found = append(found, m[0])
		}
	}
	return found
}

// What a page shows as code names only what is there.
func TestPages(t *testing.T) {
	s := readTree(t)
	makefile, err := os.ReadFile(path.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	err = files(".md", func(name string, data []byte) error {
		if path.Dir(name) != "docs" && !slices.Contains(pages, name) {
			return nil
		}
		if name == "docs/coming-from.md" {
			data = theirs.ReplaceAll(data, nil)
		}
		for _, c := range code.FindAllString(string(data), -1) {
			found++
			if strings.HasPrefix(c, "```go\n") {
				continue // TestGo compiles it
			}
			for _, wrong := range s.wrong(testName.ReplaceAllString(c, "")) { // tests are TestThreats's
				t.Errorf("%s: there is no %s", name, wrong)
			}
			for _, m := range target.FindAllStringSubmatch(c, -1) {
				if !strings.Contains(string(makefile), "\n"+m[1]+":") {
					t.Errorf("%s: there is no make %s", name, m[1])
				}
			}
			for line := range strings.Lines(strings.Trim(c, "`")) {
				for _, m := range ofB2ckit.FindAllStringSubmatch(line, -1) {
					words := []string{m[1]}
					for _, f := range flagName.FindAllStringSubmatch(m[2], -1) {
						words = append(words, f[1])
					}
					if err := checkB2ckit(words); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 100 {
		t.Errorf("the pages show %d pieces of code; is this test blind?", found)
	}
}

// So do the comments in the kit's own code and in its examples.
func TestComments(t *testing.T) {
	s := readTree(t)
	err := files(".go", func(name string, data []byte) error {
		if strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "example_test.go") {
			return nil
		}
		for _, c := range comment.FindAllString(string(data), -1) {
			for _, wrong := range s.wrong(c) {
				t.Errorf("%s: there is no %s, as it says here: %s", name, wrong, strings.TrimSpace(c))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A name that was removed, misspelt or is another type's is found.
func TestWrong(t *testing.T) {
	s := readTree(t)
	for text, want := range map[string]string{
		"validator.Options.Keys":        "",
		"validator.Options.Kees":        "validator.Options.Kees Options.Kees",
		"jwks.NewStattic":               "jwks.NewStattic",
		"`Options.KeyGrace`":            "",
		"`Options.KeyGraze`":            "Options.KeyGraze",
		"http.NoSuchThing, errors.Is":   "",
		"g := guard.New(v, nil)":        "",
		"b2chttp.New(guard.Now(v), nil": "guard.Now",
	} {
		if got := strings.Join(s.wrong(text), " "); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
