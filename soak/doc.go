// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package soak is a place for one long test, which make soak MINUTES=n runs, for a
// quarter of that time with the race detector.
//
// Guarded servers of net/http, Echo and Gin take some hundred requests a second
// over loopback, good tokens of several flows and bad ones of every sort, and
// call a second guarded service with tokens of package acquire, shared through a
// real Redis. Meanwhile, at random, the identity provider fails in a dozen
// ways, keys rotate, floods come, Redis hangs or dies, clocks move and services
// start anew.
//
// A model stands beside them that knows which keys a validator was sent and when,
// which were published, and what all clocks said. It tells for each request
// which answers the promises allow; any other fails the test: a false accept, a
// 401 for a token that is good, a 503 while the keys were there, a token handed
// out after its end or to somebody else, more requests than promised. Between
// rounds, when all is quiet, everything must have recovered, and goroutines and
// heap be back where they were.
//
// What happens at random follows from a seed, which is printed and may be set by
// SOAK_SEED. The scheduler of the machine has its say too, so a seed repeats the
// events and not each interleaving. A failure names the request, the events
// before it and the state of the caches, and never a token.
//
// It needs redis-server. Nobody imports this.
package soak
