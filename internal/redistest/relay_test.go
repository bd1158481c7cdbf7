// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redistest_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/internal/redistest"
)

// said returns the address of a server that says a text to whoever comes.
func said(t *testing.T, text string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(c, text)
			_ = c.Close()
		}
	}()
	return l.Addr().String()
}

// What comes by a relay is what was sent, a round trip and a half later; later
// connections go elsewhere, and all that came back is counted.
func TestRelay(t *testing.T) {
	const roundTrip = 20 * time.Millisecond
	relay := redistest.NewRelay(t, said(t, "one"), roundTrip)
	for _, want := range []string{"one", "other"} {
		start := time.Now()
		c, err := net.Dial("tcp", relay.Addr)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(c)
		if string(got) != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
		if took := time.Since(start); took < roundTrip*3/2 {
			t.Errorf("%s: took %v, want the way there and back", want, took)
		}
		_ = c.Close()
		relay.LeadTo(said(t, "other"))
	}
	if got := relay.Back(); got != int64(len("one"+"other")) {
		t.Errorf("got %d bytes back", got)
	}
}
