// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package foreign makes text that others chose fit for an error or a log line:
// claims of tokens, what servers answer, their and libraries' errors, what was
// pasted into a configuration. It is the only policy of the kit for that, so a
// mistake in it has one place to be mended.
//
// What comes out is valid UTF-8, one line of what can be seen, and bounded.
// Whatever is not printable (controls, ends of lines, marks that turn the
// direction of text, spaces that look like another, bytes that are no UTF-8)
// is escaped as Go does it, so that an operator sees what was there. No escape
// and no character is ever cut in two.
//
// It says nothing about secrets: redact first. Nor is it escaping for HTML or
// for a header.
package foreign

import (
	"strconv"
	"unicode/utf8"
)

// The lengths, in bytes of what comes out, the mark of a cut included.
const (
	// maxText is that of a text. The longest sentences of B2C, Go's TLS errors
	// and ours are shorter, while a whole page or token is not; ten lines with
	// four such texts are still less than 64 KiB.
	maxText = 1 << 10
	// maxName is that of a name. Errors hold several, and what to do comes
	// after them. An issuer of a custom policy at a custom domain fits.
	maxName = 160
)

const cutMark = "…"

// Text returns a text that stands for itself, such as a description or
// another program's error. Text of a Text is the same.
func Text(s string) string {
	safe, cut := escaped(s, maxText, false)
	if cut {
		safe += cutMark
	}
	return safe
}

// Quote returns a text in double quotes, as Go writes strings. If it was cut,
// the mark of that stands behind the quotes.
func Quote(s string) string { return quote(s, maxText) }

// Name returns a name, an identifier or a URL in double quotes, cut shorter
// than by [Quote].
func Name(s string) string { return quote(s, maxName) }

func quote(s string, limit int) string {
	safe, cut := escaped(s, limit-len(`""`), true)
	if cut {
		return `"` + safe + `"` + cutMark
	}
	return `"` + safe + `"`
}

// escaped returns the text, or its start if that would be longer than the
// limit; with the mark it won't be then.
func escaped(s string, limit int, quoted bool) (safe string, cut bool) {
	if len(s) <= limit && !needsEscape(s, quoted) {
		return s, false
	}
	out := make([]byte, 0, min(len(s), limit)+utf8.UTFMax)
	fits := 0 // with the mark
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			out = append(out, '\\', 'x', hex[s[0]>>4], hex[s[0]&0xf])
		case mustEscape(r, quoted):
			out = appendEscape(out, r)
		default:
			out = append(out, s[:size]...)
		}
		if len(out) > limit {
			return string(out[:fits]), true
		}
		if len(out) <= limit-len(cutMark) {
			fits = len(out)
		}
		s = s[size:]
	}
	return string(out), false
}

const hex = "0123456789abcdef"

// appendEscape appends what strconv writes for the character between quotes.
func appendEscape(out []byte, r rune) []byte {
	start := len(out)
	out = strconv.AppendQuote(out, string(r))
	copy(out[start:], out[start+1:len(out)-1])
	return out[:len(out)-2]
}

func needsEscape(s string, quoted bool) bool {
	for i, r := range s {
		if mustEscape(r, quoted) {
			return true
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return true
			}
		}
	}
	return false
}

func mustEscape(r rune, quoted bool) bool {
	return !strconv.IsPrint(r) || quoted && (r == '"' || r == '\\')
}
