// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

// tokenHandler is the token endpoint of a tenant's flows. The way in is serve, in
// token.go.
type tokenHandler struct {
	model     *model
	clock     *clock
	directory *directory
	grants    *grants
	minter    *minter
	keys      *keys
	devices   *deviceCodes
	met       *challenges
}
