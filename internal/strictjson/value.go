// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Value is the JSON text of one valid value without surrounding space.
type Value string

// Bool returns v if it is true or false.
func (v Value) Bool() (value, ok bool) {
	return v == "true", v == "true" || v == "false"
}

// String returns v if it is a JSON string.
func (v Value) String() (string, bool) {
	if len(v) < 2 || v[0] != '"' {
		return "", false
	}
	if strings.IndexByte(string(v), '\\') < 0 {
		return string(v[1 : len(v)-1]), true
	}
	s, err := jsontext.AppendUnquote(nil, v)
	return string(s), err == nil
}

// Strings returns v if it is an array of strings.
func (v Value) Strings() ([]string, bool) {
	all := []string{}
	ok := v.EachString(func(s string) { all = append(all, s) })
	if !ok {
		return nil, false
	}
	return all, true
}

// EachString visits the elements of v if it is an array of strings. If it is not, some
// may have been visited.
func (v Value) EachString(visit func(string)) bool {
	good := true
	isArray := v.each(func(e Value) {
		s, ok := e.String()
		if good = good && ok; good {
			visit(s)
		}
	})
	return isArray && good
}

// Elements returns the elements of v if it is an array.
func (v Value) Elements() (all []Value, ok bool) {
	ok = v.each(func(e Value) { all = append(all, e) })
	return all, ok
}

// each visits the elements of v, and reports whether it is an array.
func (v Value) each(visit func(Value)) bool {
	if len(v) < 2 || v[0] != '[' {
		return false
	}
	start := 1
	end := func(i int) {
		if e := strings.Trim(string(v[start:i]), " \t\r\n"); e != "" { // empty only in []
			visit(Value(e))
		}
		start = i + 1
	}
	structure(string(v), func(i, depth int) {
		if c := v[i]; depth == 1 && c == ',' || depth == 0 && c == ']' {
			end(i)
		}
	})
	return true
}

// Number returns v if it is a JSON number. Numbers too large for a float64
// are not ok. Whole numbers up to 2^53 are exact.
func (v Value) Number() (float64, bool) {
	if len(v) == 0 || v[0] != '-' && (v[0] < '0' || v[0] > '9') {
		return 0, false
	}
	if len(v) <= 15 { // the usual case: a NumericDate in whole seconds
		n, plain := uint64(0), true
		for i := range len(v) {
			c := v[i]
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
