// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package answer_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/answer"
)

func TestRedirect(t *testing.T) {
	all := []answer.Parameter{{Name: "state", Value: "a b/é"}, {Name: "code", Value: "x_.~"}}
	for _, row := range []struct{ uri, mode, want string }{
		{"https://a.example/cb", "query", "https://a.example/cb?state=a+b%2f%c3%a9&code=x_.%7e"},
		{"https://a.example/cb?x=1", "query", "https://a.example/cb?x=1&state=a+b%2f%c3%a9&code=x_.%7e"},
		{"app://cb?x=1", "fragment", "app://cb?x=1#state=a+b%2f%c3%a9&code=x_.%7e"},
	} {
		w := httptest.NewRecorder()
		answer.Redirect(w, row.uri, row.mode, all)
		if got := w.Header().Get("Location"); w.Code != http.StatusFound || got != row.want {
			t.Errorf("got %d to %s, want 302 to %s", w.Code, got, row.want)
		}
	}
	w := httptest.NewRecorder()
	answer.Redirect(w, "app://cb?a&b", "form_post", []answer.Parameter{{Name: "state", Value: `"><script>`}})
	for _, want := range []string{`action="app://cb?a&amp;b"`, `value="&#34;&gt;&lt;script&gt;"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("got no %s in %s", want, w.Body)
		}
	}
}

func TestHalf(t *testing.T) {
	for body, want := range map[string]string{"": "", "1234567": "123", "1": ""} {
		w := httptest.NewRecorder()
		half := &answer.Half{ResponseWriter: w}
		half.WriteHeader(http.StatusTeapot)
		_, _ = half.Write([]byte(body))
		func() {
			defer func() {
				if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // a panic's value
					t.Errorf("got the panic %v", got)
				}
			}()
			half.Cut()
		}()
		if w.Body.String() != want || body != "" && (w.Code != http.StatusTeapot || w.Header().Get("Content-Length") != strconv.Itoa(len(body))) {
			t.Errorf("%q: got %d, %v and %q", body, w.Code, w.Header(), w.Body)
		}
	}
}

func TestPages(t *testing.T) {
	w := httptest.NewRecorder()
	answer.NotAllowed(w, "GET, HEAD")
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("got %d and %v", w.Code, w.Header())
	}
	w = httptest.NewRecorder()
	answer.RetryAfter(w, 1500*time.Millisecond)
	answer.Page(w, http.StatusBadGateway, "<b>")
	if got := w.Body.String(); w.Header().Get("Retry-After") != "2" || !strings.Contains(got, "502 - Bad Gateway") || strings.Contains(got, "<b>") {
		t.Errorf("got %v and %s", w.Header(), got)
	}
}
