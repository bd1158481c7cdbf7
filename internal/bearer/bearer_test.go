// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package bearer_test

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/internal/bearer"
)

func TestWith(t *testing.T) {
	for name, before := range map[string]http.Header{
		"no header":      nil,
		"other headers":  {"Accept": {"text/plain", "text/html"}},
		"another token":  {"Authorization": {"Bearer old", "Basic YTpi"}},
		"in odd letters": {"authorization": {"Bearer old"}, "AUTHORIZATION": {"Bearer older"}, "Authorization": nil},
	} {
		req := hops(t, "https://a.internal/1", "https://a.internal/2")
		req.Header = before.Clone()
		req.Body = http.NoBody
		got := bearer.With(req, bearer.Credentials("a.b.c"))
		if got == req || got.URL != req.URL || got.Body != req.Body || got.Response != req.Response || got.Context() != req.Context() {
			t.Errorf("%s: got another request, want a shallow copy", name)
		}
		if !reflect.DeepEqual(req.Header, before) {
			t.Errorf("%s: got the header of the request changed to %v, want %v", name, req.Header, before)
		}
		want := http.Header{"Authorization": {"Bearer a.b.c"}}
		if accept, ok := before["Accept"]; ok {
			want["Accept"] = accept
		}
		if !reflect.DeepEqual(got.Header, want) {
			t.Errorf("%s: got header %v, want %v", name, got.Header, want)
		}
		got.Header.Add("Accept", "*/*")
		if !reflect.DeepEqual(req.Header, before) {
			t.Errorf("%s: got a header that both share, want one of its own", name)
		}
	}
}

// roundTrip is an http.RoundTripper that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSendTellsOfTheRequestWithoutTheToken(t *testing.T) {
	for name, base := range map[string]roundTrip{
		"as http.Transport does": func(r *http.Request) (*http.Response, error) { return &http.Response{Request: r}, nil },
		"a copy, as a wrapper does": func(r *http.Request) (*http.Response, error) {
			return &http.Response{Request: r.Clone(r.Context())}, nil
		},
		"nothing, as a fake does":  func(*http.Request) (*http.Response, error) { return &http.Response{}, nil },
		"a response with an error": func(r *http.Request) (*http.Response, error) { return &http.Response{Request: r}, errors.New("down") },
	} {
		req, sent := hops(t, "https://a.internal/1"), ""
		resp, _ := bearer.Send(roundTrip(func(r *http.Request) (*http.Response, error) {
			sent = r.Header.Get("Authorization")
			return base(r)
		}), req, bearer.Credentials("a.b.c"))
		if sent != "Bearer a.b.c" {
			t.Errorf("base, %s: got Authorization %q, want the token", name, sent)
		}
		if resp.Request != req {
			t.Errorf("base, %s: got another Response.Request, want the one that was given", name)
		}
	}
	down := errors.New("down")
	resp, err := bearer.Send(roundTrip(func(*http.Request) (*http.Response, error) { return nil, down }), hops(t, "https://a.internal/1"), bearer.Credentials("a.b.c"))
	if resp != nil || !errors.Is(err, down) || strings.Contains(err.Error(), "a.b.c") {
		t.Errorf("Send: got %v, %v, want the error of base", resp, err)
	}
}
