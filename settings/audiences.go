// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
)

const wantAudience = "want the application (client) id of the API"

// readClientID reads the application's own id. What is no GUID is not shown: it may
// be the secret, with which it is easily swapped.
func readClientID(s *sheet, m *mistakes) entry {
	id, ok := s.text(keyClientID, m)
	if !ok {
		return entry{}
	}
	if !guid.Is(id.text) {
		m.addf(id.origin, "is no GUID; want the application (client) id%s", appIDURI(id.text))
		return entry{}
	}
	return entry{id.path, guid.Fold(id.text), id.origin}
}

// readAudiences reads whom tokens have to be for: Audience and Audiences, which in
// .NET add up and take the place of the ClientId, or else that.
func readAudiences(s *sheet, clientID entry, m *mistakes) (ids []string) {
	all := s.list(keyAudiences, m)
	if one, ok := s.text(keyAudience, m); ok {
		all = append([]entry{one}, all...)
	}
	ids = readIDs(all, wantAudience, m)
	if len(all) == 0 && clientID.text != "" {
		ids = []string{clientID.text}
	}
	return ids
}

// readMissingFlow reads which clients may send tokens that name no flow.
func readMissingFlow(s *sheet, m *mistakes) []string {
	return readIDs(s.list(keyMissingFlow, m), "want the application (client) id of a daemon", m)
}

// readIDs returns the client ids in lower case, each once.
func readIDs(all []entry, want string, m *mistakes) (ids []string) {
	for _, e := range all {
		switch id := guid.Fold(e.text); {
		case !guid.Is(id):
			m.addf(e.origin, "is no GUID; %s%s", want, appIDURI(e.text))
		case !slices.Contains(ids, id):
			ids = append(ids, id)
		}
	}
	return ids
}

// appIDURI ends a text on what is no client id, if it is the other thing that an
// application is known by.
func appIDURI(text string) string {
	if strings.Contains(text, "://") {
		return ": this is an App ID URI, which tokens of B2C never name as their audience"
	}
	return ""
}
