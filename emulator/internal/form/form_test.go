// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package form_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

func TestRead(t *testing.T) {
	const formType = "application/x-www-form-urlencoded"
	for _, row := range []struct {
		name, contentType, body string
		want                    string
		small                   bool
	}{
		{"form", formType, "a=1&b=x+y", "a=1&b=x+y", true},
		{"charset", formType + "; charset=utf-8", "a=1", "a=1", true},
		{"JSON", "application/json", "a=1", "", true},
		{"no type", "", "a=1", "", true},
		{"no form", formType, "a=%zz", "", true},
		{"as large as can be", formType, "a=" + strings.Repeat("x", 64<<10-2), "a=" + strings.Repeat("x", 64<<10-2), true},
		{"too large", formType, "a=" + strings.Repeat("x", 64<<10-1), "", false},
	} {
		r := httptest.NewRequest(http.MethodPost, "/?a=2", strings.NewReader(row.body))
		r.Header.Set("Content-Type", row.contentType)
		got, small := form.Read(httptest.NewRecorder(), r)
		if got == nil || got.Encode() != row.want || small != row.small {
			t.Errorf("%s: got %.20q and %t", row.name, got.Encode(), small)
		}

		r = httptest.NewRequest(http.MethodPost, "/?a=2", strings.NewReader(row.body))
		r.Header.Set("Content-Type", row.contentType)
		if got := form.Peek(r); got.Encode() != row.want {
			t.Errorf("%s: peeked at %.20q", row.name, got.Encode())
		}
		if body, err := io.ReadAll(r.Body); err != nil || string(body) != row.body {
			t.Errorf("%s: then read %.20q and %v", row.name, body, err)
		}
	}
}

func TestGet(t *testing.T) {
	q := url.Values{"a": {"1", "2"}, "b": {"x"}}
	for name, want := range map[string]string{"a": "1,2", "b": "x", "c": ""} {
		if got := form.Get(q, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := form.Length(q); got != 5 {
		t.Errorf("got length %d, want 5", got)
	}
	for in, want := range map[string]string{"a%3Ab+c": "a:b c", "%": "%"} {
		if got := form.Decoded(in); got != want {
			t.Errorf("Decoded(%q): got %q, want %q", in, got, want)
		}
	}
}
