// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"strings"
	"unique"

	"github.com/b2ckit/b2ckit/internal/origin"
)

// Authority is one trusted issuer: for B2C, one user flow or custom policy of
// one tenant, reached at one host, with the audiences that its tokens may name.
// Authorities that are the same compare equal with ==.
//
// The zero Authority is invalid. An Authority made from an invalid flow name
// or audience keeps the error, see [Authority.Err]; the constructors that take
// authorities return it.
type Authority struct {
	kind     Kind
	form     Form
	algs     algorithms
	origin   origin.Origin // https, or http on loopback
	tenant   string        // domain or GUID as it stands in URLs
	tenantID string        // GUID in lower case, "" if not known
	flow     string        // as configured
	more     unique.Handle[particulars]
	err      error
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
// contoso.onmicrosoft.com, or the GUID; for a list of Entra ID tenants
// organizations or common. It is empty for other OpenID Connect providers.
func (a Authority) Tenant() string { return a.tenant }

// TenantID returns the tenant's GUID in lower case, or "" if neither the URL
// nor [Authority.WithTenantID] gave one, or there is no one tenant.
func (a Authority) TenantID() string { return a.tenantID }

// Flow returns the name of the user flow or custom policy as configured. It
// is empty for all kinds but B2C.
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
	if a.isMultiTenant() || a.kind == OpenIDConnect {
		return a, fieldError("tenantID", id, "names one tenant, which this authority does not have")
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
// returned by the first constructor that takes it; so is, for External ID and
// Entra ID, what is no GUID, such as an App ID URI: their tokens of version 2
// name the client id.
func (a Authority) WithAudiences(ids ...string) Authority {
	joined, err := joinAudiences(ids, a.kind == EntraExternalID || a.kind == EntraID)
	if err != nil {
		a.err = errors.Join(a.Err(), err)
		return a
	}
	return a.with(func(p *particulars) { p.audiences = joined })
}

// Audiences returns the audiences given to WithAudiences, nil if there are
// none: then it is for who takes the authority to name them.
func (a Authority) Audiences() []string { return splitAudiences(a.own().audiences) }

// Algorithms returns the signature algorithms that this authority's tokens may
// have: RS256 alone for Microsoft's products, and for other OpenID Connect
// providers those named to [OpenIDProvider]. What metadata or a token says
// never widens it.
func (a Authority) Algorithms() []Algorithm { return a.algs.list() }

// Allows reports whether an algorithm is one of [Authority.Algorithms].
func (a Authority) Allows(alg Algorithm) bool { return a.algs.has(alg) }

// isMultiTenant reports whether the authority has an allow-list of tenants.
func (a Authority) isMultiTenant() bool { return a.kind == EntraID && a.own().tenants != "" }

// own returns the authority's particulars.
func (a Authority) own() particulars {
	if a.more == (unique.Handle[particulars]{}) {
		return particulars{}
	}
	return a.more.Value()
}

// with returns the authority with other particulars.
func (a Authority) with(change func(*particulars)) Authority {
	p := a.own()
	change(&p)
	a.more = unique.Make(p)
	return a
}
