// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

const (
	aspNetVariable = "ASPNETCORE_ENVIRONMENT"
	dotNetVariable = "DOTNET_ENVIRONMENT"
)

// files are the JSON files that settings are read from.
type files struct {
	opts  Options
	found []string // names of those that were there
}

// read lays the sections of each file on their sheets.
func (f *files) read(all sheets, env environ, m *mistakes) {
	if f.opts.File != "" {
		f.file(all, f.opts.File, true, m)
		return
	}
	if f.opts.Dir != "" {
		if info, err := os.Stat(f.opts.Dir); err != nil || !info.IsDir() {
			m.addf(foreign.Name(f.opts.Dir), "is no folder")
			return
		}
	}
	f.file(all, "appsettings.json", false, m)
	if name, ok := f.environment(env, m); ok {
		f.file(all, "appsettings."+name+".json", false, m)
	}
}

// environment returns the name that .NET gives to where the program runs. Which of
// the variables wins depends on the host there: DOTNET_ENVIRONMENT does with
// WebApplicationBuilder from .NET 7 on, ASPNETCORE_ENVIRONMENT before and with all
// other hosts (learn.microsoft.com, "ASPNET-prefixed environment variable
// precedence"), so that they disagree is a mistake.
func (f *files) environment(env environ, m *mistakes) (name string, ok bool) {
	name, origin := f.opts.Environment, "the environment's name"
	if name == "" {
		asp, dot := env.get(aspNetVariable), env.get(dotNetVariable)
		switch {
		case asp != "" && dot != "" && fold(asp) != fold(dot):
			m.addf(aspNetVariable, "is %s and %s is %s, and which one counts differs between hosts of .NET; set one of them",
				foreign.Name(asp), dotNetVariable, foreign.Name(dot))
			return "", false
		case asp != "":
			name, origin = asp, aspNetVariable
		case dot != "":
			name, origin = dot, dotNetVariable
		default:
			name = "Production"
		}
	}
	if strings.ContainsAny(name, `/\:`) || strings.TrimSpace(name) != name {
		m.addf(origin, "is %s, which can't be a part of a file's name", foreign.Name(name))
		return "", false
	}
	return name, true
}

func (f *files) file(all sheets, name string, must bool, m *mistakes) {
	path := name
	if f.opts.Dir != "" && !must {
		path = filepath.Join(f.opts.Dir, name)
	}
	data, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !must:
		f.otherCase(name, m)
		return
	case errors.Is(err, fs.ErrNotExist):
		m.addf(foreign.Name(name), "is not there")
		return
	case err != nil:
		m.addf(foreign.Text(path), "can't be read: %s", foreign.Text(reason(err)))
		return
	}
	shown := foreign.Text(filepath.Base(path))
	f.found = append(f.found, shown)
	laySections(all, shown, parseDocument(shown, data, m), m)
}

// readFile reads no more than a file of settings may have.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFileBytes+1))
}

// reason returns an error of the file system without the path.
func reason(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

// otherCase finds a file whose name differs in case alone: where .NET ran on
// Windows it counted.
func (f *files) otherCase(name string, m *mistakes) {
	dir := f.opts.Dir
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if fold(e.Name()) == fold(name) {
			m.addf(foreign.Text(e.Name()), "is there, but %s is looked for, and names of files count by case here", foreign.Text(name))
		}
	}
}

// laySections lays the sections of a file on their sheets.
func laySections(all sheets, file string, items []item, m *mistakes) {
	layers := map[*sheet][]entry{}
	for _, it := range items {
		s, path := all.of(it.path)
		if s == nil {
			lookElsewhere(all[0], file, it.path)
			continue
		}
		layers[s] = append(layers[s], entry{path: path, text: it.text, origin: file + ": " + foreign.Text(it.path)})
	}
	for _, s := range all {
		s.lay(layers[s], m)
	}
}

// lookElsewhere remembers other sections that could be those that were meant: where a
// policy is named, or where .NET's templates put Entra ID and External ID.
func lookElsewhere(s *sheet, file, path string) {
	section, ok := strings.CutSuffix(fold(path), ":signupsigninpolicyid")
	_, isSuccessor := within(sectionSuccessor, path)
	switch {
	case ok:
		s.other = "; section " + foreign.Name(path[:len(section)]) + " of " + file + " names a policy, and is not the one that is read"
	case isSuccessor && s.other == "":
		s.other = "; section " + sectionSuccessor + " of " + file + " is one of External ID or Entra ID, and is not read"
	}
}
