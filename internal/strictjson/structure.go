// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

// structure visits the brackets, braces and commas of a JSON text that stand
// outside of strings, each with the depth behind it: 1 is within the outermost
// bracket. Of a text that is not valid, which is refused later, it visits
// anything.
func structure(text string, visit func(i, depth int)) {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			visit(i, depth)
		case c == '}' || c == ']':
			depth--
			visit(i, depth)
		case c == ',':
			visit(i, depth)
		}
	}
}

// nesting returns how deep a JSON text is nested.
func nesting(text string) int {
	deepest := 0
	structure(text, func(_, depth int) { deepest = max(deepest, depth) })
	return deepest
}
