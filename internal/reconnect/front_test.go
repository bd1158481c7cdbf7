// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

// front is a server with connections that take requests and answer none.
type front struct {
	*httptest.Server
	t *testing.T

	mu          sync.Mutex
	connections int
	open        int
	changed     *sync.Cond // when one closes
	stuck       int        // this many connections, the first ones
	used        map[int]bool
	askings     []*asking
	handler     http.HandlerFunc // of what is not stuck
}

// asking is a request under way.
type asking struct {
	cancel context.CancelFunc
	stuck  chan struct{} // closed when it has come to a connection that is
	done   chan error
}

type connectionKey struct{}

var protocols = map[string]bool{"HTTP/1.1": false, "HTTP/2": true}

func newFront(t *testing.T, http2 bool) *front {
	f := &front{t: t, used: map[int]bool{}, handler: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "good") }}
	f.changed = sync.NewCond(&f.mu)
	f.Server = httptest.NewUnstartedServer(f)
	f.EnableHTTP2 = http2
	f.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.connections++
		f.open++
		return context.WithValue(ctx, connectionKey{}, f.connections)
	}
	inner := f.Config.ConnState
	f.Config.ConnState = func(c net.Conn, s http.ConnState) {
		if inner != nil {
			inner(c, s)
		}
		if s == http.StateClosed {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.open--
			f.changed.Broadcast()
		}
	}
	f.StartTLS()
	t.Cleanup(func() {
		f.CloseClientConnections()
		f.Close()
	})
	return f
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	connection := r.Context().Value(connectionKey{}).(int)
	n, _ := strconv.Atoi(r.Header.Get("Asking"))
	f.mu.Lock()
	f.used[connection] = true
	stuck, h := connection <= f.stuck, f.handler
	var met chan struct{}
	if stuck {
		met = f.askings[n].stuck
	}
	f.mu.Unlock()
	if !stuck {
		h(w, r)
		return
	}
	close(met)
	<-r.Context().Done()        // the client has given up
	panic(http.ErrAbortHandler) // it may still read
}

// stick makes all connections stuck that there are, or the first one to come.
func (f *front) stick() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stuck = max(f.connections, 1)
}

func (f *front) handle(h http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.handler = h
}

// connectionsUsed returns on how many there was a request. There may be others:
// net/http dials once more if a second request comes before it has noted the
// connection of the first.
func (f *front) connectionsUsed() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.used)
}

// waitClosed waits until no connection is open.
func (f *front) waitClosed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.open > 0 {
		f.changed.Wait()
	}
}

// transport returns one for the server.
func (f *front) transport() *http.Transport {
	pool := x509.NewCertPool()
	pool.AddCert(f.Certificate())
	tr := http.DefaultTransport.(*http.Transport).Clone()
	tr.Proxy = nil
	tr.TLSClientConfig = &tls.Config{RootCAs: pool}
	f.t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// standard makes one for the server http.DefaultTransport.
func standard(t *testing.T, tr http.RoundTripper) {
	old := http.DefaultTransport
	http.DefaultTransport = tr
	t.Cleanup(func() { http.DefaultTransport = old })
}

func (f *front) start(rt http.RoundTripper) *asking {
	ctx, cancel := context.WithCancel(f.t.Context())
	a := &asking{cancel: cancel, stuck: make(chan struct{}), done: make(chan error, 1)}
	f.mu.Lock()
	n := len(f.askings)
	f.askings = append(f.askings, a)
	f.mu.Unlock()
	go func() { a.done <- f.get(ctx, rt, n) }()
	return a
}

func (f *front) get(ctx context.Context, rt http.RoundTripper, n int) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Asking", strconv.Itoa(n))
	resp, err := rt.RoundTrip(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.ReadAll(resp.Body)
	return err
}

// answered waits until the request is answered, or has come to a stuck
// connection.
func (f *front) answered(a *asking) bool {
	f.t.Helper()
	select {
	case <-a.stuck:
		return false
	case err := <-a.done:
		if err != nil {
			f.t.Fatalf("got %v, want an answer", err)
		}
		a.cancel()
		return true
	}
}

// giveUp ends a request that is not answered.
func (f *front) giveUp(a *asking) {
	f.t.Helper()
	a.cancel()
	if err := <-a.done; err == nil {
		f.t.Fatal("a stuck connection has answered")
	}
}

// must makes a request that has to be answered.
func (f *front) must(rt http.RoundTripper) {
	f.t.Helper()
	if !f.answered(f.start(rt)) {
		f.t.Fatal("a request met a stuck connection")
	}
}
