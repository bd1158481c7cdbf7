// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// fieldError names the field and quotes the value: it may come from elsewhere,
// or be a URL with a code in its query.
func fieldError(field, value, problem string) error {
	if i := strings.IndexAny(value, "?#"); i >= 0 && strings.Contains(value[:i], "/") {
		value = value[:i+1] + "…"
	}
	return fmt.Errorf("authority: %s: %s %s", field, foreign.Name(value), problem)
}

// urlError quotes a URL without what stands behind its path.
func urlError(rawURL, problem string) error {
	if i := strings.IndexAny(rawURL, "?#"); i >= 0 && i+1 < len(rawURL) {
		rawURL = rawURL[:i+1] + "…"
	}
	return fieldError("url", rawURL, problem)
}
