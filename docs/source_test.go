// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package docs_test keeps true what is written about the kit.
package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"strings"
	"sync"
	"testing"
)

const root = ".."

// source is what the Go files of the tree declare.
type source struct {
	tests    map[string]bool            // "jwks.TestRotation": folder and function
	names    map[string]map[string]bool // package name -> exported names, "Options" and "Options.Limiter"
	embedded map[string][]string        // "jwks.Options" -> types whose members are its own
	members  map[string]bool            // "Options.Limiter", of whatever package
	types    map[string]bool            // "Options", of whatever package
}

// tree is read once.
var tree = sync.OnceValues(func() (*source, error) {
	s := &source{map[string]bool{}, map[string]map[string]bool{}, map[string][]string{}, map[string]bool{}, map[string]bool{}}
	err := files(".go", func(name string, data []byte) error {
		file, err := parser.ParseFile(token.NewFileSet(), name, data, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s.add(path.Dir(name), file, strings.HasSuffix(name, "_test.go"))
		return nil
	})
	s.inherit()
	return s, err
})

func readTree(t *testing.T) *source {
	t.Helper()
	s, err := tree()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// files calls f for each file of the tree with this ending, names being relative
// to the root.
func files(ending string, f func(name string, data []byte) error) error {
	tree := os.DirFS(root)
	return fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (base == "node_modules" || base == ".git" || name == "bin" || name == "dist"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ending) || !d.Type().IsRegular():
			return nil
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		return f(name, data)
	})
}

// add adds a file. Of a command's package it is the tests alone: no page names what
// is in there, and some are called as variables are (token.Claims).
func (s *source) add(dir string, file *ast.File, test bool) {
	pkg := file.Name.Name
	if strings.HasPrefix(dir, "cmd/") && !test {
		return
	}
	if s.names[pkg] == nil {
		s.names[pkg] = map[string]bool{}
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			switch {
			case d.Recv != nil && !test:
				s.declare(pkg, typeName(d.Recv.List[0].Type), d.Name.Name)
			case test && d.Recv == nil:
				s.tests[dir+"."+d.Name.Name] = true
			case d.Recv == nil:
				s.declare(pkg, "", d.Name.Name)
			}
		case *ast.GenDecl:
			if !test {
				s.general(pkg, d)
			}
		}
	}
}

func (s *source) general(pkg string, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			for _, n := range spec.Names {
				s.declare(pkg, "", n.Name)
			}
		case *ast.TypeSpec:
			s.declare(pkg, "", spec.Name.Name)
			s.types[spec.Name.Name] = true
			s.fields(pkg, spec)
		}
	}
}

func (s *source) fields(pkg string, spec *ast.TypeSpec) {
	var list *ast.FieldList
	switch t := spec.Type.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return
	}
	for _, f := range list.List {
		for _, n := range f.Names {
			s.declare(pkg, spec.Name.Name, n.Name)
		}
		if len(f.Names) == 0 {
			s.embedded[pkg+"."+spec.Name.Name] = append(s.embedded[pkg+"."+spec.Name.Name], typeName(f.Type))
			s.declare(pkg, spec.Name.Name, typeName(f.Type))
		}
	}
}

// inherit gives a type the members of what it embeds, and of what that embeds.
func (s *source) inherit() {
	for range 3 {
		for outer, inner := range s.embedded {
			pkg, name, _ := strings.Cut(outer, ".")
			for _, t := range inner {
				for member := range maps.Clone(s.names[pkg]) {
					if rest, ok := strings.CutPrefix(member, t+"."); ok {
						s.declare(pkg, name, rest)
					}
				}
			}
		}
	}
}

func (s *source) declare(pkg, of, name string) {
	if of != "" {
		name = of + "." + name
		s.members[name] = true
	}
	s.names[pkg][name] = true
}

// typeName is T for T, *T, T[P] and p.T.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
