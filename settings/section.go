// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
)

// section is what one section comes to: an application's registration in one tenant.
type section struct {
	name string
	kind authority.Kind

	tenant  authority.Tenant    // of B2C
	flows   policies            // of B2C
	single  authority.Authority // of the other kinds
	hosts   []string
	trusted []authority.Authority // without audiences

	clientID     entry
	audiences    []entry
	missingFlow  []string
	missingRoles []string
	credential   credential
	origins      map[string]string // by key, folded
}

// credential is how the application authenticates, if it is set.
type credential struct {
	value       *acquire.Credential // nil is none
	kind        string              // in words
	certificate *x509.Certificate   // nil unless it is one
}

// signIn returns the authority that users sign in through, at the first host.
func (s *section) signIn() authority.Authority {
	if s.kind == authority.AzureADB2C {
		return s.tenant.Flow(s.flows.signIn.text)
	}
	return s.single
}

// withAudiences returns the authorities that are trusted, with whom their tokens have
// to be for, if that is set.
func (s *section) withAudiences() []authority.Authority {
	all := slices.Clone(s.trusted)
	if len(s.audiences) > 0 {
		for i, a := range all {
			all[i] = a.WithAudiences(texts(s.audiences)...)
		}
	}
	return all
}

// links returns the flows that users are sent to beside signing in.
func (s *section) links() (links []authority.Authority) {
	for _, e := range []entry{s.flows.reset, s.flows.edit} {
		if e.text != "" {
			links = append(links, s.tenant.Flow(e.text))
		}
	}
	return links
}

// String tells tenant, flows and ids, who may do without a flow or role, and of a
// credential what kind it is.
func (s *section) String() string {
	text := fmt.Sprintf("%s tenant %s at %s", s.kind, strings.Join(s.tenantIDs(), " "), strings.Join(s.hosts, " "))
	if s.kind == authority.AzureADB2C {
		text = fmt.Sprintf("tenant %s at %s, trusted flows %s", s.tenant.ID(), strings.Join(s.hosts, " "), strings.Join(texts(s.flows.trusted), " "))
		if len(s.missingFlow) > 0 {
			text += ", or none for " + strings.Join(s.missingFlow, " ")
		}
	}
	if len(s.missingRoles) > 0 {
		text += ", roles or none for " + strings.Join(s.missingRoles, " ")
	}
	if claim := s.single.UserIDClaim(); claim != "" {
		text += ", user ids from the claim " + claim
	}
	kind := s.credential.kind
	if kind == "" {
		kind = "no client secret"
	}
	return fmt.Sprintf("%s, audiences %s, client %s, %s", text, strings.Join(texts(s.audiences), " "), s.clientID.text, kind)
}

// tenantIDs returns the tenants whose tokens are accepted.
func (s *section) tenantIDs() []string {
	if s.kind == authority.AzureADB2C {
		return []string{s.tenant.ID()}
	}
	return s.single.TenantIDs()
}

// variable returns the name of .NET's variable for a key.
func variable(section, key string) string {
	return strings.ReplaceAll(section, ":", "__") + "__" + key
}
