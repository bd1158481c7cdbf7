// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// productOf returns which product a section is of: B2C if it names a policy, as for
// Microsoft.Identity.Web, else whatever its host is of. A custom domain doesn't tell;
// the section's name does, or the key Product.
func productOf(s *sheet, m *mistakes) authority.Kind {
	if said, ok := s.text(keyProduct, m); ok {
		switch fold(said.text) {
		case "externalid":
			return authority.EntraExternalID
		case "entraid":
			return authority.EntraID
		}
		m.addf(said.origin, "is %s; want ExternalID or EntraID", foreign.Name(said.text))
	}
	if s.says(keySignIn, keyTrustedPolicies, keyReset, keyEdit, keyTenant) {
		return authority.AzureADB2C
	}
	where, _ := s.get(keyInstance)
	if whole, ok := s.get(keyAuthority); ok {
		if a, err := authority.Parse(whole.text); err == nil {
			return a.Kind()
		}
		where = whole
	}
	switch host := bareHost(where.text); {
	case strings.HasSuffix(host, ciamHost):
		return authority.EntraExternalID
	case host == entraHost:
		return authority.EntraID
	case strings.HasSuffix(host, globalHost), strings.HasSuffix(host, chinaHost), fold(s.name) == fold(sectionB2C):
		return authority.AzureADB2C
	}
	return authority.EntraExternalID
}

// others are keys that have a meaning for other products alone, and what a section of
// this one says instead.
func others(kind authority.Kind) (keys []string, instead string) {
	if kind == authority.AzureADB2C {
		return []string{keyAllowedTenants, keyMissingRoles, keyUserIDClaim, keyMetadataAppID},
			"means something for External ID and Entra ID alone, and this section is of B2C; take it out"
	}
	return []string{keyTrustedHosts, keyMissingFlow, keySignIn, keyTrustedPolicies, keyReset, keyEdit},
		"means something for B2C alone, and this section is of " + kind.String() + "; take it out"
}

// checkProduct finds keys of another product.
func (s *sheet) checkProduct(kind authority.Kind, m *mistakes) {
	keys, instead := others(kind)
	for _, key := range keys {
		if e, ok := s.get(key); ok {
			m.addf(e.origin, "%s", instead)
		} else if below := s.below(key); len(below) > 0 {
			m.addf(upTo(below[0], key), "%s", instead)
		}
	}
}
