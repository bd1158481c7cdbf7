// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package inprocess

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

const (
	headBytes = 4 << 10 // written this much, a response starts to arrive
	bodyBytes = 1 << 20 // written this much unread, a handler waits
)

// exchange is one request and response in process: the handler's
// [http.ResponseWriter] at one end, the client's body at the other. Its
// channels are made by RoundTrip, and so belong to the client's synctest
// bubble, if there is one.
type exchange struct {
	request *http.Request        // the client's
	tls     *tls.ConnectionState // nil for plain http
	gone    <-chan struct{}      // closed when the handler's context ends
	goneErr func() error         // why it did
	cancel  context.CancelFunc
	header  http.Header // the handler's to change until the head is written

	started chan struct{} // closed when there is a response or failure
	data    chan struct{} // holds a value when the reader should look again
	room    chan struct{} // holds a value when the writer should look again

	mu       sync.Mutex
	head     *http.Response // set by WriteHeader
	declared int64          // Content-Length the handler promised, or -1
	written  int64          // by the handler, wanted or not
	kept     int64          // of it, for the client
	buf      []byte
	released bool  // head is the client's
	end      error // of the body, set when the handler is done; io.EOF is a good end
	failure  error // instead of a response
	closed   bool  // by the client
}

func newExchange(ctx context.Context, cancel context.CancelFunc, r *http.Request) *exchange {
	return &exchange{
		request: r, gone: ctx.Done(), goneErr: ctx.Err, cancel: cancel, header: http.Header{}, declared: -1,
		started: make(chan struct{}), data: make(chan struct{}, 1), room: make(chan struct{}, 1),
	}
}

// serve runs the handler and ends the exchange, however the handler ends: by
// returning, by a panic, or by runtime.Goexit as in a test's FailNow.
func (x *exchange) serve(h http.Handler, in *http.Request) {
	x.tls = in.TLS
	returned := false
	defer func() {
		failed := recover()
		x.cancel()
		_ = in.Body.Close()
		x.mu.Lock()
		defer x.mu.Unlock()
		switch {
		case returned:
			x.writeHeadLocked(http.StatusOK)
			x.end = io.EOF
			if x.declared > x.kept && x.hasBodyLocked() {
				x.end = io.ErrUnexpectedEOF
			}
		case x.released:
			x.end = io.ErrUnexpectedEOF
		case failed == nil || isAbort(failed):
			x.failure = fmt.Errorf("emulator: connection closed before a response: %w", io.EOF)
		default:
			x.failure = fmt.Errorf("emulator: handler panicked: %v", failed)
		}
		x.releaseLocked()
	}()
	h.ServeHTTP(x, in)
	returned = true
}

func isAbort(recovered any) bool {
	err, ok := recovered.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}

// result returns what RoundTrip returns once the exchange has started.
func (x *exchange) result() (*http.Response, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.head, x.failure
}

// Header is the handler's.
func (x *exchange) Header() http.Header { return x.header }

// WriteHeader is the handler's. Informational statuses are dropped.
func (x *exchange) WriteHeader(status int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.writeHeadLocked(status)
}

// writeHeadLocked fixes status and header.
func (x *exchange) writeHeadLocked(status int) {
	if x.head != nil || status >= 100 && status < 200 {
		return
	}
	x.head = &http.Response{
		Status:     strconv.Itoa(status) + " " + http.StatusText(status),
		StatusCode: status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        x.header.Clone(),
		ContentLength: -1,
		Request:       x.request,
		TLS:           x.tls,
	}
	if n, err := strconv.ParseInt(x.header.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
		x.declared = n
	}
	if x.head.Header.Get("Date") == "" {
		x.head.Header.Set("Date", date())
	}
}

// hasBodyLocked reports whether the response may have one.
func (x *exchange) hasBodyLocked() bool {
	return x.request.Method != http.MethodHead && x.head.StatusCode != http.StatusNoContent && x.head.StatusCode != http.StatusNotModified
}

// Write is the handler's. It waits while the client has much left to read, and
// fails once the client is gone.
func (x *exchange) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.writeHeadLocked(http.StatusOK)
	x.written += int64(len(p))
	if x.declared >= 0 && x.written > x.declared {
		return 0, http.ErrContentLength
	}
	if !x.hasBodyLocked() {
		if x.request.Method == http.MethodHead {
			return len(p), nil
		}
		return 0, http.ErrBodyNotAllowed
	}
	for n := 0; ; {
		if err := x.goneErr(); err != nil {
			return n, err
		}
		fits := min(len(p)-n, bodyBytes-len(x.buf))
		x.buf = append(x.buf, p[n:n+fits]...)
		n, x.kept = n+fits, x.kept+int64(fits)
		if len(x.buf) >= headBytes {
			x.releaseLocked()
		}
		wake(x.data)
		if n == len(p) {
			return n, nil
		}
		x.mu.Unlock()
		select {
		case <-x.room:
		case <-x.gone:
		}
		x.mu.Lock()
	}
}

// Flush is the handler's: what is written so far arrives.
func (x *exchange) Flush() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.writeHeadLocked(http.StatusOK)
	x.releaseLocked()
}

// releaseLocked hands the response, or the failure, to the client.
func (x *exchange) releaseLocked() {
	defer wake(x.data)
	if x.released {
		return
	}
	x.released = true
	if x.failure == nil {
		x.completeLocked()
	} else {
		x.head = nil
	}
	close(x.started)
}

// completeLocked fills in what net/http's server would: a content type, and the
// length of a short body.
func (x *exchange) completeLocked() {
	h := x.head
	h.Body = x
	if x.hasBodyLocked() {
		if _, set := h.Header["Content-Type"]; !set && len(x.buf) > 0 {
			h.Header.Set("Content-Type", http.DetectContentType(x.buf))
		}
		if x.declared < 0 && x.end != nil {
			x.declared = x.kept
			h.Header.Set("Content-Length", strconv.FormatInt(x.kept, 10))
		}
	}
	h.ContentLength = x.declared
	if !x.hasBodyLocked() && x.request.Method != http.MethodHead {
		h.ContentLength = 0
	}
}
