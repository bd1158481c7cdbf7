// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// leastRecent is golang-lru's LRU. It counts entries, so its bytes are counted here,
// under a lock around the library's list without one: with the locked list two puts
// could both find room. What has expired goes when it is asked for; nothing looks for it.
type leastRecent struct {
	mu    sync.Mutex
	list  *simplelru.LRU[key, *verified]
	max   int64
	bytes int64
}

func newLRU(bytes int64) store {
	s := &leastRecent{max: bytes}
	list, err := simplelru.NewLRU(1<<30, func(_ key, v *verified) { s.bytes -= int64(v.size) + entryCost })
	if err != nil {
		panic(err)
	}
	s.list = list
	return s
}

func (s *leastRecent) Get(k key) (*verified, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.list.Get(k)
	if ok && !time.Now().Before(v.expires) {
		s.list.Remove(k)
		return nil, false
	}
	return v, ok
}

func (s *leastRecent) Put(k key, v *verified) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list.Remove(k)
	s.list.Add(k, v)
	s.bytes += int64(v.size) + entryCost
	for s.bytes > s.max {
		s.list.RemoveOldest()
	}
}

func (s *leastRecent) Entries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list.Len()
}

func (s *leastRecent) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list.Purge()
}

// twoQueue is golang-lru's 2Q. It counts entries and says nothing of what it drops, so
// nobody can count its bytes: it gets as many entries as would fit, all of one size.
type twoQueue struct {
	c *lru.TwoQueueCache[key, *verified]
}

func newTwoQueue(bytes int64) store {
	c, err := lru.New2Q[key, *verified](max(int(bytes/(tokenSize+entryCost)), 1))
	if err != nil {
		panic(err)
	}
	return twoQueue{c}
}

func (s twoQueue) Get(k key) (*verified, bool) {
	v, ok := s.c.Get(k)
	if ok && !time.Now().Before(v.expires) {
		s.c.Remove(k)
		return nil, false
	}
	return v, ok
}

func (s twoQueue) Put(k key, v *verified) { s.c.Add(k, v) }
func (s twoQueue) Close()                 { s.c.Purge() }
func (s twoQueue) Entries() int           { return s.c.Len() }
