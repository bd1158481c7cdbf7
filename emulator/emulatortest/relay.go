// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Relay passes connections on to a server on loopback until they die silently, as
// when a machine vanishes or a firewall forgets them: what either end sends
// arrives nowhere any more, and neither is told. It is safe for concurrent use.
// Make one with [NewRelay].
//
// A tenant answers at any loopback host and port, so clients need only its Addr
// in place of the server's.
type Relay struct {
	// Addr is where it listens, 127.0.0.1 and a port.
	Addr string

	to       string
	listener net.Listener
	wg       sync.WaitGroup

	mu     sync.Mutex
	all    []*relayed
	closed bool
}

// relayed is a connection with both its ends.
type relayed struct {
	client, server net.Conn
	silent         atomic.Bool
}

// NewRelay returns a relay to a server, by host and port. It ends with the test,
// and with it all connections.
func NewRelay(tb testing.TB, to string) *Relay {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("emulatortest.NewRelay: %v", err)
	}
	r := &Relay{Addr: listener.Addr().String(), to: to, listener: listener}
	r.wg.Go(r.accept)
	tb.Cleanup(r.close)
	return r
}

// Silence lets all connections die that there are, for good. New ones work.
func (r *Relay) Silence() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.all {
		c.silent.Store(true)
	}
}

// Connections is how many there have been.
func (r *Relay) Connections() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.all)
}

func (r *Relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.to)
		if err != nil {
			_ = client.Close() // nobody listens there
			continue
		}
		r.pass(&relayed{client: client, server: server})
	}
}

func (r *Relay) pass(c *relayed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, c)
	if r.closed {
		c.close()
		return
	}
	r.wg.Go(func() { c.pass(c.client, c.server) })
	r.wg.Go(func() { c.pass(c.server, c.client) })
}

func (r *Relay) close() {
	_ = r.listener.Close()
	r.mu.Lock()
	r.closed = true
	for _, c := range r.all {
		c.close()
	}
	r.mu.Unlock()
	r.wg.Wait()
}

// pass moves what comes from one end to the other, its end included.
func (c *relayed) pass(from, to net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 && !c.silent.Load() {
			if _, failed := to.Write(buf[:n]); failed != nil {
				err = failed
			}
		}
		if err == nil {
			continue
		}
		_ = from.Close()
		if !c.silent.Load() {
			_ = to.Close()
		}
		return
	}
}

func (c *relayed) close() {
	_ = c.client.Close()
	_ = c.server.Close()
}
