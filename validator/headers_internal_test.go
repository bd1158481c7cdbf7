// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

// Only what was added is found, under its own text; and of however many headers a few
// are kept, the first ones.
func TestKnownHeaders(t *testing.T) {
	for _, keys := range []int{0, 1, 100, 1 << 20} {
		k := newKnownHeaders(keys)
		if n := len(k.slots); n < min(2*keys, maxKnownHeaders) || n > maxKnownHeaders {
			t.Errorf("%d slots for %d keys", n, keys)
		}
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Go(func() {
				for i := range 10_000 {
					s := strconv.Itoa(i*4 + g)
					k.add(s, header{kid: s})
				}
			})
		}
		wg.Wait()
		found := 0
		for i := range 50_000 {
			s := strconv.Itoa(i)
			h, ok := k.find(s)
			if ok {
				found++
			}
			if ok != (h.kid == s) || ok && i >= 40_000 {
				t.Fatalf("%s: got %+v, %v", s, h, ok)
			}
		}
		if found == 0 || found > len(k.slots) {
			t.Errorf("%d headers are known, with %d slots", found, len(k.slots))
		}
		k.add("another", header{kid: "another"})
		for i := range 40_000 {
			if _, ok := k.find(strconv.Itoa(i)); ok {
				found--
			}
		}
		if found != 0 {
			t.Errorf("%d headers have gone for another", found)
		}
	}
}

// What is kept is short, and not the token that it is a part of.
func TestKnownHeadersAreSmall(t *testing.T) {
	k := newKnownHeaders(1)
	long := strings.Repeat("x", maxKnownHeader+1)
	k.add(long, header{kid: "long"})
	if _, ok := k.find(long); ok {
		t.Error("a long header is kept")
	}
	for i := range k.slots {
		if k.slots[i].Load() != nil {
			t.Error("a long header takes a slot")
		}
	}
	raw := "head.payload.signature"
	k.add(raw[:4], header{kid: "short"})
	if known := k.slot("head").Load(); known == nil || unsafe.StringData(known.text) == unsafe.StringData(raw) {
		t.Errorf("got %+v, want a text of its own", known)
	}
	var none *knownHeaders
	none.add("x", header{kid: "x"})
	if _, ok := none.find("x"); ok {
		t.Error("none knows one")
	}
}
