// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package growth measures what the kit takes as work grows, and what it costs to have
// it: memory for each flow, remembered token and acquired token; goroutines at rest;
// the garbage collector's part; the time until a program that has just started accepts
// a token; and what its import makes of a program.
//
// Each program that is measured is in the folder programs, and is built for that.
// Seconds are never told: only ratios to what ran beside.
package growth
