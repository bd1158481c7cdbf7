// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redact

import (
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// folded is a text without all that is no letter, so that a secret reads the
// same however the text spells it: forms, JSON, Go and HTML each treat
// punctuation and spaces in their own way, and leave letters and digits alone.
type folded struct {
	text    string
	letters string
	from    []span // of text, by index of letters
}

// span is from start to before end.
type span struct{ start, end int }

// escape matches a character as forms, JSON, Go and HTML escape it.
var escape = regexp.MustCompile(`%[0-9A-Fa-f]{2}|\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[abfnrtv])|&#?[0-9A-Za-z]{2,8};`)

// fold folds a text and undoes its escapes.
func fold(t string) folded { return foldBetween(t, escape.FindAllStringIndex(t, -1)) }

// plain folds a text as it stands.
func plain(t string) folded { return foldBetween(t, nil) }

func foldBetween(t string, escapes [][]int) folded {
	f := folded{text: t, from: make([]span, 0, len(t))}
	var b strings.Builder
	add := func(s string, from span) {
		for _, c := range []byte(s) {
			if isLetter(c) {
				b.WriteByte(c)
				f.from = append(f.from, from)
			}
		}
	}
	at := 0
	for _, m := range append(escapes, []int{len(t), len(t)}) {
		for ; at < m[0]; at++ {
			add(t[at:at+1], span{at, at + 1})
		}
		if at = m[1]; m[0] < m[1] {
			add(unescape(t[m[0]:m[1]]), span{m[0], m[1]})
		}
	}
	f.letters = b.String()
	return f
}

// isLetter is for bytes of UTF-8: all beyond ASCII count as letters.
func isLetter(c byte) bool {
	return c >= 0x80 || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// unescape returns the character of a text that escape matches.
func unescape(text string) string {
	switch text[0] {
	case '%':
		one, _ := url.PathUnescape(text) // the pattern leaves nothing to fail
		return one
	case '&':
		return html.UnescapeString(text)
	}
	if text[1] == 'x' { // a byte of UTF-8
		one, _ := strconv.ParseUint(text[2:], 16, 8)
		return string([]byte{byte(one)})
	}
	one, _, _, _ := strconv.UnquoteChar(text, 0)
	return string(one)
}

// around returns where the letters from first to before next came from, and
// what is no letter before or after them, up to white space.
func (f folded) around(first, next int, before, after bool) span {
	at := span{f.from[first].start, f.from[next-1].end}
	start, end := 0, len(f.text)
	if first > 0 {
		start = min(f.from[first-1].end, at.start) // letters may come from one escape
	}
	if next < len(f.from) {
		end = max(f.from[next].start, at.end)
	}
	if before {
		at.start = start + strings.LastIndexFunc(f.text[start:at.start], unicode.IsSpace) + 1
	}
	if after {
		trail := f.text[at.end:end]
		if i := strings.IndexFunc(trail, unicode.IsSpace); i >= 0 {
			trail = trail[:i]
		}
		at.end += len(trail)
	}
	return at
}
