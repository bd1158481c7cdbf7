// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package private tells which stores of key snapshots may hold what is not
// sealed. It is internal so that no other module can say so of its own.
package private

// Store is one that gives back only what nobody but the process's own user can
// have written, and checks that each time.
type Store interface{ Private() Mark }

// Mark is what such a store's method returns.
type Mark struct{}
