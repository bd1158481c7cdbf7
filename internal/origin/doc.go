// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package origin reads web origins: scheme, host and port (RFC 6454). They name
// services, those that a bearer token may be sent to, and identity providers.
//
// What can't be read with certainty has no origin here: two programs that read
// one URL differently are how tokens get lost.
package origin
