// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package bounded keeps the latest of many things, so that no client can make
// the emulator's memory grow without end.
package bounded

import "sync"

// Log keeps the latest of many things, which it numbers. It is safe for
// concurrent use.
type Log[T any] struct {
	limit int

	mu    sync.Mutex
	items []T
	total int
}

// NewLog returns a log of the latest limit things.
func NewLog[T any](limit int) *Log[T] { return &Log[T]{limit: limit} }

// Add keeps the thing that item makes of its number, which counts from 1.
func (l *Log[T]) Add(item func(number int) T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	if len(l.items) < l.limit {
		l.items = append(l.items, item(l.total))
		return
	}
	l.items[(l.total-1)%l.limit] = item(l.total)
}

// After returns those of what is kept that have a higher number, the oldest
// first.
func (l *Log[T]) After(number int) []T {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(max(l.total-number, 0), len(l.items))
	out := make([]T, n)
	for i := range out {
		out[i] = l.items[(l.total-n+i)%l.limit]
	}
	return out
}
