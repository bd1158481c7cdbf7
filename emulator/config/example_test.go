// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"fmt"

	"github.com/b2ckit/b2ckit/emulator/config"
)

func ExampleParse() {
	f, err := config.Parse("b2c.json", []byte(`{
		"tenants": [
			{"name": "fabrikam", "signInAs": "Kim", "users": [{"name": "Kim", "emails": ["kim@example.org"]}]}
		]
	}`))
	if err != nil {
		panic(err)
	}
	b2c := f.NewTenants()[0]
	fmt.Println(b2c.MetadataURL(""))
	fmt.Println(b2c.User().Emails)

	_, err = config.Parse("b2c.json", []byte(`{"tenants": [{"flows": [{"name": "B2C_1_susi", "kind": "signin"}]}]}`))
	fmt.Println(err)
	// Output:
	// https://fabrikam.b2clogin.com/fabrikam.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration
	// [kim@example.org]
	// b2c.json: tenants[0].flows[0].kind: "signin" is none of sign-up-sign-in, edit-profile, reset-password, ropc
}
