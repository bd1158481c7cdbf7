// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

// entraHost is where all tenants of Entra ID are.
const entraHost = "login.microsoftonline.com"

// ConsumerTenantID is the GUID of the tenant that all personal Microsoft accounts
// are in.
const ConsumerTenantID = "9188040d-6c67-4c5b-b112-36a304b66dad"

// tenantTemplate stands for the GUID in what is published for many tenants.
const tenantTemplate = "{tenantid}"

// entraID is Microsoft Entra ID.
type entraID struct{ platform }

func (entraID) hosts(string, string) []string { return []string{entraHost} }

func (entraID) issuer(_ site, of names, _ *Flow) string { return entraIssuer(of.id) }

func entraIssuer(tenant string) string { return "https://" + entraHost + "/" + tenant + "/v2.0" }

func (entraID) read(_ site, of names, path string, _ []string) (to address, flow string, ok bool) {
	if many := strings.ToLower(path); slices.Contains(manyTenants, many) {
		return address{tenant: many}, "", true
	}
	return address{tenant: of.id}, "", of.known(path)
}

func (entraID) owns(of names, path string) bool {
	first := firstOf(path)
	return of.known(first) || slices.Contains(manyTenants, strings.ToLower(first))
}

// containers are those of the whole world. Whose tokens are signed by which key
// follows from the tenant.
func (entraID) containers(tenantID string) (main string, all map[string]*container) {
	world, consumers := &container{supply: &worldSupply}, &container{supply: &consumerSupply}
	if tenantID == ConsumerTenantID {
		return TenantKeys, map[string]*container{TenantKeys: consumers, worldKeys: world}
	}
	return TenantKeys, map[string]*container{TenantKeys: world, consumerKeys: consumers}
}

func (p entraID) metadata(m *model, c *call) any {
	issuer := m.issuer(c.site, c.flow)
	if c.ofMany() {
		issuer = entraIssuer(tenantTemplate)
		if c.faulty(FaultWrongIssuer) {
			issuer = entraIssuer(guid.Of(m.id, "another tenant"))
		}
	}
	return p.document(c, c.issuerTold(m.id, issuer))
}

// keySet has the issuer of each key: at /common that keeps apart whom the keys of
// personal accounts are for.
func (p entraID) keySet(k *keys, c *call) []any {
	if !c.ofMany() {
		return p.entries(k, c, k.model.issuer(c.site, c.flow), k.main())
	}
	world, consumers := k.main(), k.containers[strings.ToLower(consumerKeys)]
	if k.model.id == ConsumerTenantID {
		world, consumers = k.containers[strings.ToLower(worldKeys)], k.main()
	}
	set := p.entries(k, c, entraIssuer(tenantTemplate), world)
	if c.tenant == "common" {
		set = append(set, entriesOf(consumers, entraIssuer(ConsumerTenantID))...)
	}
	return set
}
