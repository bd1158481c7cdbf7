// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"slices"
	"sync"
	"time"
)

// membership is which flows a service was told to trust, and when that changed.
type membership struct {
	mu    sync.Mutex
	flips map[string][]flip // by flow, folded
}

// flip is a change, made somewhen between two times.
type flip struct {
	span
	trusted bool
}

// change notes a change that is being made; it is made when done is called.
func (m *membership) change(flow string, trusted bool) (done func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.flips == nil {
		m.flips = map[string][]flip{}
	}
	now := time.Now()
	m.flips[flow] = append(m.flips[flow], flip{span{now, now.Add(time.Hour)}, trusted})
	last := len(m.flips[flow]) - 1
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.flips[flow][last].to = time.Now()
	}
}

// trusts tells whether a flow may have been trusted between two times, and
// whether it may not have been.
func (t *trust) trusts(flow string, from, to time.Time) (in, out bool) {
	t.members.mu.Lock()
	defer t.members.mu.Unlock()
	in = slices.Contains(t.flows, flow)
	out = !in
	for _, f := range t.members.flips[flow] {
		switch {
		case f.to.Before(from):
			in, out = f.trusted, !f.trusted
		case f.from.Before(to):
			in, out = in || f.trusted, out || !f.trusted
		}
	}
	return in, out
}

// surely returns the flows that were surely trusted between two times.
func (t *trust) surely(from, to time.Time) (all []string) {
	for _, f := range t.flows {
		if in, out := t.trusts(f, from, to); in && !out {
			all = append(all, f)
		}
	}
	return all
}
