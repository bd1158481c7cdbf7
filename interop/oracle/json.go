// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
)

// maxDepth is how deep objects and arrays may be nested (law 4; security.md 1.3).
const maxDepth = 32

// members reads a JSON object as RFC 8259 has it and law 4 narrows it: UTF-8, no
// byte-order mark, each name once at every level, nothing behind the object.
func members(data []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("no UTF-8")
	}
	if !json.Valid(data) { // the grammar; a mark is not part of it
		return nil, errors.New("no JSON")
	}
	if loneSurrogate(data) {
		return nil, errors.New("lone surrogate")
	}
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); trimmed[0] != '{' {
		return nil, errors.New("no object")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // any size: a number that nobody reads decides nothing
	if err := unique(d, 0); err != nil {
		return nil, err
	}
	var all map[string]json.RawMessage
	err := json.Unmarshal(data, &all)
	return all, err
}

// unique reads one value and fails on a name that comes twice in one object.
func unique(d *json.Decoder, depth int) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	if depth++; depth > maxDepth {
		return errors.New("too deep")
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			token, err := d.Token()
			if err != nil {
				return err
			}
			name, ok := token.(string)
			if !ok || seen[name] {
				return errors.New("duplicate name")
			}
			seen[name] = true
		}
		if err := unique(d, depth); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// loneSurrogate finds an escaped surrogate without its other half in valid JSON;
// encoding/json would put U+FFFD in its place.
func loneSurrogate(data []byte) bool {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		i++ // the grammar has been checked: one more byte is there
		if data[i] != 'u' {
			continue
		}
		code, _ := strconv.ParseUint(string(data[i+1:i+5]), 16, 16)
		i += 4
		if code < 0xd800 || code > 0xdfff {
			continue
		}
		if code >= 0xdc00 || i+6 >= len(data) || data[i+1] != '\\' || data[i+2] != 'u' {
			return true
		}
		if low, _ := strconv.ParseUint(string(data[i+3:i+7]), 16, 16); low < 0xdc00 || low > 0xdfff {
			return true
		}
		i += 6
	}
	return false
}

// text reads a JSON string.
func text(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

// texts reads an array of JSON strings.
func texts(raw json.RawMessage) ([]string, bool) {
	var parts []json.RawMessage
	if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &parts) != nil {
		return nil, false
	}
	var all []string
	for _, part := range parts {
		s, ok := text(part)
		if !ok {
			return nil, false
		}
		all = append(all, s)
	}
	return all, true
}

// number reads a JSON number as a double (RFC 8259 section 6).
func number(raw json.RawMessage) (float64, bool) {
	if len(raw) == 0 || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	return f, err == nil
}
