// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/guid"
)

// successor is what a section of External ID or Entra ID says of the tenant.
type successor struct {
	kind    authority.Kind
	host    entry
	id      entry
	allowed []entry // the tenants, if the id stands for many
}

// readSuccessor reads the authority of such a section. The error of the last step, in
// which the parts meet, is the mistakes' too.
func readSuccessor(s *sheet, kind authority.Kind, m *mistakes) (authority.Authority, []string) {
	before := len(*m)
	splitSuccessor(s, m)
	p := successor{kind: kind}
	p.readHost(s, m)
	p.readTenant(s, m)
	p.compareDomain(s, m)
	if len(*m) > before {
		return authority.Authority{}, nil
	}
	a, err := p.authority()
	if err != nil {
		m.problem(p.host, err)
		return authority.Authority{}, nil
	}
	return readParticulars(s, a, m), []string{p.host.text}
}

// readHost reads the host of the key Instance.
func (p *successor) readHost(s *sheet, m *mistakes) {
	instance, ok := s.text(keyInstance, m)
	if !ok {
		if !s.says(keyInstance) {
			m.missing(s, keyInstance, variable(s.name, keyInstance), "want the host, such as https://contoso.ciamlogin.com/ or https://login.microsoftonline.com/")
		}
		return
	}
	instance.text = strings.TrimRight(instance.text, "/")
	if strings.Contains(instance.text, "@") {
		m.addf(instance.origin, "holds an @, so perhaps a user name or password; want the host alone")
		return
	}
	some := successor{kind: p.kind, host: instance, id: entry{text: someID}}
	if name := ciamName(instance.text); guid.Is(name) { // the tenant's own, which readTenant sees to
		some.id.text = name
	}
	if _, err := some.authority(); err != nil {
		m.problem(instance, err)
		return
	}
	p.host = instance
}

// readTenant reads the tenant's GUID, or what stands for many tenants with those of
// them that are allowed.
func (p *successor) readTenant(s *sheet, m *mistakes) {
	allowed := s.list(keyAllowedTenants, m)
	id, ok := s.text(keyTenantID, m)
	if !ok {
		if !s.says(keyTenantID) {
			m.missing(s, keyTenantID, variable(s.name, keyTenantID), `want the tenant's GUID, shown in the portal as "Tenant ID"`)
		}
		return
	}
	p.id = id
	many := slices.Contains([]string{"organizations", "common"}, fold(id.text)) && p.kind == authority.EntraID
	switch {
	case many && len(allowed) == 0:
		m.addf(id.origin, "names %s, which lets in users of any tenant of the world; list the GUIDs of those that may come in as %s", foreign.Name(id.text), keyAllowedTenants)
	case many:
		p.allowed = allowed
		p.checkAllowed(m)
	case fold(id.text) == "consumers" && p.kind == authority.EntraID:
		m.addf(id.origin, "names %s; want common, and %s in %s", foreign.Name(id.text), authority.ConsumerTenantID, keyAllowedTenants)
	case len(allowed) > 0:
		m.addf(allowed[0].origin, "is of no use: %s names one tenant, and organizations would stand for many", id.origin)
	default:
		if _, err := authority.Entra(id.text); err != nil {
			m.problem(id, err)
			return
		}
		if name := ciamName(p.host.text); guid.Is(name) && guid.Fold(name) != guid.Fold(id.text) {
			m.addf(p.host.origin, "is the host of another tenant than %s says", id.origin)
		}
	}
}

// checkAllowed checks the list of tenants. That of personal accounts is one that
// organizations leaves out.
func (p *successor) checkAllowed(m *mistakes) {
	before := len(*m)
	for i, e := range p.allowed {
		switch _, err := authority.Entra(e.text); {
		case err != nil:
			m.addf(e.origin, "is no tenant's GUID")
		case slices.ContainsFunc(p.allowed[:i], func(o entry) bool { return guid.Fold(o.text) == guid.Fold(e.text) }):
			m.addf(e.origin, "names %s twice", foreign.Name(e.text))
		}
	}
	personal := slices.ContainsFunc(p.allowed, func(e entry) bool { return guid.Fold(e.text) == authority.ConsumerTenantID })
	if personal && fold(p.id.text) != "common" && len(*m) == before {
		m.addf(p.id.origin, "names %s, which has no personal accounts, and %s lists their tenant; want common", foreign.Name(p.id.text), keyAllowedTenants)
	}
}

// compareDomain holds the key Domain, which nothing needs, against the host.
func (p *successor) compareDomain(s *sheet, m *mistakes) {
	domain, ok := s.get(keyDomain)
	of, name := tenantOf(domain.text), ciamName(p.host.text)
	if ok && of != "" && name != "" && !guid.Is(name) && of != name {
		m.addf(p.host.origin, "is the host of a tenant %s, and %s says %s", foreign.Text(name), domain.origin, foreign.Name(of))
	}
}

// authority puts the parts together.
func (p *successor) authority() (a authority.Authority, err error) {
	switch {
	case p.kind == authority.EntraExternalID:
		name := ciamName(p.host.text)
		if name == "" {
			name = p.id.text // at a custom domain it has no other
		}
		a, err = authority.ExternalID(name, p.id.text)
	case len(p.allowed) > 0:
		a, err = authority.EntraMultiTenant(texts(p.allowed)...)
	default:
		a, err = authority.Entra(p.id.text)
	}
	if err != nil {
		return a, err
	}
	return a.WithHost(p.host.text)
}

// ciamName returns what a host of External ID begins with, "" for others.
func ciamName(text string) string {
	name, ok := strings.CutSuffix(bareHost(text), ciamHost)
	if !ok {
		return ""
	}
	return name
}

// readParticulars adds what a move or claims mapping asks for.
func readParticulars(s *sheet, a authority.Authority, m *mistakes) authority.Authority {
	for _, k := range []struct {
		key  string
		with func(authority.Authority, string) authority.Authority
	}{
		{keyUserIDClaim, authority.Authority.WithUserIDClaim},
		{keyMetadataAppID, authority.Authority.WithAppID},
	} {
		e, ok := s.text(k.key, m)
		if !ok {
			continue
		}
		changed := k.with(a, e.text)
		if err := changed.Err(); err != nil {
			m.problem(e, err)
			continue
		}
		a = changed
	}
	return a
}
