// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "time"

// Issued is a token that an endpoint of a tenant has handed out.
type Issued struct {
	Number   int       // counts from 1
	At       time.Time // by the tenant's clock
	Kind     Kind
	Flow     string // as configured
	ClientID string // of the client it was handed to
	Token    string // the token itself, in compact form
}
