// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// entry is one text of the section.
type entry struct {
	path   string // within the section, as it was written
	text   string
	origin string // what the operator wrote, for errors
}

// upTo returns the origin of an entry up to the first key of its path: what stands
// below an unknown one is of no interest, and may be a secret.
func upTo(e entry, key string) string {
	tail := foreign.Text(e.path[len(key):])
	if short, ok := strings.CutSuffix(e.origin, tail); ok {
		return short
	}
	if short, ok := strings.CutSuffix(e.origin, strings.ReplaceAll(tail, ":", "__")); ok {
		return short
	}
	return e.origin
}
