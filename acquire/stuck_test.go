// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// frontEnd is B2C behind real sockets. Connections of its token endpoint may be
// stuck: they take requests, and answer none.
type frontEnd struct {
	*httptest.Server
	b2c *emulator.Tenant

	mu      sync.Mutex
	cold    bool              // the next connection is stuck, and no other
	used    map[net.Conn]bool // for token requests
	stuck   map[net.Conn]bool
	arrived chan struct{} // one for each token request that is stuck
	open    int
	changed *sync.Cond // of open
}

// connection is the context key of a request's connection.
type connection struct{}

func newFrontEnd(t *testing.T, http2 bool) *frontEnd {
	t.Helper()
	f := &frontEnd{b2c: emulator.NewTenant(nil), used: map[net.Conn]bool{}, stuck: map[net.Conn]bool{}, arrived: make(chan struct{}, 100)}
	f.changed = sync.NewCond(&f.mu)
	f.Server = httptest.NewUnstartedServer(f)
	f.EnableHTTP2 = http2
	// Addresses won't tell connections apart: ports are used again.
	f.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connection{}, c)
	}
	inner := f.Config.ConnState
	f.Config.ConnState = func(c net.Conn, s http.ConnState) {
		if inner != nil {
			inner(c, s)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		switch s {
		case http.StateNew:
			f.open++
		case http.StateClosed:
			f.open--
			f.changed.Broadcast()
		default:
		}
	}
	f.StartTLS()
	t.Cleanup(func() {
		f.CloseClientConnections()
		f.Close()
	})
	return f
}

func (f *frontEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && f.isStuck(r) {
		f.arrived <- struct{}{}
		_ = r.ParseForm() // or the server doesn't see the client go
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	r.Host = "contoso.b2clogin.com"
	f.b2c.ServeHTTP(w, r)
}

func (f *frontEnd) isStuck(r *http.Request) bool {
	c, _ := r.Context().Value(connection{}).(net.Conn)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cold {
		f.cold, f.stuck[c] = false, true
	}
	f.used[c] = true
	return f.stuck[c]
}

// stick makes all connections stuck that token requests came by, or the first
// one to come.
func (f *frontEnd) stick() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cold = len(f.used) == 0
	for c := range f.used {
		f.stuck[c] = true
	}
}

// waitClosed waits until no connection is open.
func (f *frontEnd) waitClosed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.open > 0 {
		f.changed.Wait()
	}
}

// client returns a transport to the front end, whatever the address.
func (f *frontEnd) client(t *testing.T) *http.Transport {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(f.Certificate())
	tr := http.DefaultTransport.(*http.Transport).Clone()
	tr.Proxy = nil
	tr.TLSClientConfig = &tls.Config{RootCAs: roots, ServerName: "example.com"}
	tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, f.Listener.Addr().String())
	}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// eachFrontEnd runs f over both protocols, with Options.Transport nil and a
// user's. Of the requests that are begun after one has failed, most may be
// stuck: over HTTP/2, a user's transport uses a connection once more.
func eachFrontEnd(t *testing.T, f func(t *testing.T, b2c *frontEnd, opts *acquire.Options, most int)) {
	for _, http2 := range []bool{false, true} {
		for _, own := range []bool{false, true} {
			t.Run("HTTP2="+strconv.FormatBool(http2)+"/own="+strconv.FormatBool(own), func(t *testing.T) {
				if !own { // these need no default of their own, and wait most of the time
					t.Parallel()
				}
				b2c := newFrontEnd(t, http2)
				opts := &acquire.Options{Transport: b2c.client(t), Logger: slog.New(slog.DiscardHandler)}
				most := 0
				if own {
					old := http.DefaultTransport
					http.DefaultTransport, opts.Transport = opts.Transport, nil
					t.Cleanup(func() { http.DefaultTransport = old })
				} else if http2 {
					most = 1
				}
				f(t, b2c, opts, most)
			})
		}
	}
}

// waiting is a caller who waits for a token.
type waiting struct {
	leave context.CancelFunc
	done  chan error
}

func wait(t *testing.T, get func(ctx context.Context) error) *waiting {
	ctx, leave := context.WithCancel(t.Context())
	t.Cleanup(leave)
	w := &waiting{leave, make(chan error, 1)}
	go func() { w.done <- get(ctx) }()
	return w
}

// meets waits until the caller's request has come to a stuck connection, which
// is true, or the caller has an answer.
func (f *frontEnd) meets(w *waiting) (stuck bool, err error) {
	select {
	case <-f.arrived:
		return true, nil
	case err := <-w.done:
		return false, err
	}
}

// afterwards lets callers come, one after the other, of whom each that meets a
// stuck connection gives up. No more than most may, and others have a token.
func (f *frontEnd) afterwards(t *testing.T, callers, most int, call func() *waiting, giveUp func(*waiting)) {
	t.Helper()
	stuck, served := 0, 0
	for range callers {
		w := call()
		met, err := f.meets(w)
		switch {
		case met:
			stuck++
			giveUp(w)
		case err == nil:
			served++
		default: // a slow machine; what counts is where the request went
			t.Log(err)
		}
	}
	if stuck > most || served == 0 {
		t.Errorf("of %d callers, %d were stuck and %d have a token; want %d at most, and some", callers, stuck, served, most)
	}
}

// TestStuckCodes: users who come while others are stuck sign in, once the first
// of these has given up.
func TestStuckCodes(t *testing.T) {
	for load, others := range map[string]int{"one": 0, "several": 4} {
		t.Run(load, func(t *testing.T) {
			eachFrontEnd(t, func(t *testing.T, b2c *frontEnd, opts *acquire.Options, most int) {
				opts.Timeout = 2 * time.Second
				app := confidential(t, webID, webSecret, opts)
				signIn := func() *waiting {
					pending, params := begun(t, app, newBrowser(t, b2c.b2c), nil, readScope)
					return wait(t, func(ctx context.Context) error {
						_, err := app.Finish(ctx, pending, params)
						return err
					})
				}
				giveUp := func(w *waiting) {
					time.AfterFunc(600*time.Millisecond, w.leave) // more than a quarter of the Timeout
					<-w.done
				}
				b2c.stick()
				first := signIn()
				if stuck, err := b2c.meets(first); !stuck {
					t.Fatalf("the first user met no stuck connection: %v", err)
				}
				for range others {
					_, _ = b2c.meets(signIn()) // over HTTP/1.1 they have other connections
				}
				giveUp(first)
				b2c.afterwards(t, 8, most, signIn, giveUp)
			})
		})
	}
}

// TestStuckRefresh: so do refresh tokens, whose requests end by the Timeout.
func TestStuckRefresh(t *testing.T) {
	eachFrontEnd(t, func(t *testing.T, b2c *frontEnd, opts *acquire.Options, most int) {
		opts.Timeout = 1500 * time.Millisecond
		app := confidential(t, webID, webSecret, opts)
		var accounts []acquire.Account
		for i := range 8 {
			u, err := b2c.b2c.AddUser(emulator.User{ObjectID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Name: "One of many"})
			if err != nil {
				t.Fatal(err)
			}
			everyoneIs(b2c.b2c, u.ObjectID, nil)
			accounts = append(accounts, signedIn(t, app, newBrowser(t, b2c.b2c), readScope, writeScope).Account)
		}
		refresh := func() *waiting {
			u := app.User(accounts[0])
			accounts = accounts[1:]
			return wait(t, func(ctx context.Context) error {
				_, err := u.Token(ctx, readScope)
				return err
			})
		}
		giveUp := func(w *waiting) { <-w.done }
		b2c.stick()
		first := refresh()
		if stuck, err := b2c.meets(first); !stuck {
			t.Fatalf("the first user met no stuck connection: %v", err)
		}
		_, _ = b2c.meets(refresh())
		giveUp(first)
		b2c.afterwards(t, len(accounts), most, refresh, giveUp)
	})
}

// TestStuckDaemon: a first call has a token by its second attempt; over HTTP/2
// a user's transport takes three.
func TestStuckDaemon(t *testing.T) {
	eachFrontEnd(t, func(t *testing.T, b2c *frontEnd, opts *acquire.Options, most int) {
		opts.Timeout = 3 * time.Second
		daemon := b2c.b2c.Daemon()
		app := confidential(t, daemon.ID, daemon.Secret, opts)
		b2c.stick()
		for {
			_, err := app.Token(t.Context(), b2c.b2c.API().URI+"/.default")
			if err == nil {
				break
			}
			<-time.After(wantClass(t, "stuck", err, acquire.ErrRetry).RetryAfter)
		}
		if stuck := len(b2c.arrived); stuck == 0 || stuck > 1+most {
			t.Errorf("got %d requests stuck, want 1 to %d", stuck, 1+most)
		}
	})
}

func confidential(t *testing.T, id, secret string, opts *acquire.Options) *acquire.App {
	t.Helper()
	app, err := acquire.NewConfidential(contoso(t).Flow("B2C_1_susi"), id, acquire.Secret(secret), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	return app
}

// TestCloseConnections: an App's own connections end with it, and so do the
// goroutines that hold them. (The test ends by its time limit if they don't.)
func TestCloseConnections(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		t.Run("HTTP2="+strconv.FormatBool(http2), func(t *testing.T) {
			b2c := newFrontEnd(t, http2)
			old := http.DefaultTransport
			http.DefaultTransport = b2c.client(t)
			defer func() { http.DefaultTransport = old }()
			for i := range 50 {
				app := confidential(t, webID, webSecret, &acquire.Options{Logger: slog.New(slog.DiscardHandler), Links: links(t, "B2C_1_edit")})
				in := signedIn(t, app, newBrowser(t, b2c.b2c), readScope, writeScope)
				if i%2 == 0 { // and some have a request under way
					b2c.stick()
					w := wait(t, func(ctx context.Context) error {
						_, err := app.User(in.Account).Token(ctx, writeScope)
						return err
					})
					if stuck, err := b2c.meets(w); !stuck {
						t.Errorf("the request met no stuck connection: %v", err)
					}
				}
				if err := app.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			}
			b2c.waitClosed()
			for {
				stacks := make([]byte, 4<<20)
				if s := string(stacks[:runtime.Stack(stacks, true)]); !strings.Contains(s, "net/http.(*persistConn)") && !strings.Contains(s, "net/http.(*http2ClientConn)") {
					return
				}
				runtime.Gosched()
			}
		})
	}
}

// TestCloseLeavesOptionsTransport: another's connections stay.
func TestCloseLeavesOptionsTransport(t *testing.T) {
	b2c := newFrontEnd(t, true)
	user := b2c.client(t)
	daemon := b2c.b2c.Daemon()
	for range 3 {
		app := confidential(t, daemon.ID, daemon.Secret, &acquire.Options{Transport: user})
		mustToken(t, app, b2c.b2c.API().URI+"/.default")
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	}
	b2c.mu.Lock()
	defer b2c.mu.Unlock()
	if len(b2c.used) != 1 {
		t.Errorf("got %d connections, want the one that there was", len(b2c.used))
	}
}
