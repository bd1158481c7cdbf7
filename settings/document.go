// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/tailscale/hujson"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

const (
	maxFileBytes = 1 << 20
	maxBrackets  = 10_000 // the parser calls itself for each
	maxDepth     = 64     // System.Text.Json's own default
)

// item is one text of a document, at a path as .NET has it: names and positions
// with colons between them.
type item struct {
	path string
	text string
}

// document is a JSON file, flattened as in .NET's JsonConfigurationFileParser.
type document struct {
	name  string
	data  []byte
	items []item
	lines map[string]int // of each path, folded
	at    int            // up to where line has counted
	line  int
	err   *mistakes
}

// parseDocument reads a JSON file. Of what isn't JSON the mistakes tell the place
// alone: it may be a secret that lacks its quote.
func parseDocument(name string, data []byte, m *mistakes) []item {
	d := document{name: name, lines: map[string]int{}, line: 1, err: m}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch brackets := bytes.Count(data, []byte("{")) + bytes.Count(data, []byte("[")); {
	case len(data) > maxFileBytes || brackets > maxBrackets:
		m.addf(name, "is too large for settings")
		return nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")):
		m.addf(name, "is UTF-16; save it as UTF-8")
		return nil
	case !utf8.Valid(data):
		m.addf(name, "is not UTF-8 in line %d", 1+bytes.Count(validStart(data), []byte("\n")))
		return nil
	case len(bytes.TrimSpace(data)) == 0:
		m.addf(name, "is empty; want a JSON object")
		return nil
	}
	d.data = append(bytes.Clone(data), '\n') // ends a comment in the last line
	root, err := hujson.Parse(d.data)
	if err != nil {
		var line, column int
		if _, scanErr := fmt.Sscanf(err.Error(), "hujson: line %d, column %d:", &line, &column); scanErr != nil {
			m.addf(name, "is not JSON")
			return nil
		}
		m.addf(name, "is not JSON in line %d, column %d", line, column)
		return nil
	}
	object, ok := root.Value.(*hujson.Object)
	if !ok {
		m.addf(name, "is no JSON object")
		return nil
	}
	d.members(object, "", 1)
	return d.items
}

// validStart returns the data up to the first byte that is not UTF-8.
func validStart(data []byte) []byte {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return data[:i]
		}
		i += size
	}
	return data
}

func (d *document) members(o *hujson.Object, path string, depth int) {
	for i := range o.Members {
		name, _ := o.Members[i].Name.Value.(hujson.Literal)
		d.value(&o.Members[i].Value, join(path, name.String()), depth, o.Members[i].Name.StartOffset)
	}
}

// value reads a value whose name, or which itself, stands at the offset, within so
// many objects and lists.
func (d *document) value(v *hujson.Value, path string, depth, offset int) {
	d.line, d.at = d.line+bytes.Count(d.data[d.at:offset], []byte("\n")), offset
	line := d.line
	if earlier, twice := d.lines[fold(path)]; twice {
		d.err.addf(d.name+": "+foreign.Text(path), "stands twice, in lines %d and %d", earlier, line)
		return
	}
	d.lines[fold(path)] = line
	if text, ok := v.Value.(hujson.Literal); ok {
		d.items = append(d.items, item{path: path, text: literal(text)})
		return
	}
	if depth == maxDepth {
		d.err.addf(d.name, "is nested too deeply in line %d", line)
		return
	}
	switch v := v.Value.(type) {
	case *hujson.Object:
		d.emptied(path, len(v.Members))
		d.members(v, path, depth+1)
	case *hujson.Array:
		d.emptied(path, len(v.Elements))
		for i := range v.Elements {
			d.value(&v.Elements[i], join(path, strconv.Itoa(i)), depth+1, v.Elements[i].StartOffset)
		}
	}
}

// emptied takes an object or list without members for an empty text, as .NET does: it
// lies on top of a text that was there before.
func (d *document) emptied(path string, members int) {
	if members == 0 {
		d.items = append(d.items, item{path: path})
	}
}

// literal returns a text as .NET has it: numbers and booleans are texts too, and
// null is none.
func literal(v hujson.Literal) string {
	if v.Kind() == 'n' {
		return ""
	}
	return v.String()
}
