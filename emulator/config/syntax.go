// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// addSyntax adds what is wrong with text that is no JSON.
func (m *mistakes) addSyntax(data []byte, err error) {
	problem := err.Error()
	if errors.Is(err, wire.ErrNotUTF8) && (bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff})) {
		problem = "is UTF-16 text, as PowerShell writes it: save it as UTF-8"
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		m.file += position(data, syntax.Offset)
		problem += advice(data, syntax.Offset)
	}
	m.add("", "%s", problem)
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
