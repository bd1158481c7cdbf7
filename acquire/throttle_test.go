// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// B2C counts requests per address and tenant, for tokens and for keys alike. What
// one of an App's endpoints is told is heard by the others, also of its links.
func TestThrottlingIsSharedWithKeys(t *testing.T) {
	for name, at := range map[string]emulator.Endpoint{
		"told at the keys": emulator.KeysEndpoint, "told at metadata": emulator.MetadataEndpoint, "told at the tokens": emulator.TokenEndpoint,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				w := newWire(b2c)
				app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_edit")})
				b := newBrowser(t, b2c)
				pending, params := begun(t, app, b, nil)
				link, back := linked(t, app, b, "B2C_1_edit")
				b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, Endpoint: at, Times: 1, RetryAfter: 30 * time.Second})
				start := time.Now()
				if _, err := app.Finish(t.Context(), pending, params); err == nil {
					t.Fatal("signed in without an answer")
				}
				posts, counts := w.count(), b2c.Counts()
				_, err := app.Finish(t.Context(), link, back)
				e := wantClass(t, "the link", err, acquire.ErrRetry)
				if e.RetryAfter < 29*time.Second || e.RetryAfter > 30*time.Second || e.Status != http.StatusTooManyRequests {
					t.Errorf("got %v, RetryAfter %v; want the rest of 30 s", e, e.RetryAfter)
				}
				if now := b2c.Counts(); w.count() != posts || now.Keys != counts.Keys || now.Metadata != counts.Metadata {
					t.Errorf("got %+v after %+v, want no more requests", now, counts)
				}
				time.Sleep(time.Until(start.Add(30 * time.Second)))
				if signedIn(t, app, b).Account.ID == "" {
					t.Error("after the wait: got no account")
				}
			})
		})
	}
}

// A rule of an API's own that needs a token for its look-up says nothing of the
// caller while that can't be had.
func TestErrorTellsARequirement(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want validator.Reason
	}{
		{&acquire.Error{Class: acquire.ErrRetry, RetryAfter: 7 * time.Second}, validator.ErrUndecided},
		{fmt.Errorf("wrapped: %w", &acquire.Error{Class: acquire.ErrRetry, RetryAfter: 7 * time.Second}), validator.ErrUndecided},
		{&acquire.Error{Class: acquire.ErrConfiguration}, validator.ErrRefused},
	} {
		err := validator.Func("own rule", func(*validator.Token) error { return tc.err }).Check(t.Context(), &validator.Token{})
		e, _ := errors.AsType[*validator.Error](err)
		if e == nil || e.Reason != tc.want || tc.want == validator.ErrUndecided && e.RetryAfter != 7*time.Second {
			t.Errorf("%v: got %+v, want %s", tc.err, e, tc.want)
		}
	}
}
