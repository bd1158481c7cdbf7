// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
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
	all := newSheets(o.Sections)
	env := environ(o.Environ)
	from := files{opts: o}
	from.read(all, env, &m)
	if len(m) > 0 { // what is missing may stand there
		return nil, m.err()
	}
	for _, s := range all {
		env.dotNet(s, &m)
	}
	plain := env.plain()
	all.layPlain(plain, opts, &m, &notes)
	all.layValues(o, &m, &notes)

	if all.saying() == nil && len(m) == 0 {
		names := foreign.Text(strings.Join(o.Sections, " or "))
		return nil, fmt.Errorf("%w: %s, and there are no variables %s__… or %s…%s", ErrNone, from.without(names), foreign.Text(o.Sections[0]), plainPrefix, all[0].other)
	}
	plain.unknown(&m, &notes)
	for _, s := range all {
		s.unknown(&m, &notes)
	}
	read := interpret(all.saying(), readWorkload(env), &m)
	if err := m.err(); err != nil {
		return nil, err
	}
	return &Settings{sections: read, notes: notes, sources: from.found}, nil
}

// without says for an error that the sections are in no file.
func (f *files) without(names string) string {
	if len(f.found) == 0 {
		return "there is no appsettings.json"
	}
	return strings.Join(f.found, ", ") + " has no section " + names
}

// interpret makes settings of the sheets that say something.
func interpret(all []*sheet, w workload, m *mistakes) []section {
	var read []section
	for _, s := range all {
		var own mistakes
		read = append(read, *interpretOne(s, w, &own))
		for _, err := range own {
			m.add(err)
		}
	}
	if len(*m) == 0 {
		compare(read, m)
	}
	return read
}

// interpretOne makes a section of its sheet.
func interpretOne(s *sheet, w workload, m *mistakes) *section {
	kind := productOf(s, m)
	s.lack(kind, m)
	s.checkProduct(kind, m)
	r := &section{name: s.name, kind: kind, origins: map[string]string{}}
	if kind == authority.AzureADB2C {
		readB2C(s, r, m)
	} else {
		r.single, r.hosts = readSuccessor(s, kind, m)
		r.trusted = []authority.Authority{r.single}
		r.missingRoles = readMissingRoles(s, m)
	}
	clientID := readClientID(s, kind, m)
	r.clientID, r.audiences = clientID, readAudiences(s, kind, clientID, m)
	var from string
	r.credential, from = readCredential(s, r, w, m)
	if len(*m) > 0 && !s.says(keyClientID, keyAudience, keyAudiences) {
		// Not everybody needs one, but who has to mend the others wants to know.
		plain := varAudience
		if kind != authority.AzureADB2C {
			plain = variable(s.name, keyClientID)
		}
		m.missing(s, keyClientID, plain, wantAudience)
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

// readCredential reads how the application authenticates, and where that stands.
func readCredential(s *sheet, r *section, w workload, m *mistakes) (credential, string) {
	if r.kind != authority.AzureADB2C {
		return readCredentials(s, r, w, m)
	}
	if secret, from := readSecret(s, m); secret != nil {
		return credential{value: secret, kind: "a client secret"}, from
	}
	return credential{}, ""
}
