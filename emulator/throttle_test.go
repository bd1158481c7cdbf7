// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestThrottle(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	request := form("grant_type", "client_credentials", "client_id", b2c.Daemon().ID, "client_secret", b2c.Daemon().Secret, "scope", defaultScope)
	ask := func(want int, retryAfter string) {
		t.Helper()
		r := post(t, b2c.Client(), tokenURL, request)
		equal(t, "status", r.status, want)
		equal(t, "Retry-After", r.header.Get("Retry-After"), retryAfter)
		if want == 429 {
			e := decode[map[string]string](t, r.body)
			wantDescription(t, "body", e["error"], e["error_description"], "temporarily_unavailable", "AADB2C90229: Too many requests. Try again later.")
		}
	}
	ask(200, "")
	b2c.Throttle(0, 2)
	ask(429, "")
	equal(t, "keys", get(t, b2c.Client(), keysURL).status, 200)
	equal(t, "wrong method", get(t, b2c.Client(), tokenURL).status, 405)
	ask(429, "")
	ask(200, "")
	b2c.Throttle(1500*time.Millisecond, 1)
	ask(429, "2")
	ask(200, "")
	b2c.Throttle(time.Minute, -1)
	for range 5 {
		ask(429, "60")
	}
	b2c.Throttle(0, 0)
	ask(200, "")
	equal(t, "counts", b2c.Counts(), emulator.Counts{Keys: 1, Token: 13})
}
