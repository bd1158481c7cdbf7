// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// libraries are packages of others that pages name without importing them. Those of
// the kit are found in the tree.
var libraries = map[string]string{
	"bytes": "bytes", "context": "context", "crypto": "crypto", "errors": "errors", "fmt": "fmt", "json": "encoding/json",
	"http": "net/http", "httptest": "net/http/httptest", "io": "io", "log": "log", "net": "net", "os": "os", "signal": "os/signal",
	"slices": "slices", "slog": "log/slog", "strings": "strings", "synctest": "testing/synctest", "syscall": "syscall",
	"testing": "testing", "time": "time", "url": "net/url", "x509": "crypto/x509",
	"echo": "github.com/labstack/echo/v4", "gin": "github.com/gin-gonic/gin", "middleware": "github.com/labstack/echo/v4/middleware", "redis": "github.com/redis/go-redis/v9",
	"oauth2": "golang.org/x/oauth2",
}

// A pagePackage is the package that a page's fragments are compiled in. Declarations are
// the package's; statements stand in one function, those of each block in a scope within
// that of the block before, so that they see what came before and may declare it anew.
// What is imported follows from the names that are used.
type pagePackage struct {
	imports  map[string]string // what is known by name: the path
	files    map[string]string // what came of it
	declared map[string]bool   // by the page itself
	opened   int
	function strings.Builder
	explicit map[string]bool // import lines of the blocks with statements
}

func newPagePackage(imports map[string]string) *pagePackage {
	return &pagePackage{imports: imports, files: map[string]string{}, declared: map[string]bool{}, explicit: map[string]bool{}}
}

var (
	importLine = regexp.MustCompile(`(?m)^import (?:\w+ )?"[^"]+"$`)
	testFunc   = regexp.MustCompile(`(?m)^func (?:Test|Example|Benchmark)\w*\(`)
)

// add takes a block in. The error says why it is no Go.
func (p *pagePackage) add(b *block, where string) error {
	lines := importLine.FindAllString(b.text, -1)
	body := importLine.ReplaceAllString(b.text, "")
	directive := fmt.Sprintf("//line %s:%d\n", where, b.line)
	const head = "package page\n"
	file, declErr := parser.ParseFile(token.NewFileSet(), "", head+directive+body, parser.SkipObjectResolution)
	if declErr == nil {
		for _, d := range file.Decls {
			p.declare(d)
		}
		name := fmt.Sprintf("block%d.go", b.line)
		if testFunc.MatchString(body) {
			name = fmt.Sprintf("block%d_test.go", b.line)
		}
		p.files[name] = head + strings.Join(lines, "\n") + "\n" + directive + body
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", head+"func _() (_ error) {\n"+directive+body+"\n}", parser.SkipObjectResolution)
	if err != nil {
		if later(declErr, err) {
			err = declErr
		}
		return err
	}
	for _, line := range lines {
		p.explicit[line] = true
	}
	p.opened++
	p.function.WriteString("{\n" + directive + body + used(file.Decls[0].(*ast.FuncDecl).Body))
	return nil
}

// later reports whether a parser got further before err than before other.
func later(err, other error) bool {
	var line, otherLine int
	_, _ = fmt.Sscanf(lastNumber(err), "%d", &line)
	_, _ = fmt.Sscanf(lastNumber(other), "%d", &otherLine)
	return line > otherLine
}

func lastNumber(err error) string {
	place, _, _ := strings.Cut(err.Error(), ": ")
	parts := strings.Split(place, ":")
	return parts[max(0, len(parts)-2)]
}

// used is a line that uses what a block declares.
func used(body *ast.BlockStmt) string {
	line := ""
	use := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
			line += "_ = " + id.Name + "\n"
		}
	}
	for _, s := range body.List {
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				for _, e := range s.Lhs {
					use(e)
				}
			}
		case *ast.DeclStmt:
			for _, spec := range s.Decl.(*ast.GenDecl).Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, n := range v.Names {
						use(n)
					}
				}
			}
		}
	}
	return line
}

func (p *pagePackage) declare(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			p.declared[d.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					p.declared[n.Name] = true
				}
			case *ast.TypeSpec:
				p.declared[spec.Name.Name] = true
			}
		}
	}
}

// finish returns the package's files.
func (p *pagePackage) finish() (map[string]string, error) {
	if p.opened > 0 {
		lines := strings.Join(slices.Sorted(maps.Keys(p.explicit)), "\n")
		p.files["fragments.go"] = "package page\n" + lines + "\nfunc _() (_ error) {\n" +
			p.function.String() + strings.Repeat("}\n", p.opened) + "return\n}\n"
	}
	for name, text := range p.files {
		text, err := p.imported(text)
		if err != nil {
			return nil, err
		}
		p.files[name] = text
	}
	return p.files, nil
}

// imported is the file with an import for each known name that it uses and neither
// imports nor declares.
func (p *pagePackage) imported(text string) (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, 0) // resolves objects: Unresolved is what it is here for
	if err != nil {
		return "", err
	}
	there := map[string]bool{}
	for _, i := range file.Imports {
		from := strings.Trim(i.Path.Value, `"`)
		if major := path.Base(from); len(major) == 2 && major[0] == 'v' { // github.com/labstack/echo/v5
			from = path.Dir(from)
		}
		if i.Name != nil {
			there[i.Name.Name] = true
		} else {
			there[path.Base(from)] = true
		}
	}
	lines := map[string]bool{}
	for _, id := range file.Unresolved {
		if from := p.imports[id.Name]; from != "" && !there[id.Name] && !p.declared[id.Name] {
			lines[fmt.Sprintf("import %s %q\n", id.Name, from)] = true
		}
	}
	list := strings.Join(slices.Sorted(maps.Keys(lines)), "")
	return strings.Replace(text, "package page\n", "package page\n"+list, 1), nil
}
