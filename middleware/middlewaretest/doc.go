// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package middlewaretest is the conformance suite for adapters of package
// guard to web frameworks. The adapters of this module pass it, and anyone
// who writes one for another framework can hold it to the same:
//
//	func TestConformance(t *testing.T) {
//		middlewaretest.Run(t, middlewaretest.Adapter{Router: router})
//	}
//
// where router registers routes with the framework and guards them with the
// adapter, see [Adapter]. The answers are compared to the byte with those
// that stand in this package, in process and over a socket. [Allocations] and
// [Benchmark] tell what an adapter costs.
package middlewaretest
