// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Benchmarks compares what validation costs with the work that can't be saved, and
// with other libraries on the same tokens:
//
//	go -C benchmarks run .         # print the tables
//	go -C benchmarks run . -quick  # the same in less time, and less exact
//	go -C benchmarks run . -write  # write docs/performance.md and its chart
//
// Before anything is measured each contender proves that it accepts the good tokens
// and refuses a bad signature, an expired one and a wrong audience. The module's
// tests do the same, and measure each case once.
//
// To add a contender, write a function in package peers that returns one and name it
// in the list there.
package main
