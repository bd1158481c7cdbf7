// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/b2ckit/b2ckit/validator"
)

// testWriter: the handler gets the ResponseWriter that it would get without the
// guard, and all that it can do.
func testWriter(t *testing.T, adapter Adapter) {
	g, _ := newGuard(nil)
	var layers []string
	look := func(w http.ResponseWriter, _ *http.Request, _ *validator.Token) {
		layers = layersOf(w)
		w.WriteHeader(http.StatusNoContent)
	}
	stream := func(w http.ResponseWriter, r *http.Request, _ *validator.Token) {
		control := http.NewResponseController(w)
		err := control.EnableFullDuplex()
		if err == nil {
			_, _ = io.WriteString(w, "first ")
			err = control.Flush()
		}
		if err != nil {
			w.Header().Set("Connection", "close") // don't wait for the body
			_, _ = io.WriteString(w, err.Error())
			return
		}
		_, _ = io.Copy(w, r.Body)
	}
	h := adapter.Router([]Route{
		{Method: "GET", Path: "/bare", Handler: look},
		{Method: "GET", Path: "/guarded", Rules: []Rule{{Guard: g}, {Guard: g}}, Handler: look},
		{Method: "POST", Path: "/stream", Rules: []Rule{{Guard: g}}, Handler: stream},
	})

	if got, want := inProcess(h, request{"GET", "/bare", nil}), "204\n\n"; got != want {
		t.Fatalf("bare handler: got answer %q, want %q", got, want)
	}
	bare := layers
	layers = nil
	inProcess(h, request{"GET", "/guarded", bearer(goodToken)})
	if got, want := fmt.Sprint(layers), fmt.Sprint(bare); got != want {
		t.Errorf("ResponseWriter behind the guard: got %s, want %s as without it", got, want)
	}

	// The body goes out when the first word has come in, so neither the
	// request nor the answer was held back.
	conn := dial(t, listen(t, h))
	defer conn.Close()
	resp, _ := send(t, conn, request{"POST", "/stream", append(bearer(goodToken), "Content-Length: 6")})
	defer resp.Body.Close()
	word := make([]byte, len("first "))
	if _, err := io.ReadFull(resp.Body, word); err != nil || string(word) != "first " {
		t.Fatalf("flushed part of the answer: got %q, %v, want %q", word, err, "first ")
	}
	if _, err := io.WriteString(conn, "second"); err != nil {
		t.Fatalf("write the body: %v", err)
	}
	if rest, err := io.ReadAll(resp.Body); err != nil || string(rest) != "second" {
		t.Errorf("rest of the answer: got %q, %v, want %q", rest, err, "second")
	}
}

// layersOf names the types that a ResponseWriter is made of.
func layersOf(w http.ResponseWriter) (types []string) {
	for {
		types = append(types, fmt.Sprintf("%T", w))
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return types
		}
		w = u.Unwrap()
	}
}

// testPanics: a panic of the handler or the validator is nobody's to swallow.
func testPanics(t *testing.T, adapter Adapter) {
	g, _ := newGuard(nil)
	h := adapter.Router([]Route{
		{Method: "GET", Path: "/handler", Rules: []Rule{{Guard: g}}, Handler: func(http.ResponseWriter, *http.Request, *validator.Token) {
			panic(http.ErrAbortHandler)
		}},
		get("/validator", Rule{Guard: g}),
	})
	for _, c := range []struct {
		path, token string
		want        any
	}{
		{"/handler", goodToken, http.ErrAbortHandler},
		{"/validator", panicToken, secret},
	} {
		func() {
			rec := httptest.NewRecorder()
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("%s: got panic %v, want %v", c.path, got, c.want)
				}
				if got := rec.Body.Len(); got != 0 {
					t.Errorf("%s: got %d bytes of an answer, want none", c.path, got)
				}
			}()
			req := httptest.NewRequest(http.MethodGet, c.path, nil)
			req.Header.Set("Authorization", "Bearer "+c.token)
			h.ServeHTTP(rec, req)
		}()
	}
}
