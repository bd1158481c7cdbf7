// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// emulate starts a B2C tenant on loopback and fills in the settings for it.
// With a real tenant alone, this file can go.
func (s *settings) emulate() (stop func(), err error) {
	// The default tenant, whose web app is sent back to here.
	contoso := emulator.DefaultOptions()
	contoso.Pages = true
	for i := range contoso.Apps {
		if contoso.Apps[i].Name == "tasks-web" {
			contoso.Apps[i].RedirectURIs = []string{s.redirectURI}
		}
	}
	b2c := emulator.NewPlainServer(contoso) // plain http: no browser has to trust a certificate
	s.tenant, err = authority.B2C(b2c.Name(), b2c.ID())
	if err == nil {
		s.tenant, err = s.tenant.WithHosts(b2c.URL)
	}
	if err != nil {
		b2c.Close()
		return nil, err
	}
	s.signInFlow, s.editFlow, s.resetFlow = "B2C_1_susi", "B2C_1_edit", "B2C_1_reset"
	s.clientID, s.secret = b2c.Web().ID, b2c.Web().Secret
	s.audience, s.scope = b2c.API().ID, b2c.API().URI+"/"+tasksScope
	s.emulated, s.emulatedUser, s.emulatedPassword = true, "lin@example.org", emulator.DefaultPassword
	return b2c.Close, nil
}
