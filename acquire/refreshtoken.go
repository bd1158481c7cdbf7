// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// refreshTokenListener is Options.OnRefreshToken.
type refreshTokenListener struct {
	f       func(ctx context.Context, account Account, refreshToken string) // may be nil
	timeout time.Duration
	log     *slog.Logger
	panics  *quota // lines about those of f
}

// tell tells of a new refresh token. The old one may be used up, whatever
// becomes of the caller and the function.
//
// An account's are told one after the other, but for those that have been
// replaced meanwhile: the slower of two calls must not leave the older one in
// the app's store.
func (l *refreshTokenListener) tell(ctx context.Context, c *cachedAccount, token string) {
	if l.f == nil || token == "" {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			if omitted, ok := l.panics.take(); ok {
				l.log.Error("acquire.Options.OnRefreshToken panicked", withOmitted(omitted, "panic", fmt.Sprintf("%T", p))...)
			}
		}
	}()
	account := c.now().account
	ctx = context.WithoutCancel(ctx)
	wait, cancel := context.WithTimeout(ctx, l.timeout) // for one that does not heed its context
	defer cancel()
	if c.telling.acquire(wait, true) {
		defer c.telling.release()
	}
	if !c.hasRefresh(token) {
		return
	}
	ctx, cancel = context.WithTimeout(ctx, l.timeout)
	defer cancel()
	l.f(ctx, account, token)
}
