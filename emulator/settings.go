// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

// settings are the options of a tenant of which not every product knows all.
type settings struct {
	kind                  TenantKind
	emailScope            bool
	keysWithoutActivation bool
	asksForPasswords      bool

	attributes []Attribute
	flows      []Flow
	apps       []App
}
