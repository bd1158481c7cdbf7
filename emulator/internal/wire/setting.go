// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// setting is a field of a struct as it stands on the wire.
type setting struct {
	name   string
	field  []int
	others []int // the field of all but the first, of a list that is two fields

	omitEmpty bool
	secret    bool
	least     time.Duration
}

// settingsOf returns the settings of a struct in the order of its fields. Those
// of a struct in it without a tag are its own.
func settingsOf(t reflect.Type) []setting {
	var all []setting
	for f := range t.Fields() {
		tag, secret := f.Tag.Lookup("secret")
		if !secret {
			tag = f.Tag.Get("json")
		}
		name, option, _ := strings.Cut(tag, ",")
		switch {
		case name == "-":
		case name != "":
			if i := indexOf(all, name); i >= 0 {
				all[i].others = f.Index
				continue
			}
			least, _ := time.ParseDuration(f.Tag.Get("least")) // no tag is 0
			all = append(all, setting{name: name, field: f.Index, omitEmpty: option == "omitempty", secret: secret, least: least})
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			for _, s := range settingsOf(f.Type) {
				s.field = append(f.Index[:1:1], s.field...)
				if s.others != nil {
					s.others = append(f.Index[:1:1], s.others...)
				}
				all = append(all, s)
			}
		}
	}
	return all
}

func indexOf(all []setting, name string) int {
	for i := range all {
		if all[i].name == name {
			return i
		}
	}
	return -1
}

// like returns the one setting that a name is a slip for, or -1.
func like(all []setting, name string) int {
	meant := -1
	for i := range all {
		if slip(strings.ToLower(name), strings.ToLower(all[i].name)) {
			if meant >= 0 {
				return -1
			}
			meant = i
		}
	}
	return meant
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

func namesOf(all []setting) []string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.name
	}
	return names
}

// Path translates the path of a field of a struct, such as "Flows[2].Name", to
// the one on the wire. What has no tag is called as in Go, but for its capital.
func Path(t reflect.Type, path string) string {
	name, rest, deeper := strings.Cut(path, ".")
	name, index, indexed := strings.Cut(name, "[")
	if indexed {
		index = "[" + index
	}
	f, ok := t.FieldByName(name)
	if !ok {
		return path
	}
	name = strings.ToLower(name[:1]) + name[1:]
	for _, s := range settingsOf(t) {
		switch {
		case slices.Equal(s.field, f.Index):
			name = s.name
			if s.others != nil {
				index = "[0]"
			}
		case s.others != nil && slices.Equal(s.others, f.Index):
			name = s.name
		}
	}
	if !deeper {
		return name + index
	}
	if t = f.Type; t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct { // a claim, whose name may hold anything
		return name + index + "." + rest
	}
	return name + index + "." + Path(t, rest)
}
