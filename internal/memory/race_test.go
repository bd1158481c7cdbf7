// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/internal/memory"
)

func TestAllAtOnce(t *testing.T) {
	const keys = 500
	m := memory.New[[32]byte](64 << 10) // the value is the key
	var all sync.WaitGroup
	for worker := range 6 {
		all.Go(func() {
			for n := range 2000 {
				k := key("any", (n*(worker+7))%keys)
				switch {
				case n%1999 == 0:
					m.Purge()
				case n%7 == worker:
					m.Forget(k)
				case n%3 == 0:
					m.Put(k, k, n%1000, later())
				}
				if v, ok := m.Get(k, time.Now()); ok && v != k {
					t.Error("got the value of another key")
				}
				if s := m.Stats(); s.Bytes > s.MaxBytes {
					t.Errorf("%+v", s)
				}
			}
		})
	}
	all.Wait()
	for n := range keys {
		m.Forget(key("any", n))
	}
	if s := m.Stats(); s.Entries != 0 || s.Bytes != 0 {
		t.Errorf("all forgotten, and %+v", s)
	}
}

// While others come and go, and the table grows and shrinks, readers find what stays.
func TestReadersMissNothingMeanwhile(t *testing.T) {
	const stay = 50
	m := memory.New[int](1 << 20)
	for n := range stay {
		m.Put(key("stay", n), n, 0, later())
	}
	done := make(chan struct{})
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				if v, ok := m.Get(key("stay", n%stay), time.Now()); !ok || v != n%stay {
					t.Errorf("got %d, %v, want %d", v, ok, n%stay)
					return
				}
			}
		})
	}
	for round := range 25 {
		for n := range 1000 {
			m.Put(key("go", n), n, 0, later())
			if round%2 == 0 {
				m.Put(key("stay", n%stay), n%stay, 0, later())
			}
		}
		for n := range 1000 {
			m.Forget(key("go", n))
		}
	}
	close(done)
	all.Wait()
}

// Many may find at once that an entry has expired.
func TestAllFindItExpired(t *testing.T) {
	m := memory.New[int](1 << 20)
	m.Put(key("stay", 0), 0, 0, later())
	for n := range 100 {
		k := key("", n)
		m.Put(k, n, 0, time.Now().Add(50*time.Microsecond))
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for ok := true; ok; {
					_, ok = m.Get(k, time.Now())
				}
			})
		}
		all.Wait()
	}
	if s := m.Stats(); s.Entries != 1 {
		t.Errorf("%+v", s)
	}
}
