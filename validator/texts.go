// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"strings"

	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// texts are those of all lists of a token, in one row, so that they share one piece of
// memory. The first few need none of their own meanwhile.
type texts struct {
	first [8]string
	more  []string
	n     int
}

// span is a part of the row.
type span struct {
	from, to int
	is       bool // there is one, if only an empty one
	hasEmpty bool // one of its texts is
}

func (t *texts) add(s string) {
	if t.n < len(t.first) {
		t.first[t.n] = s
	} else {
		t.more = append(t.more, s)
	}
	t.n++
}

// drop takes back what came behind n.
func (t *texts) drop(n int) {
	t.more = t.more[:max(n-len(t.first), 0)]
	t.n = n
}

// read reads a claim that is one text or several.
func (t *texts) read(v strictjson.Value) (l span, ok bool) {
	l = span{from: t.n, is: true}
	if s, isText := v.String(); isText {
		t.add(s)
		return span{from: l.from, to: t.n, is: true, hasEmpty: s == ""}, true
	}
	ok = v.EachString(func(s string) {
		l.hasEmpty = l.hasEmpty || s == ""
		t.add(s)
	})
	if !ok {
		t.drop(l.from)
		return span{}, false
	}
	l.to = t.n
	return l, true
}

// readNonEmpty reads a claim that describes: one text or several, none of them empty,
// and no list at all if it holds anything else.
func (t *texts) readNonEmpty(v strictjson.Value) span {
	l, ok := t.read(v)
	if !ok || !l.hasEmpty {
		return l
	}
	all := t.all()[l.from:l.to]
	t.drop(l.from)
	for _, s := range all {
		if s != "" {
			t.add(s)
		}
	}
	return span{from: l.from, to: t.n, is: true}
}

// split splits on single spaces (RFC 6749 section 3.3); anything else between scopes
// does not separate them.
func (t *texts) split(scp string) span {
	from := t.n
	for more := true; more; {
		var s string
		if s, scp, more = strings.Cut(scp, " "); s != "" {
			t.add(s)
		}
	}
	return span{from: from, to: t.n, is: true}
}

// all returns the row, in memory of its own.
func (t *texts) all() []string {
	if t.n == 0 {
		return nil
	}
	all := make([]string, t.n)
	copy(all[copy(all, t.first[:min(t.n, len(t.first))]):], t.more)
	return all
}

func (l *span) isEmpty() bool { return l.from == l.to }

// of returns the list, nil if there is none. Who appends to it writes to no other.
func (l *span) of(all []string) []string {
	if !l.is {
		return nil
	}
	return all[l.from:l.to:l.to]
}
