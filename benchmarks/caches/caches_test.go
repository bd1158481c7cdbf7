// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"
	"time"
)

// What is compared does the same work.
func TestContendersAreStores(t *testing.T) {
	for _, c := range contenders {
		s := c.make(whole)
		good := &verified{size: tokenSize, expires: time.Now().Add(time.Hour)}
		s.Put(tokenKey(1), good)
		s.Put(tokenKey(2), &verified{size: tokenSize, expires: time.Now()})
		if v, ok := s.Get(tokenKey(1)); !ok || v != good {
			t.Errorf("%s: got %v, %v", c.name, v, ok)
		}
		for n, what := range map[uint64]string{2: "expired", 3: "never put"} {
			if v, ok := s.Get(tokenKey(n)); ok {
				t.Errorf("%s: got %v, which was %s", c.name, v, what)
			}
		}
		for n := range uint64(3 * capacity) {
			s.Put(tokenKey(10+n), good)
		}
		if n := s.Entries(); n < capacity*8/10 {
			t.Errorf("%s: %d entries, want about %d", c.name, n, capacity)
		}
		s.Close()
		if _, ok := s.Get(tokenKey(10 + 3*capacity - 1)); ok {
			t.Errorf("%s keeps what it had when it was closed", c.name)
		}
	}
}
