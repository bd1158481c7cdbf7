// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import "time"

// version tells which of two states of an account is the newer one, in all
// processes of a fleet. It is the time of the sign-in, in milliseconds by the
// wall clock, and one more for each refresh. It only grows, whatever the clocks
// say: those of a fleet differ. 0 is of what came without a refresh token.
type version int64

// after returns the version of what came after v, at that time by a wall clock
// which may say that it came before.
func (v version) after(wall time.Time) version { return max(version(wall.UnixMilli()), v+1) }
