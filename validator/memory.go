// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"crypto/sha256"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/internal/memory"
)

// remembered are the tokens that a validator has verified. A token that it recalls
// need not be verified again: its exact bytes have passed by the same terms, and all
// else that decides is asked again. The zero value remembers nothing.
type remembered struct {
	store    *memory.Memory[memento] // nil if there is none
	purges   atomic.Uint64
	counts   tally
	ownClock bool // tokens are held against the clock that the store goes by
}

// memento is a verified token, and how many purges there had been when it was seen
// first: it may be stored when there has been another.
type memento struct {
	*verified
	purges uint64
}

func (m *remembered) open(bytes int, ownClock bool) {
	if bytes > 0 {
		m.store, m.ownClock = memory.New[memento](int64(bytes)), ownClock
		m.counts.open()
	}
}

// sighting is one look for a token that may be remembered.
type sighting struct {
	key    [sha256.Size]byte
	purges uint64 // how many there had been
	looked bool
}

// recall returns the token if it is remembered and good by these terms, and else nil
// and under what to remember it.
func (m *remembered) recall(by *terms, raw string) (*verified, sighting) {
	if m.store == nil || by == nil || by.closed || len(raw) > by.rules.maxBytes {
		return nil, sighting{}
	}
	l := takeLane()
	s := sighting{l.sum(raw), m.purges.Load(), true}
	now := by.rules.clock.now()
	v, ok := m.store.Get(s.key, m.clock(now))
	hit := ok && v.purges == s.purges && v.holds(by, now)
	m.counts.add(l, hit)
	l.release()
	switch {
	case hit:
		return v.verified, s
	case ok:
		m.store.Forget(s.key)
	}
	return nil, s
}

// clock returns the time by the store's clock.
func (m *remembered) clock(now time.Time) time.Time {
	if m.ownClock {
		return now
	}
	return time.Now()
}

// remember keeps a token that has passed as a whole, if it would be recalled now: keys,
// clock and terms go on while a token is validated.
func (m *remembered) remember(s *sighting, v *verified, by *terms) {
	if !s.looked {
		return
	}
	if now := by.rules.clock.now(); v.holds(by, now) {
		m.store.Put(s.key, memento{v, s.purges}, v.size(), m.clock(now).Add(v.until.Sub(now)))
	}
}

// purge forgets all tokens. Those that are being validated are not remembered.
func (m *remembered) purge() {
	m.purges.Add(1)
	if m.store != nil {
		m.store.Purge()
	}
}

// close forgets all tokens, for good.
func (m *remembered) close() {
	if m.store != nil {
		m.store.Close()
	}
}

// state returns the figures of now.
func (m *remembered) state() (s MemoryState) {
	if m.store == nil {
		return s
	}
	now := m.store.Stats()
	s = MemoryState{Tokens: now.Entries, Bytes: now.Bytes, MaxBytes: now.MaxBytes, Evicted: now.Evicted}
	s.Hits, s.Misses = m.counts.sum()
	return s
}
