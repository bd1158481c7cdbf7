// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/internal/reconnect"
)

// What becomes of a response's body counts as well.
func TestBody(t *testing.T) {
	cut := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	readAll := func(_ context.CancelFunc, body io.Reader) { _, _ = io.ReadAll(body) }
	read := func(_ context.CancelFunc, body io.Reader) { _, _ = io.ReadFull(body, make([]byte, 4)) }
	for name, tc := range map[string]struct {
		handler  http.HandlerFunc
		use      func(context.CancelFunc, io.Reader)
		patience time.Duration
		want     int // connections after another request
	}{
		"whole":             {nil, readAll, 0, 1},
		"left":              {nil, func(context.CancelFunc, io.Reader) {}, 0, 1},
		"cut off":           {cut, readAll, 0, 2},
		"cut off, patience": {cut, readAll, time.Hour, 2},
		"had enough":        {endless, read, 0, 1},
		"gave up":           {endless, func(cancel context.CancelFunc, b io.Reader) { cancel(); readAll(cancel, b) }, 0, 2},
		"gave up early":     {endless, func(cancel context.CancelFunc, b io.Reader) { cancel(); readAll(cancel, b) }, time.Hour, 1},
		"left as it ended":  {endless, func(cancel context.CancelFunc, _ io.Reader) { cancel() }, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFront(t, true)
			standard(t, f.transport())
			rt := reconnect.New(nil, tc.patience)
			defer rt.Close()
			good := f.handler
			if tc.handler != nil {
				f.handle(tc.handler)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r, _ := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, nil)
			resp, err := rt.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			tc.use(cancel, resp.Body)
			_ = resp.Body.Close()
			_, _ = resp.Body.Read(make([]byte, 1)) // after Close nothing counts
			f.handle(good)
			f.must(rt)
			if got := f.connectionsUsed(); got != tc.want {
				t.Errorf("got %d connections, want %d", got, tc.want)
			}
		})
	}
}

// roundTripper is a user's transport as a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A user's transport may do what none should.
func TestOddTransports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := &http.Request{}
		odd := errors.New("odd")
		for name, tc := range map[string]struct {
			user    roundTripper
			want    *http.Response
			wantErr error
		}{
			"nothing": {func(*http.Request) (*http.Response, error) { return nil, nil }, nil, nil}, //nolint:nilnil // the point
			"no body": {func(*http.Request) (*http.Response, error) { return &http.Response{Request: other}, nil }, &http.Response{Request: other}, nil},
			"both":    {func(*http.Request) (*http.Response, error) { return &http.Response{Request: other}, odd }, &http.Response{Request: other}, odd},
			"its own request": {func(*http.Request) (*http.Response, error) {
				return &http.Response{Body: http.NoBody, Request: other}, nil
			}, &http.Response{Request: other}, nil},
		} {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://b2c.test/", nil)
			got, err := reconnect.New(tc.user, 0).RoundTrip(r)
			if !errors.Is(err, tc.wantErr) || (got == nil) != (tc.want == nil) || got != nil && got.Request != tc.want.Request {
				t.Errorf("%s: got %v, %v; want %v, %v", name, got, err, tc.want, tc.wantErr)
			}
		}
	})
}

// The request is not written to, and comes with all it had.
func TestRequestStays(t *testing.T) {
	var sent []*http.Request
	rt := reconnect.New(roundTripper(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r)
		return nil, errors.New("reset")
	}), 0)
	for _, own := range []bool{true, false} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://b2c.test/", nil)
		r.Header.Set("X-Of-The-Caller", "x")
		r.Close = own
		_, _ = rt.RoundTrip(r)
		if r.Close != own {
			t.Errorf("got Close %v in the caller's request, want %v", r.Close, own)
		}
	}
	for i, got := range sent {
		if !got.Close || got.Header.Get("X-Of-The-Caller") != "x" {
			t.Errorf("request %d: got Close %v and header %v, want true and the caller's", i+1, got.Close, got.Header)
		}
	}
}

// An answer without a body is one.
func TestNoBody(t *testing.T) {
	var sent []bool
	rt := reconnect.New(roundTripper(func(r *http.Request) (*http.Response, error) {
		if sent = append(sent, r.Close); len(sent) == 1 {
			return nil, errors.New("reset")
		}
		return &http.Response{StatusCode: http.StatusOK}, nil
	}), 0)
	for range 3 {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://b2c.test/", nil)
		_, _ = rt.RoundTrip(r)
	}
	if want := []bool{false, true, false}; !slices.Equal(sent, want) {
		t.Errorf("got Close %v, want %v", sent, want)
	}
}
