// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/internal/retry"
)

// share is how much of the time that is left a request may take.
type share bool

const (
	allOfIt  share = false
	halfOfIt share = true // there will be another one
)

// worthwhile is the least time for a second attempt.
const worthwhile = time.Second

// within returns a context for the share of the time that is left; all of it if
// the other half would be too short for another request.
func within(ctx context.Context, s share) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok && s == halfOfIt {
		if half := time.Until(deadline) / 2; half >= worthwhile {
			return context.WithTimeout(ctx, half)
		}
	}
	return context.WithCancel(ctx)
}

// asRetry returns the error if the same request may do better right away.
func asRetry(err error) (*Error, bool) {
	e, ok := errors.AsType[*Error](err)
	return e, ok && e.Class == ErrRetry && !e.isThrottling() && !e.isLoop()
}

// atMostTwice gets what nothing serves for meanwhile by two attempts, if need be: where
// asking twice does no harm, one lost packet shall not fail everybody who waits.
func atMostTwice(ctx context.Context, isNeeded func() bool, request func(share) (*tokencache.Token, error)) (*tokencache.Token, error) {
	t, err := request(share(isNeeded()))
	if e, ok := asRetry(err); ok && e.RetryAfter == 0 && isNeeded() && pause(ctx) {
		return request(allOfIt)
	}
	return t, err
}

// pause waits a moment before a second attempt, if there is time for one.
func pause(ctx context.Context) bool {
	const brief = 200 * time.Millisecond
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < worthwhile {
		return false
	}
	t := time.NewTimer(retry.Jitter(brief, 1, 2))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
