// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is generated from the code anew")

// closedLists are the types whose constants are all that an error or a refusal can say.
var closedLists = map[string]string{"Reason": "validator guard", "Class": "acquire", "Hint": "validator"}

// words are the texts of the constants of the closed lists, with the constant's name.
func words(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, dir := range []string{"validator", "guard", "acquire"} {
		for _, file := range parseDir(t, dir) {
			for _, d := range file.Decls {
				consts, ok := d.(*ast.GenDecl)
				if !ok || consts.Tok != token.CONST {
					continue
				}
				for _, spec := range consts.Specs {
					v := spec.(*ast.ValueSpec)
					kind, ok := v.Type.(*ast.Ident)
					if !ok || !slices.Contains(strings.Fields(closedLists[kind.Name]), dir) {
						continue
					}
					word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					found[word] = dir + "." + v.Names[0].Name
				}
			}
		}
	}
	return found
}

func parseDir(t *testing.T, dir string) (list []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, file)
	}
	return list
}

var entry = regexp.MustCompile("(?m)^(?:### |\\| )`([a-z_0-9]+)`(?:$| \\|)")

// Each word that a log or an error may have stands on the page, and no other.
func TestTroubleshooting(t *testing.T) {
	text := readPage(t, "docs/troubleshooting.md")
	list := words(t)
	if len(list) < 40 {
		t.Fatalf("got %d words; is this test blind?", len(list))
	}
	entries := map[string]bool{}
	for _, m := range entry.FindAllStringSubmatch(text, -1) {
		entries[m[1]] = true
		if list[m[1]] == "" {
			t.Errorf("troubleshooting.md explains %q, which nothing says", m[1])
		}
	}
	for _, word := range slices.Sorted(maps.Keys(list)) {
		if !entries[word] {
			t.Errorf("troubleshooting.md does not explain %q (%s): add a section", word, list[word])
		}
	}
}

// The tables of codes, B2C's and those of External ID and Entra, are those of package
// acquire.
func TestCodes(t *testing.T) {
	checkCodes(t, "meanings", "AADB2C", "<!-- codes: go test ./docs -run TestCodes -update -->\n", 90)
	checkCodes(t, "stsMeanings", "AADSTS", "<!-- AADSTS codes: go test ./docs -run TestCodes -update -->\n", 100)
}

func checkCodes(t *testing.T, variable, prefix, begin string, least int) {
	t.Helper()
	const end = "<!-- end of codes -->"
	text := readPage(t, "docs/troubleshooting.md")
	before, rest, found := strings.Cut(text, begin)
	was, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("the marks of the table of %s are gone", prefix)
	}
	table := codeTable(t, variable, prefix, least)
	if was == table {
		return
	}
	if !*update {
		t.Fatalf("the table is not that of acquire.%s: go test ./docs -run TestCodes -update", variable)
	}
	if err := os.WriteFile(filepath.Join(root, "docs/troubleshooting.md"), []byte(before+begin+table+end+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

func readPage(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(path.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func codeTable(t *testing.T, variable, prefix string, least int) string {
	t.Helper()
	texts, classes := map[string]string{}, map[string]string{}
	for word, constant := range words(t) {
		if name, ok := strings.CutPrefix(constant, "acquire."); ok {
			classes[name] = word
		}
	}
	rows := map[string]string{}
	for _, file := range parseDir(t, "acquire") {
		for _, d := range file.Decls {
			general, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range general.Specs {
				v, ok := spec.(*ast.ValueSpec)
				switch {
				case !ok || len(v.Values) != len(v.Names):
				case general.Tok == token.CONST:
					for i, name := range v.Names {
						texts[name.Name] = constant(v.Values[i], texts)
					}
				case v.Names[0].Name == variable:
					for _, e := range v.Values[0].(*ast.CompositeLit).Elts {
						pair := e.(*ast.KeyValueExpr)
						m := pair.Value.(*ast.CompositeLit).Elts
						code := constant(pair.Key, texts)
						rows[code] = fmt.Sprintf("| %s%s | %s | %s |\n", prefix, code, classes[m[0].(*ast.Ident).Name], constant(m[1], texts))
					}
				}
			}
		}
	}
	if len(rows) < least {
		t.Fatalf("got %d codes; is this test blind?", len(rows))
	}
	table := "| code | class | what to do |\n|---|---|---|\n"
	byNumber := func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }
	for _, code := range slices.SortedFunc(maps.Keys(rows), byNumber) {
		table += rows[code]
	}
	return table
}

// constant is the value of an expression of strings.
func constant(e ast.Expr, known map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.Ident:
		return known[e.Name]
	case *ast.BinaryExpr:
		return constant(e.X, known) + constant(e.Y, known)
	}
	return ""
}
