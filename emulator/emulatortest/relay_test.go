// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"runtime"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

func TestRelay(t *testing.T) {
	b2c := emulatortest.NewServer(t, nil)
	relay := emulatortest.NewRelay(t, strings.TrimPrefix(b2c.URL, "https://"))
	keys := "https://" + relay.Addr + "/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys"
	client := func() *http.Client {
		transport := b2c.Transport().(*http.Transport).Clone()
		t.Cleanup(transport.CloseIdleConnections)
		return &http.Client{Transport: transport}
	}
	first := client()
	get(t, first, keys)
	get(t, first, keys)
	equal(t, "connections", relay.Connections(), 1)

	relay.Silence()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	sent := make(chan struct{})
	silent := make(chan error, 1)
	go func() {
		traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) }})
		req, err := http.NewRequestWithContext(traced, http.MethodGet, keys, nil)
		if err == nil {
			var resp *http.Response
			if resp, err = first.Do(req); err == nil {
				_ = resp.Body.Close()
			}
		}
		silent <- err
	}()
	<-sent
	get(t, client(), keys)
	equal(t, "a new connection", relay.Connections(), 2)
	emulatortest.WantCounts(t, b2c.Tenant, emulator.Counts{Keys: 3})
	cancel()
	if err := <-silent; !errors.Is(err, context.Canceled) {
		t.Errorf("a silent connection: got %v, want no answer until the client leaves", err)
	}
	emulatortest.WantCounts(t, b2c.Tenant, emulator.Counts{Keys: 3})
}

// TestRelayEnds: what ends at one end does so at the other, unless it is silent,
// and all of it with the test.
func TestRelayEnds(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, silent := range []bool{false, true} {
		var client net.Conn
		said := func() (string, error) { // until the end
			text, err := io.ReadAll(client)
			return string(text), err
		}
		f := try(t, func(tb testing.TB) {
			relay := emulatortest.NewRelay(tb, listener.Addr().String())
			if client, err = net.Dial("tcp", relay.Addr); err != nil {
				tb.Fatal(err)
			}
			server, err := listener.Accept()
			if err != nil {
				tb.Fatal(err)
			}
			for relay.Connections() == 0 {
				runtime.Gosched() // it counts once both ends are there
			}
			if silent {
				relay.Silence()
			}
			_, _ = server.Write([]byte("bye"))
			_ = server.Close()
			if !silent {
				text, err := said()
				equal(t, "said", text, "bye")
				equal(t, "the end", err, nil)
			}
		})
		equal(t, "failed", f.failed, false)
		if text, _ := said(); text != "" {
			t.Errorf("got %q over a connection that is silent or ended", text)
		}
		_ = client.Close()
	}
	f := try(t, func(tb testing.TB) {
		relay := emulatortest.NewRelay(tb, "127.0.0.1:1") // nobody listens there
		client, err := net.Dial("tcp", relay.Addr)
		if err != nil {
			tb.Fatal(err)
		}
		defer client.Close()
		if n, err := client.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("got %d bytes and %v from nobody", n, err)
		}
		equal(t, "connections", relay.Connections(), 0)
	})
	equal(t, "failed", f.failed, false)
}
