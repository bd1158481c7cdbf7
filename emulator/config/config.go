// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	_ "embed" // for the example
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// Error is a mistake in a configuration.
type Error struct {
	// File is the name of the file; for text that is no JSON with line and
	// column, such as "b2c.json:12:7".
	File string

	// Path is where the mistake is, such as "tenants[0].flows[2].kind"; "" for the
	// file as a whole.
	Path string

	// Problem is what is wrong there. It holds no password or secret.
	Problem string
}

// Error returns file, path and problem, on one line.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.File + ": " + e.Problem
	}
	return e.File + ": " + e.Path + ": " + e.Problem
}

// File is a configuration without mistakes.
type File struct {
	// Tenants has one tenant at least.
	Tenants []Tenant
}

// Tenant describes one tenant.
type Tenant struct {
	// Options are those that emulator.NewTenant takes, defaults not filled in.
	// Pages is set.
	Options emulator.Options

	// SignInAs is the one user that everyone is signed in as at once: a name,
	// email address, user name or object id of a user of the tenant, in any
	// case. If empty, people sign in on pages.
	SignInAs string
}

//go:embed example.json
var example []byte

// Example returns a configuration with every setting: the default tenant.
func Example() []byte { return slices.Clone(example) }

// Read reads a file. The error is what [Parse] returns, with the last element of
// the path as name, or that of reading.
func Read(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(filepath.Base(path), data)
}

// Parse reads a configuration; name is for errors. Its error is one [*Error], or
// several joined: all mistakes of form, or else the first one that each tenant
// has.
func Parse(name string, data []byte) (*File, error) {
	value, mistakes := parseJSON(name, data)
	var s settings
	f := &filler{file: name, mistakes: mistakes}
	if value != nil || len(mistakes) == 0 {
		f.fill("", value, reflect.ValueOf(&s).Elem())
	}
	if len(f.mistakes) > 0 {
		return nil, errors.Join(f.mistakes...)
	}
	if len(s.Tenants) == 0 {
		f.wrong("tenants", "there is no tenant; {\"tenants\": [{}]} is the default one")
	}
	file := &File{}
	for i := range s.Tenants {
		f.checkSecrets(fmt.Sprintf("tenants[%d]", i), s.Tenants[i].Apps)
		t := Tenant{Options: s.Tenants[i].options(), SignInAs: s.Tenants[i].SignInAs}
		f.check(fmt.Sprintf("tenants[%d]", i), &t)
		file.Tenants = append(file.Tenants, t)
	}
	if len(f.mistakes) == 0 && len(file.Tenants) > 1 {
		f.checkTogether(file)
	}
	if len(f.mistakes) > 0 {
		return nil, errors.Join(f.mistakes...)
	}
	return file, nil
}

// checkSecrets looks at what the emulator has in two fields.
func (f *filler) checkSecrets(path string, apps []app) {
	for i, a := range apps {
		if j := slices.Index(a.Secrets, ""); j >= 0 {
			f.wrong(fmt.Sprintf("%s.apps[%d].secrets[%d]", path, i, j), "is empty")
		}
	}
}

// check looks at one tenant.
func (f *filler) check(path string, t *Tenant) {
	if err := t.Options.Check(); err != nil {
		if e, ok := errors.AsType[*emulator.OptionError](err); ok {
			f.wrong(path+"."+settingPath(e.Field), "%s", e.Problem)
		} else {
			f.wrong(path, "%v", err)
		}
		return
	}
	if t.SignInAs != "" {
		if _, err := find(emulator.NewTenant(&t.Options).Users(), t.SignInAs); err != nil {
			f.wrong(path+".signInAs", "%v", err)
		}
	}
}

// checkTogether looks for what two tenants of one server can't have in common.
func (f *filler) checkTogether(file *File) {
	owners := map[string]int{}
	for i := range file.Tenants {
		t := emulator.NewTenant(&file.Tenants[i].Options)
		own := []member{{"name", t.Name()}, {"id", t.ID()}, {"domain", t.Domain()}}
		for j, h := range t.Hosts() {
			own = append(own, member{fmt.Sprintf("hosts[%d]", j), h})
		}
		for _, m := range own {
			setting, _, _ := strings.Cut(m.name, "[")
			key := setting + " " + strings.ToLower(fmt.Sprint(m.value))
			if other, taken := owners[key]; taken {
				f.wrong(fmt.Sprintf("tenants[%d].%s", i, m.name), "%q is that of tenants[%d] too", m.value, other)
			}
			owners[key] = i
		}
	}
}

// NewTenants makes the tenants, with one container of user-flow keys for all of
// them, as in B2C.
func (f *File) NewTenants() []*emulator.Tenant {
	var all []*emulator.Tenant
	for i := range f.Tenants {
		o := f.Tenants[i].Options
		if len(all) > 0 && o.SharedKeysWith == nil {
			o.SharedKeysWith = all[0]
		}
		t := emulator.NewTenant(&o)
		if who := f.Tenants[i].SignInAs; who != "" {
			signInAs(t, who)
		}
		all = append(all, t)
	}
	return all
}
