// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Each byte in each place of texts around the length of a block.
func TestToken68IsReadByteByByte(t *testing.T) {
	text, req := "", get()
	rule := carrying(&text)
	check := func(s string) {
		t.Helper()
		text = s
		if _, err := rule.Check(req); (err == nil) != token68.MatchString(s) {
			t.Errorf("got %v for %q", err, s)
		}
	}
	for _, fill := range []string{"a", "_", "~"} {
		for _, n := range []int{1, 8, 33, 41} {
			whole := strings.Repeat(fill, n)
			check(whole)
			for at := range n {
				for c := range 256 {
					check(whole[:at] + string([]byte{byte(c)}) + whole[at+1:])
				}
			}
		}
	}
}

// Two odd bytes in a word must not make up for each other.
func TestToken68OddBytesDontCancelOut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text, req := "", get()
	rule := carrying(&text)
	b := make([]byte, 64)
	for range 50000 {
		for i := range b {
			b[i] = "abzAZ09._-/"[r.IntN(11)]
		}
		for range 1 + r.IntN(4) {
			b[r.IntN(len(b))] = byte(r.IntN(256))
		}
		text = string(b)
		if _, err := rule.Check(req); (err == nil) != token68.MatchString(text) {
			t.Fatalf("got %v for %q", err, text)
		}
	}
}
