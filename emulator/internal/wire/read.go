// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Reader reads JSON into structs. Unlike encoding/json it folds no case, skips
// nothing, and finds all that is wrong at once.
type Reader struct {
	// Noun is what a member is called, such as "setting".
	Noun string

	// Depth bounds how deep values may be nested. If zero, nothing does.
	Depth int

	// Patient lets null, and "" for what is no plain text, stand for a member
	// that was left out.
	Patient bool

	problems []Problem
	unread   []string
	given    map[string]bool
}

// Problem is what is wrong with a value.
type Problem struct {
	// Path is where the value is, such as "flows[2].kind".
	Path string

	// Text is what is wrong with it, to be read behind the path. It holds nothing
	// that could be a password.
	Text string

	// Form is true for what is no value of the right type under a name that is
	// known and there once: what follows may not be worth looking at.
	Form bool
}

// Problems returns what was found, in the order of the text: names that are
// there twice first.
func (r *Reader) Problems() []Problem { return r.problems }

// Read reads one JSON value into a struct. An error is of text that is no JSON.
func (r *Reader) Read(data []byte, into any) error {
	v, err := parse(data, r.Depth, r.misform)
	if deep, ok := errors.AsType[*tooDeep](err); ok {
		r.misform(deep.path, fmt.Sprintf("is nested more than %d deep", r.Depth))
		return nil
	}
	if err != nil {
		return err
	}
	r.given = map[string]bool{}
	r.fill("", v, reflect.ValueOf(into).Elem(), setting{})
	return nil
}

// Given reports whether there is a value at a path, be it one that can't be read.
func (r *Reader) Given(path string) bool { return r.given[path] }

// Unread reports whether a value, or what it is in, couldn't be read: nothing
// more can be said of it then.
func (r *Reader) Unread(path string) bool {
	return slices.ContainsFunc(r.unread, func(p string) bool {
		rest, ok := strings.CutPrefix(path, p)
		return ok && (p == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// AnyUnread is Unread for values whose paths are alike.
func (r *Reader) AnyUnread(like func(path string) bool) bool {
	return slices.ContainsFunc(r.unread, like)
}

func (r *Reader) misform(path, text string) {
	r.problems = append(r.problems, Problem{path, text, true})
}

// misfit is misform for a value of another type than goes there.
func (r *Reader) misfit(path string, v any, text string) {
	r.misform(path, describe(v)+" "+text)
	r.unread = append(r.unread, path)
}

// misread is of a value of the right type that means nothing.
func (r *Reader) misread(path, format string, args ...any) {
	r.problems = append(r.problems, Problem{path, fmt.Sprintf(format, args...), false})
	r.unread = append(r.unread, path)
}

// fill puts a value into a Go one, which s describes if it is a field.
func (r *Reader) fill(path string, v any, into reflect.Value, s setting) {
	if v == nil && r.Patient && path != "" {
		return
	}
	r.given[path] = true
	switch target := into.Addr().Interface().(type) {
	case *time.Duration:
		r.fillDuration(path, v, target, s.least)
		return
	case *time.Time:
		r.fillTime(path, v, target)
		return
	case **x509.Certificate:
		r.fillCertificate(path, v, target)
		return
	case **rsa.PublicKey:
		r.fillPublicKey(path, v, target)
		return
	case encoding.TextUnmarshaler:
		r.fillWord(path, v, target)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		r.fill(path, v, into.Elem(), s)
	case reflect.Struct:
		r.fillStruct(path, v, into)
	case reflect.Slice:
		r.fillList(path, v, into)
	default:
		r.fillPlain(path, v, into)
	}
}

func (r *Reader) fillPlain(path string, v any, into reflect.Value) {
	switch into.Kind() {
	case reflect.String:
		if text, ok := v.(string); ok {
			into.SetString(text)
			return
		}
		r.misfit(path, v, "is no string: write it in quotes, or leave it out")
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			into.SetBool(b)
			return
		}
		r.misfit(path, v, "is neither true nor false: write one of them, without quotes")
	case reflect.Int:
		number, ok := v.(json.Number)
		if n, err := number.Int64(); ok && err == nil {
			into.SetInt(n)
			return
		}
		r.misfit(path, v, "is no whole number: write one, without quotes")
	case reflect.Map:
		if o, ok := v.(Object); !ok {
			r.misfit(path, v, "is no object: write {\"name\": value}")
		} else if len(o) > 0 {
			into.Set(reflect.ValueOf(plain(o)))
		}
	default:
		panic("wire: a " + r.Noun + " of kind " + into.Kind().String())
	}
}

// text returns the string that goes into what is none; not ok if there is none
// to read.
func (r *Reader) text(path string, v any, write string) (text string, ok bool) {
	text, ok = v.(string)
	switch {
	case !ok:
		r.misfit(path, v, "is no string: write "+write)
	case text == "" && r.Patient:
		delete(r.given, path)
		return "", false
	}
	return text, ok
}

func (r *Reader) fillWord(path string, v any, into encoding.TextUnmarshaler) {
	write := "another"
	if e, ok := errors.AsType[*WordError](into.UnmarshalText(nil)); ok { // "" is never a word
		write = e.choice()
	}
	if text, ok := r.text(path, v, write); ok {
		if err := into.UnmarshalText([]byte(text)); err != nil {
			r.misread(path, "%v", err)
		}
	}
}

func (r *Reader) fillDuration(path string, v any, into *time.Duration, least time.Duration) {
	text, ok := r.text(path, v, `a time such as "90s", "15m" or "1h"`)
	if !ok {
		return
	}
	d, err := time.ParseDuration(text)
	switch {
	case least > 0 && (err != nil || d < least):
		r.misread(path, "%q is no time of %s or more, such as 90s, 15m or 24h", text, people(least))
	case err != nil:
		r.misread(path, "%q is no duration such as 30s or 1h30m", text)
	default:
		*into = d
	}
}

// people writes a shortest duration.
func people(d time.Duration) string {
	if d == time.Second {
		return "a second"
	}
	return d.String()
}

// fillTime reads a time, but for the one that is Go's for none.
func (r *Reader) fillTime(path string, v any, into *time.Time) {
	if text, ok := r.text(path, v, `a time such as "2026-01-02T15:04:05Z"`); ok {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil || at.IsZero() {
			r.misread(path, "%q is no time such as 2026-01-02T15:04:05Z", text)
			return
		}
		*into = at
	}
}

func (r *Reader) fillList(path string, v any, into reflect.Value) {
	list, ok := v.([]any)
	if !ok {
		r.misfit(path, v, "is no list: write it in [ ]")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
	for i, e := range list {
		r.fill(fmt.Sprintf("%s[%d]", path, i), e, into.Index(i), setting{})
	}
}

// fillStruct fills the fields of a struct. The value of a misspelt member counts
// for the one that is meant, or what isn't set would be complained of too.
func (r *Reader) fillStruct(path string, v any, into reflect.Value) {
	o, ok := v.(Object)
	if !ok {
		r.misfit(path, v, "is no object: write {\""+r.Noun+"\": value}")
		return
	}
	all := settingsOf(into.Type())
	for _, m := range o {
		at := join(path, m.Name)
		i := indexOf(all, m.Name)
		if i < 0 {
			if i = like(all, m.Name); i < 0 || o.index(all[i].name) >= 0 {
				r.misform(at, fmt.Sprintf("there is no such %s; there are %s", r.Noun, strings.Join(namesOf(all), ", ")))
				continue
			}
			r.misform(at, fmt.Sprintf("there is no such %s; is %q meant?", r.Noun, all[i].name))
		}
		if s := all[i]; s.others != nil {
			r.fillFirst(at, m.Value, into.FieldByIndex(s.field), into.FieldByIndex(s.others))
		} else {
			r.fill(at, m.Value, into.FieldByIndex(s.field), s)
		}
	}
}

// fillFirst reads a list that is two fields: its first string, and the others.
func (r *Reader) fillFirst(path string, v any, first, others reflect.Value) {
	var all []string
	r.fill(path, v, reflect.ValueOf(&all).Elem(), setting{})
	for i, text := range all {
		if at := fmt.Sprintf("%s[%d]", path, i); text == "" && !r.Unread(at) {
			r.misread(at, "is empty")
		}
	}
	if len(all) > 0 {
		first.SetString(all[0])
		others.Set(reflect.ValueOf(all[1:]))
	}
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
