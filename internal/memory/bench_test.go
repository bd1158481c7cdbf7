// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"crypto/sha256"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/internal/memory"
)

const benchTokens = 512

func filled(tokens int) (m *memory.Memory[*value], keys [][32]byte) {
	m = memory.New[*value](8 << 20)
	for n := range tokens {
		keys = append(keys, key("bench", n))
		m.Put(keys[n], &value{}, size, later())
	}
	return m, keys
}

func BenchmarkGet(b *testing.B) {
	m, keys := filled(benchTokens)
	now := time.Now()
	b.Run("hit", func(b *testing.B) {
		n := 0
		for b.Loop() {
			m.Get(keys[n%benchTokens], now)
			n++
		}
	})
	b.Run("miss", func(b *testing.B) {
		n := 0
		for b.Loop() {
			keys[n%benchTokens][9]++
			m.Get(keys[n%benchTokens], now)
			keys[n%benchTokens][9]--
			n++
		}
	})
	b.Run("clock", func(b *testing.B) { // for comparison: what the caller has read
		for b.Loop() {
			time.Now()
		}
	})
}

// BenchmarkCores is for -cpu 1,2,4,...: a hit with the hash that comes before it, and
// the hash alone. The hit scales as the hash does if the difference stays the same.
func BenchmarkCores(b *testing.B) {
	for name, tokens := range map[string]int{"one token": 1, "512 tokens": benchTokens} {
		m, keys := filled(tokens)
		raw, now := make([]byte, 1200), time.Now()
		b.Run(name+"/hash and Get", func(b *testing.B) {
			var workers atomic.Int32
			b.RunParallel(func(pb *testing.PB) {
				n := int(workers.Add(1)) * 37
				for pb.Next() {
					sha256.Sum256(raw)
					m.Get(keys[n%tokens], now)
					n++
				}
			})
		})
		b.Run(name+"/hash", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					sha256.Sum256(raw)
				}
			})
		})
		b.Run(name+"/Get", func(b *testing.B) {
			var workers atomic.Int32
			b.RunParallel(func(pb *testing.PB) {
				n := int(workers.Add(1)) * 37
				for pb.Next() {
					m.Get(keys[n%tokens], now)
					n++
				}
			})
		})
	}
}

func BenchmarkPut(b *testing.B) {
	const many = 1 << 16
	m, keys := filled(many)
	v, n, expires := &value{}, 0, later()
	for b.Loop() {
		m.Put(keys[n%many], v, size, expires)
		n++
	}
}
