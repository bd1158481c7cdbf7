// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// sheets are those of the sections that are read, in their order.
type sheets []*sheet

func newSheets(names []string) (all sheets) {
	for _, name := range names {
		all = append(all, newSheet(name))
	}
	return all
}

// of returns the sheet that a path is of, and the path within its section.
func (all sheets) of(path string) (s *sheet, rest string) {
	for _, s := range all {
		if rest, ok := within(s.name, path); ok {
			return s, rest
		}
	}
	return nil, ""
}

// saying returns the sheets on which something stands.
func (all sheets) saying() (some sheets) {
	for _, s := range all {
		if len(s.entries) > 0 {
			some = append(some, s)
		}
	}
	return some
}

// layPlain lays plain variables, which are B2C's, on the first sheet. Whoever names
// sections on purpose, and another product's first, asks for none of them.
func (all sheets) layPlain(plain plainValues, opts *Options, m *mistakes, notes *[]string) {
	asked := opts != nil && len(opts.Sections) > 0
	if asked && len(plain) > 0 && len(all[0].entries) > 0 {
		var ignored mistakes
		if kind := productOf(all[0], &ignored); kind != authority.AzureADB2C {
			*notes = append(*notes, "variables "+plainPrefix+"… are not used: "+foreign.Text(all[0].name)+" is of "+kind.String())
			return
		}
	}
	plain.lay(all[0], m)
}

// layValues lays the values of the options on the first sheet that says something.
// They are a program's: what is not known is a mistake, and so is one that says
// nothing. Values of another tenant, and those with an Authority, stand alone.
func (all sheets) layValues(o Options, m *mistakes, notes *[]string) {
	plain := plainValues{}
	var keys []entry
	for _, v := range o.Values {
		key := v.Key
		if _, rest := all.of(key); rest != "" {
			key = rest
		}
		e := entry{key, v.Text, foreign.Text(v.Origin)}
		first, _, _ := strings.Cut(key, ":")
		_, isPlain := plainVariables[key]
		switch {
		case v.Text == "":
			m.addf(e.origin, "is empty")
		case isPlain:
			plain[key] = e
		case !isAnyOf(first, counting):
			m.addf(e.origin, "is not known: there is no key %s", foreign.Name(v.Key))
		default:
			keys = append(keys, e)
		}
	}
	on := all[0]
	if some := all.saying(); len(some) > 0 {
		on = some[0]
	}
	if note := standAlone(on, plain, keys); note != "" {
		*notes = append(*notes, note)
		for _, s := range all {
			clear(s.entries)
		}
	}
	for _, e := range keys {
		on.put(e)
	}
	plain.lay(on, m)
}

// standAlone returns why nothing of a sheet goes with the values, "" if it does.
func standAlone(s *sheet, plain plainValues, keys []entry) string {
	if name, other, ok := ofAnotherTenant(s, plain, keys); ok {
		return name.origin + " names another tenant than " + other.origin + ": nothing from there is used"
	}
	i := slices.IndexFunc(keys, func(e entry) bool { return fold(e.path) == fold(keyAuthority) })
	if i >= 0 && len(s.entries) > 0 {
		return keys[i].origin + " says whose tokens are meant: nothing of section " + foreign.Text(s.name) + " is used"
	}
	return ""
}
