// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"slices"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// rotated returns the ids of the keys that a container of the tenant signs with,
// one after the other.
func rotated(b2c *emulator.Tenant, container string, times int) (ids []string) {
	for range times {
		b2c.Rotate(container, false)
		keys := b2c.Keys(container)
		ids = append(ids, keys[len(keys)-1].ID())
	}
	return ids
}

func ofGUID(id string) *emulator.Tenant { return emulator.NewTenant(&emulator.Options{ID: id}) }

// User flows of all tenants have the same keys, and a custom policy those of its
// tenant, however often they are rotated; no container has a key twice.
func TestRotatedKeysAreShared(t *testing.T) {
	const contoso, fabrikam = "3d1b9b43-50c8-4a43-b1b2-9f3e4a4a1c01", "3d1b9b43-50c8-4a43-b1b2-9f3e4a4a1c02"
	for name, c := range map[string]struct {
		container, other string
		same             bool
	}{
		"user flows":                {emulator.UserFlowKeys, fabrikam, true},
		"policy of the same tenant": {"B2C_1A_partner", contoso, true},
		"policy of another tenant":  {"B2C_1A_partner", fabrikam, false},
	} {
		one, two := rotated(ofGUID(contoso), c.container, 3), rotated(ofGUID(c.other), c.container, 3)
		for i := range one {
			if same := one[i] == two[i]; same != c.same || slices.Contains(one[:i], one[i]) {
				t.Errorf("%s: got the keys %q and %q", name, one, two)
			}
		}
	}
}

// What is put back has had its keys: none of them comes again, also where the
// tenant that had them was of the same process.
func TestRestoredKeysDontComeAgain(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	had := append([]string{b2c.CurrentKey("").ID()}, rotated(b2c, "", 2)...)
	again := emulator.NewTenant(nil)
	restore(t, again, stateOf(t, b2c))
	equal(t, "restored", again.CurrentKey("").ID(), had[2])
	next := rotated(again, "", 3)
	for i, id := range next {
		if slices.Contains(had, id) || slices.Contains(next[:i], id) {
			t.Errorf("got the key %s again", id)
		}
	}
}
