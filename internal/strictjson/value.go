// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Value is the JSON text of one valid value without surrounding space.
type Value []byte

// Clone returns a copy that outlives the call in which v was given.
func (v Value) Clone() Value { return bytes.Clone(v) }

// Bool tells whether v is the given literal true or false.
func (v Value) Bool() (value, ok bool) {
	return string(v) == "true", string(v) == "true" || string(v) == "false"
}

// String returns v if it is a JSON string.
func (v Value) String() (string, bool) {
	if len(v) < 2 || v[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return string(v[1 : len(v)-1]), true
	}
	s, err := jsontext.AppendUnquote(nil, v)
	return string(s), err == nil
}

// Strings returns v if it is an array of strings.
func (v Value) Strings() ([]string, bool) {
	elems, ok := v.Elements()
	if !ok {
		return nil, false
	}
	all := make([]string, 0, len(elems))
	for _, e := range elems {
		s, ok := e.String()
		if !ok {
			return nil, false
		}
		all = append(all, s)
	}
	return all, true
}

// Elements returns the elements of v if it is an array. They share v's memory.
func (v Value) Elements() ([]Value, bool) {
	if len(v) < 2 || v[0] != '[' {
		return nil, false
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(v))
	if _, err := dec.ReadToken(); err != nil {
		return nil, false
	}
	var all []Value
	for dec.PeekKind() != ']' {
		e, err := dec.ReadValue()
		if err != nil {
			return nil, false
		}
		all = append(all, Value(e))
	}
	return all, true
}

// Number returns v if it is a JSON number. Numbers too large for a float64
// are not ok. Whole numbers up to 2^53 are exact.
func (v Value) Number() (float64, bool) {
	if len(v) == 0 || v[0] != '-' && (v[0] < '0' || v[0] > '9') {
		return 0, false
	}
	if len(v) <= 15 { // the usual case: a NumericDate in whole seconds
		n, plain := uint64(0), true
		for _, c := range v {
			if c < '0' || c > '9' {
				plain = false
				break
			}
			n = n*10 + uint64(c-'0')
		}
		if plain {
			return float64(n), true
		}
	}
	f, err := strconv.ParseFloat(string(v), 64)
	return f, err == nil
}
