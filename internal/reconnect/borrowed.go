// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package reconnect

import (
	"net/http"
	"sync"
)

// borrowed is a user's transport.
type borrowed struct {
	user http.RoundTripper

	mu        sync.Mutex
	suspicion suspicion
	begun     uint64 // attempts
	doubted   uint64 // of these, those begun before connections failed; 0 if there is no doubt
}

func (b *borrowed) lend(a *attempt) (loan, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.doubted == 0 && b.suspicion.overdue(a.began) {
		b.doubted = b.begun
		clear(b.suspicion.underWay) // they say nothing about connections to come
	}
	b.begun++
	number := b.begun
	b.suspicion.underWay[a] = struct{}{}
	return loan{via: b.user, last: b.doubted > 0, back: func(o outcome) { b.ended(a, number, o) }}, nil
}

func (b *borrowed) ended(a *attempt, number uint64, o outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.suspicion.confirmed(a, o):
		b.doubted = b.begun
	case o.verdict == succeeded && number > b.doubted:
		b.doubted = 0
	}
}

func (b *borrowed) close() {}
