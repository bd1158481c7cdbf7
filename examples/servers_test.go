// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package examples_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestServersHaveTimeouts: people copy the examples, and a server without
// timeouts keeps what clients leave behind. None uses a short cut that has none.
func TestServersHaveTimeouts(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	servers := map[string]int{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if isSelector(n.Type, "http", "Server") {
					servers[filepath.Dir(file)]++
					wantFields(t, file, n, "ReadHeaderTimeout", "WriteTimeout", "IdleTimeout")
				}
			case *ast.CallExpr:
				for _, short := range [][2]string{
					{"http", "ListenAndServe"}, {"http", "Serve"}, {"httptest", "NewServer"}, {"e", "Start"}, {"r", "Run"},
				} {
					if isSelector(n.Fun, short[0], short[1]) {
						t.Errorf("%s: got %s.%s, want an http.Server with timeouts", file, short[0], short[1])
					}
				}
			}
			return true
		})
	}
	for _, dir := range []string{"echo", "gin", "nethttp", "quickstart", "service-to-service", "webapp"} {
		if servers[dir] == 0 {
			t.Errorf("%s: got no http.Server, want one", dir)
		}
	}
}

func wantFields(t *testing.T, file string, server *ast.CompositeLit, names ...string) {
	t.Helper()
	for _, name := range names {
		if !slices.ContainsFunc(server.Elts, func(e ast.Expr) bool {
			field, ok := e.(*ast.KeyValueExpr)
			if !ok {
				return false
			}
			key, ok := field.Key.(*ast.Ident)
			return ok && key.Name == name
		}) {
			t.Errorf("%s: got an http.Server without %s", file, name)
		}
	}
}

func isSelector(e ast.Expr, of, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == of && s.Sel.Name == name
}
