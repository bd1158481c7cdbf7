// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"crypto/sha256"
	"hash"
	"runtime"
	"sync"
	"sync/atomic"
)

// tally counts hits and misses. Its cells are as many as there are cores, and far
// apart: with one the cores would wait for each other to count.
type tally struct{ cells []cell }

type cell struct {
	hits, misses atomic.Uint64
	_            [112]byte // 128 bytes in all: two cache lines, since they are fetched in pairs
}

func (t *tally) open() { t.cells = make([]cell, runtime.GOMAXPROCS(0)) }

func (t *tally) add(l *lane, hit bool) {
	c := &t.cells[l.number%len(t.cells)]
	if hit {
		c.hits.Add(1)
	} else {
		c.misses.Add(1)
	}
}

func (t *tally) sum() (hits, misses uint64) {
	for i := range t.cells {
		hits += t.cells[i].hits.Load()
		misses += t.cells[i].misses.Load()
	}
	return hits, misses
}

// lane is what one core needs for a look: memory to hash a token in, and the number
// of its cell. The pool hands a core the one that it had before.
type lane struct {
	number int
	hash   hash.Hash
	part   [4 << 10]byte
	digest [sha256.Size]byte
}

var (
	lanesMade atomic.Int64
	lanes     = sync.Pool{New: func() any { return &lane{number: int(lanesMade.Add(1)), hash: sha256.New()} }}
)

func takeLane() *lane {
	l, _ := lanes.Get().(*lane)
	return l
}

func (l *lane) release() { lanes.Put(l) }

// sum hashes a token, part by part: a conversion to bytes would allocate all of them.
func (l *lane) sum(raw string) [sha256.Size]byte {
	l.hash.Reset()
	for len(raw) > 0 {
		n := copy(l.part[:], raw)
		_, _ = l.hash.Write(l.part[:n])
		raw = raw[n:]
	}
	l.hash.Sum(l.digest[:0])
	return l.digest
}
