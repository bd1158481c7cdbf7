// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// notB2C ends a text on what belongs to another product.
const notB2C = "which is not B2C and has no policies in its URLs; take out the policies, or name a host of B2C"

// missing adds that a key has no value.
func (m *mistakes) missing(s *sheet, key, variable, want string) {
	if e, ok := s.entries[fold(key)]; ok {
		m.addf(e.origin, "is empty: %s", want)
		return
	}
	m.addf(s.name+":"+key, "is missing (or %s): %s", variable, want)
}

// problem adds what a constructor says of the text of an entry: without its own
// name of the field, and without the text where that is no name.
func (m *mistakes) problem(e entry, err error) {
	text := withoutField(err)
	if e.origin == varFlows {
		text = strings.Replace(text, eachAnArgument, "; it holds several: put spaces between them", 1)
	}
	for _, r := range goWords {
		text = strings.Replace(text, r[0], r[1], 1)
	}
	if fold(e.path) == fold(keyTenantID) {
		m.addf(e.origin, "%s", strings.TrimPrefix(text, foreign.Name(e.text)+" "))
		return
	}
	m.add(errors.New(e.origin + ": " + text))
}

// withoutField returns what a constructor says without its own names of package and
// field.
func withoutField(err error) string {
	text := err.Error()
	for range 2 {
		_, text, _ = strings.Cut(text, ": ")
	}
	return text
}

const eachAnArgument = "; it holds several, each of which is an argument of its own"

// goWords are what the constructors advise a programmer, and what an operator does
// in its place.
var goWords = [][2]string{
	{"; for a custom domain see NewTenant and Tenant.WithHosts", "; for a custom domain set " + varHosts + " as well"},
	{eachAnArgument, "; it holds several: one stays here, the others go to " + keyTrustedPolicies},
	{", or use B2C and Tenant.Flow", ""},
	{", or use B2C with name and GUID", ""},
	{", or use B2C", ""},
	{"; use B2C", "; such a section names its policy as " + keySignIn},
	{"; use ExternalID", ""},
	{"; use Entra", ""},
	{", and use Entra", ""},
	{": see Entra", ""},
	{"; for a custom domain see Authority.WithHost", ""},
	{", or use EntraMultiTenant with those allowed", ""},
	{"see EntraMultiTenant, which takes the list of those allowed", "take out the policies, and list those allowed as " + keyAllowedTenants},
}

// secretError adds what is wrong with a secret, of which nothing is shown.
func secretError(e entry, err error) error {
	_, problem, _ := strings.Cut(err.Error(), "the client secret ")
	return errors.New(e.origin + " " + problem)
}
