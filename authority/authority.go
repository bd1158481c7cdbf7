// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"strings"

	"github.com/b2ckit/b2ckit/internal/origin"
)

// Kind is the product behind an authority; it decides which rules tokens
// follow.
type Kind uint8

const (
	// AzureADB2C is a user flow or custom policy of an Azure AD B2C tenant.
	AzureADB2C Kind = iota
	// EntraExternalID is an external tenant of Microsoft Entra External ID
	// (ciamlogin.com), which has no flows in its URLs.
	EntraExternalID
)

// String returns the product's name.
func (k Kind) String() string {
	if k == EntraExternalID {
		return "Entra External ID"
	}
	return "Azure AD B2C"
}

// Authority is one trusted issuer: for B2C, one user flow or custom policy of
// one tenant, reached at one host, with the audiences that its tokens may name.
//
// The zero Authority is invalid. An Authority made from an invalid flow name
// or audience keeps the error, see [Authority.Err]; the constructors that take
// authorities return it.
type Authority struct {
	kind      Kind
	form      Form
	origin    origin.Origin // https, or http on loopback
	tenant    string        // domain or GUID as it stands in URLs
	tenantID  string        // GUID in lower case, "" if not known
	flow      string        // as configured
	audiences string        // joined, "" if not named
	err       error
}

// Err returns why the authority can't be used, nil if it can.
func (a Authority) Err() error {
	if a.err == nil && a.origin == (origin.Origin{}) {
		return errors.New("authority: empty Authority; make one with Tenant.Flow or Parse")
	}
	return a.err
}

// Kind returns the product behind the authority.
func (a Authority) Kind() Kind { return a.kind }

// Host returns the host name in lower case, with its port unless that is the
// default of the scheme.
func (a Authority) Host() string { return a.origin.Host() }

// Tenant returns the tenant as it stands in URLs: a domain such as
// contoso.onmicrosoft.com, or the GUID.
func (a Authority) Tenant() string { return a.tenant }

// TenantID returns the tenant's GUID in lower case, or "" if neither the URL
// nor [Authority.WithTenantID] gave one.
func (a Authority) TenantID() string { return a.tenantID }

// Flow returns the name of the user flow or custom policy as configured. It
// is empty for External ID.
func (a Authority) Flow() string { return a.flow }

// FlowKey returns the flow's name for comparison: B2C treats names without
// regard to case and is not consistent about the case it answers in.
func (a Authority) FlowKey() string { return FoldFlow(a.flow) }

// IsCustomPolicy reports whether the flow is a custom policy (B2C_1A_…) rather
// than a user flow. Custom policies sign with keys of their own.
func (a Authority) IsCustomPolicy() bool {
	return strings.HasPrefix(a.FlowKey(), "b2c_1a_")
}

// WithTenantID returns the authority with the tenant's GUID, which Parse
// can't know when the URL names the tenant by its domain.
func (a Authority) WithTenantID(id string) (Authority, error) {
	if err := a.Err(); err != nil {
		return a, err
	}
	id, err := parseGUID("tenantID", id)
	if err != nil {
		return a, err
	}
	if a.tenantID != "" && a.tenantID != id {
		return a, fieldError("tenantID", id, "contradicts the tenant "+a.tenantID+" in the URL")
	}
	a.tenantID = id
	return a, nil
}

// WithAudiences returns the authority with the audiences that its tokens may
// name: the application (client) ids under which an API is registered in this
// tenant. They replace those it had. An API with registrations in two tenants
// has two ids, and that of one tenant is nothing to the other.
//
// GUIDs fold to lower case, as the issuers write them. Ids that are empty,
// hold space or come twice are an error, which is kept in the authority and
// returned by the first constructor that takes it.
func (a Authority) WithAudiences(ids ...string) Authority {
	joined, err := joinAudiences(ids)
	if err != nil {
		a.err = errors.Join(a.Err(), err)
		return a
	}
	a.audiences = joined
	return a
}

// Audiences returns the audiences given to WithAudiences, nil if there are
// none: then it is for who takes the authority to name them.
func (a Authority) Audiences() []string { return splitAudiences(a.audiences) }
