// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"

	"github.com/b2ckit/b2ckit/internal/guid"
	"github.com/b2ckit/b2ckit/internal/origin"
)

// Tenant is an Azure AD B2C tenant: its GUID, its name in URLs and the hosts
// that answer for it. Make one with [B2C], [B2CChina] or [NewTenant].
type Tenant struct {
	id        string
	segment   string
	form      Form
	origins   []origin.Origin
	audiences string // joined, "" if not named
	err       error
}

// Options are the parts of a tenant that have defaults.
type Options struct {
	// Domain is the tenant's domain, such as contoso.onmicrosoft.com, for use
	// in URLs. If empty, URLs name the tenant by its GUID.
	Domain string

	// Form is how URLs are written. If zero, PathForm.
	Form Form
}

// B2C returns the tenant called name in the global cloud: host
// {name}.b2clogin.com, domain {name}.onmicrosoft.com. The tenantID is the
// tenant's GUID, shown in the portal as "Tenant ID". It is required because
// B2C's user flows sign with one key for all tenants of the world: only the
// GUID in the issuer tells this tenant's tokens from a stranger's.
func B2C(name, tenantID string) (Tenant, error) {
	return named(name, tenantID, globalHost, globalDomain)
}

// B2CChina returns the tenant called name in the cloud operated by 21Vianet:
// host {name}.b2clogin.cn, domain {name}.partner.onmschina.cn.
func B2CChina(name, tenantID string) (Tenant, error) {
	return named(name, tenantID, chinaHost, chinaDomain)
}

func named(name, tenantID, hostSuffix, domainSuffix string) (Tenant, error) {
	if err := checkName(name, AzureADB2C); err != nil {
		_, idErr := parseGUID("tenantID", tenantID)
		return Tenant{}, errors.Join(err, idErr)
	}
	return NewTenant(tenantID, []string{name + hostSuffix}, &Options{Domain: name + domainSuffix})
}

// NewTenant returns a tenant that is reached at the given hosts, for custom
// domains, migrations between hosts and emulators. Each host is a name with
// an optional port, or an origin such as http://127.0.0.1:8080; plain http is
// for loopback alone. B2C writes the host of the request into the issuer, so
// each host is an issuer of its own.
//
// The error tells all that is wrong, a line each.
func NewTenant(tenantID string, hosts []string, opts *Options) (Tenant, error) {
	if opts == nil {
		opts = &Options{}
	}
	id, idErr := parseGUID("tenantID", tenantID)
	segment, domainErr := opts.segment(id)
	origins, hostsErr := parseHosts(hosts)
	for _, o := range origins {
		if problem := AzureADB2C.wrongHost(o.Hostname(), ""); problem != "" {
			hostsErr = errors.Join(hostsErr, fieldError("host", o.Host(), problem))
		}
	}
	if err := errors.Join(idErr, hostsErr, domainErr, opts.checkForm()); err != nil {
		return Tenant{}, err
	}
	return Tenant{id: id, segment: segment, form: opts.Form, origins: origins}, nil
}

// segment returns the tenant as it stands in URLs. The id is "" if that is
// wrong itself.
func (o *Options) segment(id string) (string, error) {
	if o.Domain == "" {
		return id, nil
	}
	segment, err := parseTenant("Options.Domain", o.Domain)
	if err == nil && id != "" && guid.Is(segment) && segment != id {
		err = fieldError("Options.Domain", o.Domain, "contradicts tenantID")
	}
	return segment, err
}

func (o *Options) checkForm() error {
	if o.Form > QueryForm {
		return errors.New("authority: Options.Form: no such form")
	}
	return nil
}

// WithHosts returns the same tenant at other hosts, for example at its custom
// domain and, during a migration, at its old host beside it:
//
//	tenant, err = tenant.WithHosts("login.contoso.com", "contoso.b2clogin.com")
func (t Tenant) WithHosts(hosts ...string) (Tenant, error) {
	moved, err := NewTenant(t.id, hosts, &Options{Domain: t.segment, Form: t.form})
	if err = errors.Join(t.err, err); err != nil {
		return Tenant{}, err
	}
	moved.audiences = t.audiences
	return moved, nil
}

// WithAudiences returns the tenant with the audiences that tokens of its flows
// may name, see [Authority.WithAudiences]. An error is kept in the authorities
// that the tenant makes.
func (t Tenant) WithAudiences(ids ...string) Tenant {
	joined, err := joinAudiences(ids, false)
	if err != nil {
		t.err = errors.Join(t.err, err)
		return t
	}
	t.audiences = joined
	return t
}

// ID returns the tenant's GUID in lower case.
func (t Tenant) ID() string { return t.id }

// Flow returns the authority of one user flow or custom policy at the
// tenant's first host. An invalid name is kept in the authority and reported
// by the first constructor that takes it.
func (t Tenant) Flow(name string) Authority {
	if len(t.origins) == 0 {
		return Authority{err: errors.New("authority: empty Tenant; make one with B2C or NewTenant")}
	}
	return t.at(t.origins[0], name)
}

// Flows returns the authorities of the named user flows and custom policies
// at every host of the tenant.
func (t Tenant) Flows(names ...string) []Authority {
	if len(t.origins) == 0 {
		return []Authority{t.Flow("")}
	}
	all := make([]Authority, 0, len(names)*len(t.origins))
	for _, o := range t.origins {
		for _, name := range names {
			all = append(all, t.at(o, name))
		}
	}
	return all
}

func (t Tenant) at(o origin.Origin, flow string) Authority {
	a := Authority{
		form: t.form, origin: o,
		tenant: t.segment, tenantID: t.id, flow: flow,
		err: errors.Join(t.err, checkFlow("flow", flow)),
	}
	if t.audiences != "" {
		a = a.with(func(p *particulars) { p.audiences = t.audiences })
	}
	return a
}
