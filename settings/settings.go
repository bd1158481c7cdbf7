// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
)

// Settings are settings without a mistake in them. They do not change, and are safe
// for concurrent use. Printing them shows no secret.
type Settings struct {
	section     string
	tenant      authority.Tenant
	hosts       []string
	signIn      string
	trusted     []string
	reset       string
	edit        string
	clientID    string
	audiences   []string
	missingFlow []string
	credential  *acquire.Credential
	origins     map[string]string // by key, folded
	notes       []string
	sources     []string
}

// Tenant returns the tenant, at all its hosts.
func (s *Settings) Tenant() authority.Tenant { return s.tenant }

// Hosts returns the hosts of the tenant, the first one being where users are sent
// to: names, or origins with a scheme.
func (s *Settings) Hosts() []string { return slices.Clone(s.hosts) }

// SignIn returns the authority that users sign in through, at the first host. If
// SignUpSignInPolicyId is missing, it is invalid, and the error that says so comes
// from the constructor that takes it.
func (s *Settings) SignIn() authority.Authority { return s.tenant.Flow(s.signIn) }

// TrustedFlows returns the names of the user flows and custom policies whose tokens
// are accepted, the one for signing in first.
func (s *Settings) TrustedFlows() []string { return slices.Clone(s.trusted) }

// Trusted returns the authorities whose tokens are accepted: each trusted flow at
// each host, with the audiences if there are any.
func (s *Settings) Trusted() []authority.Authority {
	t := s.tenant
	if len(s.audiences) > 0 {
		t = t.WithAudiences(s.audiences...)
	}
	return t.Flows(s.trusted...)
}

// ResetPasswordFlow returns the name of the flow for resetting the password, "" if
// there is none.
func (s *Settings) ResetPasswordFlow() string { return s.reset }

// EditProfileFlow returns the name of the flow for editing the profile, "" if there is
// none.
func (s *Settings) EditProfileFlow() string { return s.edit }

// Links returns the flows that users are sent to beside signing in, at the first
// host: those of ResetPasswordFlow and EditProfileFlow that are named.
func (s *Settings) Links() (links []authority.Authority) {
	for _, name := range []string{s.reset, s.edit} {
		if name != "" {
			links = append(links, s.tenant.Flow(name))
		}
	}
	return links
}

// Audiences returns the client ids that tokens have to be for, in lower case; empty
// if neither they nor the ClientId are set.
func (s *Settings) Audiences() []string { return slices.Clone(s.audiences) }

// AllowMissingFlow returns the client ids whose tokens may name no flow, in lower case,
// see validator.Options.
func (s *Settings) AllowMissingFlow() []string { return slices.Clone(s.missingFlow) }

// ClientID returns the application's client id in lower case, "" if it is not set.
func (s *Settings) ClientID() string { return s.clientID }

// HasSecret reports whether there is a client secret.
func (s *Settings) HasSecret() bool { return s.credential != nil }

// Origin returns where the value of a key of the section comes from, as the
// operator wrote it: "appsettings.json: AzureAdB2C:ClientId", "B2C_CLIENT_ID". Keys
// may be in any case. It is empty if the key is not set.
func (s *Settings) Origin(key string) string { return s.origins[fold(key)] }

// Notes returns what was found and has no meaning here, a line each.
func (s *Settings) Notes() []string { return slices.Clone(s.notes) }

// Files returns the names of the files that were read.
func (s *Settings) Files() []string { return slices.Clone(s.sources) }

// String tells tenant, flows and ids, which clients may name no flow, and of a secret that there is one.
func (s *Settings) String() string {
	secret := "no client secret"
	if s.HasSecret() {
		secret = "a client secret"
	}
	flows := strings.Join(s.trusted, " ")
	if len(s.missingFlow) > 0 {
		flows += ", or none for " + strings.Join(s.missingFlow, " ")
	}
	return fmt.Sprintf("tenant %s at %s, trusted flows %s, audiences %s, client %s, %s",
		s.tenant.ID(), strings.Join(s.hosts, " "), flows, strings.Join(s.audiences, " "), s.clientID, secret)
}

// GoString is String.
func (s *Settings) GoString() string { return s.String() }

// LogValue is String.
func (s *Settings) LogValue() slog.Value { return slog.StringValue(s.String()) }
