// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Each exported name of the packages that users import has a comment that begins with it,
// and each package one that begins with "Package". Constants and variables of a group may
// share the group's.
func TestGoDoc(t *testing.T) {
	names := 0
	packages := map[string]bool{}
	err := files(".go", func(name string, data []byte) error {
		dir := path.Dir(name)
		top, _, _ := strings.Cut(dir, "/")
		inside := slices.Contains([]string{"benchmarks", "cmd", "examples", "interop", "soak", "tools"}, top)
		if inside || strings.HasSuffix(name, "_test.go") || strings.Contains("/"+dir+"/", "/internal/") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, data, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil || file.Name.Name == "main" {
			return err
		}
		packages[dir] = packages[dir] || strings.HasPrefix(file.Doc.Text(), "Package "+file.Name.Name+" ")
		for _, d := range file.Decls {
			for _, e := range exported(d) {
				names++
				if why := e.wrong(); why != "" {
					t.Errorf("%s: the comment of %s %s", name, e.name, why)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, ok := range packages {
		if !ok {
			t.Errorf("%s: no comment begins with Package and its name", dir)
		}
	}
	if names < 300 || len(packages) < 20 {
		t.Errorf("got %d names in %d packages; is this test blind?", names, len(packages))
	}
}

// exportedName is a name with its comment.
type exportedName struct {
	name, comment string
	shared        bool // the comment is that of a group
}

func (e exportedName) wrong() string {
	last := e.name[strings.LastIndex(e.name, ".")+1:]
	switch {
	case e.comment == "":
		return "is missing"
	case e.shared:
		return ""
	case !regexp.MustCompile(`^(?:(?:A|An|The) )?`+regexp.QuoteMeta(last)+`\b`).MatchString(e.comment) && !strings.HasPrefix(e.comment, "Deprecated:"):
		return "begins otherwise"
	}
	return ""
}

func exported(d ast.Decl) (list []exportedName) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			of := typeName(d.Recv.List[0].Type)
			if !ast.IsExported(of) {
				return nil
			}
			name = of + "." + name
		}
		if d.Name.IsExported() {
			list = append(list, exportedName{name, d.Doc.Text(), false})
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			list = append(list, exportedSpec(d, spec)...)
		}
	}
	return list
}

func exportedSpec(d *ast.GenDecl, spec ast.Spec) (list []exportedName) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() {
			comment := spec.Doc.Text()
			if comment == "" {
				comment = d.Doc.Text()
			}
			list = append(list, exportedName{spec.Name.Name, comment, false})
			list = append(list, fieldsOf(spec, comment)...)
		}
	case *ast.ValueSpec:
		own := spec.Doc.Text() + spec.Comment.Text()
		for _, n := range spec.Names {
			if n.IsExported() {
				e := exportedName{n.Name, own, len(spec.Names) > 1 || spec.Doc == nil}
				if e.comment == "" {
					e = exportedName{n.Name, d.Doc.Text(), len(d.Specs) > 1}
				}
				list = append(list, e)
			}
		}
	}
	return list
}

// fieldsOf are the exported fields and methods within a type. Of them a comment may begin
// otherwise, and stand behind them or above a block of several; one alone, or one that the
// type's comment names, needs none.
func fieldsOf(spec *ast.TypeSpec, ofType string) (list []exportedName) {
	var fields *ast.FieldList
	switch t := spec.Type.(type) {
	case *ast.StructType:
		fields = t.Fields
	case *ast.InterfaceType:
		fields = t.Methods
	default:
		return nil
	}
	named := slices.DeleteFunc(slices.Clone(fields.List), func(f *ast.Field) bool { return len(f.Names) == 0 })
	comment := ""
	for _, f := range fields.List {
		if own := f.Doc.Text() + f.Comment.Text(); own != "" {
			comment = own
		}
		for _, n := range f.Names {
			if n.IsExported() && len(named) > 1 && !regexp.MustCompile(`\b`+n.Name+`\b`).MatchString(ofType) {
				list = append(list, exportedName{spec.Name.Name + "." + n.Name, comment, true})
			}
		}
	}
	return list
}

func TestExported(t *testing.T) {
	const source = `package p
// New makes one.
func New() {}
func Old() {}
// It is a T.
type T struct {
	A int // is a number
	B int
}
// Words.
const (
	X = 1
	Y = 2
)
var Z = 3
`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, d := range file.Decls {
		for _, e := range exported(d) {
			if why := e.wrong(); why != "" {
				got += e.name + " " + why + "; "
			}
		}
	}
	if want := "Old is missing; T begins otherwise; Z is missing; "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
