// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// joinAudiences keeps ids in one string, so that authorities compare with ==.
// No id holds the space between them. Some products name client ids alone.
func joinAudiences(ids []string, clientIDs bool) (string, error) {
	if len(ids) == 0 {
		return "", errors.New("authority: audiences: empty; name at least one application (client) id")
	}
	var errs []error
	folded := make([]string, 0, len(ids))
	for _, id := range ids {
		id = guid.Fold(id)
		switch {
		case id == "":
			errs = append(errs, errors.New("authority: audiences: one is empty; want an application (client) id"))
		case strings.ContainsFunc(id, notInAudience):
			errs = append(errs, fieldError("audiences", id, "holds space or what does not print"))
		case clientIDs && strings.Contains(id, ":"):
			errs = append(errs, fieldError("audiences", id, "looks like an App ID URI; tokens of version 2 name the API's application (client) id"))
		case clientIDs && !guid.Is(id):
			errs = append(errs, fieldError("audiences", id, "is not an application (client) id, which is a GUID"))
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
