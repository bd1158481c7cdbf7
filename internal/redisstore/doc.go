// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package redisstore keeps bytes and leases in a Redis that may be away, slow or
// far, and costs its callers no more than the time they were promised. It
// encrypts nothing and knows nothing of what it keeps.
//
//   - An operation returns within Options.Timeout, or when its caller's context
//     ends. Its command goes on, for up to five seconds more, so that connecting,
//     which takes half a dozen round trips, is done once. See flight.
//   - What goes on is harmless: writes to one key are done in the order in which
//     they began (see order), and a lease that comes too late is given back.
//   - A Redis that fails is left alone for a while (see breaker), and at most 64
//     commands are under way at once (see calls).
//
// Each of these is a type of its own that knows nothing of the ones above it.
// Errors name the operation; who calls puts the package's name in front.
package redisstore
