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
func audiencesOf(kind tokenKind, a authority.Authority, given string) []string {
	if own := a.Audiences(); len(own) > 0 && kind == accessToken {
		return own
	}
	return []string{given}
}

// checkAudiences holds the audience given to New, and those that the
// authorities name, to what their issuers write into aud. Authorities that are
// wrong themselves are passed over.
func checkAudiences(m *mistakes, kind tokenKind, trusted []authority.Authority, given string) {
	field := kind.audienceName()
	owns := func(a authority.Authority) bool { return kind == accessToken && len(a.Audiences()) > 0 }
	needed := len(trusted) == 0
	for _, a := range trusted {
		if needed = needed || a.Err() != nil || !owns(a); a.Err() != nil {
			continue
		}
		switch {
		case owns(a):
			for _, aud := range a.Audiences() {
				if err := checkAudience(kind, a, aud); err != nil {
					m.addf("trusted", "audience of %s: %w", a, err)
				}
			}
		case given == "" && slices.ContainsFunc(trusted, owns):
			m.addf(field, "empty, though %s names none of its own (WithAudiences)", a)
		default:
			if err := checkAudience(kind, a, given); err != nil {
				m.addf(field, "%w", err)
			}
		}
	}
	if !needed && given != "" {
		m.addf(field, "%q counts for none, since all trusted authorities name audiences of their own (WithAudiences); want \"\"", given)
	}
}

// checkAudience tells why an authority would never write the audience into a
// token.
func checkAudience(kind tokenKind, a authority.Authority, audience string) error {
	owner := kind.audienceOwner()
	if err := checkText(audience); err != nil {
		return fmt.Errorf("%w; want %s application (client) id", err, owner)
	}
	if a.Kind() != authority.AzureADB2C {
		return nil
	}
	if strings.Contains(audience, "://") {
		return fmt.Errorf("%q is an App ID URI; B2C puts %s application (client) id into aud", audience, owner)
	}
	if err := checkGUID(audience); err != nil {
		return fmt.Errorf("%q: %w; want %s application (client) id", audience, err, owner)
	}
	return nil
}

// hasAudience tells whether the token is for here, if it is this authority's.
// An ID token names the app and nobody else: others in it are not trusted
// (OpenID Connect Core section 3.1.3.7), and B2C writes one.
func (v *engine) hasAudience(tr *trust, c *claims) bool {
	if v.kind == idToken && len(c.audience) > 1 {
		return false
	}
	return slices.ContainsFunc(c.audience, func(a string) bool { return slices.Contains(tr.audiences, a) })
}
