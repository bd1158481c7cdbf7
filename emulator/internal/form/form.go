// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package form reads the parameters of queries and forms as B2C does.
package form

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// most bounds the body of a request.
const most = 64 << 10

// Get returns a parameter. B2C joins those that are there twice by a comma,
// which makes a wrong one of nearly every one; RFC 6749 §3.1 forbids them. It is
// a text of its own: what is remembered of it doesn't hold the whole request.
func Get(q url.Values, name string) string { return strings.Clone(strings.Join(q[name], ",")) }

// Length returns how long parameters are.
func Length(q url.Values) int {
	n := 0
	for name, all := range q {
		n += len(name)
		for _, value := range all {
			n += len(value)
		}
	}
	return n
}

// Read reads the form in the body of a request; parameters in its URL don't
// count. A body of another type, or one that is no form, holds no parameters;
// one that is too large isn't ok.
func Read(w http.ResponseWriter, r *http.Request) (form url.Values, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		_, tooLarge := errors.AsType[*http.MaxBytesError](err)
		return url.Values{}, !tooLarge
	}
	return parse(r, body), true
}

// Peek is Read for a request that somebody else is going to answer: the body can be
// read again. One that is too large or can't be read holds no parameters.
func Peek(r *http.Request) url.Values {
	if r.Body == nil {
		return url.Values{}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	if err != nil || len(body) > most {
		return url.Values{}
	}
	return parse(r, body)
}

// parse reads the form in a body, by its type.
func parse(r *http.Request, body []byte) url.Values {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return url.Values{}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return url.Values{}
	}
	return form
}

// Decoded is one part of a form, or as it is if that is none.
func Decoded(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}
