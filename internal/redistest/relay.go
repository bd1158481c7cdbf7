// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Relay is a way to a server that is a round trip long, in real time, as a network
// takes it, and counts what comes back. It ends with its test. It is safe for
// concurrent use.
type Relay struct {
	// Addr is the host and port where it begins.
	Addr string

	roundTrip time.Duration
	to        atomic.Pointer[string]
	back      atomic.Int64
}

// NewRelay returns a way to the address of a server. TCP's own handshake takes a
// round trip, too.
func NewRelay(tb testing.TB, to string, roundTrip time.Duration) *Relay {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = l.Close() })
	r := &Relay{Addr: l.Addr().String(), roundTrip: roundTrip}
	r.LeadTo(to)
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			go r.pass(near)
		}
	}()
	return r
}

// LeadTo has new connections lead to another server.
func (r *Relay) LeadTo(to string) { r.to.Store(&to) }

// Back returns how many bytes have come back.
func (r *Relay) Back() int64 { return r.back.Load() }

func (r *Relay) pass(near net.Conn) {
	defer near.Close()
	<-time.After(r.roundTrip)
	far, err := net.Dial("tcp", *r.to.Load())
	if err != nil {
		return
	}
	defer far.Close()
	var wg sync.WaitGroup
	wg.Go(func() { carry(far, near, r.roundTrip/2, new(atomic.Int64)) })
	carry(near, far, r.roundTrip/2, &r.back)
	wg.Wait()
}

// piece is what was read at once, and when it arrives.
type piece struct {
	due  time.Time
	data []byte
}

// carry brings to a connection what comes from another, each piece so much later,
// and then its end.
func carry(to, from net.Conn, later time.Duration, count *atomic.Int64) {
	pieces := make(chan piece, 1024)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(pieces)
		for buf := make([]byte, 32<<10); ; {
			n, err := from.Read(buf)
			pieces <- piece{time.Now().Add(later), append([]byte(nil), buf[:n]...)}
			if err != nil {
				return
			}
		}
	})
	for p := range pieces {
		<-time.After(time.Until(p.due))
		count.Add(int64(len(p.data)))
		if _, err := to.Write(p.data); err != nil {
			_, _ = io.Copy(io.Discard, from)
			break
		}
	}
	_ = to.Close()
	for range pieces { // so that the reader ends
	}
	wg.Wait()
}
