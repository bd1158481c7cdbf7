// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package health

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members one after the other.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		name, err1 := json.Marshal(m.name)
		value, err2 := json.Marshal(m.value)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plain returns what encoding/json writes as a reader of a state expects it. A field
// that a State gets one day is shown without a change here.
func plain(v reflect.Value) any {
	if !v.IsValid() || (v.Kind() == reflect.Pointer && v.IsNil()) {
		return nil
	}
	switch x := v.Interface().(type) {
	case time.Time:
		if x.IsZero() {
			return nil
		}
		return x.UTC()
	case time.Duration:
		return x.Seconds()
	case error:
		return foreign.Text(x.Error())
	case fmt.Stringer:
		return foreign.Text(x.String())
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return plain(v.Elem())
	case reflect.Struct:
		return fields(v)
	case reflect.Map:
		return entries(v)
	case reflect.Slice, reflect.Array:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plain(v.Index(i))
		}
		return list
	default:
		return v.Interface()
	}
}

// fields returns the exported fields of a struct.
func fields(v reflect.Value) object {
	o := object{}
	for f, value := range v.Fields() {
		if !f.IsExported() {
			continue
		}
		name := snake(f.Name)
		if f.Type == reflect.TypeFor[time.Duration]() {
			name += "_seconds"
		}
		o = append(o, member{name, plain(value)})
	}
	return o
}

// entries returns the entries of a map by their names.
func entries(v reflect.Value) object {
	byName := map[string]any{}
	for key, value := range v.Seq2() {
		byName[fmt.Sprint(key.Interface())] = plain(value)
	}
	o := object{}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		o = append(o, member{name, byName[name]})
	}
	return o
}

// snake returns the name of a field as JSON has it: KeyIDs is key_ids.
func snake(name string) string {
	name = strings.NewReplacer("IDs", "Ids", "ID", "Id", "URL", "Url").Replace(name)
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
