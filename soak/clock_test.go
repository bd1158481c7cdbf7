// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"slices"
	"sync"
	"time"
)

// clock is the wall clock of all services: the machine's, moved. It remembers
// its moves, so that the model knows what it may have said during a request.
// The first step is there from the start; safe for concurrent use.
type clock struct {
	mu    sync.RWMutex
	steps []step
}

type step struct {
	at     time.Time // by the machine's clock
	offset time.Duration
}

func newClock() *clock { return &clock{steps: []step{{at: time.Now()}}} }

// Now has no monotonic reading: that of the machine says nothing about it.
func (c *clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return time.Now().Round(0).Add(c.steps[len(c.steps)-1].offset)
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.steps = append(c.steps, step{time.Now(), c.steps[len(c.steps)-1].offset + d})
}

// span is from when to when something was.
type span struct{ from, to time.Time }

// said returns what the clock has said between two times of the machine's, a
// span for each of its steps.
func (c *clock) said(from, to time.Time) (all []span) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	until := to
	for _, s := range slices.Backward(c.steps) {
		if begin := later(s.at, from); !begin.After(until) {
			all = append(all, span{begin.Round(0).Add(s.offset), until.Round(0).Add(s.offset)})
		}
		if !s.at.After(from) {
			break
		}
		until = earlier(s.at, to)
	}
	return all
}

// movedSince reports whether the clock was moved after a time.
func (c *clock) movedSince(at time.Time) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.steps[len(c.steps)-1].at.After(at)
}

// setBackSince reports whether the clock was set back after a time.
func (c *clock) setBackSince(at time.Time) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i := len(c.steps) - 1; i > 0 && c.steps[i].at.After(at); i-- {
		if c.steps[i].offset < c.steps[i-1].offset {
			return true
		}
	}
	return false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
