// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// notGo are Go blocks that can't be compiled, each with the reason.
var notGo = map[string]string{}

// TestGo compiles each Go block, as a user's module outside of the kit would have it, and
// runs what says that it prints something and what is a test:
//
//   - A block with a package clause is a file. If its first line is a comment with a name,
//     such as "// tasks/main_test.go", it lies together with the page's others in that folder.
//   - A program that ends with a comment "// Output:" prints that.
//   - All else are fragments; see pagePackage.
func TestGo(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	imports := w.packages(t)
	byPage := map[string]*pagePackage{}
	n := 0
	skipped := map[string]bool{}
	for _, b := range readBlocks(t) {
		if b.lang != "go" && b.lang != "setup" {
			continue
		}
		n++
		if first, _, _ := strings.Cut(b.text, "\n"); notGo[b.page+": "+first] != "" {
			skipped[b.page+": "+first] = true
			continue
		}
		if pkg := regexp.MustCompile(`(?m)^package (\w+)$`).FindStringSubmatch(b.text); pkg != nil {
			w.file(t, b, pkg[1])
			continue
		}
		if byPage[b.page] == nil {
			byPage[b.page] = newPagePackage(imports)
		}
		if err := byPage[b.page].add(b, filepath.Join(w.root, b.page)); err != nil {
			t.Errorf("%s: %v", b.at(), err)
		}
	}
	for page, p := range byPage {
		list, err := p.finish()
		if err != nil {
			t.Errorf("%s: %v", page, err)
		}
		for name, text := range list {
			w.write(t, path.Join((&block{page: page}).slug(), name), text)
		}
	}
	for name := range notGo {
		if !skipped[name] {
			t.Errorf("there is no block %q that would need an exception", name)
		}
	}
	if n < 10 {
		t.Errorf("the pages have %d pieces of Go; is this test blind?", n)
	}
	if t.Failed() {
		return
	}
	w.check(t)
}

// A workspace has the kit's modules and one that uses them, with a package for each page.
type workspace struct {
	root, dir string
	programs  map[string]string // folder -> what it has to print
}

func newWorkspace(t *testing.T) *workspace {
	t.Helper()
	root, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{root, t.TempDir(), map[string]string{}}
	uses := []string{"./pages", root}
	for _, nested := range []string{"otel"} {
		if dir := filepath.Join(root, nested); exists(filepath.Join(dir, "go.mod")) {
			uses = append(uses, dir)
		}
	}
	version := regexp.MustCompile(`(?m)^go \S+$`).FindString(readPage(t, "go.mod"))
	w.write(t, "../go.work", version+"\nuse (\n"+strings.Join(uses, "\n")+"\n)\n")
	w.write(t, "go.mod", "module example.com/pages\n\n"+version+"\n")
	return w
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// write writes a file of the user's module.
func (w *workspace) write(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(w.dir, "pages", filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

var prints = regexp.MustCompile(`(?m)^\s*// Output:\n((?:\s*//.*\n)+)`)

// file takes a whole file in.
func (w *workspace) file(t *testing.T, b *block, pkg string) {
	t.Helper()
	name := fmt.Sprintf("%s_line%d/%s.go", b.slug(), b.line, pkg)
	if b.file != "" {
		name = path.Join(b.slug()+"_"+strings.ReplaceAll(path.Dir(b.file), "/", "_"), path.Base(b.file))
	}
	w.write(t, name, fmt.Sprintf("//line %s:%d\n%s", filepath.Join(w.root, b.page), b.line, b.text))
	if m := prints.FindStringSubmatch(b.text); m != nil && pkg == "main" {
		w.programs[path.Dir(name)] = regexp.MustCompile(`(?m)^\s*// ?`).ReplaceAllString(m[1], "")
	}
}

// packages are the libraries and what the kit has outside of internal and cmd: name -> path.
func (w *workspace) packages(t *testing.T) map[string]string {
	t.Helper()
	found := maps.Clone(libraries)
	err := files(".go", func(name string, data []byte) error {
		dir := path.Dir(name)
		top, _, _ := strings.Cut(dir, "/")
		theirs := slices.Contains([]string{".", "cmd", "examples", "interop", "benchmarks", "soak", "tools", "docs"}, top)
		if theirs || strings.HasSuffix(name, "_test.go") || strings.Contains("/"+dir+"/", "/internal/") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, data, parser.PackageClauseOnly)
		if err != nil || file.Name.Name == "main" {
			return err
		}
		from := path.Join("github.com/b2ckit/b2ckit", dir)
		if other := found[file.Name.Name]; other != "" && other != from && !strings.HasPrefix(other, "github.com/b2ckit/") {
			return nil // the library's name; who means ours writes an import
		}
		found[file.Name.Name] = from
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// check has the go command compile, vet and run what there is.
func (w *workspace) check(t *testing.T) {
	t.Helper()
	if out, err := w.command("go", "vet", "-unreachable=false", "./...").CombinedOutput(); err != nil {
		t.Fatalf("go vet: %v\n%s", err, out)
	}
	if out, err := w.command("go", "test", "-vet=off", "./...").CombinedOutput(); err != nil {
		t.Errorf("go test: %v\n%s", err, out)
	}
	if len(w.programs) == 0 {
		t.Fatal("no program says what it prints; is this test blind?")
	}
	args := []string{"build", "-o", filepath.Join(w.dir, "bin") + "/"}
	for dir := range w.programs {
		args = append(args, "./"+dir)
	}
	if out, err := w.command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for dir, want := range w.programs {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		cmd := exec.CommandContext(ctx, filepath.Join(w.dir, "bin", path.Base(dir)))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		cancel()
		if err != nil || string(out) != want {
			t.Errorf("%s: got %v and\n%s%s\nwant\n%s", dir, err, out, stderr.String(), want)
		}
	}
}

// command is one that runs in the user's module.
func (w *workspace) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = filepath.Join(w.dir, "pages")
	cmd.Env = append(os.Environ(), "GOWORK="+filepath.Join(w.dir, "go.work"), "GOFLAGS=")
	return cmd
}
