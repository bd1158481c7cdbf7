// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"crypto/sha256"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/internal/memory"
)

// key is that of the nth thing of a kind.
func key(kind string, n int) [32]byte {
	return sha256.Sum256(strconv.AppendInt([]byte(kind+" "), int64(n), 10))
}

func later() time.Time { return time.Now().Add(time.Hour) }

func TestPutAndGet(t *testing.T) {
	m := memory.New[string](1 << 16)
	a, b := key("a", 0), key("b", 0)
	if v, ok := m.Get(a, time.Now()); ok || v != "" {
		t.Errorf("got %q of an empty memory", v)
	}
	m.Put(a, "first", 10, later())
	m.Put(b, "other", 10, later())
	two := m.Stats()
	m.Put(a, "second", 30, later())
	if v, ok := m.Get(a, time.Now()); !ok || v != "second" {
		t.Errorf("got %q, %v, want what was put last", v, ok)
	}
	if v, ok := m.Get(b, time.Now()); !ok || v != "other" {
		t.Errorf("got %q, %v", v, ok)
	}
	if s := m.Stats(); s.Entries != 2 || s.Bytes != two.Bytes+20 || s.MaxBytes != 1<<16 {
		t.Errorf("replaced by one that is 20 bytes larger: from %+v to %+v", two, s)
	}
	m.Forget(a)
	m.Forget(a)
	if v, ok := m.Get(a, time.Now()); ok || v != "" {
		t.Errorf("got %q after Forget", v)
	}
	if s := m.Stats(); s.Entries != 1 {
		t.Errorf("after Forget: %+v", s)
	}
}

func TestZeroKeyIsAKey(t *testing.T) {
	m := memory.New[int](1 << 16)
	forgotten, stays := [32]byte{8: 1}, [32]byte{8: 2} // where a search for zero begins, too
	m.Put(forgotten, 1, 0, later())
	m.Put(stays, 2, 0, later())
	m.Forget(forgotten)
	if v, ok := m.Get([32]byte{}, time.Now()); ok {
		t.Errorf("got %d, want none", v)
	}
	m.Forget([32]byte{})
	m.Put([32]byte{}, 7, 0, later())
	if v, ok := m.Get([32]byte{}, time.Now()); !ok || v != 7 || m.Stats().Entries != 2 {
		t.Errorf("got %d, %v, %+v", v, ok, m.Stats())
	}
	if v, ok := m.Get(stays, time.Now()); !ok || v != 2 {
		t.Errorf("got %d, %v", v, ok)
	}
	m.Forget(stays)
	if v, ok := m.Get([32]byte{}, time.Now()); !ok || v != 7 {
		t.Errorf("got %d, %v when the others are forgotten", v, ok)
	}
}

func TestPurgeAndClose(t *testing.T) {
	m := memory.New[int](1 << 16)
	empty := memory.Stats{MaxBytes: 1 << 16}
	for n := range 100 {
		m.Put(key("", n), n, 10, later())
	}
	m.Purge()
	if s := m.Stats(); s != empty {
		t.Errorf("after Purge: %+v", s)
	}
	m.Put(key("", 0), 1, 10, later())
	if _, ok := m.Get(key("", 0), time.Now()); !ok {
		t.Error("nothing is kept after Purge")
	}
	m.Close()
	m.Close()
	m.Put(key("", 0), 2, 10, later())
	if v, ok := m.Get(key("", 0), time.Now()); ok || m.Stats() != empty {
		t.Errorf("after Close: got %d, %+v", v, m.Stats())
	}
	m.Purge()
	m.Forget(key("", 0))
}

// What had room for many takes little when few are left.
func TestMemoryShrinks(t *testing.T) {
	m := memory.New[int](1 << 20)
	for n := range 5000 {
		m.Put(key("", n), n, 0, later())
	}
	for n := range 4980 {
		m.Forget(key("", n))
	}
	if s := m.Stats(); s.Entries != 20 || s.Bytes > 20*200 {
		t.Errorf("%+v", s)
	}
	for n := range 20 {
		if v, ok := m.Get(key("", 4980+n), time.Now()); !ok || v != 4980+n {
			t.Errorf("got %d, %v, want %d", v, ok, 4980+n)
		}
	}
}

func TestWithoutRoomNothingIsKept(t *testing.T) {
	for _, bytes := range []int64{-1, 0, 1, 500} {
		m := memory.New[int](bytes)
		m.Put(key("", 0), 1, 0, later())
		if _, ok := m.Get(key("", 0), time.Now()); ok || m.Stats().Entries != 0 {
			t.Errorf("%d bytes: %+v", bytes, m.Stats())
		}
	}
}

func TestOneEntryHasASixteenthAtMost(t *testing.T) {
	const whole = 1 << 20
	m := memory.New[int](whole)
	m.Put(key("", 0), 1, 1000, later())
	if _, ok := m.Get(key("", 0), time.Now()); !ok {
		t.Fatal("a small one isn't kept")
	}
	m.Put(key("", 0), 2, whole/16, later()) // with what the entry itself takes, too large
	if v, ok := m.Get(key("", 0), time.Now()); ok {
		t.Errorf("got %d: the old value outlived the new one that doesn't fit", v)
	}
	m.Put(key("", 1), 3, whole/16-500, later())
	if _, ok := m.Get(key("", 1), time.Now()); !ok {
		t.Error("one that fits isn't kept")
	}
}

func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New[int](1 << 20)
		end := time.Now().Add(time.Minute)
		m.Put(key("", 0), 1, 100, end)
		m.Put(key("", 1), 2, 100, end.Add(-time.Nanosecond))
		time.Sleep(time.Minute - time.Nanosecond)
		if _, ok := m.Get(key("", 0), time.Now()); !ok {
			t.Error("forgotten before it expired")
		}
		if _, ok := m.Get(key("", 1), time.Now()); ok {
			t.Error("returned at the moment it expired")
		}
		time.Sleep(time.Nanosecond)
		if _, ok := m.Get(key("", 0), time.Now()); ok {
			t.Error("returned at the moment it expired")
		}
		m.Put(key("", 2), 3, 100, time.Now())
		if s := m.Stats(); s != (memory.Stats{MaxBytes: 1 << 20}) {
			t.Errorf("what has expired is still counted: %+v", s)
		}
	})
}
