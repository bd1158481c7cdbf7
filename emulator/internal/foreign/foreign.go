// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package foreign makes text that others chose safe to show. It is the
// emulator's own: the kit's would share the bugs the emulator is there to find.
package foreign

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// most is how many characters of a text others need to see.
const most = 200

// Text prepares a text for an error or a log: on one line, with nothing in it
// that can't be seen, and cut after 200 characters.
func Text(s string) string {
	cut := ""
	if n := 0; utf8.RuneCountInString(s) > most {
		for i := range s {
			if n == most {
				s, cut = s[:i], "…"
				break
			}
			n++
		}
	}
	return escaped(s, hidden) + cut
}

// Visible writes characters that can't be seen, or that turn the direction of
// the text around them, the way JSON escapes them: a text should look like what
// it is. It keeps the lines and cuts nothing.
func Visible(s string) string {
	return escaped(s, func(r rune) bool { return r != '\n' && hidden(r) })
}

func hidden(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

func escaped(s string, hidden func(rune) bool) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case !hidden(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
