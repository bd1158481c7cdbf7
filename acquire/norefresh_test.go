// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// A sign-in without a refresh token works for an hour. Whoever looks for the
// reason finds a line, and not one per sign-in.
func TestMissingRefreshTokenIsLogged(t *testing.T) {
	const line = "a sign-in brought no refresh token"
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		logger, logged := newLogs()
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Logger: logger, Links: links(t, "B2C_1_edit")})
		signedIn(t, app, newBrowser(t, b2c), readScope)
		w.altering(func(_ post, answer map[string]any) { delete(answer, "refresh_token") })
		pending, params := linked(t, app, newBrowser(t, b2c), "B2C_1_edit")
		if _, err := app.Finish(t.Context(), pending, params); err != nil {
			t.Fatal(err)
		}
		if got := logged.lines(line); got != 0 {
			t.Errorf("after a sign-in with one and a link: got %d lines, want 0", got)
		}
		for range 3 {
			signedIn(t, app, newBrowser(t, b2c), readScope)
		}
		if got := logged.lines(line); got != 1 {
			t.Errorf("after three sign-ins without: got %d lines, want 1", got)
		}
		time.Sleep(2 * time.Minute)
		signedIn(t, app, newBrowser(t, b2c), readScope)
		if got := logged.lines(line); got != 2 {
			t.Errorf("two minutes later: got %d lines, want 2", got)
		}

		ropc := newNative(t, w, "B2C_1_ropc", &acquire.Options{Logger: logger})
		if _, err := ropc.SignInWithPassword(t.Context(), linName, emulator.DefaultPassword, readScope); err != nil {
			t.Fatal(err)
		}
		if got := logged.lines(line); got != 3 {
			t.Errorf("after a password without: got %d lines, want 3", got)
		}
	})
}
