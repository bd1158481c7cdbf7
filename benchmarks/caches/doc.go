// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Caches compares what could keep verified tokens: the store that the validator has,
// and cache libraries, each with its adapter here.
//
//	go -C benchmarks run ./caches         # print the tables, takes minutes
//	go -C benchmarks run ./caches -quick  # the same in less time, and less exact
//
// All are asked for the same: values under 32-byte keys, within a number of bytes,
// until a time that differs by value, and forgotten on demand.
//
// Why the validator has a store of its own (figures of November 2026):
//
//   - otter v2.4.0 keeps its house in the background, so four goroutines that put have
//     it hold a fifth more than it may, a sixth with an executor that runs on the
//     caller. Its expiry needs a goroutine from New on, which a validator that nobody
//     closes leaves behind, and which fails every test in a synctest bubble. A value
//     with no time left is kept without end. Of tokens that a flood brings twice too
//     many stay: 3 to 5 busy ones in 100 are missed where ours misses 1.5. It adds
//     0.5 MB and 12 packages to a program, ours 0.04 MB and itself.
//   - golang-lru v2.0.7's LRU is emptied by any flood (61 in 100 missed), and every
//     look at it takes a lock. Its 2Q is emptied by tokens that come twice (77 in 100),
//     and counts entries: it tells nobody what it drops, so bytes can't be counted.
//     Neither forgets what has expired before it needs the room; its expirable LRU does,
//     by a goroutine that can't be ended. The last release is of 2023.
//   - ours under a mutex, an RWMutex or in 16 parts: a hit costs 1.15, 1.14 and 1.25 of
//     one without a lock on one core, and one busy token makes all cores wait for each
//     other. To hit without a lock takes nothing but a table of pointers.
package main
