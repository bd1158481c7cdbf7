// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

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
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var s settings
	c := &checker{Reader: wire.Reader{Noun: "setting"}, mistakes: mistakes{file: name}, made: map[string]*emulator.Tenant{}}
	if err := c.Read(data, &s); err != nil {
		c.addSyntax(data, err)
		return nil, errors.Join(c.all...)
	}
	for _, p := range c.Problems() {
		c.add(p.Path, "%s", p.Text)
	}
	if len(s.Tenants) == 0 && !c.Unread("tenants") {
		c.add("tenants", "there is no tenant; {\"tenants\": [{}]} is the default one")
	}
	file, before := &File{}, map[string]*emulator.Tenant{}
	for i := range s.Tenants {
		path := fmt.Sprintf("tenants[%d]", i)
		c.checkIssuer(path+".issuer", &s.Tenants[i])
		t := Tenant{Options: s.Tenants[i].options(path, c.Given), SignInAs: s.Tenants[i].SignInAs, Migration: s.Tenants[i].Migration}
		c.checkLists(path, &s.Tenants[i].Options)
		if o := c.check(path, &t, before); o != nil {
			made := emulator.NewTenant(o)
			before[made.Name()], c.made[path] = made, made
		}
		file.Tenants = append(file.Tenants, t)
	}
	c.checkTogether(file.Tenants)
	if len(c.all) > 0 {
		return nil, errors.Join(c.all...)
	}
	return file, nil
}

// checkIssuer looks for a pattern that the tenant's kind doesn't have, and takes the
// default in its place.
func (c *checker) checkIssuer(path string, t *tenant) {
	if !slices.Contains(t.Kind.Issuers(), t.Issuer) {
		c.add(path, "is %s, which a tenant of the kind %s has not", t.Issuer, t.Kind)
		t.Issuer = emulator.IssuerGUID
	}
}
