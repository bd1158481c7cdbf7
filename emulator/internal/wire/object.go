// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"time"
)

// Object is a JSON object with its members in order. Other values that are read
// are []any, string, json.Number, bool and nil.
type Object []Member

// Member is a member of an [Object].
type Member struct {
	Name  string
	Value any
}

// ObjectOf returns a struct as it stands on the wire, without its secrets. It
// panics if v is none.
func ObjectOf(v any) Object { return objectOf(reflect.ValueOf(v), false) }

// ObjectWithSecrets is ObjectOf with the secrets that are set.
func ObjectWithSecrets(v any) Object { return objectOf(reflect.ValueOf(v), true) }

func objectOf(v reflect.Value, secrets bool) Object {
	var o Object
	for _, s := range settingsOf(v.Type()) {
		field := v.FieldByIndex(s.field)
		switch {
		case s.secret && !secrets, (s.secret || s.omitEmpty) && isEmpty(field):
		case s.others != nil:
			others, _ := reflect.TypeAssert[[]string](v.FieldByIndex(s.others))
			o = append(o, Member{s.name, append([]string{field.String()}, others...)})
		default:
			o = append(o, Member{s.name, valueOf(field)})
		}
	}
	return o
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	default:
		return v.IsZero()
	}
}

func valueOf(v reflect.Value) any {
	switch value := v.Interface().(type) {
	case time.Duration:
		return value.String()
	case time.Time:
		return value.UTC()
	case []*x509.Certificate:
		return writtenCertificates(value)
	case []*rsa.PublicKey:
		return writtenKeys(value)
	case encoding.TextMarshaler, json.Marshaler:
		return value
	}
	switch {
	case v.Kind() == reflect.Struct:
		return objectOf(v, false)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		all := make([]Object, v.Len())
		for i := range all {
			all[i] = objectOf(v.Index(i), false)
		}
		return all
	default:
		return v.Interface()
	}
}

// Insert returns the object with members put in behind the one of a name.
func (o Object) Insert(behind string, members ...Member) Object {
	return slices.Insert(o, o.index(behind)+1, members...)
}

// Without returns the object without a member.
func (o Object) Without(name string) Object {
	return slices.DeleteFunc(o, func(m Member) bool { return m.Name == name })
}

func (o Object) index(name string) int {
	return slices.IndexFunc(o, func(m Member) bool { return m.Name == name })
}

// MarshalJSON writes the members in their order.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, m := range o {
		b.WriteByte("{,"[min(i, 1)])
		for j, part := range []any{m.Name, m.Value} {
			text, err := json.Marshal(part)
			if err != nil {
				return nil, err
			}
			b.Write(text)
			if j == 0 {
				b.WriteByte(':')
			}
		}
	}
	if len(o) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plain returns a value as encoding/json would have it, with numbers as they
// were written.
func plain(v any) any {
	switch v := v.(type) {
	case Object:
		m := make(map[string]any, len(v))
		for _, e := range v {
			m[e.Name] = plain(e.Value)
		}
		return m
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
		return v
	default:
		return v
	}
}
