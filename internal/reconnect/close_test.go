// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/internal/reconnect"
)

// waitGone waits until no goroutine of net/http's client is left.
func waitGone() {
	for {
		stacks := make([]byte, 1<<20)
		s := string(stacks[:runtime.Stack(stacks, true)])
		if !strings.Contains(s, "net/http.(*persistConn)") && !strings.Contains(s, "net/http.(*http2ClientConn)") && !strings.Contains(s, "net/http.(*Transport).dialConn") {
			return
		}
		runtime.Gosched()
	}
}

// Connections and their goroutines end with Close, also one whose request ended
// just before. (The test ends by its time limit if they don't.)
func TestClose(t *testing.T) {
	for protocol, http2 := range protocols {
		t.Run(protocol, func(t *testing.T) {
			f := newFront(t, http2)
			standard(t, f.transport())
			for i := range 50 {
				rt := reconnect.New(nil, []time.Duration{0, time.Hour}[i%2])
				f.must(rt)
				f.stick()
				a := f.start(rt)
				if f.answered(a) {
					t.Fatal("got an answer from a stuck connection")
				}
				f.giveUp(a)
				if i%4 == 0 {
					f.must(rt)
				}
				rt.Close()
				f.waitClosed()
			}
			waitGone()
		})
	}
}

// A request under way goes on after Close, and after others have failed; its
// connection ends with it.
func TestUnderWay(t *testing.T) {
	for protocol, http2 := range protocols {
		t.Run(protocol, func(t *testing.T) {
			f := newFront(t, http2)
			standard(t, f.transport())
			rt := reconnect.New(nil, 0)
			release, arrived := make(chan struct{}), make(chan struct{}, 2)
			f.handle(func(http.ResponseWriter, *http.Request) {
				arrived <- struct{}{}
				<-release
			})
			older := f.start(rt)
			<-arrived
			failing, cancel := context.WithCancel(t.Context())
			failed := make(chan error)
			go func() { failed <- f.get(failing, rt, 0) }()
			<-arrived
			cancel()
			if err := <-failed; err == nil {
				t.Fatal("got an answer that nobody has sent")
			}
			newer := f.start(rt)
			<-arrived
			if got := f.connectionsUsed(); !http2 && got != 3 || http2 && got != 2 {
				t.Errorf("got %d connections; want a fresh one after the failure", got)
			}
			rt.Close()
			close(release)
			if !f.answered(older) || !f.answered(newer) {
				t.Error("a request that was under way got no answer")
			}
			f.waitClosed()
			waitGone()
		})
	}
}

// After Close there is no request, and its body is closed as ever.
func TestClosed(t *testing.T) {
	rt := reconnect.New(nil, 0)
	rt.Close()
	rt.Close()
	body := &closing{}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://b2c.test/", body)
	if _, err := rt.RoundTrip(r); err == nil || !body.closed {
		t.Errorf("got %v and a body closed: %v; want an error and true", err, body.closed)
	}
}

type closing struct {
	strings.Reader

	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

// A dial for nobody ends with Close, and one that heeds no context has its
// connection closed when it comes. (That a request has ended in a panic before
// changes nothing.)
func TestCloseDials(t *testing.T) {
	for name, heedful := range map[string]bool{"heedful": true, "heedless": false} {
		t.Run(name, func(t *testing.T) {
			f := newFront(t, true)
			client := f.transport()
			dialing, release := make(chan struct{}), make(chan struct{})
			client.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				close(dialing)
				if heedful {
					<-ctx.Done()
					return nil, ctx.Err()
				}
				<-release
				return net.Dial(network, address)
			}
			panics := true
			client.Proxy = func(*http.Request) (*url.URL, error) {
				if panics {
					panic("proxy")
				}
				return nil, nil //nolint:nilnil // no proxy
			}
			standard(t, client)
			rt := reconnect.New(nil, 0)
			if got := recovered(func() { _ = f.get(t.Context(), rt, 0) }); got != "proxy" {
				t.Errorf("got panic %v, want proxy", got)
			}
			panics = false
			ctx, cancel := context.WithCancel(t.Context())
			failed := make(chan error)
			go func() { failed <- f.get(ctx, rt, 0) }()
			<-dialing
			cancel()
			if err := <-failed; err == nil {
				t.Fatal("got an answer without a connection")
			}
			rt.Close()
			close(release)
			waitGone()
			f.waitClosed()
		})
	}
}

func recovered(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}

// Connections that are made by another TLS can't be ended, but what is idle is.
func TestCloseOtherTLS(t *testing.T) {
	for protocol, http2 := range protocols {
		t.Run(protocol, func(t *testing.T) {
			f := newFront(t, http2)
			client := f.transport()
			client.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				config := client.TLSClientConfig.Clone()
				config.NextProtos = []string{map[bool]string{false: "http/1.1", true: "h2"}[http2]}
				return (&tls.Dialer{Config: config}).DialContext(ctx, network, address)
			}
			standard(t, client)
			rt := reconnect.New(nil, 0)
			f.must(rt)
			rt.Close()
			f.waitClosed()
			waitGone()
		})
	}
}

// A connection that has ended is forgotten, while others go on.
func TestForgotten(t *testing.T) {
	type tracked struct{ net.Conn }
	f := newFront(t, false) // HTTP/2 holds it until the time for a ping
	client := f.transport()
	dial := client.DialContext
	forgotten := make(chan struct{}, 2)
	client.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		k := &tracked{c}
		runtime.AddCleanup(k, func(forgotten chan struct{}) { forgotten <- struct{}{} }, forgotten)
		return k, err
	}
	standard(t, client)
	rt := reconnect.New(nil, 0)
	defer rt.Close()
	f.must(rt)
	f.CloseClientConnections()
	for f.get(t.Context(), rt, 0) != nil { // until it has been noticed
	}
	for {
		runtime.GC()
		select {
		case <-forgotten:
			return
		default:
		}
	}
}
