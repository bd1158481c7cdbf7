// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "time"

// Now returns the tenant's time: that of Options.Now, moved by
// [Tenant.Advance].
func (t *Tenant) Now() time.Time { return t.now() }

// Advance moves the tenant's clock by d, back if d is negative. Tokens, codes
// and sessions age by it at once, and new ones are dated by it; a rotated key's
// activation too. Nobody else's clock moves: a validator sees tokens from the
// future, or from the past, as where two machines disagree.
func (t *Tenant) Advance(d time.Duration) { t.offset.Add(int64(d)) }
