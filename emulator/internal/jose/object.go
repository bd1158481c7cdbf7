// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jose

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"time"
)

// Absent removes a member, as its value in [Object.Override].
var Absent any = absent{}

type absent struct{}

// Object is a JSON object that keeps its order.
type Object []Member

// Member is one of an object.
type Member struct {
	Name  string
	Value any
}

// Override replaces members in place, removes those that are [Absent] and adds
// the rest at the end, by name.
func (o Object) Override(with map[string]any) Object {
	var out Object
	known := map[string]bool{}
	for _, m := range o {
		known[m.Name] = true
		if v, ok := with[m.Name]; ok {
			m.Value = v
		}
		out = append(out, m)
	}
	var added Object
	for name, v := range with {
		if !known[name] {
			added = append(added, Member{name, v})
		}
	}
	sort.Slice(added, func(i, j int) bool { return added[i].Name < added[j].Name })
	out = append(out, added...)
	kept := out[:0]
	for _, m := range out {
		if m.Value != Absent {
			kept = append(kept, m)
		}
	}
	return kept
}

// MarshalJSON is Encode, for objects inside other JSON.
func (o Object) MarshalJSON() ([]byte, error) { return o.Encode() }

// Encode writes the object; a [time.Time] becomes seconds since 1970, as JWTs
// have them.
func (o Object) Encode() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if at, ok := m.Value.(time.Time); ok {
			m.Value = at.Unix()
		}
		name, err := Encode(m.Name)
		if err != nil {
			return nil, err
		}
		value, err := Encode(m.Value)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", m.Name, err)
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Encode is JSON without HTML escapes, which B2C doesn't write.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
