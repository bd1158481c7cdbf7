// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"errors"
	"net/url"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/guid"
)

// splitSuccessor takes the key Authority of External ID or Entra ID apart, as
// splitAuthority does that of B2C. TenantId may stand beside it: a path-less
// authority, which .NET's templates have, says nothing of the tenant's GUID.
func splitSuccessor(s *sheet, m *mistakes) {
	whole, ok := s.text(keyAuthority, m)
	if !ok {
		return
	}
	if standsBeside(s, whole, m, keyInstance, keyDomain) {
		return
	}
	base, tenant, appID, problem := readWhole(whole.text)
	if problem != "" {
		m.add(errors.New(whole.origin + problem))
		standIn(s, whole)
		return
	}
	s.put(entry{keyInstance, base, whole.origin})
	if appID != "" && !s.says(keyMetadataAppID) {
		s.put(entry{keyMetadataAppID, appID, whole.origin})
	}
	id, says := s.get(keyTenantID)
	switch {
	case strings.Contains(tenant, ".") || tenant == "":
		if !says {
			s.put(entry{keyTenantID, someID, whole.origin})
			m.addf(whole.origin, `says nothing of the tenant's GUID, shown in the portal as "Tenant ID"; write that in its path, or as %s`, keyTenantID)
		}
	case !says:
		s.put(entry{keyTenantID, tenant, whole.origin})
	case guid.Fold(id.text) != guid.Fold(tenant):
		m.addf(whole.origin, "names the tenant %s, and %s another one", foreign.Name(tenant), id.origin)
	}
}

// readWhole returns host, tenant and ?appid= of an authority's URL, or how a text goes
// on that says what is wrong with it. The host and the GUIDs are looked at by who takes them.
func readWhole(text string) (base, tenant, appID, problem string) {
	if strings.Contains(text, "@") {
		return "", "", "", " holds an @, so perhaps a user name or password; want the authority alone"
	}
	if strings.HasSuffix(bareHost(text), ciamHost) {
		a, err := authority.Parse(text)
		if err != nil {
			return "", "", "", ": " + withoutField(err)
		}
		scheme, _, _ := strings.Cut(text, "://")
		return scheme + "://" + a.Host(), a.Tenant(), a.AppID(), ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Fragment != "" || u.Opaque != "" || u.RawPath != "" {
		return "", "", "", " is no URL such as https://login.microsoftonline.com/{tenant's GUID}"
	}
	path := strings.TrimSuffix(u.Path, "/.well-known/openid-configuration")
	path = strings.Trim(strings.TrimSuffix(strings.TrimSuffix(path, "/"), "/v2.0"), "/")
	query := u.Query()
	appID = query.Get("appid")
	query.Del("appid")
	if strings.Contains(path, "/") || len(query) > 0 {
		return "", "", "", " goes on behind the tenant; want https://" + foreign.Text(u.Host) + "/{tenant's GUID}"
	}
	return u.Scheme + "://" + u.Host, path, appID, ""
}
