// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guid_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

func TestGUIDs(t *testing.T) {
	fixed := guid.Of("tenant", "fabrikam")
	if again := guid.Of("tenant", "fabrikam"); fixed != again || fixed == guid.Of("tenantfabrikam") {
		t.Errorf("got %s and %s", fixed, again)
	}
	if one, another := guid.New(), guid.New(); one == another {
		t.Error("got the same twice")
	}
	for _, g := range []string{fixed, guid.New()} {
		if !guid.Is(g) || g[14] != '4' {
			t.Errorf("got %s", g)
		}
	}
	for _, s := range []string{"", "775527FF-9a37-4307-8b3d-cc311f58d925", "775527ff-9a37-4307-8b3d-cc311f58d92", "775527ff-9a37-4307-8b3d-cc311f58d925\n"} {
		if guid.Is(s) {
			t.Errorf("%q is taken for one", s)
		}
	}
}
