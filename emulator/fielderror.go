// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// FieldError is a field of [Options], [User], [Spec] or [Fault] that is empty,
// malformed or contradicts another. What returns several has joined them.
type FieldError struct {
	// Field is the path of the field by its name in JSON, such as
	// "flows[2].lifetime", or of the element that is wrong as a whole, such as
	// "users[1]"; "" is all of what was given.
	Field string

	// Problem is what is wrong with it, to be read behind the field's name. It
	// holds no secret or password.
	Problem string

	text string // by its name in Go
}

// Error returns field and problem. The errors of this package name the field as
// Go does.
func (e *FieldError) Error() string {
	if e.text != "" {
		return e.text
	}
	return e.Field + ": " + e.Problem
}

// mistake is the path of a field and what is wrong with it.
type mistake struct{ field, problem string }

// mistakes are what a check has found so far.
type mistakes []mistake

// add adds a mistake. The field is named as in Go, below its type or, for lists
// on their own, "faults" or "users"; with a colon if the problem is no sentence
// with it.
func (all *mistakes) add(field, format string, args ...any) {
	*all = append(*all, mistake{field, fmt.Sprintf(format, args...)})
}

// addUnnamed adds a value that counts if it has no name, and reports whether it
// has none.
func (all *mistakes) addUnnamed(field string, value encoding.TextMarshaler) bool {
	number := strconv.FormatInt(reflect.ValueOf(value).Int(), 10)
	if text, _ := value.MarshalText(); string(text) != number {
		return false
	}
	all.add(field, "%s is no %s", number, reflect.TypeOf(value).Name())
	return true
}

// errorsOf returns them joined, each behind a prefix; nil if there are none. T is
// the type whose fields they are.
func errorsOf[T any](all mistakes, prefix string) error {
	errs := make([]error, len(all))
	for i, m := range all {
		errs[i] = &FieldError{Field: wireField(reflect.TypeFor[T](), m.field), Problem: m.problem, text: prefix + m.field + " " + m.problem}
	}
	return errors.Join(errs...)
}

// wrongField is the error of one field.
func wrongField[T any](field, format string, args ...any) error {
	var wrong mistakes
	wrong.add(field, format, args...)
	return errorsOf[T](wrong, "emulator: ")
}

// wireField returns the name of a type's field in JSON. That of an element of a
// list keeps the list.
func wireField(of reflect.Type, field string) string {
	root, path, _ := strings.Cut(strings.TrimSuffix(field, ":"), ".")
	path = wire.Path(of, path)
	switch {
	case !strings.Contains(root, "["):
		return path
	case path == "":
		return root
	default:
		return root + "." + path
	}
}
