// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package freeport

import (
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
)

// The ports lie below those that Linux, macOS and Windows give to clients, and to
// servers that don't mind which.
const first, last = 10000, 32767

// given are the ports of this process. Two processes may get the same one, which is
// one chance in ten thousand.
var given sync.Map

// Address returns an address of 127.0.0.1 that nobody listens on. The process is never
// given it again.
func Address(tb testing.TB) string {
	tb.Helper()
	var err error
	for range 100 {
		port := first + rand.IntN(last-first+1) //nolint:gosec // nobody gains by guessing it
		if _, taken := given.LoadOrStore(port, true); taken {
			continue
		}
		var l net.Listener
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if l, err = net.Listen("tcp", address); err == nil {
			_ = l.Close()
			return address
		}
	}
	tb.Fatalf("no port of loopback is free: %v", err)
	return ""
}
