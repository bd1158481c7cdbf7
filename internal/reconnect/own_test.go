// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/internal/reconnect"
)

// Ten that fail together make one new generation.
func TestFailingTogether(t *testing.T) {
	f := newFront(t, true)
	standard(t, f.transport())
	rt := reconnect.New(nil, 0)
	defer rt.Close()
	f.must(rt)
	f.stick()
	var askings []*asking
	for range 10 {
		a := f.start(rt)
		if f.answered(a) {
			t.Fatal("got an answer from a stuck connection")
		}
		askings = append(askings, a)
	}
	for _, a := range askings {
		f.giveUp(a)
		f.must(rt)
	}
	if got := f.connectionsUsed(); got != 2 {
		t.Errorf("got %d connections, want 2", got)
	}
}

// A caller who does not wait leaves the connection for others.
func TestImpatience(t *testing.T) {
	f := newFront(t, true)
	standard(t, f.transport())
	rt := reconnect.New(nil, time.Hour)
	defer rt.Close()
	f.stick()
	for range 5 {
		a := f.start(rt)
		if f.answered(a) {
			t.Fatal("got an answer from a stuck connection")
		}
		f.giveUp(a)
	}
	if got := f.connectionsUsed(); got != 1 {
		t.Errorf("got %d connections, want 1", got)
	}
}

// What can't be dialed has no connection to blame: those to others stay.
func TestDialFails(t *testing.T) {
	for protocol, http2 := range protocols {
		t.Run(protocol, func(t *testing.T) {
			f := newFront(t, http2)
			client := f.transport()
			dial := client.DialContext
			refused := errors.New("refused")
			client.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				if address == "away.test:443" {
					return nil, refused
				}
				return dial(ctx, network, address)
			}
			standard(t, client)
			rt := reconnect.New(nil, 0)
			defer rt.Close()
			f.must(rt)
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://away.test/", nil)
			if _, err := rt.RoundTrip(r); !errors.Is(err, refused) {
				t.Errorf("got %v, want %v", err, refused)
			}
			f.must(rt)
			if got := f.connectionsUsed(); got != 1 {
				t.Errorf("got %d connections to the other server, want 1", got)
			}
		})
	}
}

// The copy speaks what http.DefaultTransport speaks, over connections of its
// own.
func TestCopy(t *testing.T) {
	f := newFront(t, true)
	roots := f.transport().TLSClientConfig
	byDefault := &http.Transport{}
	byDefault.CloseIdleConnections() // makes it ready
	byDefault.TLSClientConfig.RootCAs = roots.RootCAs
	foreign := f.transport()
	foreign.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{
		"h2": func(string, *tls.Conn) http.RoundTripper { return pace{err: errors.New("shared connections")} },
	}
	off := f.transport()
	off.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	oldDialer := f.transport()
	//lint:ignore SA1019 it may be set all the same
	oldDialer.DialContext, oldDialer.Dial = nil, net.Dial //nolint:staticcheck // the same
	plain := &http.Transport{TLSClientConfig: roots}
	for name, tc := range map[string]struct {
		standard *http.Transport
		want     int
	}{
		"as it comes":           {f.transport(), 2},
		"by default":            {byDefault, 2},
		"golang.org/x/net":      {foreign, 2},
		"switched off":          {off, 1},
		"TLS configuration set": {plain, 1},
		"old dialer":            {oldDialer, 2},
	} {
		t.Run(name, func(t *testing.T) {
			standard(t, tc.standard)
			rt := reconnect.New(nil, 0)
			defer rt.Close()
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, f.URL, nil)
			resp, err := rt.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.ProtoMajor != tc.want || resp.Request != r {
				t.Errorf("got HTTP/%d for the request itself: %v; want HTTP/%d", resp.ProtoMajor, resp.Request == r, tc.want)
			}
		})
	}
}

// Response headers are bounded.
func TestHeaderBound(t *testing.T) {
	for protocol, http2 := range protocols {
		t.Run(protocol, func(t *testing.T) {
			f := newFront(t, http2)
			f.handle(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Long", strings.Repeat("x", 100<<10))
			})
			standard(t, f.transport())
			rt := reconnect.New(nil, 0)
			defer rt.Close()
			if err := f.get(t.Context(), rt, 0); err == nil {
				t.Error("got a header of 100 KiB, want an error")
			}
		})
	}
}

// A dead connection is found without any request failing on time: nobody
// answers pings.
func TestPings(t *testing.T) {
	for name, tc := range map[string]struct {
		config *http.HTTP2Config
		want   time.Duration
	}{
		"ours":  {nil, 20 * time.Second},
		"other": {&http.HTTP2Config{SendPingTimeout: 2 * time.Second, PingTimeout: time.Second}, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := &http.Transport{HTTP2: tc.config, Protocols: new(http.Protocols), DialContext: func(context.Context, string, string) (net.Conn, error) {
					c, dead := net.Pipe()
					go func() { _, _ = io.Copy(io.Discard, dead) }()
					return c, nil
				}}
				client.Protocols.SetUnencryptedHTTP2(true)
				standard(t, client)
				rt := reconnect.New(nil, 0)
				defer rt.Close()
				r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://b2c.test/", nil)
				start := time.Now()
				_, err := rt.RoundTrip(r)
				if got := time.Since(start); err == nil || got != tc.want {
					t.Errorf("got %v after %v, want an error after %v", err, got, tc.want)
				}
			})
		})
	}
}

// What http.DefaultTransport is, if it is none of net/http's, is a user's.
func TestDefaultTransportOfAnother(t *testing.T) {
	user := &swapped{RoundTripper: pace{err: errors.New("reset")}}
	standard(t, user)
	rt := reconnect.New(nil, 0)
	for i, want := range []bool{false, true} {
		_ = roundTrip(t, rt, time.Hour)
		if user.last != want {
			t.Errorf("attempt %d: got Close %v, want %v", i+1, user.last, want)
		}
	}
	rt.Close()
	user.RoundTripper = pace{}
	if err := roundTrip(t, rt, time.Hour); err != nil {
		t.Errorf("after Close: got %v, want an answer", err)
	}
}
