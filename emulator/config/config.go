// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"cmp"
	_ "embed" // for the example
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
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
// several joined: all mistakes there are, those of form first, but for what only
// follows from another. Text that is no JSON has one.
func Parse(name string, data []byte) (*File, error) {
	value, mistakes := parseJSON(name, data)
	if value == nil && len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	var s settings
	f := &filler{file: name, mistakes: mistakes}
	f.fill("", value, reflect.ValueOf(&s).Elem())
	if len(s.Tenants) == 0 && !f.isUnread("tenants") {
		f.wrong("tenants", "there is no tenant; {\"tenants\": [{}]} is the default one")
	}
	file := &File{}
	for i := range s.Tenants {
		path := fmt.Sprintf("tenants[%d]", i)
		t := Tenant{Options: s.Tenants[i].options(), SignInAs: s.Tenants[i].SignInAs}
		f.checkLists(path, &s.Tenants[i])
		f.checkSecrets(path, s.Tenants[i].Apps)
		valid := f.checkOptions(path, &t.Options)
		f.checkSignInAs(path, &t, valid)
		file.Tenants = append(file.Tenants, t)
	}
	f.checkTogether(file)
	if len(f.mistakes) > 0 {
		return nil, errors.Join(f.mistakes...)
	}
	return file, nil
}

// checkLists looks for lists that no tenant can be without. The emulator takes an
// empty one for one that was left out.
func (f *filler) checkLists(path string, t *tenant) {
	if t.Hosts != nil && len(t.Hosts) == 0 {
		f.wrong(path+".hosts", "is empty; leave it out for the default")
	}
	if t.Flows != nil && len(t.Flows) == 0 {
		f.wrong(path+".flows", "is empty; leave it out for contoso's")
	}
}

// checkSecrets looks at what the emulator has in two fields.
func (f *filler) checkSecrets(path string, apps []app) {
	for i, a := range apps {
		for j, secret := range a.Secrets {
			if at := fmt.Sprintf("%s.apps[%d].secrets[%d]", path, i, j); secret == "" && !f.isUnread(at) {
				f.wrong(at, "is empty")
			}
		}
	}
}

// checkOptions looks at one tenant, and reports whether the emulator would take
// it. What it says of a value that didn't fit isn't worth telling.
func (f *filler) checkOptions(path string, o *emulator.Options) (valid bool) {
	wrong := parts(o.Check())
	for _, err := range wrong {
		e, ok := errors.AsType[*emulator.FieldError](err)
		if !ok {
			f.wrong(path, "%v", err)
			continue
		}
		at := path + "." + e.Field
		switch {
		case f.isUnread(at), strings.HasSuffix(e.Field, ".secrets"): // checkSecrets has said it
		case strings.Contains(e.Field, ".granted[") && f.unreadPermissions(path):
		case strings.HasSuffix(e.Field, ".password") && f.unreadUsers(path): // perhaps the name to sign in with
		default:
			f.wrong(at, "%s", strings.Replace(e.Problem, "neither Username nor Emails", "neither username nor emails", 1))
		}
	}
	return len(wrong) == 0
}

// parts returns the errors that errors.Join has joined.
func parts(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return nil
}

// checkSignInAs looks for the user whom everyone is to be. Where users couldn't be
// read it may be one of them, and a tenant that can't be made gives no ids.
func (f *filler) checkSignInAs(path string, t *Tenant, valid bool) {
	at, users := path+".signInAs", t.Options.Users
	switch {
	case t.SignInAs == "" || f.isUnread(at):
		return
	case valid:
		users = emulator.NewTenant(&t.Options).Users()
	case users == nil:
		users = emulator.DefaultOptions().Users
	}
	_, err := find(users, t.SignInAs)
	if err != nil && !f.unreadUsers(path) && (valid || len(t.SignInAs) != len("00000000-0000-0000-0000-000000000000")) {
		f.wrong(at, "%v", err)
	}
}

// unreadPermissions reports whether something of what the APIs of a tenant
// publish couldn't be read.
func (f *filler) unreadPermissions(path string) bool {
	return f.unreadLike(path, `\.apps(\[\d+\](\.(scopes|appRoles)(\[\d+\])?)?)?`)
}

// unreadUsers reports whether something of how the users of a tenant are called
// couldn't be read.
func (f *filler) unreadUsers(path string) bool {
	return f.unreadLike(path, `\.users(\[\d+\](\.(id|name|username|emails(\[\d+\])?))?)?`)
}

func (f *filler) unreadLike(path, pattern string) bool {
	return slices.ContainsFunc(f.unread, regexp.MustCompile("^"+regexp.QuoteMeta(path)+pattern+"$").MatchString)
}

// checkTogether looks for what two tenants of one server can't have in common.
func (f *filler) checkTogether(file *File) {
	owners := map[string]int{}
	for i := range file.Tenants {
		path := fmt.Sprintf("tenants[%d]", i)
		var clash bool // of the names: what follows from them clashes too
		for _, n := range f.namesOf(path, &file.Tenants[i].Options) {
			key := n.setting + " " + strings.ToLower(n.value)
			other, taken := owners[key]
			if taken && (n.given || !clash) {
				f.wrong(path+"."+n.member, "%q is that of tenants[%d] too", n.value, other)
			}
			clash = clash || taken && n.setting == "name"
			owners[key] = i
		}
	}
}

// name is one of those by which a tenant is found.
type name struct {
	setting, member, value string
	given                  bool // in the file; else it follows from the tenant's name
}

// namesOf returns the names that have no mistake, the tenant's name first.
func (f *filler) namesOf(path string, o *emulator.Options) (names []name) {
	add := func(setting, member, value string, given bool) {
		if value != "" && !f.isWrong(path+"."+member) {
			names = append(names, name{setting, member, value, given})
		}
	}
	var defaults emulator.Options
	if !f.isWrong(path + ".name") {
		t := emulator.NewTenant(&emulator.Options{Name: o.Name})
		defaults = emulator.Options{Name: t.Name(), ID: t.ID(), Domain: t.Domain(), Hosts: t.Hosts()}
	}
	add("name", "name", cmp.Or(o.Name, defaults.Name), true)
	add("id", "id", cmp.Or(o.ID, defaults.ID), o.ID != "")
	add("domain", "domain", cmp.Or(o.Domain, defaults.Domain), o.Domain != "")
	hosts := o.Hosts
	if len(hosts) == 0 {
		hosts = defaults.Hosts
	}
	for j, h := range hosts {
		add("host", fmt.Sprintf("hosts[%d]", j), h, len(o.Hosts) > 0)
	}
	return names
}

// isWrong reports whether something has been found wrong at a path.
func (f *filler) isWrong(path string) bool {
	return f.isUnread(path) || slices.ContainsFunc(f.mistakes, func(err error) bool {
		e, ok := errors.AsType[*Error](err)
		return ok && e.Path == path
	})
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
