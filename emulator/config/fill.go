// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// filler puts JSON values into Go ones, and collects what doesn't fit.
type filler struct {
	file     string
	mistakes []error
	unread   []string // paths of what doesn't fit: nothing more can be said of it
}

func (f *filler) wrong(path, format string, args ...any) {
	f.mistakes = append(f.mistakes, &Error{f.file, path, fmt.Sprintf(format, args...)})
}

// misfit is wrong for a value that the settings are then without.
func (f *filler) misfit(path, format string, args ...any) {
	f.wrong(path, format, args...)
	f.unread = append(f.unread, path)
}

// isUnread reports whether a value, or what it is in, didn't fit.
func (f *filler) isUnread(path string) bool {
	return slices.ContainsFunc(f.unread, func(p string) bool {
		rest, ok := strings.CutPrefix(path, p)
		return ok && (p == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// fill puts v into a struct, slice, string, bool, map of claims or a type that
// reads a string itself. Unlike encoding/json it folds no case and skips
// nothing.
func (f *filler) fill(path string, v any, into reflect.Value) {
	if text, ok := reflect.TypeAssert[worded](into.Addr()); ok {
		s, ok := v.(string)
		if !ok {
			f.misfit(path, "%s is no string: write %s", describe(v), text.form())
		} else if err := text.UnmarshalText([]byte(s)); err != nil {
			f.misfit(path, "%v", err)
		}
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		f.fillStruct(path, v, into)
	case reflect.Slice:
		list, ok := v.([]any)
		if !ok {
			f.misfit(path, "%s is no list: write it in [ ]", describe(v))
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
			f.misfit(path, "%s is no string: write it in quotes, or leave it out", describe(v))
		}
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			into.SetBool(b)
		} else {
			f.misfit(path, "%s is neither true nor false: write one of them, without quotes", describe(v))
		}
	case reflect.Map:
		if o, ok := v.(object); !ok {
			f.misfit(path, "%s is no object: write {\"name\": value}", describe(v))
		} else if len(o) > 0 {
			into.Set(reflect.ValueOf(o.plain()))
		}
	default:
		panic("config: a setting of kind " + into.Kind().String())
	}
}

// fillStruct fills the fields of a struct. The value of a misspelt setting counts
// for the one that is meant, or what isn't set would be complained of too.
func (f *filler) fillStruct(path string, v any, into reflect.Value) {
	o, ok := v.(object)
	if !ok {
		f.misfit(path, "%s is no object: write {\"setting\": value}", describe(v))
		return
	}
	for _, m := range o {
		here := join(path, m.name)
		field, ok := settingNamed(into.Type(), m.name)
		if !ok {
			meant, found := settingLike(into.Type(), m.name)
			if !found || o.has(meant.Tag.Get("json")) {
				f.wrong(here, "there is no such setting; there are %s", strings.Join(settingNames(into.Type()), ", "))
				continue
			}
			field = meant
			f.wrong(here, "there is no such setting; is %q meant?", meant.Tag.Get("json"))
		}
		f.fill(here, m.value, into.FieldByIndex(field.Index))
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

// settingLike returns the one setting that a name is a slip for.
func settingLike(t reflect.Type, name string) (meant reflect.StructField, found bool) {
	for field := range t.Fields() {
		if slip(strings.ToLower(name), strings.ToLower(field.Tag.Get("json"))) {
			if found {
				return meant, false
			}
			meant, found = field, true
		}
	}
	return meant, found
}

// slip reports whether two names are equal, but for one letter that is too many,
// missing, another, or has changed places with the next. Short ones are too alike
// for that.
func slip(a, b string) bool {
	if a == b {
		return true
	}
	if min(len(a), len(b)) < 4 {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	return a != "" && a[1:] == b || b != "" && b[1:] == a || a != "" && b != "" && a[1:] == b[1:] ||
		len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
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
