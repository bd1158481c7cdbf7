// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// relay returns the address of a way to another one that is a round trip long.
func relay(tb testing.TB, to string, roundTrip time.Duration) string {
	tb.Helper()
	return listen(tb, func(near net.Conn) {
		defer near.Close()
		time.Sleep(roundTrip) // real time, as a network takes: for TCP's own handshake
		there, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer there.Close()
		var wg sync.WaitGroup
		wg.Go(func() { carry(there, near, roundTrip/2) })
		carry(near, there, roundTrip/2)
		wg.Wait()
	})
}

// carry brings to a connection what comes from another, each piece so much
// later, and then its end.
func carry(to, from net.Conn, later time.Duration) {
	type piece struct {
		due  time.Time
		data []byte
	}
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
		time.Sleep(time.Until(p.due)) // real time, as a network takes
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
