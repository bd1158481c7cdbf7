// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"time"

	"github.com/b2ckit/b2ckit/authority"
)

// Validation is one call of [Validator.Validate] or [IDTokens.Validate] that has come
// to its end, for metrics and traces. It holds nothing of the token but what Err
// tells of it.
type Validation struct {
	// Start is when the call came, and Duration how long it took: about a
	// microsecond for a token seen before, tens of them for a signature, and up to
	// seconds where keys had to be fetched.
	Start    time.Time
	Duration time.Duration

	// Remembered reports whether the token was seen before, see
	// Options.MemoryBytes, and its signature not verified again.
	Remembered bool

	// Authority is whose token it is. It is zero unless the token was accepted.
	Authority authority.Authority

	// Err is why there is no token; nil if it was accepted. Its Reason is of a
	// closed list and fit for a label. Its Holder has the user's id, and its text
	// may quote the token: neither is.
	Err *Error
}

// tell tells Options.OnValidation, which is not nil, of a validation that began at
// start.
func (v *engine) tell(ctx context.Context, start time.Time, done Validation) {
	done.Start, done.Duration = start, time.Since(start)
	if ctx == nil {
		ctx = context.Background()
	}
	v.opts.OnValidation(ctx, done)
}
