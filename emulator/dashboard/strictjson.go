// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep JSON may be nested. What is shown is indented, which
// makes of a few kilobytes of brackets some hundred megabytes.
const maxDepth = 32

// strictJSON reads one JSON object into a struct or a map. Names that it doesn't
// have, also for their case alone, are refused, and so are those that are there
// twice, values of another type, anything after the object, and text that is no
// UTF-8. All that is wrong is told at once.
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
	if err := checkJSON(text, reflect.TypeOf(to).Elem()); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
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

// checkJSON returns all that is wrong with an object that becomes a value of a
// type.
func checkJSON(text []byte, of reflect.Type) error {
	d := json.NewDecoder(bytes.NewReader(text))
	first, err := d.Token()
	if err != nil || first != json.Delim('{') {
		return wrong("body", "is no JSON object")
	}
	c := &checker{d: d}
	err = c.object("", of, 1)
	if _, ok := errors.AsType[*fieldError](err); ok {
		return errors.Join(append(c.mistakes, err)...)
	}
	if err != nil {
		return wrong("body", "no JSON as expected: %s", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		c.wrong("body", "there is more than one value")
	}
	return errors.Join(c.mistakes...)
}

// checker reads JSON for what is wrong with it.
type checker struct {
	d        *json.Decoder
	mistakes []error
}

func (c *checker) wrong(field, format string, args ...any) {
	c.mistakes = append(c.mistakes, wrong(field, format, args...))
}

// object checks the rest of an object that becomes a value of a type. Its error
// is of text that can't be read on.
func (c *checker) object(path string, of reflect.Type, depth int) error {
	fields := fieldsOf(of)
	seen := map[string]bool{}
	for c.d.More() {
		token, err := c.d.Token()
		if err != nil {
			return err
		}
		name, ok := token.(string)
		if !ok {
			return fmt.Errorf("%v is no name", token)
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		field, known := fields[name]
		switch {
		case seen[name]:
			c.wrong(at, "is there twice")
		case fields != nil && !known:
			c.wrong(at, "there is no such field; there are %s", strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
		}
		seen[name] = true
		if err := c.value(at, field, depth); err != nil {
			return err
		}
	}
	_, err := c.d.Token() // }
	return err
}

// value checks a value that becomes one of a type; nil is any.
func (c *checker) value(path string, of reflect.Type, depth int) error {
	token, err := c.d.Token()
	if err != nil {
		return err
	}
	for of != nil && of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if want := wanted(token, of); want != "" {
		c.wrong(path, "a JSON %s isn't what goes here: write %s", nameOf(token), want)
		of = nil
	}
	if _, nested := token.(json.Delim); nested && depth == maxDepth {
		return wrong(path, "is nested more than %d deep", maxDepth)
	}
	switch token {
	case json.Delim('{'):
		return c.object(path, of, depth+1)
	case json.Delim('['):
		if of != nil && of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		for i := 0; c.d.More(); i++ {
			if err := c.value(fmt.Sprintf("%s[%d]", path, i), of, depth+1); err != nil {
				return err
			}
		}
		_, err = c.d.Token() // ]
	}
	return err
}

// wanted returns what should stand where a token doesn't fit; "" if it does. A
// null always does: it leaves what there is.
func wanted(token json.Token, of reflect.Type) string {
	if of == nil || token == nil {
		return ""
	}
	fits, want := true, ""
	switch of.Kind() {
	case reflect.String:
		_, fits = token.(string)
		want = "it in quotes"
	case reflect.Bool:
		_, fits = token.(bool)
		want = "true or false"
	case reflect.Int:
		_, fits = token.(float64)
		want = "a whole number"
	case reflect.Slice:
		fits, want = token == json.Delim('['), "a list, in [ ]"
	case reflect.Struct, reflect.Map:
		fits, want = token == json.Delim('{'), "an object, in { }"
	default: // the body has no others
	}
	if fits {
		return ""
	}
	return want
}

// nameOf names the type of a token.
func nameOf(token json.Token) string {
	switch token := token.(type) {
	case string:
		return "string"
	case bool:
		return "bool"
	case json.Delim:
		if token == '[' {
			return "array"
		}
		return "object"
	default:
		return "number"
	}
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
