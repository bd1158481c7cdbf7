// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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

func (o object) has(name string) bool {
	return slices.ContainsFunc(o, func(m member) bool { return m.name == name })
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

// parseJSON reads one JSON value, behind a byte order mark if there is one. What
// it can't read is an [*Error] with line and column; a name that is there twice
// is one with its path, and the value of the first counts.
func parseJSON(file string, data []byte) (any, []error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		problem := "is no UTF-8 text"
		if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
			problem = "is UTF-16 text, as PowerShell writes it: save it as UTF-8"
		}
		return nil, []error{&Error{File: file, Problem: problem}}
	}
	var all json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		problem := err.Error()
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			file += position(data, syntax.Offset)
			problem += advice(data, syntax.Offset)
		}
		return nil, []error{&Error{File: file, Problem: problem}}
	}
	p := &parser{file: file, d: json.NewDecoder(bytes.NewReader(data))}
	p.d.UseNumber()
	v, err := p.value("")
	if err != nil {
		return nil, []error{&Error{File: file, Problem: err.Error()}}
	}
	return v, p.mistakes
}

// advice says what people who write JSON by hand have most likely done before an
// offset that a parser complains of.
func advice(data []byte, offset int64) string {
	at := min(max(offset-1, 0), int64(len(data)))
	before, all := bytes.TrimSpace(data[:at]), bytes.TrimSpace(data)
	next := byte(0)
	if at < int64(len(data)) {
		next = data[at]
	}
	switch {
	case len(all) == 0:
		return `: the file is empty; {"tenants": [{}]} is the default tenant`
	case all[0] != '{':
		return ": it is no JSON object"
	case next == '/' || next == '#':
		return ": JSON has no comments"
	case next == '\'':
		return `: JSON has double quotes, "…"`
	case bytes.HasSuffix(before, []byte(",")) && (next == '}' || next == ']'):
		return ": nothing follows the comma before it"
	case next == '"':
		return ": is there a comma before it?"
	default:
		return ""
	}
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

// join returns the path of a member.
func join(path, name string) string {
	if path == "" {
		return printable(name)
	}
	return path + "." + printable(name)
}

// printable quotes what isn't for terminals.
func printable(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}
