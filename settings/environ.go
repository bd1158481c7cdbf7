// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// environ are variables, NAME=value each.
type environ []string

// get returns a variable by its exact name, "" if there is none.
func (e environ) get(name string) (value string) {
	for n, v := range e.all {
		if n == name {
			value = v
		}
	}
	return value
}

// all visits the variables.
func (e environ) all(yield func(name, value string) bool) {
	for _, pair := range e {
		if name, value, ok := strings.Cut(pair, "="); ok && !yield(name, value) {
			return
		}
	}
}

// dotNet lays .NET's variables on the sheet: AzureAdB2C__TrustedPolicies__0 is
// AzureAdB2C:TrustedPolicies:0, and a name with colons is taken as it is
// (EnvironmentVariablesConfigurationSource's transformation). Of two that differ in
// case alone .NET takes any one.
func (e environ) dotNet(s *sheet, m *mistakes) {
	names := map[string]string{} // by path, folded
	var layer []entry
	for name, value := range e.all {
		path, ok := within(s.name, strings.ReplaceAll(name, "__", ":"))
		if !ok {
			continue
		}
		shown := foreign.Text(name)
		if other, twice := names[fold(path)]; twice && other != shown {
			m.addf(other, "and %s are the same to .NET; keep one", shown)
			continue
		}
		names[fold(path)] = shown
		layer = append(layer, entry{path: path, text: value, origin: shown})
	}
	s.lay(layer, m)
}

// plain returns the variables that begin as plain ones.
func (e environ) plain() plainValues {
	v := plainValues{}
	for name, value := range e.all {
		if !strings.HasPrefix(name, plainPrefix) {
			continue
		}
		if delete(v, name); value != "" {
			v[name] = entry{path: name, text: value, origin: foreign.Text(name)}
		}
	}
	return v
}
