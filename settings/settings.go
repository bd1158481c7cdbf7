// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"crypto/x509"
	"log/slog"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
)

// Settings are settings without a mistake in them: of one section, or of those of an
// API that moves and is registered in two tenants. They do not change, and are safe
// for concurrent use. Printing them shows no secret.
//
// What is one registration's (Kind to Origin, App) is that of the first section. Of
// several, [Settings.Section] tells them apart.
type Settings struct {
	sections []section // at least one
	notes    []string
	sources  []string
}

// Sections returns the names of the sections that were found, in their order.
func (s *Settings) Sections() (names []string) {
	for _, part := range s.sections {
		names = append(names, part.name)
	}
	return names
}

// Section returns the settings of one section alone, by its name in any case; nil if
// nothing is set there. What it makes trusts and knows nothing of the others.
func (s *Settings) Section(name string) *Settings {
	for _, part := range s.sections {
		if fold(part.name) == fold(name) {
			return &Settings{sections: []section{part}, notes: s.notes, sources: s.sources}
		}
	}
	return nil
}

// Trusted returns the authorities whose tokens are accepted, of all sections, each
// with the audiences of its own section if there are any. Of B2C it is each trusted
// flow at each host.
func (s *Settings) Trusted() (all []authority.Authority) {
	for _, part := range s.sections {
		all = append(all, part.withAudiences()...)
	}
	return all
}

// Kind returns the product that the section is of.
func (s *Settings) Kind() authority.Kind { return s.sections[0].kind }

// Tenant returns the B2C tenant, at all its hosts. For other kinds it is the zero
// Tenant.
func (s *Settings) Tenant() authority.Tenant { return s.sections[0].tenant }

// TenantIDs returns the GUIDs of the tenants whose tokens are accepted: the one, or
// those of AllowedTenants.
func (s *Settings) TenantIDs() []string { return s.sections[0].tenantIDs() }

// Hosts returns the hosts of the tenant, the first one being where users are sent
// to: names, or origins with a scheme.
func (s *Settings) Hosts() []string { return slices.Clone(s.sections[0].hosts) }

// SignIn returns the authority that users sign in through, at the first host. If
// SignUpSignInPolicyId is missing, it is invalid, and the error that says so comes
// from the constructor that takes it.
func (s *Settings) SignIn() authority.Authority { return s.sections[0].signIn() }

// TrustedFlows returns the names of the user flows and custom policies whose tokens
// are accepted, the one for signing in first. Other kinds than B2C have none.
func (s *Settings) TrustedFlows() []string { return texts(s.sections[0].flows.trusted) }

// ResetPasswordFlow returns the name of the flow for resetting the password, "" if
// there is none.
func (s *Settings) ResetPasswordFlow() string { return s.sections[0].flows.reset.text }

// EditProfileFlow returns the name of the flow for editing the profile, "" if there is
// none.
func (s *Settings) EditProfileFlow() string { return s.sections[0].flows.edit.text }

// Links returns the flows that users are sent to beside signing in, at the first
// host: those of ResetPasswordFlow and EditProfileFlow that are named.
func (s *Settings) Links() []authority.Authority { return s.sections[0].links() }

// Audiences returns the client ids that tokens have to be for, in lower case; empty
// if neither they nor the ClientId are set.
func (s *Settings) Audiences() []string { return texts(s.sections[0].audiences) }

// AllowMissingFlow returns the client ids whose tokens may name no flow, in lower case,
// of all sections; see validator.Options.
func (s *Settings) AllowMissingFlow() (all []string) {
	for _, part := range s.sections {
		all = append(all, part.missingFlow...)
	}
	return all
}

// AllowMissingRoles returns the client ids whose own tokens may have no role, in lower
// case, of all sections; see validator.Options.
func (s *Settings) AllowMissingRoles() (all []string) {
	for _, part := range s.sections {
		all = append(all, part.missingRoles...)
	}
	return all
}

// ClientID returns the application's client id in lower case, "" if it is not set.
func (s *Settings) ClientID() string { return s.sections[0].clientID.text }

// HasCredential reports whether there is a client secret, or what takes its place: a
// certificate or an assertion.
func (s *Settings) HasCredential() bool { return s.sections[0].credential.value != nil }

// Certificate returns the certificate that the application authenticates with, as it was
// in its file when the settings were read; nil if it has none. It is not to be written to.
func (s *Settings) Certificate() *x509.Certificate { return s.sections[0].credential.certificate }

// Origin returns where the value of a key of the section comes from, as the
// operator wrote it: "appsettings.json: AzureAdB2C:ClientId", "B2C_CLIENT_ID". Keys
// may be in any case. It is empty if the key is not set.
func (s *Settings) Origin(key string) string { return s.sections[0].origins[fold(key)] }

// Notes returns what was found and has no meaning here, a line each.
func (s *Settings) Notes() []string { return slices.Clone(s.notes) }

// Files returns the names of the files that were read.
func (s *Settings) Files() []string { return slices.Clone(s.sources) }

// String tells tenants, flows and ids, which clients may do without a flow or role,
// and of a credential what kind it is.
func (s *Settings) String() string {
	var all []string
	for _, part := range s.sections {
		all = append(all, part.String())
	}
	return strings.Join(all, "; ")
}

// GoString is String.
func (s *Settings) GoString() string { return s.String() }

// LogValue is String.
func (s *Settings) LogValue() slog.Value { return slog.StringValue(s.String()) }
