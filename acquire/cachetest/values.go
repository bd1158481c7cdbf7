// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cachetest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
)

func miss(t tb, c acquire.Cache) {
	key := newKey()
	expect(t, c, key, nil)
	if err := c.Delete(t.Context(), key); err != nil {
		t.Errorf("Delete of nothing: got error %v, want none", err)
	}
	expect(t, c, key, nil)
}

func setAndGet(t tb, c acquire.Cache) {
	key := newKey()
	set(t, c, key, []byte("value"), long)
	for range 3 { // reading takes nothing away
		expect(t, c, key, []byte("value"))
	}
}

func replace(t tb, c acquire.Cache) {
	key := newKey()
	for _, value := range []string{"a longer first value", "second", "the third value"} {
		set(t, c, key, []byte(value), long)
		expect(t, c, key, []byte(value))
	}
}

func deletes(t tb, c acquire.Cache) {
	key := newKey()
	for range 2 {
		set(t, c, key, []byte("value"), long)
		if err := c.Delete(t.Context(), key); err != nil {
			t.Errorf("Delete: got error %v, want none", err)
		}
		expect(t, c, key, nil)
	}
}

// copies checks that neither the slice given nor the one returned is the
// store's own.
func copies(t tb, c acquire.Cache) {
	key, given := newKey(), []byte("value")
	set(t, c, key, given, long)
	copy(given, "12345")
	expect(t, c, key, []byte("value"))

	got, err := c.Get(t.Context(), key)
	if err != nil {
		t.Fatalf("Get(%q): got error %v, want none", key, err)
	}
	copy(got, "67890")
	_ = append(got[:0], "abcde"...)
	expect(t, c, key, []byte("value"))
}

func anyBytes(t tb, c acquire.Cache) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, value := range [][]byte{all, {0}, []byte("\r\n$-1\r\n"), {0xff, 0xfe}, []byte(" "), []byte("null")} {
		key := newKey()
		set(t, c, key, value, long)
		expect(t, c, key, value)
	}
	// An empty value may come back as none.
	key := newKey()
	set(t, c, key, []byte("value"), long)
	set(t, c, key, []byte{}, long)
	if got, err := c.Get(t.Context(), key); len(got) != 0 || err != nil {
		t.Errorf("Get of an empty value: got %s, %v, want an empty one", brief(got), err)
	}
}

// largeValue is as long as a token may be.
func largeValue(t tb, c acquire.Cache) {
	key, value := newKey(), bytes.Repeat([]byte("0123456789abcdef"), 1<<10)
	set(t, c, key, value, long)
	got, err := c.Get(t.Context(), key)
	if err != nil || !bytes.Equal(got, value) {
		t.Errorf("Get of %d bytes: got %d, %v, want them back", len(value), len(got), err)
	}
}

func keysDontMix(t tb, c acquire.Cache) {
	base := newKey()
	keys := []string{base, base + "x", base + "X", base + ":", base + ":x", base[:len(base)-1], ":" + base, base + "/../x", base + "*", base + "?", base + "[x]", base + "{x}", base + "%78", base + `\x"'`}
	for _, key := range keys {
		set(t, c, key, []byte(key), long)
	}
	for _, key := range keys {
		expect(t, c, key, []byte(key))
	}
	for i, key := range keys {
		if err := c.Delete(t.Context(), key); err != nil {
			t.Errorf("Delete(%q): got error %v, want none", key, err)
		}
		expect(t, c, key, nil)
		for _, other := range keys[i+1:] {
			expect(t, c, other, []byte(other))
		}
	}
}

func expiry(t tb, c acquire.Cache) {
	lasting := newKey()
	set(t, c, lasting, []byte("lasting"), long)
	for _, ttl := range []time.Duration{short, 1, 1500 * time.Microsecond} {
		key := newKey()
		set(t, c, key, []byte("value"), ttl)
		gone(t, c, key)
	}
	expect(t, c, lasting, []byte("lasting"))
}

func replaceRenewsTTL(t tb, c acquire.Cache) {
	longer, shorter, clock := newKey(), newKey(), newKey()
	set(t, c, longer, []byte("first"), short)
	set(t, c, longer, []byte("second"), long)
	set(t, c, shorter, []byte("first"), long)
	set(t, c, shorter, []byte("second"), short)
	set(t, c, clock, []byte("value"), short)
	gone(t, c, clock) // so the first value of longer would have expired too
	expect(t, c, longer, []byte("second"))
	gone(t, c, shorter)
}

func concurrency(t tb, c acquire.Cache) {
	keys := []string{newKey(), newKey(), newKey()}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 30 {
				key := keys[(worker+i)%len(keys)]
				value := bytes.Repeat(fmt.Appendf(nil, "%s %d,", key, worker), 5+worker)
				if err := c.Set(t.Context(), key, value, long); err != nil {
					t.Errorf("Set(%q): got error %v, want none", key, err)
				}
				got, err := c.Get(t.Context(), key)
				if err != nil {
					t.Errorf("Get(%q): got error %v, want none", key, err)
				}
				if got != nil && !whole(got, key) {
					t.Errorf("Get(%q): got %s, want a value that was set for it", key, brief(got))
				}
				if i%10 != 0 {
					continue
				}
				if err := c.Delete(t.Context(), key); err != nil {
					t.Errorf("Delete(%q): got error %v, want none", key, err)
				}
			}
		})
	}
	wg.Wait()
}

// whole reports whether one of the workers has set the value for the key.
func whole(value []byte, key string) bool {
	for worker := range 8 {
		if bytes.Equal(value, bytes.Repeat(fmt.Appendf(nil, "%s %d,", key, worker), 5+worker)) {
			return true
		}
	}
	return false
}

// cancelledContext allows an error, a miss and the right answer, but no wait.
func cancelledContext(t tb, c acquire.Cache) {
	key := newKey()
	set(t, c, key, []byte("value"), long)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	returns(t, "Get with a cancelled context", func() {
		if got, err := c.Get(ctx, key); got != nil && (err != nil || string(got) != "value") {
			t.Errorf("Get with a cancelled context: got %s, %v, want an error, or nil, or the value", brief(got), err)
		}
	})
	other := newKey()
	returns(t, "Set with a cancelled context", func() { _ = c.Set(ctx, other, []byte("value"), long) })
	returns(t, "Delete with a cancelled context", func() { _ = c.Delete(ctx, other) })
	expect(t, c, key, []byte("value")) // nobody else suffers
}
