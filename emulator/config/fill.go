// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// filler puts JSON values into Go ones, and collects what doesn't fit.
type filler struct {
	file     string
	mistakes []error
}

func (f *filler) wrong(path, format string, args ...any) {
	f.mistakes = append(f.mistakes, &Error{f.file, path, fmt.Sprintf(format, args...)})
}

// fill puts v into a struct, slice, string, bool, map of claims or a type that
// reads a string itself. Unlike encoding/json it folds no case and skips
// nothing.
func (f *filler) fill(path string, v any, into reflect.Value) {
	if text, ok := reflect.TypeAssert[encoding.TextUnmarshaler](into.Addr()); ok {
		s, ok := v.(string)
		if !ok {
			f.wrong(path, "%s is no string", describe(v))
		} else if err := text.UnmarshalText([]byte(s)); err != nil {
			f.wrong(path, "%v", err)
		}
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		f.fillStruct(path, v, into)
	case reflect.Slice:
		list, ok := v.([]any)
		if !ok {
			f.wrong(path, "%s is no list", describe(v))
			return
		}
		into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
		for i, e := range list {
			f.fill(fmt.Sprintf("%s[%d]", path, i), e, into.Index(i))
		}
	case reflect.String:
		if s, ok := v.(string); ok {
			into.SetString(s)
		} else {
			f.wrong(path, "%s is no string", describe(v))
		}
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			into.SetBool(b)
		} else {
			f.wrong(path, "%s is neither true nor false", describe(v))
		}
	case reflect.Map:
		if o, ok := v.(object); !ok {
			f.wrong(path, "%s is no object", describe(v))
		} else if len(o) > 0 {
			into.Set(reflect.ValueOf(o.plain()))
		}
	default:
		panic("config: a setting of kind " + into.Kind().String())
	}
}

func (f *filler) fillStruct(path string, v any, into reflect.Value) {
	o, ok := v.(object)
	if !ok {
		f.wrong(path, "%s is no object", describe(v))
		return
	}
	for _, m := range o {
		field, ok := settingNamed(into.Type(), m.name)
		if !ok {
			f.wrong(join(path, m.name), "there is no such setting; there are %s", strings.Join(settingNames(into.Type()), ", "))
			continue
		}
		f.fill(join(path, m.name), m.value, into.FieldByIndex(field.Index))
	}
}

func settingNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for field := range t.Fields() {
		if field.Tag.Get("json") == name {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

func settingNames(t reflect.Type) (names []string) {
	for field := range t.Fields() {
		names = append(names, field.Tag.Get("json"))
	}
	return names
}

// describe names a value that is of the wrong type. It prints no text or
// number: it could be a password.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case bool:
		return fmt.Sprint(v)
	case []any:
		return "a list"
	default:
		return "an object"
	}
}

// settingPath translates the path of a field of emulator.Options to the one in
// the file. The types in settings.go have the field names of the emulator's for
// that.
func settingPath(field string) string {
	var path string
	t := reflect.TypeFor[tenant]()
	for segment := range strings.SplitSeq(field, ".") {
		name, index, indexed := strings.Cut(segment, "[")
		if indexed {
			index = "[" + index
		}
		if name == "Secret" {
			name, index = "Secrets", "[0]"
		}
		if f, ok := t.FieldByName(name); ok {
			name, t = f.Tag.Get("json"), f.Type
			if t.Kind() == reflect.Slice {
				t = t.Elem()
			}
		}
		path = join(path, name+index)
	}
	return path
}
