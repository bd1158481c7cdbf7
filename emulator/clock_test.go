// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestAdvance(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Now: func() time.Time { return noon }})
	c := browser(t, b2c.Transport())
	code := codeFor(t, c, authorizeURL)
	equal(t, "now", b2c.Now(), noon)

	b2c.Advance(9 * time.Minute)
	equal(t, "now", b2c.Now(), noon.Add(9*time.Minute))
	a := redeem(t, c, tokenURL, redemption(code))
	equal(t, "iat", claimsOf(t, a.AccessToken)["iat"], any(float64(noon.Unix()+540)))
	equal(t, "auth_time", claimsOf(t, a.AccessToken)["auth_time"], any(float64(noon.Unix())))

	code = codeFor(t, c, authorizeURL)
	b2c.Advance(10 * time.Minute)
	if r := post(t, c, tokenURL, redemption(code)); r.status != 400 {
		t.Errorf("a code of 10 minutes: got %d, want 400", r.status)
	}
	b2c.Advance(-time.Minute)
	redeem(t, c, tokenURL, redemption(code))
	b2c.Rotate("", true)
	set := decode[published](t, get(t, c, keysURL).body)
	equal(t, "activation", set.Keys[1]["nbf"], any(float64(noon.Unix()+18*60)))
	b2c.Advance(24 * time.Hour)
	back := landed(t, visit(t, c, authorizeURL, "prompt", "none"))
	equal(t, "error without a session", back.Get("error"), "interaction_required")
}
