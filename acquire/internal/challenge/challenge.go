// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package challenge reads the challenges of WWW-Authenticate (RFC 9110 section
// 11.6.1).
package challenge

import "strings"

// MaxField is the longest header field that is looked at.
const MaxField = 16 << 10

// Challenge is one challenge. Names are in lower case, and each of its parameters
// stands there once.
type Challenge struct {
	Scheme string
	Params map[string]string
}

// Parse reads one field, in which several challenges may stand. Of a field that is not
// as the standard has it nothing is believed: ok is false.
func Parse(field string) (all []Challenge, ok bool) {
	if len(field) > MaxField {
		return nil, false
	}
	r := reader{field}
	for r.skipCommas(); r.rest != ""; r.skipCommas() {
		name, ok := r.token()
		if !ok {
			return nil, false
		}
		switch value, found, ok := r.value(); {
		case !ok:
			return nil, false
		case !found:
			all = append(all, Challenge{Scheme: strings.ToLower(name), Params: map[string]string{}})
			if !r.scheme() {
				return nil, false
			}
			continue
		case len(all) == 0 || !all[len(all)-1].put(strings.ToLower(name), value):
			return nil, false
		}
		if !r.atComma() {
			return nil, false
		}
	}
	return all, true
}

// put adds a parameter, which must be a new one.
func (c *Challenge) put(name, value string) bool {
	if _, there := c.Params[name]; there {
		return false
	}
	c.Params[name] = value
	return true
}

// reader reads a field from its beginning.
type reader struct{ rest string }

func (r *reader) skip(of string) { r.rest = strings.TrimLeft(r.rest, of) }

func (r *reader) skipCommas() { r.skip(" \t,") }

// atComma reports whether an element of the list ends here.
func (r *reader) atComma() bool {
	r.skip(" \t")
	return r.rest == "" || r.rest[0] == ','
}

// scheme reads what follows a scheme's name: nothing, a space and parameters, or a
// space and a token68, which belongs to no scheme that is of interest.
func (r *reader) scheme() bool {
	if r.rest == "" || r.rest[0] == ',' {
		return true
	}
	if r.rest[0] != ' ' {
		return false
	}
	r.skip(" ")
	after := reader{strings.TrimLeft(strings.TrimLeftFunc(r.rest, isToken68), "=")}
	if after.rest != r.rest && after.atComma() {
		r.rest = after.rest
	}
	return true
}

// token reads a token (RFC 9110 section 5.6.2).
func (r *reader) token() (string, bool) {
	after := strings.TrimLeftFunc(r.rest, isTokenChar)
	name := r.rest[:len(r.rest)-len(after)]
	r.rest = after
	return name, name != ""
}

// value reads the value of a parameter, if what was read was the name of one.
func (r *reader) value() (value string, found, ok bool) {
	after, found := strings.CutPrefix(strings.TrimLeft(r.rest, " \t"), "=")
	if !found {
		return "", false, true
	}
	r.rest = strings.TrimLeft(after, " \t")
	if strings.HasPrefix(r.rest, `"`) {
		value, ok = r.quoted()
	} else {
		value, ok = r.token()
	}
	return value, true, ok
}

// quoted reads a quoted string (RFC 9110 section 5.6.4).
func (r *reader) quoted() (string, bool) {
	var b strings.Builder
	for i := 1; i < len(r.rest); i++ {
		c := r.rest[i]
		switch {
		case c == '"':
			r.rest = r.rest[i+1:]
			return b.String(), true
		case c == '\\' && i+1 < len(r.rest):
			i++
			c = r.rest[i]
		}
		if c < ' ' && c != '\t' || c == 0x7f {
			return "", false
		}
		b.WriteByte(c)
	}
	return "", false
}

func isTokenChar(r rune) bool {
	return isAlphanumeric(r) || strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

func isToken68(r rune) bool { return isAlphanumeric(r) || strings.ContainsRune("-._~+/", r) }

func isAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}
