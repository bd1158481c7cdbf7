// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The pages that say how the kit is now, beside those of docs. CHANGELOG.md has
// names that are gone.
var pages = []string{"README.md", "CONTRIBUTING.md", "SECURITY.md"}

// A block is a piece of code on a page, or a comment that goes with such pieces:
//
//	<!-- setup            Go declarations that readers need not see, for the whole page
//	<!-- file: NAME -->   names the next block; Go says it itself by a first line "// NAME"
type block struct {
	page  string // README.md, docs/fleet.md
	line  int    // of the first line of text
	lang  string // go, sh, json, …; setup for such a comment
	file  string // its name, if it has one
	after string // the language of the block right before it, with nothing in between
	text  string
}

func (b *block) at() string { return fmt.Sprintf("%s:%d", b.page, b.line) }

// slug is the page's name as that of a Go package.
func (b *block) slug() string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSuffix(path.Base(b.page), ".md")), "-", "_")
}

var (
	named  = regexp.MustCompile(`^<!-- file: (\S+) -->$`)
	header = regexp.MustCompile(`\A// ([\w./-]+\.go)\n`)
)

// blocksOf cuts a page into its blocks.
func blocksOf(page, text string) (list []*block) {
	var open *block
	end, before, name := "", "", ""
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case open != nil && trimmed == end:
			if m := header.FindStringSubmatch(open.text); m != nil && open.file == "" {
				open.file = m[1]
			}
			list = append(list, open)
			before, open = open.lang, nil
		case open != nil:
			open.text += line + "\n"
		case strings.HasPrefix(trimmed, "```"):
			open, end = &block{page: page, line: i + 2, lang: strings.TrimPrefix(trimmed, "```"), file: name, after: before}, "```"
			name = ""
		case trimmed == "<!-- setup":
			open, end = &block{page: page, line: i + 2, lang: "setup"}, "-->"
		case named.MatchString(trimmed):
			name = named.FindStringSubmatch(trimmed)[1]
		case trimmed != "":
			before = ""
		}
	}
	if open != nil {
		open.lang = "unclosed"
		list = append(list, open)
	}
	return list
}

// readBlocks returns all blocks of all pages.
func readBlocks(t *testing.T) (list []*block) {
	t.Helper()
	err := files(".md", func(name string, data []byte) error {
		if path.Dir(name) == "docs" || slices.Contains(pages, name) {
			list = append(list, blocksOf(name, string(data))...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Each block says in what language it is, so that none escapes its test.
func TestBlocks(t *testing.T) {
	for _, b := range readBlocks(t) {
		switch b.lang {
		case "go", "setup", "sh", "json": // tested
		case "text", "yaml", "http", "csharp", "python": // what is printed, and others' languages
		default:
			t.Errorf("%s: no test knows a block of %q", b.at(), b.lang)
		}
	}
}

func TestJSON(t *testing.T) {
	for _, b := range readBlocks(t) {
		if b.lang != "json" {
			continue
		}
		values := json.NewDecoder(strings.NewReader(b.text))
		var err error
		for n := 0; err == nil; n++ {
			var v any
			if err = values.Decode(&v); errors.Is(err, io.EOF) && n > 0 {
				break
			}
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", b.at(), err)
		}
	}
}

func TestBlocksOf(t *testing.T) {
	const page = "# A\n\n```go\n// a/main.go\npackage main\n```\n\n```text\nout\n```\ntext\n<!-- file: x.json -->\n```json\n{}\n```\n<!-- setup\nvar x int\n-->\n```sh\nls\n"
	got := ""
	for _, b := range blocksOf("docs/a-b.md", page) {
		got += fmt.Sprintf("%s %s %q %q %q\n", b.at(), b.lang, b.file, b.after, b.text)
	}
	want := `docs/a-b.md:4 go "a/main.go" "" "// a/main.go\npackage main\n"
docs/a-b.md:9 text "" "go" "out\n"
docs/a-b.md:14 json "x.json" "" "{}\n"
docs/a-b.md:17 setup "" "" "var x int\n"
docs/a-b.md:20 unclosed "" "setup" "ls\n\n"
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
