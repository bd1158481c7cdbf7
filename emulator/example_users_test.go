// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"fmt"

	"github.com/b2ckit/b2ckit/emulator"
)

// People can come, change and go while the tenant runs.
func ExampleTenant_AddUser() {
	b2c := emulator.NewTenant(nil)
	kim, err := b2c.AddUser(emulator.User{
		Name: "Kim Example", Emails: []string{"kim@example.org"}, Password: "Correct-horse",
		Claims: map[string]any{"extension_LoyaltyTier": "gold"},
	})
	if err != nil {
		panic(err)
	}
	kim.Name = "Kim E."
	if err := b2c.SetUser(kim); err != nil {
		panic(err)
	}
	for _, u := range b2c.Users() {
		fmt.Println(u.Name, u.Claims)
	}
	fmt.Println(b2c.RemoveUser(kim.ObjectID), len(b2c.Users()))
	// Output:
	// Ada Example map[]
	// Lin Example map[]
	// Kim E. map[extension_LoyaltyTier:gold]
	// <nil> 2
}

// A tenant with pages on a plain port of this machine, for a browser.
func ExampleOptions_pages() {
	b2c := emulator.NewPlainServer(&emulator.Options{Pages: true})
	defer b2c.Close()
	// Now let an app send its users to b2c.AuthorizeURL("B2C_1_susi").
	fmt.Println(b2c.Users()[1].Emails[0], emulator.DefaultPassword)
	// Output: lin@example.org emulated-password
}
