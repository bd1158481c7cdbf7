// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
	"time"
)

// maxBody is how much of an answer is kept: as much as package jwks reads.
const maxBody = 1 << 20

// Recorder is a RoundTripper that notes what its requests came to. It keeps the
// bodies of answers: give it no requests for tokens. It is safe for concurrent
// use.
type Recorder struct {
	base http.RoundTripper
	now  func() time.Time

	mu  sync.Mutex
	all []*note
}

// note is an exchange that is still going on.
type note struct {
	mu sync.Mutex
	e  Exchange
}

// NewRecorder returns a recorder of what goes over the transport, by a clock.
func NewRecorder(base http.RoundTripper, now func() time.Time) *Recorder {
	return &Recorder{base: base, now: now}
}

// All returns the exchanges so far, in the order in which they began.
func (r *Recorder) All() []Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Exchange, len(r.all))
	for i, n := range r.all {
		all[i] = n.exchange()
	}
	return all
}

// Of returns the latest exchange with a URL.
func (r *Recorder) Of(url string) (Exchange, bool) {
	for _, e := range slices.Backward(r.All()) {
		if e.URL == url {
			return e, true
		}
	}
	return Exchange{}, false
}

// RoundTrip implements http.RoundTripper.
func (r *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	n := &note{e: Exchange{URL: req.URL.String(), began: r.now()}}
	r.mu.Lock()
	r.all = append(r.all, n)
	r.mu.Unlock()
	resp, err := r.base.RoundTrip(req.WithContext(r.trace(req.Context(), n)))
	n.head(resp, err, r.now())
	if err == nil {
		resp.Body = &body{resp.Body, n}
	}
	return resp, err
}

// CloseIdleConnections closes those of the transport.
func (r *Recorder) CloseIdleConnections() {
	if c, ok := r.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// trace has the note told of the connection.
func (r *Recorder) trace(ctx context.Context, n *note) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSDone: func(info httptrace.DNSDoneInfo) {
			n.change(func(e *Exchange) { e.Addresses = info.Addrs })
		},
		GotConn: func(info httptrace.GotConnInfo) {
			if a, ok := info.Conn.RemoteAddr().(*net.TCPAddr); ok {
				n.change(func(e *Exchange) { e.Remote = a.String() })
			}
		},
		WroteRequest: func(httptrace.WroteRequestInfo) {
			at := r.now()
			n.change(func(e *Exchange) { e.sent = at })
		},
	})
}

func (n *note) change(f func(*Exchange)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f(&n.e)
}

func (n *note) exchange() Exchange {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.e
}

// head notes the head of an answer.
func (n *note) head(resp *http.Response, err error, at time.Time) {
	n.change(func(e *Exchange) {
		e.Took, e.Err = at.Sub(e.began), err
		if err == nil {
			e.answered = at
			e.Status, e.Proto, e.Header, e.TLS = resp.StatusCode, resp.Proto, resp.Header.Clone(), resp.TLS
		}
	})
}

// body notes what is read of an answer.
type body struct {
	io.ReadCloser
	note *note
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.note.change(func(e *Exchange) {
		e.Body += string(p[:min(n, max(maxBody-len(e.Body), 0))])
	})
	return n, err
}
