// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/settings"
)

// emulate starts a B2C tenant on loopback and fills in what a real one would be
// set up with. With a real tenant alone, this file can go.
func (c *config) emulate() (stop func(), err error) {
	// The default tenant, whose web app is sent back to here.
	contoso := emulator.DefaultOptions()
	contoso.Pages = true
	for i := range contoso.Apps {
		if contoso.Apps[i].Name == "tasks-web" {
			contoso.Apps[i].RedirectURIs = []string{c.redirectURI}
		}
	}
	b2c := emulator.NewPlainServer(contoso) // plain http: no browser has to trust a certificate
	c.b2c, err = settings.Read(&settings.Options{Environ: []string{
		"B2C_TENANT=" + b2c.Name(), "B2C_TENANT_ID=" + b2c.ID(), "B2C_HOSTS=" + b2c.URL,
		"B2C_SIGNIN_FLOW=B2C_1_susi", "B2C_EDIT_FLOW=B2C_1_edit", "B2C_RESET_FLOW=B2C_1_reset",
		"B2C_CLIENT_ID=" + b2c.Web().ID, "B2C_CLIENT_SECRET=" + b2c.Web().Secret, "B2C_AUDIENCE=" + b2c.API().ID,
	}})
	if err != nil {
		b2c.Close()
		return nil, err
	}
	c.scope = b2c.API().URI + "/" + tasksScope
	c.emulated, c.emulatedUser, c.emulatedPassword = true, "lin@example.org", emulator.DefaultPassword
	return b2c.Close, nil
}
