// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	origin  = regexp.MustCompile(`(?:src|srcset|href)="([^"]+)"`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fenced  = regexp.MustCompile("(?ms)^```.*?^```")
)

// anchors are the places of a page that a link may name, as GitHub makes them.
func anchors(text string) (list []string) {
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		list = append(list, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, link.ReplaceAllString(m[1], "]")))
	}
	return list
}

// Each link within the project leads somewhere, and each page of docs is reached from
// the README in two steps.
func TestLinks(t *testing.T) {
	texts, links := map[string]string{}, map[string][]string{}
	err := files("", func(name string, data []byte) error {
		texts[name] = ""
		if strings.HasSuffix(name, ".md") {
			texts[name] = string(data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range texts {
		if !strings.HasSuffix(name, ".md") || path.Dir(name) != "docs" && !slices.Contains(pages, name) {
			continue
		}
		prose := code.ReplaceAllString(text, "")
		for _, m := range append(link.FindAllStringSubmatch(prose, -1), origin.FindAllStringSubmatch(prose, -1)...) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			to := name
			if file != "" {
				to = path.Join(path.Dir(name), file)
			}
			links[name] = append(links[name], to)
			if _, there := texts[to]; !there && !slices.ContainsFunc(keys(texts), func(f string) bool { return strings.HasPrefix(f, to+"/") }) {
				t.Errorf("%s: there is no %s", name, to)
			} else if anchor != "" && !slices.Contains(anchors(texts[to]), anchor) {
				t.Errorf("%s: %s has no place #%s", name, to, anchor)
			}
		}
	}
	for name := range texts {
		if path.Dir(name) != "docs" || !strings.HasSuffix(name, ".md") {
			continue
		}
		near := slices.Contains(links["README.md"], name)
		for _, step := range links["README.md"] {
			near = near || slices.Contains(links[step], name)
		}
		if !near {
			t.Errorf("no way of two steps leads from the README to %s", name)
		}
	}
}

func keys(m map[string]string) (list []string) {
	for k := range m {
		list = append(list, k)
	}
	return list
}

func TestAnchors(t *testing.T) {
	got := anchors("# A fleet and B2C's limits\n\n```sh\n# no heading\n```\n## `keys_unavailable`\n### [x](y) z\n")
	if want := []string{"a-fleet-and-b2cs-limits", "keys_unavailable", "x-z"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
