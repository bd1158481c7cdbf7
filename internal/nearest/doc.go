// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package nearest finds the name that was meant by one that is mistyped: of a flow,
// a key of the configuration, a command, a flag.
package nearest
