// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package bearer puts a bearer token (RFC 6750) into outgoing requests, and into
// none but those that go to the service it is for. Whoever attaches tokens asks
// [Allowed] and sends with [Send].
package bearer
