// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import "time"

// key is a SHA-256 value.
type key = [32]byte

// verified stands for what is remembered of a token.
type verified struct {
	size    uint32
	expires time.Time
	claims  []byte // nil where only the count matters
}

// verifiedSize is that of a verified without claims, as the allocator rounds it.
const verifiedSize = 64

// store is what the validator needs of a cache.
type store interface {
	Get(k key) (*verified, bool)
	Put(k key, v *verified)
	Entries() int
	Close()
}

// contender makes stores of one kind.
type contender struct {
	name string
	// make returns a store of at most so many bytes. Each entry costs entryCost
	// besides the size of its value, as far as the store can be told so.
	make func(bytes int64) store
}

// entryCost is what an entry is charged for by those that leave it to the caller. It
// is about what each of them takes, so that all hold as many.
const entryCost = 128

var contenders = []contender{
	{"ours", newOurs},
	{"ours, under a mutex", newMutexed},
	{"ours, under an RWMutex", newRWMutexed},
	{"ours, 16 under mutexes", newSharded},
	{"otter", newOtter},
	{"otter, inline executor", newInlineOtter},
	{"golang-lru LRU", newLRU},
	{"golang-lru 2Q", newTwoQueue},
}
