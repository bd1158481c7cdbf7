// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"regexp"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// checker looks for what is wrong with settings that were read.
type checker struct {
	wire.Reader
	mistakes
	broken bool                        // a tenant can't be made, and others may stand on it
	made   map[string]*emulator.Tenant // those that could, by their paths
}

// check looks at one tenant, and returns what it is made of; nil if it can't be.
func (c *checker) check(path string, t *Tenant, before map[string]*emulator.Tenant) *emulator.Options {
	o := c.checkMigration(path, t, before)
	valid := c.checkOptions(path, &o)
	c.checkSignInAs(path, t, &o, valid)
	if !valid {
		c.broken = true
		return nil
	}
	return &o
}

// checkLists looks for lists that no tenant can be without. The emulator takes an
// empty one for one that was left out.
func (c *checker) checkLists(path string, o *emulator.Options) {
	if o.Hosts != nil && len(o.Hosts) == 0 {
		c.add(path+".hosts", "is empty; leave it out for the default")
	}
	if o.Flows != nil && len(o.Flows) == 0 {
		c.add(path+".flows", "is empty; leave it out for contoso's")
	}
}

// checkOptions looks at one tenant, and reports whether the emulator would take
// it. What it says of a value that couldn't be read isn't worth telling.
func (c *checker) checkOptions(path string, o *emulator.Options) (valid bool) {
	wrong := wire.Errors(o.Check())
	for _, err := range wrong {
		e, ok := errors.AsType[*emulator.FieldError](err)
		if !ok {
			c.add(path, "%v", err)
			continue
		}
		at := path + "." + e.Field
		switch {
		case c.Unread(at), strings.HasSuffix(at, ".secrets"): // of these one is empty, which the reader has said
		case strings.Contains(at, ".granted[") && c.unreadPermissions(path):
		case strings.HasSuffix(at, ".password") && c.unreadUsers(path): // perhaps the name to sign in with
		default:
			c.add(at, "%s", strings.Replace(e.Problem, "neither Username nor Emails", "neither username nor emails", 1))
		}
	}
	return len(wrong) == 0
}

// checkSignInAs looks for the user whom everyone is to be. Where users couldn't be
// read it may be one of them, and a tenant that can't be made gives no ids.
func (c *checker) checkSignInAs(path string, t *Tenant, o *emulator.Options, valid bool) {
	at, users := path+".signInAs", o.Users
	switch {
	case t.SignInAs == "" || c.Unread(at):
		return
	case valid:
		users = emulator.NewTenant(o).Users()
	case users == nil:
		users = emulator.DefaultOptions().Users
	}
	_, err := find(users, t.SignInAs)
	if err != nil && !c.unreadUsers(path) && (valid || len(t.SignInAs) != len("00000000-0000-0000-0000-000000000000")) {
		c.add(at, "%v", err)
	}
}

// unreadPermissions reports whether something of what the APIs of a tenant
// publish couldn't be read.
func (c *checker) unreadPermissions(path string) bool {
	return c.unreadLike(path, `\.apps(\[\d+\](\.(scopes|appRoles)(\[\d+\])?)?)?`)
}

// unreadUsers reports whether something of how the users of a tenant are called
// couldn't be read.
func (c *checker) unreadUsers(path string) bool {
	return c.unreadLike(path, `\.users(\[\d+\](\.(id|name|username|emails(\[\d+\])?))?)?`)
}

func (c *checker) unreadLike(path, pattern string) bool {
	return c.AnyUnread(regexp.MustCompile("^" + regexp.QuoteMeta(path) + pattern + "$").MatchString)
}
