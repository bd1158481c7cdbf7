// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package b2cotel

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/metric"

	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// states are read when measurements are collected, and cost nothing in between.
type states struct {
	age                  metric.Float64ObservableGauge
	usable               metric.Int64ObservableUpDownCounter
	lookups, evicted     metric.Int64ObservableCounter
	tokens, usage, limit metric.Int64ObservableUpDownCounter
	hits, misses         metric.ObserveOption
	registration         metric.Registration

	mu      sync.Mutex
	watched []func() validator.State
}

func newStates(m *maker) *states {
	s := &states{
		age:     m.observedSeconds("b2ckit.keys.age", "Time since the server last confirmed the keys of an authority."),
		usable:  m.observedCount("b2ckit.keys.usable", "{key}", "Keys of an authority that tokens can be validated with."),
		lookups: m.observedCounter("b2ckit.memory.lookups", "{token}", "Tokens that were looked for among those seen before."),
		evicted: m.observedCounter("b2ckit.memory.evictions", "{token}", "Tokens that were forgotten for want of room."),
		tokens:  m.observedCount("b2ckit.memory.tokens", "{token}", "Tokens that are remembered."),
		usage:   m.observedCount("b2ckit.memory.usage", "By", "Memory that remembered tokens take."),
		limit:   m.observedCount("b2ckit.memory.limit", "By", "Memory that remembered tokens may take."),
		hits:    metric.WithAttributes(resultKey.String("hit")),
		misses:  metric.WithAttributes(resultKey.String("miss")),
	}
	r, err := m.meter.RegisterCallback(s.observe, s.age, s.usable, s.lookups, s.evicted, s.tokens, s.usage, s.limit)
	s.registration = made(m, r, err)
	return s
}

func (s *states) close() error {
	if s.registration == nil { // it could not be made
		return nil
	}
	return s.registration.Unregister()
}

func (s *states) watch(state func() validator.State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched = append(s.watched, state)
}

func (s *states) observe(_ context.Context, o metric.Observer) error {
	s.mu.Lock()
	watched := slices.Clone(s.watched)
	s.mu.Unlock()
	var memory validator.MemoryState
	keys := map[string]keyState{}
	for _, state := range watched {
		now := state()
		for _, a := range now.Authorities {
			keys[a.Authority] = keys[a.Authority].worse(a)
		}
		memory = sum(memory, now.Memory)
	}
	for id, k := range keys {
		at := metric.WithAttributes(authorityKey.String(id))
		o.ObserveInt64(s.usable, int64(k.usable), at)
		if k.had {
			o.ObserveFloat64(s.age, k.age.Seconds(), at)
		}
	}
	if memory.MaxBytes > 0 {
		s.observeMemory(o, memory)
	}
	return nil
}

func (s *states) observeMemory(o metric.Observer, m validator.MemoryState) {
	o.ObserveInt64(s.lookups, int64(m.Hits), s.hits)     //nolint:gosec // 2^63 look-ups take longer than a process lives
	o.ObserveInt64(s.lookups, int64(m.Misses), s.misses) //nolint:gosec // the same
	o.ObserveInt64(s.evicted, int64(m.Evicted))          //nolint:gosec // the same
	o.ObserveInt64(s.tokens, int64(m.Tokens))
	o.ObserveInt64(s.usage, m.Bytes)
	o.ObserveInt64(s.limit, m.MaxBytes)
}

// keyState is the worst of one authority's caches.
type keyState struct {
	seen, had bool // there is a cache; one that ever had keys
	usable    int
	age       time.Duration
}

func (k keyState) worse(s jwks.State) keyState {
	usable := len(s.KeyIDs)
	if !s.Usable {
		usable = 0
	}
	if !k.seen || usable < k.usable {
		k.usable = usable
	}
	k.seen = true
	if !s.LastSuccess.IsZero() {
		k.had, k.age = true, max(k.age, s.Age)
	}
	return k
}

func sum(a, b validator.MemoryState) validator.MemoryState {
	return validator.MemoryState{
		Hits: a.Hits + b.Hits, Misses: a.Misses + b.Misses, Tokens: a.Tokens + b.Tokens,
		Bytes: a.Bytes + b.Bytes, MaxBytes: a.MaxBytes + b.MaxBytes, Evicted: a.Evicted + b.Evicted,
	}
}
