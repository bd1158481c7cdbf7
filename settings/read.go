// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// ErrNone is in the error of [Read] if nothing is set anywhere, so that a program
// can do without, or with an emulated tenant.
var ErrNone = errors.New("nothing is set")

// Read reads settings. Nil options mean the files of the working directory and the
// variables of the process. The error tells all that is wrong, a line each.
func Read(opts *Options) (*Settings, error) {
	o := opts.orDefault()
	var m mistakes
	var notes []string
	sheet := newSheet(o.Section)
	env := environ(o.Environ)
	from := files{opts: o}
	from.read(sheet, env, &m)
	if len(m) > 0 { // what is missing may stand there
		return nil, m.err()
	}
	env.dotNet(sheet, o.Section, &m)
	plain := env.plain()
	plain.lay(sheet, &m)
	layValues(sheet, o, &m, &notes)

	if len(sheet.entries) == 0 && len(m) == 0 {
		section := foreign.Text(o.Section)
		return nil, fmt.Errorf("%w: %s, and there are no variables %s__… or %s…%s", ErrNone, from.without(section), section, plainPrefix, sheet.other)
	}
	plain.unknown(&m, &notes)
	sheet.unknown(&m, &notes)
	s := interpret(sheet, &m)
	if err := m.err(); err != nil {
		return nil, err
	}
	s.notes, s.sources = notes, from.found
	return s, nil
}

// without says for an error that the section is in no file.
func (f *files) without(section string) string {
	if len(f.found) == 0 {
		return "there is no appsettings.json"
	}
	return strings.Join(f.found, ", ") + " has no section " + section
}

// layValues lays the values of the options on a sheet. They are a program's: what
// is not known is a mistake, and so is one that says nothing. Values of another tenant
// are laid on an empty sheet.
func layValues(s *sheet, o Options, m *mistakes, notes *[]string) {
	plain := plainValues{}
	var keys []entry
	for _, v := range o.Values {
		key := v.Key
		if rest, ok := within(o.Section, key); ok {
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
	if name, other, ok := ofAnotherTenant(s, plain, keys); ok {
		*notes = append(*notes, name.origin+" names another tenant than "+other.origin+": nothing from there is used")
		clear(s.entries)
	}
	for _, e := range keys {
		s.put(e)
	}
	plain.lay(s, m)
}

// interpret makes settings of a sheet.
func interpret(s *sheet, m *mistakes) *Settings {
	s.lack(m)
	splitAuthority(s, m)
	parts := readTenant(s, m)
	flows := readPolicies(s, m)
	if !s.says(keySignIn, keyTrustedPolicies, keyAuthority) && !parts.foreign {
		want := wantSignIn
		if !s.says(keyTenant) { // which only B2C has
			want += "; without one the section is of Entra ID or External ID, " + notB2C
		}
		m.missing(s, keySignIn, varFlows, want+s.other)
	}
	clientID := readClientID(s, m)
	audiences := readAudiences(s, clientID, m)
	daemons := readMissingFlow(s, m)
	credential, from := readSecret(s, m)
	if len(*m) > 0 {
		// Not everybody needs one, but who has to mend the others wants to know.
		if !s.says(keyClientID, keyAudience, keyAudiences) {
			m.missing(s, keyClientID, varAudience, wantAudience)
		}
		return nil
	}
	t, err := parts.tenant()
	if err != nil { // each part was looked at
		m.add(err)
		return nil
	}
	r := &Settings{
		tenant: t, hosts: texts(parts.hosts), section: s.name,
		signIn: flows.signIn.text, trusted: texts(flows.trusted), reset: flows.reset.text, edit: flows.edit.text,
		clientID: clientID.text, audiences: audiences, missingFlow: daemons, credential: credential,
		origins: map[string]string{},
	}
	for _, e := range s.entries {
		if e.text != "" {
			r.origins[fold(e.path)] = e.origin
		}
	}
	if from != "" {
		r.origins[fold(keyClientSecret)] = from
	}
	return r
}
