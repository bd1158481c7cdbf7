// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package explain is b2ckit explain: why a token is refused, check by check, and what
// to change.
package explain
