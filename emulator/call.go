// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"slices"
)

// call is a request with its route and what faults make of the answer.
type call struct {
	*http.Request
	route
	form   url.Values  // of a token request
	faults []FaultKind // those that change what a good answer says
}

// faulty reports whether a fault changes the answer.
func (c *call) faulty(kind FaultKind) bool { return slices.Contains(c.faults, kind) }
