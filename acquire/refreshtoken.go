// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"fmt"
	"time"
)

// tellRefreshToken tells the app of a new refresh token, if it wants to know.
// The old one may be used up, whatever becomes of the caller and the function.
//
// An account's are told one after the other, but for those that have been
// replaced meanwhile: the slower of two calls must not leave the older one in
// the app's store.
func (a *App) tellRefreshToken(ctx context.Context, t *userTokens, account Account, token string) {
	if a.opts.OnRefreshToken == nil || token == "" {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("Options.OnRefreshToken panicked", "panic", fmt.Sprintf("%T", p))
		}
	}()
	ctx = context.WithoutCancel(ctx)
	select {
	case t.telling <- struct{}{}:
		defer func() { <-t.telling }()
	case <-time.After(a.opts.Timeout): // one that does not heed its context
	}
	if !t.hasRefresh(token) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, a.opts.Timeout)
	defer cancel()
	a.opts.OnRefreshToken(ctx, account, token)
}
