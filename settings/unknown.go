// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"maps"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

// unknown finds keys that nobody reads. One that is spelled nearly as one that
// counts is a mistake: what it was to say would be lost. All others are noted: .NET
// ignores them, and teams keep what is their own beside these.
func (s *sheet) unknown(m *mistakes, notes *[]string) {
	names := slices.Concat(counting, slices.Sorted(maps.Keys(lacking(authority.AzureADB2C))))
	done := map[string]bool{}
	for _, e := range s.sorted() {
		key, _, _ := strings.Cut(e.path, ":")
		if key == keyTenant || done[fold(key)] || isAnyOf(key, silent) {
			continue
		}
		done[fold(key)] = true
		if instead, ok := noted[spelled(key, slices.Collect(maps.Keys(noted)))]; ok {
			*notes = append(*notes, upTo(e, key)+" has no meaning here: "+instead)
			continue
		}
		near, distance := nearest(key, names)
		switch {
		case distance == 0:
		case isSlip(near, distance):
			m.addf(upTo(e, key), "is not known; did you mean %s?", near)
		case distance <= len(key)/2:
			*notes = append(*notes, upTo(e, key)+" is not known here; the nearest key is "+near)
		default:
			*notes = append(*notes, upTo(e, key)+" is not known here")
		}
	}
}
