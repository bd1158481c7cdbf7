// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestUserOfKind: who comes later is held to what the product knows too.
func TestUserOfKind(t *testing.T) {
	const taskRole = "https://contoso.onmicrosoft.com/tasks/jobs.run"
	b2c := emulator.NewTenant(nil)
	external := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID})
	for _, c := range []struct {
		tenant *emulator.Tenant
		user   emulator.User
		want   string
	}{
		{b2c, emulator.User{Roles: []string{taskRole}}, "emulator: User.Roles is set, but B2C has no such thing"},
		{b2c, emulator.User{Groups: []string{"g"}}, "emulator: User.Groups is set, but B2C has no such thing"},
		{b2c, emulator.User{ToBeMigrated: true}, "emulator: User.ToBeMigrated is set, but B2C has no such thing"},
		{external, emulator.User{Roles: []string{"jobs.run"}}, `emulator: User.Roles[0] "jobs.run" is no role of an API here; there are ` + taskRole},
		{external, emulator.User{Roles: []string{taskRole}, Groups: []string{"g"}, ToBeMigrated: true}, ""},
	} {
		told := func(err error) string {
			if err == nil {
				return ""
			}
			return err.Error()
		}
		changed := c.user
		c.user.Name = "Kim"
		_, err := c.tenant.AddUser(c.user)
		equal(t, "AddUser", told(err), c.want)
		lin := c.tenant.Users()[1]
		lin.Roles, lin.Groups, lin.ToBeMigrated = changed.Roles, changed.Groups, changed.ToBeMigrated
		equal(t, "SetUser", told(c.tenant.SetUser(lin)), c.want)
	}
	equal(t, "users of B2C", len(b2c.Users()), 2)

	// One directory takes what one of its tenants knows.
	other := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, HighScaleOf: b2c})
	kim, err := other.AddUser(emulator.User{Name: "Kim", Groups: []string{"g"}})
	equal(t, "AddUser of the other side", err, nil)
	kim.GivenName = "Kim"
	equal(t, "SetUser of B2C's side", b2c.SetUser(kim), nil)
	_, err = b2c.AddUser(emulator.User{Name: "Sam", Roles: []string{taskRole}})
	equal(t, "a role of neither", err != nil, true)

	// Roles and groups are of the tenant that a user comes from.
	moved, err := emulator.NewTenant(&emulator.Options{Kind: emulator.EntraID, Name: "fabrikam", Users: []emulator.User{}}).ImportUsers(external.Users(), "")
	equal(t, "ImportUsers", err, nil)
	for _, u := range moved {
		equal(t, u.Name, len(u.Roles)+len(u.Groups), 0)
	}
	if _, err = emulator.NewTenant(nil).ImportUsers(external.Users(), ""); err == nil {
		t.Error("B2C takes users whose passwords another system knows")
	}
}
