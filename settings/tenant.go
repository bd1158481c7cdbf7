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

const (
	globalHost, globalDomain = ".b2clogin.com", ".onmicrosoft.com"
	chinaHost, chinaDomain   = ".b2clogin.cn", ".partner.onmschina.cn"
	ciamHost                 = ".ciamlogin.com"
	entraHost                = "login.microsoftonline.com"

	// What stands in for parts that are wrong or missing, so that the others can be
	// looked at.
	someID   = "11111111-1111-1111-1111-111111111111"
	someHost = "login.example.com"
)

// tenantParts are what the section says of the tenant.
type tenantParts struct {
	id, name, domain entry
	hosts            []entry
}

// readTenant reads the tenant from the keys of its parts.
func readTenant(s *sheet, m *mistakes) (t tenantParts) {
	t.id = readTenantID(s, m)
	t.readName(s, m)
	t.readDomain(s, m)
	t.readHosts(s, m)
	t.compare(m)
	return t
}

// tenant returns the tenant, if there is no mistake in its parts.
func (t *tenantParts) tenant() (authority.Tenant, error) {
	hosts := make([]string, len(t.hosts))
	for i, h := range t.hosts {
		hosts[i] = h.text
	}
	return authority.NewTenant(t.id.text, hosts, &authority.Options{Domain: t.domain.text})
}

func readTenantID(s *sheet, m *mistakes) entry {
	id, ok := s.text(keyTenantID, m)
	if !ok {
		if !s.says(keyTenantID) {
			m.missing(s, keyTenantID, varTenantID, `want the tenant's GUID, shown in the portal as "Tenant ID"; user flows sign with one key for all tenants of the world, and only the GUID tells them apart`)
		}
		return entry{}
	}
	if _, err := authority.NewTenant(id.text, []string{someHost}, nil); err != nil {
		m.problem(id, err)
		return entry{}
	}
	return id
}

// readName reads the name that B2C_TENANT gives.
func (t *tenantParts) readName(s *sheet, m *mistakes) {
	name, ok := s.text(keyTenant, m)
	if !ok {
		return
	}
	if _, err := authority.B2C(name.text, someID); err != nil {
		m.problem(name, err)
		return
	}
	t.name = name
}

func (t *tenantParts) readDomain(s *sheet, m *mistakes) {
	domain, ok := s.text(keyDomain, m)
	if !ok {
		return
	}
	if guid.Is(domain.text) && t.id.text != "" && guid.Fold(domain.text) != guid.Fold(t.id.text) {
		m.addf(domain.origin, "is another GUID than %s", t.id.origin)
		return
	}
	id := someID
	if guid.Is(domain.text) {
		id = domain.text
	}
	if _, err := authority.NewTenant(id, []string{someHost}, &authority.Options{Domain: domain.text}); err != nil {
		m.problem(domain, err)
		return
	}
	t.domain = domain
}

func (t *tenantParts) readHosts(s *sheet, m *mistakes) {
	var given []entry
	instance, ok := s.text(keyInstance, m)
	if ok {
		given = append(given, entry{instance.path, withoutTFP(instance.text), instance.origin})
	}
	given = append(given, s.list(keyTrustedHosts, m)...)
	for i, h := range given {
		if slices.ContainsFunc(given[:i], func(e entry) bool { return bareHost(e.text) == bareHost(h.text) }) {
			m.addf(h.origin, "names %s twice", foreign.Name(h.text))
			continue
		}
		t.addHost(h, m)
	}
	if !s.says(keyInstance, keyTenant) {
		m.missing(s, keyInstance, varTenant, "want the tenant's host, such as https://contoso.b2clogin.com")
	}
}

// addHost adds a host of the tenant's, unless it is wrong.
func (t *tenantParts) addHost(h entry, m *mistakes) {
	host := bareHost(h.text)
	switch {
	case strings.Contains(h.text, "@"):
		m.addf(h.origin, "holds an @, so perhaps a user name or password; want the host alone")
	case strings.HasSuffix(host, ciamHost):
		m.addf(h.origin, "is at Entra External ID, %s", notB2C)
	default:
		if _, err := authority.NewTenant(someID, []string{h.text}, nil); err != nil {
			m.problem(h, err)
			return
		}
		t.hosts = append(t.hosts, h)
	}
}

// withoutTFP returns an Instance without what Microsoft.Identity.Web takes off its
// end: slashes, and the segment tfp that MSAL wants.
func withoutTFP(instance string) string {
	instance = strings.TrimRight(instance, "/")
	if cut := len(instance) - len("/tfp"); cut > 0 && fold(instance[cut:]) == "/tfp" {
		instance = strings.TrimRight(instance[:cut], "/")
	}
	return instance
}

// bareHost returns the host of an origin, or of what has none, to compare it: without
// the port that https has anyway.
func bareHost(text string) string {
	text = fold(text)
	if _, host, ok := strings.Cut(text, "://"); ok {
		text = host
	}
	host, _, _ := strings.Cut(text, "/")
	return strings.TrimSuffix(host, ":443")
}

// compare holds the parts against each other, and fills in what the name says.
func (t *tenantParts) compare(m *mistakes) {
	says := t.name
	if of := tenantOf(t.domain.text); of != "" {
		if t.name.text != "" && fold(t.name.text) != of {
			m.addf(t.name.origin, "is %s, and %s is %s", foreign.Name(t.name.text), t.domain.origin, foreign.Name(t.domain.text))
			return
		}
		says = entry{text: of, origin: t.domain.origin}
	}
	for _, h := range t.hosts {
		if of := tenantOf(bareHost(h.text)); of != "" && says.text != "" && of != fold(says.text) {
			m.addf(h.origin, "is the host of a tenant %s, and %s says %s", of, says.origin, foreign.Name(says.text))
		}
	}
	if t.name.text == "" {
		return
	}
	host, domain := globalHost, globalDomain
	if slices.ContainsFunc(t.hosts, func(e entry) bool { return strings.HasSuffix(bareHost(e.text), chinaHost) }) {
		host, domain = chinaHost, chinaDomain
	}
	if len(t.hosts) == 0 {
		t.hosts = []entry{{keyInstance, t.name.text + host, t.name.origin}}
	}
	if t.domain.text == "" {
		t.domain = entry{keyDomain, t.name.text + domain, t.name.origin}
	}
}

// tenantOf returns the tenant's name in one of its first host or domain, "" in
// others, which say nothing of it.
func tenantOf(name string) string {
	for _, suffix := range []string{globalHost, globalDomain, chinaHost, chinaDomain} {
		if of, ok := strings.CutSuffix(fold(name), suffix); ok && !strings.Contains(of, ".") {
			return of
		}
	}
	return ""
}

// ofAnotherTenant returns which of the values names another tenant than the sheet, by
// its name or its GUID, and what the sheet says: a secret that is there must not go to
// the other's host.
func ofAnotherTenant(s *sheet, plain plainValues, keys []entry) (value, other entry, ok bool) {
	if name, found := plain[varTenant]; found {
		if other, ok = otherTenant(s, name.text); ok {
			return name, other, true
		}
	}
	ids := []entry{plain[varTenantID]}
	for _, e := range keys {
		if fold(e.path) == fold(keyTenantID) {
			ids = append(ids, e)
		}
	}
	other, _ = s.get(keyTenantID)
	for _, id := range ids {
		if guid.Is(id.text) && guid.Is(other.text) && fold(id.text) != fold(other.text) {
			return id, other, true
		}
	}
	return entry{}, entry{}, false
}

// otherTenant returns what says on a sheet that it is about another tenant than the
// one of this name.
func otherTenant(s *sheet, name string) (entry, bool) {
	for _, key := range []string{keyTenant, keyDomain, keyInstance} {
		e, _ := s.get(key)
		says := tenantOf(e.text)
		switch key {
		case keyTenant:
			says = fold(e.text)
		case keyInstance:
			says = tenantOf(bareHost(e.text))
		}
		if says != "" && says != fold(name) {
			return e, true
		}
	}
	return entry{}, false
}
