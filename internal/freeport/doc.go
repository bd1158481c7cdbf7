// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package freeport finds tests a port of loopback that nobody listens on, and that
// stays so until they do.
//
//	address := freeport.Address(t)
//
// A port that the system chose, and that was closed again, is the next one's who asks
// for any: a server of another test, sooner or later.
package freeport
