// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import "os"

// Where .NET's templates put B2C, and External ID and Entra ID.
const (
	sectionB2C       = "AzureAdB2C"
	sectionSuccessor = "AzureAd"
)

// Options say where settings are. Nil, and each zero field, means the default.
type Options struct {
	// Dir is where appsettings.json is. If empty, the working directory. That the
	// file is not there is no mistake, as in .NET; that Dir isn't is one.
	Dir string

	// File is read in place of the files in Dir, and has to be there. Nothing is
	// laid on top of it for an environment.
	File string

	// Environment is the name in appsettings.{Environment}.json. If empty, it is
	// ASPNETCORE_ENVIRONMENT or DOTNET_ENVIRONMENT, else Production.
	Environment string

	// Sections are the sections of the files, with colons for one within another, each
	// a registration in one tenant; all that say something are trusted. If empty,
	// AzureAdB2C and AzureAd. Plain variables are of the first one.
	Sections []string

	// Environ are the variables, each as NAME=value; of one that comes twice the last
	// counts. If nil, os.Environ(); empty for none.
	Environ []string

	// Values are laid on top of all. One that is not known, or that says nothing, is
	// a mistake. They are of the first section that says something. If they name
	// another tenant than what is below (B2C_TENANT, or the GUID), or an Authority,
	// nothing of that is used: client ids, policies and secrets are those of one
	// tenant.
	Values []Value
}

// Value is one setting from elsewhere, such as a flag.
type Value struct {
	// Key is a key of the section, such as TenantId or TrustedPolicies:0, or the
	// name of a plain variable, such as B2C_FLOWS.
	Key string

	// Text is the value.
	Text string

	// Origin is what the operator wrote, such as --tenant-id, for errors.
	Origin string
}

func (o *Options) orDefault() Options {
	var r Options
	if o != nil {
		r = *o
	}
	if len(r.Sections) == 0 {
		r.Sections = []string{sectionB2C, sectionSuccessor}
	}
	if r.Environ == nil {
		r.Environ = os.Environ()
	}
	return r
}
