// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// maxDepth bounds how deep JSON may be nested. What is shown is indented, which
// makes of a few kilobytes of brackets some hundred megabytes.
const maxDepth = 32

// ofTenant goes into every body.
type ofTenant struct {
	Tenant string `json:"tenant"`
}

func (o ofTenant) tenantName() string { return o.Tenant }

// reading is what was found when a body was read.
type reading struct{ wire.Reader }

// readJSON reads one JSON object into a struct. The error is of text that is
// none, or has members that don't belong there or hold values of other types.
func readJSON(from io.Reader, into any) (*reading, error) {
	text, err := io.ReadAll(from)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, err
	}
	found := &reading{wire.Reader{Noun: "field", Depth: maxDepth, Patient: true}}
	trimmed := bytes.TrimSpace(text)
	switch {
	case err != nil:
		return nil, wrong("body", "can't be read")
	case len(trimmed) == 0:
		return nil, wrong("body", "is empty")
	case trimmed[0] != '{':
		return nil, wrong("body", "is no JSON object")
	}
	if err := found.Read(text, into); errors.Is(err, wire.ErrNotUTF8) {
		return nil, wrong("body", "%v", err)
	} else if err != nil {
		return nil, wrong("body", "no JSON as expected: %s", err)
	}
	if slices.ContainsFunc(found.Problems(), func(p wire.Problem) bool { return p.Form }) {
		return nil, found.problems()
	}
	return found, nil
}

// problems returns what is wrong with the values.
func (r *reading) problems() error {
	var all []error
	for _, p := range r.Problems() {
		all = append(all, wrong(p.Path, "%s", p.Text))
	}
	return errors.Join(all...)
}

// readBody reads the body of a request into a T, and finds the tenant it names.
func readBody[T interface{ tenantName() string }](all tenants, r *http.Request) (body T, t *emulator.Tenant, found *reading, err error) {
	if r.URL.RawQuery != "" {
		return body, nil, nil, wrong("query", "isn't looked at: put it into the body")
	}
	if found, err = readJSON(r.Body, &body); err != nil {
		return body, nil, nil, err
	}
	t, err = all.find(body.tenantName())
	return body, t, found, err
}

// change answers requests with a body, all of whose values could be read.
func change[T interface{ tenantName() string }](all tenants, do func(t *emulator.Tenant, body T) (any, error)) answer {
	return func(r *http.Request) (any, error) {
		body, t, found, err := readBody[T](all, r)
		if err != nil {
			return nil, err
		}
		if err := found.problems(); err != nil {
			return nil, err
		}
		return do(t, body)
	}
}

// ask answers requests without a body.
func ask(all tenants, do func(t *emulator.Tenant) (any, error)) answer {
	return func(r *http.Request) (any, error) {
		_, t, err := query(all, r)
		if err != nil {
			return nil, err
		}
		return do(t)
	}
}

// askAfter answers requests for what has a number above the parameter "after"; 0
// if there is none.
func askAfter(all tenants, do func(t *emulator.Tenant, number int) (any, error)) answer {
	return func(r *http.Request) (any, error) {
		values, t, err := query(all, r, "after")
		if err != nil {
			return nil, err
		}
		number := 0
		if values.Has("after") {
			if number, err = strconv.Atoi(values.Get("after")); err != nil || number < 0 {
				return nil, wrong("after", "%q is no number of a request or token", values.Get("after"))
			}
		}
		return do(t, number)
	}
}

// query returns the parameters of a request without a body. Others than those
// that are known are refused.
func query(all tenants, r *http.Request, known ...string) (url.Values, *emulator.Tenant, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, nil, wrong("query", "can't be read")
	}
	for name := range values {
		if name != "tenant" && !slices.Contains(known, name) {
			return nil, nil, wrong(name, "there is no such parameter")
		}
		if len(values[name]) > 1 {
			return nil, nil, wrong(name, "is there twice")
		}
	}
	t, err := all.find(values.Get("tenant"))
	return values, t, err
}
