// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Caches compares what could keep verified tokens: the store that the validator has,
// and cache libraries, each with its adapter here.
//
//	go -C benchmarks run ./caches         # print the tables
//	go -C benchmarks run ./caches -quick  # the same in less time, and less exact
//
// All are asked for the same: values under 32-byte keys, within a number of bytes,
// until a time that differs by value, and forgotten on demand.
package main
