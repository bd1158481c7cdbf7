// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"context"
	"errors"
)

// hangUp is what was made of a request whose caller hung up: an outage of
// whatever was being waited for. For operators that is text; errors.Is finds
// the hang-up alone.
type hangUp struct{ made error }

func (h hangUp) Error() string { return h.made.Error() }

func (hangUp) Is(target error) bool { return target == context.Canceled }

// callerLeft reports whether the request ended because the caller hung up: then
// net/http cancels its context. A deadline is the server's own, also where it
// was set with a context.CancelCauseFunc.
func callerLeft(ctx context.Context) bool {
	return errors.Is(ctx.Err(), context.Canceled) && !errors.Is(context.Cause(ctx), context.DeadlineExceeded)
}

// isHangUp reports whether the caller of the refused request hung up.
func isHangUp(r *Refusal) bool {
	_, ok := errors.AsType[hangUp](r.Err)
	return ok
}
