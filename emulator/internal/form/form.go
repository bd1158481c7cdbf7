// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package form reads the parameters of queries and forms as B2C does.
package form

import (
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
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return url.Values{}, true
	}
	if form, err = url.ParseQuery(string(body)); err != nil {
		return url.Values{}, true
	}
	return form, true
}

// Decoded is one part of a form, or as it is if that is none.
func Decoded(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}
