// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package origin tells where a bearer token may be sent. A token is for a
// service, and a service is named by its web origin: scheme, host and port
// (RFC 6454). Whoever attaches tokens to outgoing requests asks [Set.Allows]
// and sends with [Send].
//
// What can't be read with certainty has no origin here, and gets no token:
// two programs that read one URL differently are how tokens get lost.
package origin
