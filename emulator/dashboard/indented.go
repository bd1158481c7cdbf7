// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"encoding/json"

	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
)

// indented writes JSON for people: over several lines, if it isn't so deep that
// it would be mostly spaces, and with nothing in it that can't be seen.
func indented(raw json.RawMessage) string {
	var b bytes.Buffer
	if depthOf(raw) > maxDepth || json.Indent(&b, raw, "", "  ") != nil {
		return foreign.Visible(string(raw))
	}
	return foreign.Visible(b.String())
}

// depthOf returns how deep JSON is nested.
func depthOf(raw json.RawMessage) int {
	var depth, most int
	for quoted, i := false, 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
			most = max(most, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return most
}
