// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"fmt"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// Values print as configuration files have them.
func TestWords(t *testing.T) {
	for _, row := range []struct {
		value fmt.Stringer
		want  string
	}{
		{emulator.SignUpSignIn, "sign-up-sign-in"},
		{emulator.ROPC, "ropc"},
		{emulator.FlowKind(7), "7"},
		{emulator.IssuerTFP, "tfp"},
		{emulator.ClaimDefault, "default"},
		{emulator.ClaimNone, "none"},
		{emulator.ForgotError, "error"},
		{emulator.AppDefault, "default"},
		{emulator.NativeApp, "native"},
		{emulator.UserToken, "user"},
		{emulator.IDToken, "id"},
		{emulator.Kind(-1), "-1"},
	} {
		equal(t, "word", row.value.String(), row.want)
	}
}
