// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// frontEnd is a server of which one connection is stuck, the first that it meets
// while told so: it answers no request on it. Any other one is good.
type frontEnd struct {
	*httptest.Server
	b2c *emulator.Tenant

	mu          sync.Mutex
	sticks      bool
	stuck       string // the client's end of that connection
	connections map[string]bool
	unanswered  int
}

func newFrontEnd(t *testing.T, http2 bool) *frontEnd {
	t.Helper()
	f := &frontEnd{b2c: emulator.NewTenant(nil), connections: map[string]bool{}}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(f.serve))
	f.EnableHTTP2 = http2
	f.StartTLS()
	t.Cleanup(f.Close)
	return f
}

func (f *frontEnd) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.connections[r.RemoteAddr] = true
	if f.sticks && f.stuck == "" {
		f.stuck = r.RemoteAddr
	}
	stuck := f.stuck == r.RemoteAddr
	if stuck {
		f.unanswered++
	}
	f.mu.Unlock()
	if stuck {
		<-r.Context().Done()
		return
	}
	r.Host = "contoso.b2clogin.com"
	f.b2c.ServeHTTP(w, r)
}

// stick makes the next connection that it meets the stuck one, and forgets the
// others.
func (f *frontEnd) stick() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sticks, f.connections, f.unanswered = true, map[string]bool{}, 0
}

func (f *frontEnd) seen() (connections, unanswered int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.connections), f.unanswered
}

// transport is one that finds the server under B2C's name.
func (f *frontEnd) transport(t *testing.T) *http.Transport {
	t.Helper()
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("http.DefaultTransport is none of net/http's")
	}
	tr := standard.Clone()
	pool := x509.NewCertPool()
	pool.AddCert(f.Certificate())
	tr.TLSClientConfig = &tls.Config{RootCAs: pool, ServerName: "example.com"}
	if tr.ForceAttemptHTTP2 = f.EnableHTTP2; !f.EnableHTTP2 {
		tr.TLSClientConfig.NextProtos = []string{"http/1.1"}
	}
	tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, f.Listener.Addr().String())
	}
	return tr
}

// One of B2C's front ends is stuck: it takes a connection and answers nothing on
// it, while every other connection is good. Over HTTP/2 a timeout ends only the
// stream, so an attempt that is repeated as it was would meet it for ever.
func TestStuckConnection(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		for _, users := range []bool{false, true} {
			for _, warm := range []bool{false, true} {
				name := fmt.Sprintf("HTTP/2 %v, a user's transport %v, warm %v", http2, users, warm)
				t.Run(name, func(t *testing.T) {
					f, c := newFrontEnd(t, http2), (*jwks.Cache)(nil)
					opts := &jwks.Options{FetchTimeout: 2 * time.Second}
					tr := f.transport(t)
					if users {
						opts.Transport = tr
						t.Cleanup(tr.CloseIdleConnections)
						c = open(t, nil, opts)
					} else { // a copy of the default one, which is taken here
						standard := http.DefaultTransport
						http.DefaultTransport = tr
						c = open(t, nil, opts)
						http.DefaultTransport = standard
					}
					t.Parallel()
					kid := f.b2c.CurrentKey("").ID()
					if warm {
						if err := ready(t.Context(), c); err != nil {
							t.Fatal(err)
						}
						f.b2c.Rotate("", true)
						kid = f.b2c.CurrentKey("").ID()
					}
					f.stick()
					for found := false; !found; {
						set, err := c.Find(t.Context(), jwks.Query{KeyID: kid})
						if err == nil {
							_, found = set.Key(kid)
						} else if err := wait(t.Context(), unavailable(t, err).RetryAfter); err != nil {
							t.Fatal(err)
						}
					}
					limit := 1 // unanswered requests; a user's HTTP/2 connection may be met once more
					if users && http2 {
						limit = 2
					}
					connections, unanswered := f.seen()
					if connections > 3 || unanswered > limit {
						t.Errorf("got %d connections and %d requests without an answer, want at most 3 and %d", connections, unanswered, limit)
					}
					t.Logf("%d connections, %d requests without an answer", connections, unanswered)
				})
			}
		}
	}
}

// Caches of one Limiter share the kit's connections until the last one is closed,
// whoever is closed before, once or twice. Whoever comes later has others.
func TestSharedConnections(t *testing.T) {
	f := newFrontEnd(t, true)
	tr := f.transport(t)
	dial, open := tr.DialContext, new(atomic.Int64)
	tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err == nil {
			open.Add(1)
		}
		return &counted{c, sync.OnceFunc(func() { open.Add(-1) })}, err
	}
	standard := http.DefaultTransport
	http.DefaultTransport = tr
	defer func() { http.DefaultTransport = standard }()
	opts := &jwks.Options{Limiter: new(jwks.Limiter)}
	for round := 1; round <= 2; round++ {
		var caches []*jwks.Cache
		for _, flow := range []string{"B2C_1_susi", "B2C_1_edit", "B2C_1_reset"} {
			caches = append(caches, openAt(t, contoso(t).Flow(flow), nil, opts))
		}
		for _, c := range caches {
			if err := ready(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if n := open.Load(); n != 1 {
				t.Fatalf("got %d open connections, want 1", n)
			}
			_, _ = c.Close(), c.Close()
		}
		if n, _ := f.seen(); n != round || open.Load() != 0 {
			t.Fatalf("got %d connections of which %d are open, want %d and none", n, open.Load(), round)
		}
	}
}

// counted is a connection that tells when it is closed.
type counted struct {
	net.Conn

	closed func()
}

func (c *counted) Close() error {
	c.closed()
	return c.Conn.Close()
}

// wait waits for as long as an error has said.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
