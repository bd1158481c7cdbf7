// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/guid"
)

const wantAudience = "want the application (client) id of the API"

// readClientID reads the application's own id. What is no GUID is not shown: it may
// be the secret, with which it is easily swapped.
func readClientID(s *sheet, kind authority.Kind, m *mistakes) entry {
	id, ok := s.text(keyClientID, m)
	if !ok {
		return entry{}
	}
	if !guid.Is(id.text) {
		m.addf(id.origin, "is no GUID; want the application (client) id%s", appIDURI(kind, id.text))
		return entry{}
	}
	if tenant, ok := s.get(keyTenantID); ok && guid.Fold(tenant.text) == guid.Fold(id.text) {
		m.addf(id.origin, "is the GUID of the tenant; want the application (client) id")
		return entry{}
	}
	return entry{id.path, guid.Fold(id.text), id.origin}
}

// readAudiences reads whom tokens have to be for: Audience and Audiences, which in
// .NET add up and take the place of the ClientId, or else that.
func readAudiences(s *sheet, kind authority.Kind, clientID entry, m *mistakes) (ids []entry) {
	all := s.list(keyAudiences, m)
	if one, ok := s.text(keyAudience, m); ok {
		all = append([]entry{one}, all...)
	}
	ids = readIDs(all, kind, wantAudience, m)
	if len(all) == 0 && clientID.text != "" {
		ids = []entry{clientID}
	}
	return ids
}

// readMissingFlow reads which clients may send tokens that name no flow.
func readMissingFlow(s *sheet, m *mistakes) []string {
	return texts(readIDs(s.list(keyMissingFlow, m), authority.AzureADB2C, wantDaemon, m))
}

// readMissingRoles reads which clients' own tokens may have no role. For
// Microsoft.Identity.Web one switch opens the API to every application of the tenant;
// here it opens nothing, and has to stand beside the list.
func readMissingRoles(s *sheet, m *mistakes) []string {
	all := s.list(keyMissingRoles, m)
	if acl, ok := s.get(keyACL); ok && len(all) == 0 && !saysNo(acl, keyACL, m) {
		m.addf(acl.origin, "would let in every application of the tenant, for it takes no more than asking to get a token without a role; list the client ids of those that may come in as %s", keyMissingRoles)
	}
	return texts(readIDs(all, authority.EntraExternalID, wantDaemon, m))
}

const wantDaemon = "want the application (client) id of a daemon"

// readIDs returns the client ids in lower case, each once.
func readIDs(all []entry, kind authority.Kind, want string, m *mistakes) (ids []entry) {
	for _, e := range all {
		switch id := guid.Fold(e.text); {
		case !guid.Is(id):
			m.addf(e.origin, "is no GUID; %s%s", want, appIDURI(kind, e.text))
		case !slices.Contains(texts(ids), id):
			ids = append(ids, entry{e.path, id, e.origin})
		}
	}
	return ids
}

// appIDURI ends a text on what is no client id, if it is the other thing that an
// application is known by.
func appIDURI(kind authority.Kind, text string) string {
	switch {
	case !strings.Contains(text, "://"):
		return ""
	case kind == authority.AzureADB2C:
		return ": this is an App ID URI, which tokens of B2C never name as their audience"
	}
	return ": this is an App ID URI, which no token of version 2 names as its audience"
}
