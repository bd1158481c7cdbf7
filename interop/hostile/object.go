// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"encoding/json"
	"slices"
	"strings"
)

// Member is a member of a JSON object: its name, and its value as JSON.
type Member struct{ Name, Value string }

// Object is a JSON object whose members keep their order, and may come twice.
type Object []Member

// NewObject returns the object of names and values, by turns.
func NewObject(pairs ...string) Object {
	var o Object
	for pair := range slices.Chunk(pairs, 2) {
		o = append(o, Member{pair[0], pair[1]})
	}
	return o
}

// String returns the object as JSON.
func (o Object) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(Quote(m.Name) + ":" + m.Value)
	}
	return b.String() + "}"
}

// Get returns the value of a name, "" if there is none.
func (o Object) Get(name string) string {
	for _, m := range o {
		if m.Name == name {
			return m.Value
		}
	}
	return ""
}

// With returns the object with a member set.
func (o Object) With(name, value string) Object {
	o = slices.Clone(o)
	for i := range o {
		if o[i].Name == name {
			o[i].Value = value
			return o
		}
	}
	return append(o, Member{name, value})
}

// Without returns the object without a member.
func (o Object) Without(name string) Object {
	return slices.DeleteFunc(slices.Clone(o), func(m Member) bool { return m.Name == name })
}

// Renamed returns the object with a member under another name.
func (o Object) Renamed(name, to string) Object {
	o = slices.Clone(o)
	for i := range o {
		if o[i].Name == name {
			o[i].Name = to
		}
	}
	return o
}

// Quote writes a JSON string; what is no UTF-8 is replaced.
func Quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
