// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"slices"
	"strings"
	"unicode"
)

// WithAudiences returns the authority with the audiences that its tokens may
// name: the application (client) ids under which an API is registered in this
// tenant. They replace those it had. An API with registrations in two tenants
// has two ids, and that of one tenant is nothing to the other.
//
// GUIDs fold to lower case, as the issuers write them. Ids that are empty,
// hold space or come twice are an error, which is kept in the authority and
// returned by the first constructor that takes it.
func (a Authority) WithAudiences(ids ...string) Authority {
	joined, err := joinAudiences(ids)
	if err != nil {
		a.err = errors.Join(a.Err(), err)
		return a
	}
	a.audiences = joined
	return a
}

// Audiences returns the audiences given to WithAudiences, nil if there are
// none: then it is for who takes the authority to name them.
func (a Authority) Audiences() []string { return splitAudiences(a.audiences) }

// WithAudiences returns the tenant with the audiences that tokens of its flows
// may name, see [Authority.WithAudiences]. An error is kept in the authorities
// that the tenant makes.
func (t Tenant) WithAudiences(ids ...string) Tenant {
	joined, err := joinAudiences(ids)
	if err != nil {
		t.err = errors.Join(t.err, err)
		return t
	}
	t.audiences = joined
	return t
}

// joinAudiences keeps ids in one string, so that authorities compare with ==.
// No id holds the space between them.
func joinAudiences(ids []string) (string, error) {
	if len(ids) == 0 {
		return "", errors.New("authority: audiences: empty; name at least one application (client) id")
	}
	var errs []error
	folded := make([]string, 0, len(ids))
	for _, id := range ids {
		if guid := FoldFlow(id); isGUID(guid) {
			id = guid
		}
		switch {
		case id == "":
			errs = append(errs, errors.New("authority: audiences: one is empty; want an application (client) id"))
		case strings.ContainsFunc(id, notInAudience):
			errs = append(errs, fieldError("audiences", id, "holds space or what does not print"))
		case slices.Contains(folded, id):
			errs = append(errs, fieldError("audiences", id, "is named twice"))
		}
		folded = append(folded, id)
	}
	return strings.Join(folded, " "), errors.Join(errs...)
}

func splitAudiences(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, " ")
}

func notInAudience(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == unicode.ReplacementChar
}
