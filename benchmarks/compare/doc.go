// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package compare holds contenders against the floor: the work on a token that nobody
// can save. It knows none of them, so that one that needs a binary of its own is
// measured by the same code.
package compare
