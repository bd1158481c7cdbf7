// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package freeport_test

import (
	"errors"
	"net"
	"syscall"
	"testing"

	"github.com/b2ckit/b2ckit/internal/freeport"
)

// Nobody listens there, whoever asks for any port gets another one, and it can be
// listened on.
func TestAddress(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		address := freeport.Address(t)
		if seen[address] {
			t.Fatalf("got %s twice", address)
		}
		seen[address] = true
	}
	for range 200 { // all open at once
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if seen[l.Addr().String()] {
			t.Errorf("the system gives %s to whoever asks for any", l.Addr())
		}
	}
	address := freeport.Address(t)
	if conn, err := net.Dial("tcp", address); err == nil {
		_ = conn.Close()
		t.Errorf("somebody listens at %s", address)
	} else if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want the connection refused", err)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
}
