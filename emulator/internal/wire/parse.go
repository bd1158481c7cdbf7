// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
)

// ErrNotUTF8 is what [Reader.Read] returns for another text.
var ErrNotUTF8 = errors.New("is no UTF-8 text")

// parser reads JSON, and reports what the grammar allows and a [Reader] doesn't.
type parser struct {
	d      *json.Decoder
	depth  int
	report func(path, problem string)
}

// parse reads one JSON value. What it can't read is an error: that of another
// text than JSON has an offset ([*json.SyntaxError]).
func parse(data []byte, depth int, report func(path, problem string)) (any, error) {
	if !utf8.Valid(data) {
		return nil, ErrNotUTF8
	}
	var all json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	p := &parser{d: json.NewDecoder(bytes.NewReader(data)), depth: depth, report: report}
	p.d.UseNumber()
	return p.value("", 0)
}

// tooDeep ends the reading where values are nested too deep.
type tooDeep struct{ path string }

func (e *tooDeep) Error() string { return "is nested too deep at " + e.path }

func (p *parser) value(path string, depth int) (any, error) {
	token, err := p.d.Token()
	if err != nil {
		return nil, err
	}
	if _, nested := token.(json.Delim); nested && p.depth > 0 && depth == p.depth {
		return nil, &tooDeep{path}
	}
	switch token {
	case json.Delim('{'):
		return p.object(path, depth+1)
	case json.Delim('['):
		list := []any{}
		for p.d.More() {
			v, err := p.value(fmt.Sprintf("%s[%d]", path, len(list)), depth+1)
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

// object reads the rest of an object. Of members of one name the first counts.
func (p *parser) object(path string, depth int) (any, error) {
	o, seen := Object{}, map[string]bool{}
	for p.d.More() {
		token, err := p.d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("%v is no name", token)
		}
		at := join(path, name)
		v, err := p.value(at, depth)
		if err != nil {
			return nil, err
		}
		if seen[name] {
			p.report(at, "is there twice")
			continue
		}
		seen[name] = true
		o = append(o, Member{name, v})
	}
	_, err := p.d.Token() // }
	return o, err
}

// join returns the path of a member.
func join(path, name string) string {
	name = foreign.Text(name)
	if path == "" {
		return name
	}
	return path + "." + name
}
