// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Arrows holds the imports of every Go file against house.txt, the table of what
// each package may import.
//
//	go run -C tools ./arrows
package main

import (
	_ "embed"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/b2ckit/b2ckit/"

//go:embed house.txt
var table string

func main() {
	found, err := parse(table).check(os.DirFS(".."))
	if err != nil {
		found = append(found, err.Error())
	}
	for _, f := range found {
		fmt.Println(f)
	}
	if len(found) > 0 {
		os.Exit(1)
	}
}

type house struct {
	rows    []row // what packages may import
	tests   []row // what their tests may import besides
	watched []row // what needs an arrow although it is in the standard library, or has a reason of its own
}

type row struct {
	pattern string
	may     []string
	why     string
	used    map[string]bool // of may
}

// parse reads the table. The comment above a row, or above a block of rows, is
// the reason why they may import no more.
func parse(text string) (h house) {
	var why string
	commented := false // by the line before
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		comment, isComment := strings.CutPrefix(line, "# ")
		name, rest, isRow := strings.Cut(line, ":")
		kind, pattern, hasKind := strings.Cut(name, " ")
		switch r := (row{name, strings.Fields(rest), why, map[string]bool{}}); {
		case isComment && commented:
			why += " " + comment
		case isComment:
			why = comment
		case !isRow:
			why = ""
		case !hasKind:
			h.rows = append(h.rows, r)
		case kind == "tests":
			r.pattern = pattern
			h.tests = append(h.tests, r)
		case kind == "watch":
			h.watched = append(h.watched, row{pattern: pattern, why: strings.TrimSpace(rest)})
		}
		commented = isComment
	}
	return h
}

// check returns what is wrong with the Go files of the tree, a line each.
func (h house) check(tree fs.FS) ([]string, error) {
	arrows, err := read(tree)
	var found []string
	for _, a := range arrows {
		dir := path.Dir(a.pos.Filename)
		if _, ok := closest(h.rows, dir); !ok {
			found = append(found, dir+": this package has no row in tools/arrows/house.txt")
		} else if why := h.refuses(a.pos.Filename, a.to); why != "" {
			found = append(found, fmt.Sprintf("%s: %s", a.pos, why))
		}
	}
	for _, r := range slices.Concat(h.rows, h.tests) {
		for _, to := range r.may {
			if !r.used[to] {
				found = append(found, fmt.Sprintf("tools/arrows/house.txt: %s: nothing needs the arrow to %s", r.pattern, to))
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found), err
}

// An arrow is one import.
type arrow struct {
	pos token.Position
	to  string
}

// read returns the arrows of the tree, whatever their build tags.
func read(tree fs.FS) (arrows []arrow, err error) {
	err = fs.WalkDir(tree, ".", func(file string, d fs.DirEntry, err error) error {
		switch name := path.Base(file); {
		case err != nil:
			return err
		case d.IsDir() && file != "." && (name[0] == '.' || name == "testdata" || name == "node_modules"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		src, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}
		lines := token.NewFileSet()
		parsed, err := parser.ParseFile(lines, file, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			arrows = append(arrows, arrow{lines.Position(spec.Pos()), to})
		}
		return nil
	})
	return arrows, err
}

// refuses returns why the file may not import the package, empty if it may.
func (h house) refuses(file, imported string) string {
	to, ours := strings.CutPrefix(imported, module)
	isTest := strings.HasSuffix(file, "_test.go")
	watched, isWatched := closest(h.watched, to)
	if !ours && !foreign(to) && (isTest || !isWatched) {
		return "" // the standard library
	}
	from := path.Dir(file)
	r, _ := closest(h.rows, from)
	if t, _ := closest(h.tests, from); isTest && t.allows(to) || r.allows(to) {
		return ""
	}
	if covers(watched.pattern, from) {
		watched.why = "" // it is for those outside
	}
	return strings.TrimSpace(fmt.Sprintf("%s must not import %s. %s %s", from, to, r.why, watched.why))
}

func (r row) allows(to string) bool {
	i := slices.IndexFunc(r.may, func(m string) bool { return covers(m, to) })
	if i < 0 {
		return false
	}
	r.used[r.may[i]] = true
	return true
}

// closest returns the row with the longest pattern that covers the name.
func closest(rows []row, name string) (best row, ok bool) {
	for _, r := range rows {
		if covers(r.pattern, name) && (!ok || len(r.pattern) > len(best.pattern)) {
			best, ok = r, true
		}
	}
	return best, ok
}

// covers reports whether the pattern matches the name, as go list has it; "..."
// is all of the kit.
func covers(pattern, name string) bool {
	base, below := strings.CutSuffix(pattern, "...")
	return name == pattern || name+"/" == base || below && strings.HasPrefix(name, base) && (base != "" || !foreign(name))
}

// foreign reports whether the import is of another module, whose name begins with a domain.
func foreign(name string) bool {
	domain, _, _ := strings.Cut(name, "/")
	return strings.Contains(domain, ".")
}
