// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Arrows proves that the linter holds the arrows of docs/design.md: that every
// import which the design forbids turns the lint red with our own sentence, and
// that the imports which it allows stay green.
//
// It builds a skeleton in a temporary folder: the repository's .golangci.yml
// and one empty package for each real one. The skeleton is needed because most
// broken arrows are import cycles in the real tree, which the compiler refuses
// before any linter is asked. Then it adds one bad import per arrow and reads
// what golangci-lint says of each.
//
//	go run -C tools ./arrows -lint /path/to/golangci-lint
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

const module = "github.com/b2ckit/b2ckit"

func main() {
	lint := flag.String("lint", "golangci-lint", "the golangci-lint `program`")
	root := flag.String("root", "..", "the repository's `folder`")
	verbose := flag.Bool("v", false, "print every arrow, not only those that are not held")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	if err := run(ctx, *lint, *root, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "arrows:", err)
		cancel()
		os.Exit(1)
	}
}

func run(ctx context.Context, lint, root string, verbose bool) error {
	start := time.Now()
	skel, err := os.MkdirTemp("", "b2ckit-arrows-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(skel)
	// The linter matches files below ${base-path}, which has no symlinks in it.
	if skel, err = filepath.EvalSymlinks(skel); err != nil {
		return err
	}
	missing, err := build(root, skel)
	if err != nil {
		return err
	}
	l := linter{program: lint, dir: skel}

	found, err := l.run(ctx)
	if err != nil {
		return err
	}
	if len(found) != 0 {
		return fmt.Errorf("the skeleton is red before any arrow is broken: %v", found)
	}

	bad := 0
	for _, g := range groups() {
		files := make([]string, len(g.probes))
		for i, p := range g.probes {
			files[i], err = inject(skel, g.dir, i, p)
			if err != nil {
				return err
			}
		}
		found, err := l.run(ctx)
		if err != nil {
			return err
		}
		var red, green int
		for i, p := range g.probes {
			if p.say == "" {
				green++
			} else {
				red++
			}
			if verdict := p.judge(found[files[i]]); verdict != "" {
				bad++
				fmt.Printf("FAIL %s: %s\n", p.arrow(g.dir), verdict)
			} else if verbose {
				fmt.Printf("ok   %s\n", p.arrow(g.dir))
			}
			delete(found, files[i])
		}
		fmt.Printf("%-22s %3d broken on purpose, %2d allowed\n", g.dir, red, green)
		for file, issues := range found {
			bad++
			fmt.Printf("FAIL %s: nothing was broken here: %v\n", file, issues)
		}
		for _, f := range files {
			if err := os.Remove(filepath.Join(skel, filepath.FromSlash(f))); err != nil {
				return err
			}
		}
	}
	red, green := count()
	fmt.Printf("in all: %d broken on purpose, %d allowed, %d not as they should be; %.1f s\n",
		red, green, bad, time.Since(start).Seconds())

	var errs []error
	if bad > 0 {
		errs = append(errs, fmt.Errorf("%d arrows are not held as docs/design.md says; see FAIL above", bad))
	}
	if len(missing) > 0 {
		errs = append(errs, fmt.Errorf("these packages of docs/design.md are missing or moved: %s", strings.Join(missing, ", ")))
	}
	return errors.Join(errs...)
}

// build lays the skeleton out in dir and returns the packages that should be
// in the repository but are not.
func build(root, dir string) (missing []string, err error) {
	conf, err := os.ReadFile(filepath.Join(root, ".golangci.yml"))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, ".golangci.yml"), conf, 0o600); err != nil {
		return nil, err
	}
	mod := "module " + module + "\n\ngo 1.26.0\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o600); err != nil {
		return nil, err
	}
	for _, p := range packages {
		name, err := packageName(filepath.Join(root, filepath.FromSlash(p.dir)))
		if err != nil {
			return nil, err
		}
		if name == "" {
			if !p.later {
				missing = append(missing, p.dir)
			}
			name = path.Base(p.dir)
		}
		if name == "main" {
			name = path.Base(p.dir) // a program can't be imported, not even by mistake
		}
		full := filepath.Join(dir, filepath.FromSlash(p.dir))
		if err := os.MkdirAll(full, 0o700); err != nil {
			return nil, err
		}
		src := "// Package " + name + " is empty.\npackage " + name + "\n"
		if err := os.WriteFile(filepath.Join(full, "doc.go"), []byte(src), 0o600); err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// packageName returns the name of the package in dir, empty if there is none.
func packageName(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.PackageClauseOnly)
		if err != nil {
			return "", err
		}
		return f.Name.Name, nil
	}
	return "", nil
}

// inject writes a file with the probe's one import and returns its path below skel.
func inject(skel, dir string, i int, p probe) (string, error) {
	name, err := packageName(filepath.Join(skel, filepath.FromSlash(dir)))
	if err != nil {
		return "", err
	}
	base := p.file
	if base == "" {
		base = fmt.Sprintf("zz_arrow_%02d.go", i)
		if p.test {
			base = fmt.Sprintf("zz_arrow_%02d_test.go", i)
		}
	}
	if p.test {
		name += "_test"
	}
	file := path.Join(dir, base)
	src := fmt.Sprintf("package %s\n\nimport _ %q\n", name, p.imports())
	return file, os.WriteFile(filepath.Join(skel, filepath.FromSlash(file)), []byte(src), 0o600)
}

type linter struct{ program, dir string }

// run asks depguard about the skeleton and returns its sentences by file. A
// finding of any other linter, an unreadable package among them, is an error.
func (l linter) run(ctx context.Context) (map[string][]string, error) {
	cmd := exec.CommandContext(ctx, l.program, "run", "--enable-only", "depguard",
		"--show-stats=false", "--output.json.path", "stdout", "./...")
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOLANGCI_LINT_CACHE="+filepath.Join(l.dir, ".cache"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1) {
		return nil, fmt.Errorf("%s: %w\n%s", l.program, err, stderr.String())
	}
	var report struct {
		Issues []struct {
			FromLinter string
			Text       string
			Pos        struct{ Filename string }
		}
	}
	if jsonErr := json.NewDecoder(&stdout).Decode(&report); jsonErr != nil {
		return nil, fmt.Errorf("%s: can't read its report: %w\n%s", l.program, jsonErr, stderr.String())
	}
	if (err != nil) != (len(report.Issues) > 0) {
		return nil, fmt.Errorf("%s: %d findings and the exit code don't agree\n%s", l.program, len(report.Issues), stderr.String())
	}
	found := make(map[string][]string)
	for _, is := range report.Issues {
		if is.FromLinter != "depguard" {
			return nil, fmt.Errorf("%s: %s: %s (%s)", l.program, is.Pos.Filename, is.Text, is.FromLinter)
		}
		file := filepath.ToSlash(is.Pos.Filename)
		found[file] = append(found[file], is.Text)
	}
	return found, nil
}
