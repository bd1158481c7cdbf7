// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// declared reads the constants of a type of strings out of a file of the source.
func declared(t *testing.T, file, typ string) (all []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		c, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := c.Type.(*ast.Ident); ok && id.Name == typ {
			text, err := strconv.Unquote(c.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, text)
		}
		return true
	})
	if len(all) == 0 {
		t.Fatalf("no constant of type %s in %s", typ, file)
	}
	return all
}

// Every reason and every hint says what to change, and there is nothing to change for
// what nobody declared.
func TestEveryRefusalHasARemedy(t *testing.T) {
	texts := map[string]string{}
	for _, s := range declared(t, "reason.go", "Reason") {
		texts["reason "+s] = fixesByReason[Reason(s)]
	}
	for _, s := range declared(t, "hint.go", "Hint") {
		texts["hint "+s] = fixesByHint[Hint(s)]
		if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			t.Errorf("%q is not fit for a metric's label", s)
		}
	}
	if n := len(fixesByReason) + len(fixesByHint); n != len(texts) {
		t.Errorf("there are %d remedies, for %d reasons and hints", n, len(texts))
	}
	for h, text := range otherFixesByHint {
		texts["elsewhere, hint "+string(h)] = text
		if fixesByHint[h] == "" || fixesByHint[h] == text {
			t.Errorf("hint %s: the same, or nothing, helps at B2C", h)
		}
	}
	for r, text := range otherFixesByReason {
		texts["elsewhere, reason "+string(r)] = text
		if fixesByReason[r] == "" || fixesByReason[r] == text || strings.Contains(text, "B2C") {
			t.Errorf("reason %s: the same, or nothing, helps at B2C", r)
		}
	}
	for what, text := range texts {
		if text == "" || !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") || len(text) > 240 {
			t.Errorf("%s: the remedy is %q, want sentences of at most 240 bytes", what, text)
		}
	}
}
