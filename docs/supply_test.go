// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	uses    = regexp.MustCompile(`(?m)^\s*(?:- )?uses:\s*(\S+)(.*)$`)
	pinned  = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
	version = regexp.MustCompile(`^ # v\d+\.\d+\.\d+$`)
)

// unpinned returns the actions of a workflow that whoever owns them could change:
// those without a whole commit, which has its version beside it for readers.
func unpinned(workflow string) (found []string) {
	for _, m := range uses.FindAllStringSubmatch(workflow, -1) {
		if !pinned.MatchString(m[1]) || !version.MatchString(m[2]) {
			found = append(found, strings.TrimSpace(m[0]))
		}
	}
	return found
}

// What CI runs of others is one commit, not what a tag points to today.
func TestActionsArePinned(t *testing.T) {
	list, err := fs.Glob(os.DirFS(root), ".github/workflows/*")
	if err != nil || len(list) == 0 {
		t.Fatalf("got the workflows %q, %v", list, err)
	}
	for _, name := range list {
		data, err := os.ReadFile(path.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if !strings.Contains(text, "\npermissions:\n  contents: read\n") {
			t.Errorf("%s: the workflow may do more than read", name)
		}
		if !uses.MatchString(text) {
			t.Errorf("%s: no action found; is this test blind?", name)
		}
		for _, line := range unpinned(text) {
			t.Errorf("%s: not pinned to a commit with its version as a comment: %s", name, line)
		}
	}
}

func TestUnpinned(t *testing.T) {
	const commit = "de0fac2e4500dabe0009e67214ff5f5447ce83dd"
	for line, want := range map[string]bool{
		"      - uses: actions/checkout@" + commit + " # v6.0.2": true,
		"        uses: a/b/c@" + commit + " # v1.0.0":            true,
		"      - uses: actions/checkout@" + commit:               false,
		"      - uses: actions/checkout@v6":                      false,
		"      - uses: actions/checkout@main # v6.0.2":           false,
		"      - uses: actions/checkout":                         false,
		"      - uses: actions/checkout@de0fac2 # v6.0.2":        false,
		"      - uses: docker://alpine:3":                        false,
	} {
		if got := len(unpinned(line)) == 0; got != want {
			t.Errorf("%s: got pinned %v", line, got)
		}
	}
}

// Nothing that was built lies in the tree: nobody can review it, and each clone
// would carry it for ever.
func TestNothingBuiltInTree(t *testing.T) {
	err := files("", func(name string, data []byte) error {
		if built(data) {
			t.Errorf("%s is a program; build into bin/ or elsewhere", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(program); err != nil || !built(data) {
		t.Errorf("this test is a program, and was not found to be one (%v)", err)
	}
}

// built reports whether data begins as a program for Linux, Windows or macOS does,
// or as a library's archive.
func built(data []byte) bool {
	for _, magic := range []string{"\x7fELF", "MZ", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", "!<arch>\n"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return true
		}
	}
	return false
}
