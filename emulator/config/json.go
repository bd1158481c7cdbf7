// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// object is a JSON object with its members in order. The other JSON values are
// []any, string, json.Number, bool and nil.
type object []member

type member struct {
	name  string
	value any
}

// plain returns the object as encoding/json would have it, with numbers as they
// were written.
func (o object) plain() map[string]any {
	m := make(map[string]any, len(o))
	for _, e := range o {
		m[e.name] = plain(e.value)
	}
	return m
}

func plain(v any) any {
	switch v := v.(type) {
	case object:
		return v.plain()
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
		return v
	default:
		return v
	}
}

// parseJSON reads one JSON value. What it can't read is an [*Error] with line
// and column; a name that is there twice is one with its path, and the value of
// the first counts.
func parseJSON(file string, data []byte) (any, []error) {
	if !utf8.Valid(data) {
		return nil, []error{&Error{File: file, Problem: "is no UTF-8 text"}}
	}
	var all json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			file += position(data, syntax.Offset)
		}
		return nil, []error{&Error{File: file, Problem: err.Error()}}
	}
	p := &parser{file: file, d: json.NewDecoder(bytes.NewReader(data))}
	p.d.UseNumber()
	v, err := p.value("")
	if err != nil {
		return nil, []error{&Error{File: file, Problem: err.Error()}}
	}
	return v, p.mistakes
}

// position is ":line:column" of the byte before an offset.
func position(data []byte, offset int64) string {
	before := string(data[:min(max(offset, 0), int64(len(data)))])
	line := strings.LastIndexByte(before, '\n') + 1
	return ":" + strconv.Itoa(strings.Count(before, "\n")+1) + ":" + strconv.Itoa(max(utf8.RuneCountInString(before[line:]), 1))
}

type parser struct {
	file     string
	d        *json.Decoder
	mistakes []error
}

func (p *parser) value(path string) (any, error) {
	token, err := p.d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return p.object(path)
	case json.Delim('['):
		list := []any{}
		for p.d.More() {
			v, err := p.value(fmt.Sprintf("%s[%d]", path, len(list)))
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := p.d.Token() // ]
		return list, err
	default:
		return token, nil
	}
}

func (p *parser) object(path string) (any, error) {
	o, seen := object{}, map[string]bool{}
	for p.d.More() {
		token, err := p.d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("%v is no name", token)
		}
		v, err := p.value(join(path, name))
		if err != nil {
			return nil, err
		}
		if seen[name] {
			p.mistakes = append(p.mistakes, &Error{p.file, join(path, name), "is there twice"})
			continue
		}
		seen[name] = true
		o = append(o, member{name, v})
	}
	_, err := p.d.Token() // }
	return o, err
}

// join returns the path of a member. What isn't for terminals is quoted.
func join(path, name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		name = strconv.Quote(name)
	}
	if path == "" {
		return name
	}
	return path + "." + name
}
