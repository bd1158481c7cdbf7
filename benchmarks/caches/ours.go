// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/internal/memory"
)

// ours is the validator's own store.
type ours struct{ m *memory.Memory[*verified] }

func newOurs(bytes int64) store { return ours{memory.New[*verified](bytes)} }

func (s ours) Get(k key) (*verified, bool) { return s.m.Get(k, time.Now()) }
func (s ours) Put(k key, v *verified)      { s.m.Put(k, v, int(v.size), v.expires) }
func (s ours) Entries() int                { return s.m.Stats().Entries }
func (s ours) Close()                      { s.m.Close() }

// mutexed is a store as it would be if reading took a lock.
type mutexed struct {
	mu sync.Mutex
	store
}

func newMutexed(bytes int64) store { return &mutexed{store: newOurs(bytes)} }

func (s *mutexed) Get(k key) (*verified, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.Get(k)
}

// rwMutexed is one that has a lock for many readers.
type rwMutexed struct {
	mu sync.RWMutex
	store
}

func newRWMutexed(bytes int64) store { return &rwMutexed{store: newOurs(bytes)} }

func (s *rwMutexed) Get(k key) (*verified, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.store.Get(k)
}

// sharded is one of many parts, each under a mutex.
type sharded struct{ parts [16]store }

func newSharded(bytes int64) store {
	s := &sharded{}
	for i := range s.parts {
		s.parts[i] = newMutexed(bytes / int64(len(s.parts)))
	}
	return s
}

func (s *sharded) part(k key) store            { return s.parts[k[31]%16] }
func (s *sharded) Get(k key) (*verified, bool) { return s.part(k).Get(k) }
func (s *sharded) Put(k key, v *verified)      { s.part(k).Put(k, v) }

func (s *sharded) Entries() (n int) {
	for _, p := range s.parts {
		n += p.Entries()
	}
	return n
}

func (s *sharded) Close() {
	for _, p := range s.parts {
		p.Close()
	}
}
