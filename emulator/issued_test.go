// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestIssued(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	app := decode[answer](t, post(t, c, tokenURL, clientCredentials(b2c)).body)
	a := redeem(t, c, tokenURL, redemption(codeFor(t, c, authorizeURL)))
	mint(t, b2c, emulator.Spec{})
	issued := b2c.Issued()
	if len(issued) != 3 {
		t.Fatalf("got %d tokens, want 3", len(issued))
	}
	for i, want := range []emulator.Issued{
		{1, issued[0].At, emulator.AppToken, "B2C_1_susi", b2c.Daemon().ID, app.AccessToken},
		{2, issued[1].At, emulator.UserToken, "B2C_1_susi", webID, a.AccessToken},
		{3, issued[2].At, emulator.IDToken, "B2C_1_susi", webID, a.IDToken},
	} {
		equal(t, "issued", issued[i], want)
	}
}
