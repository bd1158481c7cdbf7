// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// plain reads what nearly all tokens are: an object of few members that are texts
// without escapes, whole numbers, true, false, null, and arrays of these. It visits
// the members one by one as the library would, and stops before the first thing that
// is not plain, or not valid, or a name that comes twice: what that is it leaves to
// the library. So it can take nothing that the library would refuse, as long as what
// it takes for plain is strict JSON.
type plain struct {
	data  string
	at    int
	names [maxPlain]string // of the members so far
	like  [4]uint64        // a set of what the names look like
	seen  int              // members visited
}

// maxPlain is the most members that are read here.
const maxPlain = 64

// read visits the members, and reports whether that is all: the object has ended and
// nothing is behind it, or member has returned an error.
func (p *plain) read(member func(name string, v Value) error) (done bool, err error) {
	if !p.next('{') {
		return false, nil
	}
	if p.next('}') {
		return p.end(), nil
	}
	for {
		name, ok := p.name()
		if !ok {
			return false, nil
		}
		start := p.at
		if !p.value() {
			return false, nil
		}
		end := p.at
		more := p.next(',')
		if !more && !p.next('}') {
			return false, nil
		}
		p.seen++
		if err := member(name, Value(p.data[start:end])); err != nil {
			return true, err
		}
		if !more {
			return p.end(), nil
		}
	}
}

// name reads a name that has not come before, and the colon.
func (p *plain) name() (string, bool) {
	p.space()
	start := p.at
	if p.seen == maxPlain || !p.text() {
		return "", false
	}
	name := p.data[start+1 : p.at-1]
	if !p.next(':') || p.isKnown(name) {
		return "", false
	}
	p.names[p.seen] = name
	p.space()
	return name, true
}

// isKnown reports whether a name has come before, and remembers it.
func (p *plain) isKnown(name string) bool {
	look := uint(len(name))
	if name != "" {
		look += 7*uint(name[0]) + 29*uint(name[len(name)-1])
	}
	word, bit := &p.like[look>>6&3], uint64(1)<<(look&63)
	if *word&bit == 0 {
		*word |= bit
		return false
	}
	return slices.Contains(p.names[:p.seen], name)
}

// value reads a value.
func (p *plain) value() bool {
	if p.at < len(p.data) && p.data[p.at] == '[' {
		return p.array()
	}
	return p.scalar()
}

func (p *plain) array() bool {
	p.at++
	if p.next(']') {
		return true
	}
	for {
		p.space()
		if !p.scalar() {
			return false
		}
		if !p.next(',') {
			return p.next(']')
		}
	}
}

// scalar reads a value that is no object or array.
func (p *plain) scalar() bool {
	if p.at >= len(p.data) {
		return false
	}
	switch p.data[p.at] {
	case '"':
		return p.text()
	case 't':
		return p.literal("true")
	case 'f':
		return p.literal("false")
	case 'n':
		return p.literal("null")
	}
	return p.number()
}

func (p *plain) literal(s string) bool {
	ok := strings.HasPrefix(p.data[p.at:], s)
	p.at += len(s)
	return ok
}

// number reads a whole number. What stands behind it is looked at by others, so that
// of 1.5 or 01 the rest is neither a comma nor a bracket.
func (p *plain) number() bool {
	start := p.at
	for p.at < len(p.data) && '0' <= p.data[p.at] && p.data[p.at] <= '9' {
		p.at++
	}
	n := p.at - start
	return n == 1 || n > 1 && p.data[start] != '0'
}

// text reads a text without escapes.
func (p *plain) text() bool {
	if p.at >= len(p.data) || p.data[p.at] != '"' {
		return false
	}
	start := p.at + 1
	all := byte(0)
	for i := start; i < len(p.data); i++ {
		c := p.data[i]
		all |= c
		switch {
		case c < ' ' || c == '\\':
			return false
		case c == '"':
			p.at = i + 1
			return all < utf8.RuneSelf || utf8.ValidString(p.data[start:i])
		}
	}
	return false
}

// next reads a character, and the space before it, if it comes next.
func (p *plain) next(c byte) bool {
	p.space()
	if p.at < len(p.data) && p.data[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *plain) space() {
	for p.at < len(p.data) {
		switch p.data[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// end reports whether nothing is left.
func (p *plain) end() bool {
	p.space()
	return p.at == len(p.data)
}
