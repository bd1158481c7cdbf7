// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"fmt"

	"github.com/b2ckit/b2ckit/emulator"
)

// Two tenants behind one listener: their user flows sign with one key, as those
// of all B2C tenants do, and go on doing so after a rotation.
func ExampleStart() {
	contoso := emulator.NewTenant(nil)
	fabrikam := emulator.NewTenant(&emulator.Options{Name: "fabrikam", SharedKeysWith: contoso})
	b2c, err := emulator.Start(nil, contoso, fabrikam)
	if err != nil {
		panic(err)
	}
	defer b2c.Close()

	contoso.Rotate(emulator.UserFlowKeys, false)
	fmt.Println(contoso.CurrentKey("").ID() == fabrikam.CurrentKey("").ID())
	for _, t := range b2c.Tenants() {
		res, err := b2c.Client().Get(b2c.URL + "/" + t.Domain() + "/B2C_1_susi/discovery/v2.0/keys")
		if err != nil {
			panic(err)
		}
		_ = res.Body.Close()
		fmt.Println(t.Name(), res.Status)
	}
	// Output:
	// true
	// contoso 200 OK
	// fabrikam 200 OK
}
