// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reliability_test

import (
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
)

var answerRows = []*row{{
	test:    "odd_expires_in",
	fault:   "`expires_in` is a string, missing, null, no number, zero, negative or 1e300",
	promise: "a string counts as its number; a minute is taken for what makes no sense, a day for what is longer; 0 errors, and one request in each life",
	by:      virtualTime,
	cases:   one(oddExpiresIn),
}, {
	test:    "hostile_answer",
	fault:   "the answer has an empty token, CRLF in the token, another `token_type`, no token, no JSON or two tokens",
	promise: "a typed error and no token; 0 requests sent to the API, so 0 headers injected",
	by:      virtualTime,
	cases:   one(hostileAnswer),
}, {
	test:    "huge_answer",
	fault:   "the answer has 16 MiB, with status 200, 400, 429 or 500; 100 callers",
	promise: "a typed error; ≤ 1 MiB of it read; ≤ 32 MiB allocated in all, so that no more can be resident",
	by:      virtualTime,
	cases:   one(hugeAnswer),
}}

// answering is a token endpoint with one answer.
func answering(status int, body func() io.Reader) tripper {
	return func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return &http.Response{
			StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(body()), ContentLength: -1, Request: r,
		}, nil
	}
}

func text(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }

func oddExpiresIn(t *testing.T, f *figures) {
	errs := 0
	for member, life := range map[string]time.Duration{
		`,"expires_in":3600`:                time.Hour,
		`,"expires_in":"3600"`:              time.Hour,
		`,"expires_in":3.6e3`:               time.Hour,
		``:                                  time.Minute,
		`,"expires_in":null`:                time.Minute,
		`,"expires_in":"soon"`:              time.Minute,
		`,"expires_in":[3600]`:              time.Minute,
		`,"expires_in":"NaN"`:               time.Minute,
		`,"expires_in":0`:                   time.Minute,
		`,"expires_in":-3600`:               time.Minute,
		`,"expires_in":"-1e300"`:            time.Minute,
		`,"expires_in":"-Inf"`:              time.Minute,
		`,"expires_in":1e300`:               24 * time.Hour,
		`,"expires_in":"1e300"`:             24 * time.Hour,
		`,"expires_in":9223372036854775807`: 24 * time.Hour,
		`,"not_before":"1750000000","expires_on":"1750003600"`:     time.Hour,
		`,"not_before":"-1.7e308","expires_on":"1.7e308"`:          24 * time.Hour,
		`,"expires_in":"-1","not_before":"1e300","expires_on":"0"`: time.Minute,
	} {
		requests := 0
		answer := answering(http.StatusOK, text(`{"access_token":"t","token_type":"Bearer"`+member+`}`))
		app := newDaemon(t, living(time.Hour), acquire.Options{Transport: tripper(func(r *http.Request) (*http.Response, error) {
			requests++
			return answer(r)
		})})
		for range 2 { // which a panic makes an error of
			switch token, err := app.Token(t.Context(), daemonScope); {
			case err != nil:
				t.Logf("%q: %v", member, err)
				errs++
			case time.Until(token.Expiry) != life:
				t.Errorf("%q: got a life of %v, want %v", member, time.Until(token.Expiry), life)
			}
			time.Sleep(life)
		}
		f.counted("requests in two lives", requests, 2)
	}
	f.counted("errors", errs, 0)
}

// hostileAnswers are no answers of B2C.
var hostileAnswers = map[string]string{
	"empty token":             `{"access_token":"","token_type":"Bearer","expires_in":3600}`,
	"CRLF":                    `{"access_token":"abc\r\nX-Admin: yes","token_type":"Bearer","expires_in":3600}`,
	"LF at the end":           `{"access_token":"abc\n","token_type":"Bearer","expires_in":3600}`,
	"NUL":                     `{"access_token":"abc\u0000","token_type":"Bearer","expires_in":3600}`,
	"space":                   `{"access_token":"abc def","token_type":"Bearer","expires_in":3600}`,
	"another type":            `{"access_token":"abc","token_type":"mac","expires_in":3600}`,
	"a type with a line":      `{"access_token":"abc","token_type":"Bearer\r\nX: y","expires_in":3600}`,
	"no token":                `{"token_type":"Bearer","expires_in":3600}`,
	"a number":                `{"access_token":1234,"token_type":"Bearer","expires_in":3600}`,
	"two tokens":              `{"access_token":"abc","access_token":"def","token_type":"Bearer","expires_in":3600}`,
	"two tokens, one escaped": `{"access_token":"abc","\u0061ccess_token":"def","token_type":"Bearer"}`,
	"cut":                     `{"access_token":"abc","expires_in":36`,
	"text behind":             `{"access_token":"abc","expires_in":3600} {}`,
	"a page":                  `<!DOCTYPE html><title>Sign in to this network</title>`,
	"bad UTF-8":               "{\"access_token\":\"abc\xff\"}",
}

func hostileAnswer(t *testing.T, f *figures) {
	tokens, sent := 0, 0
	for name, body := range hostileAnswers {
		app := newDaemon(t, living(time.Hour), acquire.Options{Transport: answering(http.StatusOK, text(body))})
		all := herd(10, ofApp(t, app))
		for _, c := range all {
			if c.token != nil {
				t.Errorf("%s: got token %q, want none", name, c.token.AccessToken)
				tokens++
			}
		}
		wantClasses(t, all, acquire.ErrUnexpected)
		tr, err := app.Transport("https://api.example.com", daemonScope)
		if err != nil {
			t.Fatal(err)
		}
		tr.Base = tripper(func(*http.Request) (*http.Response, error) {
			sent++
			return nil, http.ErrServerClosed
		})
		if resp, err := (&http.Client{Transport: tr}).Get("https://api.example.com/"); err == nil {
			_ = resp.Body.Close()
			t.Errorf("%s: the API was asked", name)
		}
	}
	f.counted("tokens", tokens, 0)
	f.counted("requests to the API", sent, 0)
}

// endless is a text of one letter that says how much was read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += len(p)
	return len(p), nil
}

func hugeAnswer(t *testing.T, f *figures) {
	const size, kib, mib = 16 << 20, 1 << 10, 1 << 20
	for status, want := range map[int]acquire.Class{
		200: acquire.ErrUnexpected, 400: acquire.ErrUnexpected, 429: acquire.ErrRetry, 500: acquire.ErrRetry,
	} {
		read := new(endless)
		app := newDaemon(t, living(time.Hour), acquire.Options{Transport: answering(status, func() io.Reader {
			return io.MultiReader(strings.NewReader(`{"access_token":"`), io.LimitReader(read, size), strings.NewReader(`"}`))
		})})
		before := allocated()
		all := herd(100, ofApp(t, app))
		f.counted("MiB allocated", int((allocated()-before+mib-1)/mib), 32)
		wantClasses(t, all, want)
		requests := 1
		if status == http.StatusInternalServerError {
			requests = 2 // one failure is not the end
		}
		f.counted("KiB read of an answer", read.read/requests/kib, 1025) // one more byte, with what was read ahead
	}
}

// allocated is how many bytes the process has ever allocated.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
