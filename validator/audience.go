// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

// audiencesOf returns the audiences of a trusted authority: those it names
// itself, or else the one given to New. An ID token is for the app, whatever
// audiences an authority names for APIs.
func (r *rules) audiencesOf(a authority.Authority, given string) []string {
	if r.namesAudiences(a) {
		return a.Audiences()
	}
	return []string{given}
}

// namesAudiences reports whether the authority names audiences that count.
func (r *rules) namesAudiences(a authority.Authority) bool {
	return r.named && len(a.Audiences()) > 0
}

// checkAudiences compares the audience given, and those that the
// authorities name, with what their issuers write into aud. Authorities that are
// wrong themselves are passed over.
func (k *tokenKind) checkAudiences(m *mistakes, names fieldNames, trusted []authority.Authority, given string, grows bool) {
	needed := grows || len(trusted) == 0 // one that comes later may want it
	if err := checkText(given); err != nil && grows && given != "" {
		m.addf(names.audience, "%q: %w", given, err)
		return
	}
	for _, a := range trusted {
		if needed = needed || a.Err() != nil || !k.rules.namesAudiences(a); a.Err() != nil {
			continue
		}
		switch {
		case k.rules.namesAudiences(a):
			for _, aud := range a.Audiences() {
				if err := checkAudience(a, aud, k.owner); err != nil {
					m.addf(names.trusted, "audience of %s: %w", a, err)
				}
			}
		case given == "" && (grows || slices.ContainsFunc(trusted, k.rules.namesAudiences)):
			m.addf(names.audience, "empty, though %s names none of its own (WithAudiences)", a)
		default:
			if err := checkAudience(a, given, k.owner); err != nil {
				m.addf(names.audience, "%w", err)
			}
		}
	}
	if !needed && given != "" {
		m.addf(names.audience, "%q counts for none, since all trusted authorities name audiences of their own (WithAudiences); want \"\"", given)
	}
}

// checkAudience returns why an authority would never write the audience into a
// token.
func checkAudience(a authority.Authority, audience, owner string) error {
	if err := checkText(audience); err != nil {
		return fmt.Errorf("%w; want %s application (client) id", err, owner)
	}
	switch {
	case a.Kind() == authority.OpenIDConnect:
		return nil // whatever its provider calls the API
	case strings.Contains(audience, "://") && a.Kind() != authority.AzureADB2C:
		return fmt.Errorf("%q is an App ID URI; %s puts %s application (client) id into aud, in tokens of version 2 (requestedAccessTokenVersion)", audience, a.Kind(), owner)
	case strings.Contains(audience, "://"):
		return fmt.Errorf("%q is an App ID URI; B2C puts %s application (client) id into aud", audience, owner)
	}
	if err := checkGUID(audience); err != nil {
		return fmt.Errorf("%q: %w; want %s application (client) id", audience, err, owner)
	}
	return nil
}
