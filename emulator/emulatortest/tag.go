// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"bytes"
	"html"
	"strings"
)

// tag reads a tag from its name on, and goes behind it.
func (r *reader) tag(s string) (name string, attributes map[string]string) {
	const space = " \t\r\n\f"
	end := strings.IndexAny(s, space+"/>")
	if end < 0 {
		end = len(s)
	}
	name, s = strings.ToLower(s[:end]), s[end:]
	attributes = map[string]string{}
	for {
		s = strings.TrimLeft(s, space+"/")
		if s == "" || s[0] == '>' {
			r.rest = strings.TrimPrefix(s, ">")
			return name, attributes
		}
		end := strings.IndexAny(s[1:], space+"/>=") + 1 // a name may begin with =
		if end == 0 {
			end = len(s)
		}
		key, value := strings.ToLower(s[:end]), ""
		s = strings.TrimLeft(s[end:], space)
		if strings.HasPrefix(s, "=") {
			s = strings.TrimLeft(s[1:], space)
			value, s = attribute(s)
		}
		if _, twice := attributes[key]; !twice {
			attributes[key] = html.UnescapeString(value)
		}
	}
}

// attribute cuts a value off, with quotes or without.
func attribute(s string) (value, rest string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		value, rest, _ = strings.Cut(s[1:], s[:1])
		return value, rest
	}
	end := strings.IndexAny(s, " \t\r\n\f>")
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:]
}

// raw goes behind an element whose text has no tags, and returns the text.
func (r *reader) raw(name string) string {
	lower := []byte(r.rest)
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c | 0x20
		}
	}
	for at := 0; ; {
		i := bytes.Index(lower[at:], []byte("</"+name))
		if i < 0 {
			text := r.rest
			r.rest = ""
			return text
		}
		at += i
		after := at + len("</"+name)
		if after == len(lower) || strings.IndexByte(" \t\r\n\f/>", lower[after]) >= 0 {
			text := r.rest[:at]
			_, r.rest, _ = strings.Cut(r.rest[after:], ">")
			return text
		}
		at = after
	}
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// collapsed is a text with single spaces, as a page shows it.
func collapsed(s string) string { return strings.Join(strings.Fields(s), " ") }
