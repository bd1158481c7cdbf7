// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"fmt"
	"log/slog"
)

// tellRefreshToken tells the app of a new refresh token, if it wants to know.
// The old one may be used up, whatever becomes of the caller and the function.
func (a *App) tellRefreshToken(ctx context.Context, account Account, token string) {
	if a.opts.OnRefreshToken == nil || token == "" {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			a.log(func(l *slog.Logger) { l.Error("Options.OnRefreshToken panicked", "panic", fmt.Sprintf("%T", p)) })
		}
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.opts.Timeout)
	defer cancel()
	a.opts.OnRefreshToken(ctx, account, token)
}
