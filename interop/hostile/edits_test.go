// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package hostile_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/interop/hostile"
)

// TestEdits: each edit does something, for a short key and a long one, and can
// be behind any that leaves little of a token.
func TestEdits(t *testing.T) {
	claims := hostile.NewObject("iss", `"https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"`, "aud", `"api"`, "exp", "1750003600",
		"nbf", "1750000000", "iat", "1750000000", "azp", `"web"`, "scp", `"read kick"`, "tfp", `"B2C_1_susi"`, "sub", `"ada"`)
	key, weak := hostile.Key("example", 2048), hostile.Key("example", 1024)
	// Thousands of signatures take minutes on a busy machine. The edits of signatures
	// have signers of their own.
	sign := func(input []byte) []byte { return input[:1] }
	good := func() *hostile.Draft {
		d := hostile.Good(key, "keys", claims)
		d.Sign = sign
		return d
	}
	before := good().Token()
	idle := 0
	for _, e := range hostile.Edits() {
		edited := good()
		if e.Do(edited); edited.Token() == before && edited.Key == key {
			idle++
		}
		bare := &hostile.Draft{Key: weak, Sign: sign, ClaimsText: func(string) string { return "" }}
		e.Do(bare)
		_ = bare.Token()
	}
	// Values that are right already, or of claims that this token lacks.
	t.Logf("%d edits of %d do nothing", idle, len(hostile.Edits()))
	if idle > 60 {
		t.Errorf("%d edits of %d do nothing", idle, len(hostile.Edits()))
	}
}
