// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package interop is a place for tests alone. They run clients that others
// wrote against the emulator, and hold package acquire and the validators to
// what these clients get: an emulator that only our own clients understand
// would prove nothing.
package interop
