// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep JSON may be nested. What is shown is indented, which
// makes of a few kilobytes of brackets some hundred megabytes.
const maxDepth = 32

// strictJSON reads one JSON object into a struct or a map. Names that it doesn't
// have, also for their case alone, are refused, and so are those that are there
// twice, anything after the object, and text that is no UTF-8.
func strictJSON(from io.Reader, to any) error {
	text, err := io.ReadAll(from)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return err
	}
	if err != nil {
		return wrong("body", "can't be read")
	}
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return wrong("body", "is empty")
	case !utf8.Valid(text):
		return wrong("body", "is no UTF-8 text")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	first, err := d.Token()
	if err != nil || first != json.Delim('{') {
		return wrong("body", "is no JSON object")
	}
	if err := checkObject(d, reflect.TypeOf(to).Elem(), 1); err != nil {
		if _, ok := errors.AsType[*fieldError](err); ok {
			return err
		}
		return wrong("body", "no JSON as expected: %s", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return wrong("body", "there is more than one value")
	}

	d = json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // a large number in a claim stays what it is
	err = d.Decode(to)
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := e.Field
		for _, embedded := range []string{"ofTenant.", "mintRequest.", "userView."} {
			field = strings.TrimPrefix(field, embedded) // names of Go's, not of the API's
		}
		return wrong(field, "a JSON %s isn't what goes here", e.Value)
	}
	if err != nil {
		return wrong("body", "no JSON as expected: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// checkObject checks the rest of an object that becomes a value of a type.
func checkObject(d *json.Decoder, of reflect.Type, depth int) error {
	fields := fieldsOf(of)
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return fmt.Errorf("%v is no name", token)
		}
		field, known := fields[name]
		switch {
		case seen[name]:
			return wrong(name, "is there twice")
		case fields != nil && !known:
			return wrong(name, "there is no such field")
		}
		seen[name] = true
		if err := checkValue(d, field, depth); err != nil {
			return inside(name, err)
		}
	}
	_, err := d.Token() // }
	return err
}

// checkValue checks a value that becomes one of a type; nil is any.
func checkValue(d *json.Decoder, of reflect.Type, depth int) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	if _, nested := token.(json.Delim); nested && depth == maxDepth {
		return wrong("", "is nested more than %d deep", maxDepth)
	}
	switch token {
	case json.Delim('{'):
		return checkObject(d, of, depth+1)
	case json.Delim('['):
		for of != nil && of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		if of != nil && of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		for i := 0; d.More(); i++ {
			if err := checkValue(d, of, depth+1); err != nil {
				return inside(fmt.Sprintf("[%d]", i), err)
			}
		}
		_, err = d.Token() // ]
	}
	return err
}

// inside puts what holds a field before its name.
func inside(name string, err error) error {
	if e, ok := errors.AsType[*fieldError](err); ok {
		if e.field != "" && e.field[0] != '[' {
			name += "."
		}
		e.field = name + e.field
	}
	return err
}

// fieldsOf returns the members that a struct has in JSON, and their types; nil
// for what isn't one.
func fieldsOf(of reflect.Type) map[string]reflect.Type {
	if of == nil || of.Kind() != reflect.Struct {
		return nil
	}
	all := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(of) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			all[name] = f.Type
		}
	}
	return all
}
