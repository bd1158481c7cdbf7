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
	idle := 0
	for _, e := range hostile.Edits() {
		good := hostile.Good(key, "keys", claims)
		before := good.Token()
		if e.Do(good); good.Token() == before {
			idle++
		}
		bare := &hostile.Draft{Key: weak, ClaimsText: func(string) string { return "" }}
		e.Do(bare)
		_ = bare.Token()
	}
	// Values that are right already, or of claims that this token lacks.
	if idle > 60 {
		t.Errorf("%d edits of %d do nothing", idle, len(hostile.Edits()))
	}
}
