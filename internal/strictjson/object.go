// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is the deepest nesting of objects and arrays that is accepted,
// the outermost object included.
const MaxDepth = 32

// The texts are fixed: the input is an attacker's and stays out of errors.
var (
	errSyntax    = errors.New("is not strict JSON: malformed, bad UTF-8 or a duplicate name")
	errEmpty     = errors.New("is empty")
	errNotObject = errors.New("is not a JSON object")
	errTrailing  = errors.New("has bytes after the JSON object")
	errDepth     = errors.New("is nested too deeply")
)

type reader struct {
	buf bytes.Buffer // jsontext reads a *bytes.Buffer in place
	dec *jsontext.Decoder
}

// maxPooled keeps the memory of a large document from living on in the pool.
const maxPooled = 64 << 10

var readers = sync.Pool{New: func() any {
	r := new(reader)
	r.dec = jsontext.NewDecoder(&r.buf)
	return r
}}

// Object reads data as one strict JSON object in a single pass and calls
// member for each of its members in order, with the unescaped name. Values
// and plain names share data's memory. Members that member has no use for are
// checked all the same. Object stops at the first error and returns it; its
// own errors never quote the input.
//
// Members seen before an error is found have been visited by then: discard
// what they set when Object fails.
func Object(data string, member func(name string, v Value) error) error {
	if data == "" {
		return errEmpty
	}
	// Nesting costs the decoder memory, so it is bounded first; nearly always
	// there are too few brackets to look closer.
	if strings.Count(data, "{")+strings.Count(data, "[") > MaxDepth && nesting(data) > MaxDepth {
		return errDepth
	}
	p := plain{data: data}
	if done, err := p.read(member); done {
		return err
	}
	return readAll(data, p.seen, member)
}

// readAll is Object by the library, but for the first members, which have been
// visited.
func readAll(data string, visited int, member func(name string, v Value) error) error {
	r, _ := readers.Get().(*reader)
	defer func() {
		if r.buf.Cap() <= maxPooled {
			readers.Put(r)
		}
	}()
	r.buf.Reset()
	r.buf.WriteString(data)
	r.dec.Reset(&r.buf)

	if r.dec.PeekKind() != '{' {
		if _, err := r.dec.ReadValue(); err != nil {
			return errSyntax
		}
		return errNotObject
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return errSyntax
	}
	for n := 0; r.dec.PeekKind() != '}'; n++ {
		name, err := r.next(data)
		if err != nil {
			return errSyntax
		}
		plain, ok := name.String()
		if !ok {
			return errSyntax
		}
		v, err := r.next(data)
		if err != nil {
			return errSyntax
		}
		if n < visited {
			continue
		}
		if err := member(plain, v); err != nil {
			return err
		}
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return errSyntax
	}
	if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return errTrailing
	}
	return nil
}

// next reads a value and returns the part of data that it is.
func (r *reader) next(data string) (Value, error) {
	raw, err := r.dec.ReadValue()
	if err != nil {
		return "", err
	}
	end := int(r.dec.InputOffset())
	return Value(data[end-len(raw) : end]), nil
}

// Members reads data as [Object] does, and returns the named members in the
// order of the names. One that is not there is "", which is no JSON value.
func Members(data string, names ...string) ([]Value, error) {
	values := make([]Value, len(names))
	err := Object(data, func(name string, v Value) error {
		if i := slices.Index(names, name); i >= 0 {
			values[i] = v
		}
		return nil
	})
	if err != nil {
		return make([]Value, len(names)), err
	}
	return values, nil
}

// Unmarshal decodes a strict JSON object or value that has been accepted
// before into v, by the rules of encoding/json/v2: names match by case.
func Unmarshal(data string, v any) error {
	return json.Unmarshal([]byte(data), v)
}
