// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/b2ckit/b2ckit/internal/goroutines"
	"github.com/b2ckit/b2ckit/internal/memory"
)

type value [1024]byte

func heapBytes() int64 {
	runtime.GC()
	runtime.GC() // what the first one finalizes goes with the second
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}

func TestBytesAreThoseOfTheHeap(t *testing.T) {
	for _, tc := range []struct {
		name  string
		whole int64
		puts  int
		value func() (v *value, size int)
	}{
		{"entries alone", 8 << 20, 6_000, func() (*value, int) { return nil, 0 }},
		{"entries alone, full", 1 << 20, 15_000, func() (*value, int) { return nil, 0 }},
		{"of 1 kB", 64 << 20, 6_000, func() (*value, int) { return new(value), len(value{}) }},
		{"of 1 kB, full", 4 << 20, 15_000, func() (*value, int) { return new(value), len(value{}) }},
	} {
		before := heapBytes()
		m := memory.New[*value](tc.whole)
		for n := range tc.puts {
			v, size := tc.value()
			m.Put(key(tc.name, n), v, size, later())
		}
		s := m.Stats()
		real := heapBytes() - before
		t.Logf("%s: %d entries, %d bytes counted, %d on the heap", tc.name, s.Entries, s.Bytes, real)
		if off := real - s.Bytes; max(off, -off) > s.Bytes*2/100 {
			t.Errorf("%s: %d bytes are counted for %d", tc.name, s.Bytes, real)
		}
		runtime.KeepAlive(m)
	}
}

// What is forgotten, however it was, is left to the garbage collector.
func TestNothingHoldsWhatIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memory.New[*value](64 << 20)
		put := func(n int, life time.Duration) weak.Pointer[value] {
			v := new(value)
			m.Put(key("", n), v, len(v), time.Now().Add(life))
			return weak.Make(v)
		}
		check := func(what string, held int, all ...weak.Pointer[value]) {
			t.Helper()
			runtime.GC()
			for _, w := range all {
				if w.Value() != nil {
					held--
				}
			}
			if held != 0 {
				t.Errorf("%s: %d more are held than should be", what, -held)
			}
		}
		stays := put(0, time.Hour)
		replaced := put(1, time.Hour)
		put(1, time.Hour)
		check("replaced", 0, replaced)
		forgotten := put(2, time.Hour)
		m.Forget(key("", 2))
		check("forgotten", 0, forgotten)

		expired := put(3, time.Second)
		time.Sleep(time.Second)
		m.Get(key("", 3), time.Now())
		check("expired and asked for", 0, expired)

		var many []weak.Pointer[value]
		for n := range 30 {
			many = append(many, put(100+n, time.Second))
		}
		time.Sleep(time.Second)
		check("expired", 30, many...)
		put(4, time.Hour)
		check("expired, after one Put", 14, many...) // which forgets 16
		put(5, time.Hour)
		check("expired, after another", 0, many...)

		check("still there", 1, stays)
		purged := put(6, time.Hour)
		m.Purge()
		check("purged", 0, purged, stays)
		check("expired before it was put", 0, put(9, 0))
		closed := put(7, time.Hour)
		m.Close()
		check("closed", 0, closed, put(8, time.Hour))
		runtime.KeepAlive(m)
	})
}

func TestEvictedIsNotHeld(t *testing.T) {
	m := memory.New[*value](1 << 20)
	var all []weak.Pointer[value]
	for n := range 5000 {
		v := new(value)
		all = append(all, weak.Make(v))
		m.Put(key("", n), v, len(v), later())
	}
	runtime.GC()
	held := 0
	for _, w := range all {
		if w.Value() != nil {
			held++
		}
	}
	if s := m.Stats(); held != s.Entries {
		t.Errorf("%d are held, and %+v", held, s)
	}
}

func TestGetAllocatesNothing(t *testing.T) {
	m := memory.New[*value](1 << 20)
	k := key("", 0)
	m.Put(k, new(value), 0, later())
	if n := testing.AllocsPerRun(100, func() { m.Get(k, time.Now()); m.Get([32]byte{}, time.Now()) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// An entry, and now and then the table.
func TestPutAllocatesTheEntry(t *testing.T) {
	m := memory.New[int](64 << 10)
	keys := make([][32]byte, 5000)
	for n := range keys {
		keys[n] = key("", n)
		m.Put(keys[n], n, 0, later())
	}
	n := 0
	if a := testing.AllocsPerRun(len(keys)-1, func() { m.Put(keys[n], n, 0, later()); n++ }); a != 1 {
		t.Errorf("%v allocations", a)
	}
}

// One may be made before a bubble of virtual time and used in it, and it leaves
// nothing running in either world.
func TestInAndOutOfBubbles(t *testing.T) {
	before := goroutines.All()
	outer := memory.New[int](1 << 20)
	outer.Put(key("", 0), 1, 0, later())
	synctest.Test(t, func(t *testing.T) {
		inner := memory.New[int](1 << 20)
		for n := range 10 {
			outer.Put(key("in", n), n, 0, later())
			inner.Put(key("in", n), n, 0, later())
		}
		time.Sleep(time.Hour)
		if s := inner.Stats(); s.Entries != 0 {
			t.Errorf("%+v", s)
		}
	})
	outer.Close()
	if n := goroutines.All(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
}
