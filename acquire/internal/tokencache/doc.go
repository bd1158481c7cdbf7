// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package tokencache keeps a token for a key, and renews it: one renewal at a
// time however many wait for it, ahead of the token's end while the old one
// serves, and held back after failures. It knows tokens as texts that end, and
// nothing of where they come from: a [Renewal] gets them, and says by a
// [Failure] what a failure means for the next one.
//
//	Instant, Clock  two clocks
//	Token           a text and its life by both
//	pace            when the next renewal may begin
//	Entry           the token of one key, and the renewal under way
package tokencache
