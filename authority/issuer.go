// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// placeholder stands in place of the tenant's GUID in the issuers of Entra ID's
// multi-tenant metadata, and in those of keys.
const placeholder = "{tenantid}"

// Issuers returns the issuers that this authority's metadata may name, the
// usual one first. It is nil while the tenant's GUID is not known.
//
// For B2C these are the two values of the setting IssuanceClaimPattern:
//
//	https://{host}/{tenant GUID}/v2.0/             AuthorityAndTenantGuid, the default
//	https://{host}/tfp/{tenant GUID}/{flow}/v2.0/  AuthorityWithTfp
//
// The trailing slash is part of the issuer. The other kinds have none:
//
//	https://{tenant GUID}.ciamlogin.com/{tenant GUID}/v2.0  External ID, whatever host was asked
//	https://login.microsoftonline.com/{tenant GUID}/v2.0    Entra ID; seen for External ID at a custom domain
//	https://{host}/{tenant GUID}/v2.0                       either, at the host that is asked
//
// With a list of Entra ID tenants the GUID is the placeholder {tenantid}. The
// issuer of another OpenID Connect provider is the one that it was named with.
func (a Authority) Issuers() []string {
	switch {
	case a.Err() != nil:
		return nil
	case a.isMultiTenant():
		return a.issuersOf(placeholder)
	case a.kind == OpenIDConnect:
		return []string{a.own().issuer}
	case a.tenantID == "":
		return nil
	}
	return a.issuersOf(a.tenantID)
}

// TokenIssuers returns the issuers that a token of this authority may name: those
// of [Authority.Issuers], with the placeholder filled in for each of the tenants.
// Which one it must be is for metadata to say.
func (a Authority) TokenIssuers() []string {
	if a.Err() != nil || !a.isMultiTenant() {
		return a.Issuers()
	}
	var all []string
	for _, id := range a.TenantIDs() {
		all = append(all, a.issuersOf(id)...)
	}
	return all
}

// issuersOf returns the forms of issuer of a tenant of Microsoft's.
func (a Authority) issuersOf(tenant string) []string {
	origin := a.origin.String()
	if a.kind == AzureADB2C {
		return []string{
			origin + "/" + tenant + "/v2.0/",
			origin + "/tfp/" + tenant + "/" + a.FlowKey() + "/v2.0/",
		}
	}
	var all []string
	if a.kind == EntraExternalID {
		all = append(all, "https://"+tenant+ciamSuffix+"/"+tenant+"/v2.0")
	}
	for _, base := range []string{entraOrigin, origin} {
		if issuer := base + "/" + tenant + "/v2.0"; !slices.Contains(all, issuer) {
			all = append(all, issuer)
		}
	}
	return all
}

// MatchIssuer reports whether an issuer found in this authority's metadata is
// one of [Authority.Issuers]. Only the case of the flow's name is ignored.
//
// It is a test for metadata, not for tokens: a token's issuer must equal the
// metadata's byte for byte (RFC 8725 section 3.8).
func (a Authority) MatchIssuer(issuer string) bool {
	for _, want := range a.Issuers() {
		if issuer == want {
			return true
		}
		// The flow is the only part whose case varies; compare the rest exactly.
		prefix, tail, ok := cutFlow(want, a.FlowKey())
		if ok && len(issuer) == len(want) &&
			strings.HasPrefix(issuer, prefix) && strings.HasSuffix(issuer, tail) &&
			SameFlow(issuer[len(prefix):len(issuer)-len(tail)], a.flow) {
			return true
		}
	}
	return false
}

func cutFlow(issuer, flow string) (prefix, tail string, ok bool) {
	if flow == "" || !strings.HasSuffix(issuer, "/"+flow+"/v2.0/") {
		return "", "", false
	}
	tail = "/v2.0/"
	return issuer[:len(issuer)-len(tail)-len(flow)], tail, true
}

// KeyIssuerFits reports whether a key that names an issuer of its own (the member
// issuer of its JWK, "" if it has none) may sign a token of that issuer. Entra ID's
// multi-tenant key sets hold keys of several tenants, personal accounts among them,
// and that member alone keeps them apart: there a key without one signs nothing.
//
// The token's issuer must be one of this authority's, of a tenant that it allows.
// The key's is any form of the same tenant's, or has the placeholder {tenantid} in
// its place. For B2C, whose keys name none, only "" fits. For another OpenID Connect
// provider it is "" or the issuer itself.
func (a Authority) KeyIssuerFits(keyIssuer, tokenIssuer string) bool {
	switch a.kind {
	case AzureADB2C:
		return keyIssuer == ""
	case OpenIDConnect:
		return tokenIssuer == a.own().issuer && (keyIssuer == "" || keyIssuer == tokenIssuer)
	case EntraExternalID, EntraID:
	}
	tenant := a.tenantIn(tokenIssuer)
	if !a.AllowsTenant(tenant) {
		return false
	}
	if keyIssuer == "" {
		return !a.isMultiTenant()
	}
	of := a.tenantIn(keyIssuer)
	return of == tenant || of == placeholder
}

// tenantIn returns the tenant in an issuer of External ID's or Entra ID's that
// this authority could name, its GUID in lower case or the placeholder, and ""
// if it is none.
func (a Authority) tenantIn(issuer string) string {
	rest, ok := strings.CutSuffix(issuer, "/v2.0")
	i := strings.LastIndexByte(rest, '/')
	if !ok || i < 0 {
		return ""
	}
	base, tenant := rest[:i], rest[i+1:]
	if tenant != placeholder && (!guid.Is(tenant) || guid.Fold(tenant) != tenant) {
		return ""
	}
	if base == entraOrigin || a.kind == EntraExternalID && isGUIDHost(base, tenant) || base == a.origin.String() {
		return tenant
	}
	return ""
}

// isGUIDHost reports whether an origin is the host of External ID that is named
// by the tenant's GUID. No placeholder stands there.
func isGUIDHost(base, tenant string) bool {
	name, ok := strings.CutSuffix(base, ciamSuffix)
	return ok && tenant != placeholder && strings.HasPrefix(name, "https://") && name[len("https://"):] == tenant
}

// KeyHosts returns the hosts from which this authority's keys may come
// without a further word of configuration: the host of its metadata, and for
// External ID the GUID host that its issuer names.
func (a Authority) KeyHosts() []string {
	if host := a.tenantID + ciamSuffix; a.kind == EntraExternalID && a.tenantID != "" && host != a.Host() {
		return []string{a.Host(), host}
	}
	return []string{a.Host()}
}
