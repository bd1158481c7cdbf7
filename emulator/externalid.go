// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import "strings"

// externalID is Microsoft Entra External ID in an external tenant.
type externalID struct{ platform }

func (externalID) hosts(name, id string) []string {
	return []string{name + ".ciamlogin.com", id + ".ciamlogin.com"}
}

// issuer has the GUID as host, whatever host was asked, but for the host of Entra
// ID, where the tenant is one of many, and for other domains than Microsoft's, where
// the tenant has a choice.
func (externalID) issuer(at site, of names, f *Flow) string {
	switch {
	case at.host == entraHost:
		return entraIssuer(of.id)
	case strings.HasSuffix(at.host, ".ciamlogin.com"):
	case f.Issuer == IssuerEntra:
		return entraIssuer(of.id)
	case f.Issuer == IssuerHost:
		return at.String() + "/" + of.id + "/v2.0"
	}
	return "https://" + of.id + ".ciamlogin.com/" + of.id + "/v2.0"
}

func (externalID) read(_ site, of names, path string, _ []string) (to address, flow string, ok bool) {
	return address{tenant: of.id}, "", of.known(path)
}

func (externalID) owns(of names, path string) bool { return of.known(firstOf(path)) }

// containers are the tenant's own keys, and what Entra ID's host publishes in
// their place.
func (externalID) containers(tenantID string) (main string, all map[string]*container) {
	return TenantKeys, map[string]*container{
		TenantKeys: {supply: ownSupply(tenantID, TenantKeys, true)},
		worldKeys:  {supply: &worldSupply},
	}
}

func (p externalID) metadata(m *model, c *call) any {
	return p.document(c, c.issuerTold(m.id, m.issuer(c.site, c.flow)))
}

func (p externalID) keySet(k *keys, c *call) []any {
	from := k.main()
	if c.site.host == entraHost {
		from = k.named(worldKeys)
	}
	return p.entries(k, c, k.model.issuer(c.site, c.flow), from)
}
