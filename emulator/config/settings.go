// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"

	"github.com/b2ckit/b2ckit/emulator"
)

// The settings as they stand in a file. Those of flows, apps and users are the
// fields of the emulator's types.
type (
	settings struct {
		Tenants []tenant `json:"tenants"`
	}
	tenant struct {
		emulator.Options
		Issuer   emulator.IssuerPattern `json:"issuer"`
		SignInAs string                 `json:"signInAs"`
		Migration
	}
)

// options returns what the emulator takes for a tenant; given reports whether
// there is a value at a path.
func (s *tenant) options(path string, given func(path string) bool) emulator.Options {
	o := s.Options
	o.Pages = true
	if given(path+".issuer") && len(o.Flows) == 0 {
		o.Flows = []emulator.Flow{{}}
		if o.Kind == emulator.B2C {
			o.Flows = emulator.DefaultOptions().Flows
		}
	}
	for i := range o.Flows {
		if !given(fmt.Sprintf("%s.flows[%d].issuer", path, i)) {
			o.Flows[i].Issuer = s.Issuer
		}
	}
	return o
}
