// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import "time"

// refusal is why there is no fetch, or nothing came of it.
type refusal struct {
	wait   time.Duration // until the next one may be tried
	usable bool          // there are keys
	why    error
}

// gaveUp refuses a caller whose own context has ended.
func gaveUp(usable bool, why error) *refusal { return &refusal{time.Second, usable, why} }
