// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/url"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
)

// kindTexts says what flows are for.
var kindTexts = map[emulator.FlowKind]string{
	emulator.SignUpSignIn: "sign-up and sign-in", emulator.EditProfile: "edit profile",
	emulator.ResetPassword: "reset password", emulator.ROPC: "password grant (ROPC)",
}

// pageOf returns the path of a place on a tenant's page.
func pageOf(t *emulator.Tenant, anchor string) string { return pageNamed(t.Name(), anchor) }

// pageNamed is pageOf for the name of a tenant.
func pageNamed(tenant, anchor string) string {
	return "/?tenant=" + url.QueryEscape(tenant) + "#" + anchor
}

// appName returns the name of the app with a client id, or the id.
func appName(t *emulator.Tenant, clientID string) string {
	for _, a := range t.Apps() {
		if strings.EqualFold(a.ID, clientID) {
			return a.Name
		}
	}
	return clientID
}
