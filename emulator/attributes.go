// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/fold"
	"github.com/b2ckit/b2ckit/emulator/internal/guid"
	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// Attribute is a custom user attribute of an External ID or Entra ID tenant: an
// extension of its directory, kept by the app b2c-extensions-app. A user's value is
// in [User.Claims] under [Tenant.AttributeClaim], and so in the user's tokens.
//
// The tags of its fields are their names in a configuration file.
type Attribute struct {
	// Name is what it is called, such as "loyaltyTier".
	Name string `json:"name"`

	// Label is what a page calls it. If empty, Name.
	Label string `json:"label,omitempty"`

	// Collected has people type a value when they sign up. Nobody checks what they
	// type: an API that takes such a value for an object id of the tenant that
	// users come from lets anyone be anyone.
	Collected bool `json:"collected"`
}

// attributePattern is what names of attributes look like in claims.
var attributePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,119}$`)

// attributes are a tenant's, with the client id of the app that keeps them.
type attributes struct {
	app string
	all []Attribute
}

func attributesOf(tenantID string, all []Attribute) attributes {
	return attributes{guid.Of(tenantID, "client", "b2c-extensions-app"), append([]Attribute(nil), all...)}
}

// claim is what the claim of an attribute is called.
func (a attributes) claim(name string) string {
	return "extension_" + strings.ReplaceAll(a.app, "-", "") + "_" + name
}

// inputs are the fields of those that are collected.
func (a attributes) inputs() []page.Input {
	var inputs []page.Input
	for _, at := range a.all {
		if at.Collected {
			inputs = append(inputs, page.Input{
				Name: a.claim(at.Name), Label: cmp.Or(at.Label, at.Name), Type: "text", Autocomplete: "off", Capitals: "none",
				Max: page.MaxName, Optional: true,
			})
		}
	}
	return inputs
}

// collected are the claims of what was typed; nil for nothing.
func (a attributes) collected(values map[string]string) map[string]any {
	var claims map[string]any
	for _, in := range a.inputs() {
		if value := values[in.Name]; value != "" {
			if claims == nil {
				claims = map[string]any{}
			}
			claims[in.Name] = value
		}
	}
	return claims
}

func checkAttributes(attributes []Attribute, all *mistakes) {
	seen := fold.Set{}
	for i, at := range attributes {
		field := fmt.Sprintf("Options.Attributes[%d].Name", i)
		switch {
		case !attributePattern.MatchString(at.Name):
			all.add(field, "%q is no name of an attribute: letters, digits and underscores", at.Name)
		case seen.Twice(at.Name):
			all.add(field, "%q is there twice", at.Name)
		}
	}
}
