// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"math/rand/v2"
	"time"
)

const (
	whole     = 4 << 20 // bytes of the stores
	tokenSize = 1472
	capacity  = whole / (tokenSize + entryCost) // about how many entries fit
	busy      = 500
)

// request is one that comes with a token.
type request struct {
	token uint64
	// counts is whether the trace is about it: a hit on what nobody sees again is
	// worth nothing.
	counts bool
}

// trace is requests of many clients in the order in which they come.
type trace struct {
	name     string
	requests func(n uint64, rnd *rand.Rand) iter.Seq[request]
}

// The kinds of tokens in a trace are told apart by where their numbers begin.
const (
	floodTokens = 1 << 40
	burstTokens = 2 << 40
)

var traces = []trace{
	{"Zipf", zipf},
	{"flood, once", func(n uint64, rnd *rand.Rand) iter.Seq[request] { return flood(n, rnd, 0) }},
	{"flood, twice", func(n uint64, rnd *rand.Rand) iter.Seq[request] { return flood(n, rnd, capacity/3) }},
	{"scan", scan},
	{"shift", shift},
	{"bursts", bursts},
}

// zipf is 100,000 users, some far busier than others.
func zipf(n uint64, rnd *rand.Rand) iter.Seq[request] {
	z := rand.NewZipf(rnd, 1.05, 1, 100_000-1)
	return func(yield func(request) bool) {
		for range n {
			if !yield(request{z.Uint64(), true}) {
				return
			}
		}
	}
}

// flood is the busy ones among ten times as many requests with tokens that are seen
// once, or again after so many others.
func flood(n uint64, rnd *rand.Rand, again uint64) iter.Seq[request] {
	return func(yield func(request) bool) {
		for i := range n {
			if i%10 == 0 && !yield(request{rnd.Uint64N(busy), true}) {
				return
			}
			if !yield(request{floodTokens + i, false}) {
				return
			}
			if again > 0 && i >= again && !yield(request{floodTokens + i - again, false}) {
				return
			}
		}
	}
}

// scan is the busy ones alone, but for a time in which all others come once.
func scan(n uint64, rnd *rand.Rand) iter.Seq[request] {
	return func(yield func(request) bool) {
		for i := range n {
			r := request{rnd.Uint64N(busy), true}
			if phase := i % (8 * capacity); phase < 4*capacity {
				r = request{floodTokens + i, false}
			}
			if !yield(r) {
				return
			}
		}
	}
}

// shift is as many busy ones as three quarters of the room. At half time a deploy
// begins that gives each of them a new token, which takes a tenth of the time.
func shift(n uint64, rnd *rand.Rand) iter.Seq[request] {
	const many = capacity * 3 / 4
	changed := make([]uint64, many)
	for i := range changed {
		changed[i] = n/2 + rnd.Uint64N(n/10)
	}
	return func(yield func(request) bool) {
		for i := range n {
			user := rnd.Uint64N(many)
			token := user
			if i >= changed[user] {
				token += many
			}
			if !yield(request{token, i >= n/2}) {
				return
			}
		}
	}
}

// bursts is the busy ones among clients that use a new token twenty times and no more.
func bursts(n uint64, rnd *rand.Rand) iter.Seq[request] {
	return func(yield func(request) bool) {
		for i := range n {
			if !yield(request{burstTokens + i/20, false}) || i%5 == 0 && !yield(request{rnd.Uint64N(busy), true}) {
				return
			}
		}
	}
}

// tokenKey is the key of a token.
func tokenKey(token uint64) key {
	return sha256.Sum256(binary.LittleEndian.AppendUint64(nil, token))
}

// play has a store remember the tokens of a trace, and returns which part of what
// counts was found.
func play(s store, requests iter.Seq[request]) float64 {
	hits, all := 0, 0
	expires := time.Now().Add(time.Hour)
	for r := range requests {
		k := tokenKey(r.token)
		_, hit := s.Get(k)
		if !hit {
			s.Put(k, &verified{size: tokenSize, expires: expires})
		}
		if r.counts {
			all++
			if hit {
				hits++
			}
		}
	}
	return float64(hits) / float64(all)
}
