// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package private tells which stores of key snapshots may hold what is not
// sealed, and what of theirs does not count. It is internal so that no other
// module can say so of its own.
package private

// Store is one that gives back only what nobody but the process's own user can
// have written, and checks that each time.
type Store interface{ Private() Mark }

// Mark is what such a store's method returns.
type Mark struct{}

// Refused is the error of a Load that went well, but what it found must not be
// used. The store has not failed, and the next value it is given replaces that.
type Refused struct{ Why error }

func (r *Refused) Error() string { return r.Why.Error() }
