// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package cachetest is the conformance suite for implementations of
// acquire.Cache, and of acquire.Leaser and acquire.Lister where they are one:
//
//	func TestConformance(t *testing.T) {
//		cachetest.Run(t, func(t *testing.T) acquire.Cache { return newCache(t) })
//	}
//
// Run it with -race, as part of it is about concurrent use.
package cachetest
