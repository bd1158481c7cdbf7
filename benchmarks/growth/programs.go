// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package growth

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// programs is what import makes of a program: its size, the packages that it takes, and
// the processor time of building it where only the standard library was built before.
func (p Plan) programs(ctx context.Context, dir string) (Table, error) {
	t := Table{Name: "a program", Head: []string{"server", "packages beyond the standard library", "size", "stripped", "first build, against go-oidc", "relinked, against go-oidc"}}
	servers := []server{{name: "unguarded", what: "unguarded"}, {name: "guarded", what: "guarded by this kit"}, {name: "oidc", what: "with go-oidc, and 20 lines around it"}}
	for round := range p.Builds {
		for i := range servers {
			if err := servers[i].build(ctx, dir, round); err != nil {
				return t, err
			}
		}
	}
	theirs := servers[len(servers)-1]
	for _, s := range servers {
		row, err := s.row(ctx, dir)
		if err != nil {
			return t, err
		}
		first, again := "–", "–"
		if p.Builds > 0 {
			first, again = ratio(ratios(s.first, theirs.first)), ratio(ratios(s.again, theirs.again))
		}
		t.Rows = append(t.Rows, append(row, first, again))
	}
	return t, nil
}

type server struct {
	name, what   string
	first, again []float64 // processor time of builds
}

func (s *server) row(ctx context.Context, dir string) ([]string, error) {
	list, err := output(ctx, nil, "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", programs+s.name)
	if err != nil {
		return nil, err
	}
	row := []string{s.what, fmt.Sprint(len(strings.Fields(string(list))) - 1)} // without main
	for _, flags := range [][]string{nil, {"-ldflags=-s -w"}} {
		program, err := build(ctx, dir, s.name, flags...)
		if err != nil {
			return nil, err
		}
		info, err := os.Stat(program)
		if err != nil {
			return nil, err
		}
		row = append(row, megabytes(info.Size()))
	}
	return row, nil
}

// build builds the program in a cache that has the standard library alone, and then
// once more, with another flag for the linker, so that it is only linked.
func (s *server) build(ctx context.Context, dir string, round int) error {
	standard, mine := filepath.Join(dir, "standard"), filepath.Join(dir, "cache")
	if round == 0 {
		if err := s.buildStandard(ctx, standard); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(mine); err != nil {
		return err
	}
	if err := os.CopyFS(mine, os.DirFS(standard)); err != nil {
		return err
	}
	program := filepath.Join(dir, s.name)
	for _, b := range []struct {
		flags string
		took  *[]float64
	}{{"-ldflags=", &s.first}, {"-ldflags=-X main.unused=1", &s.again}} {
		_, state, err := run(ctx, []string{"GOCACHE=" + mine}, "go", "build", b.flags, "-o", program, programs+s.name)
		if err != nil {
			return err
		}
		*b.took = append(*b.took, float64(state.UserTime()+state.SystemTime()))
	}
	return nil
}

// buildStandard has a build cache filled with what a program takes of the standard
// library.
func (s *server) buildStandard(ctx context.Context, cache string) error {
	list, err := output(ctx, nil, "go", "list", "-deps", "-f", "{{if .Standard}}{{.ImportPath}}{{end}}", programs+s.name)
	if err != nil {
		return err
	}
	args := []string{"go", "build"}
	for name := range strings.FieldsSeq(string(list)) {
		if !strings.HasPrefix(name, "vendor/") && name != "unsafe" {
			args = append(args, name)
		}
	}
	_, err = output(ctx, []string{"GOCACHE=" + cache}, args...)
	return err
}
