// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import "strings"

// Issuers returns the issuers that this authority's metadata may name, the
// usual one first. It is nil while the tenant's GUID is not known.
//
// For B2C these are the two values of the setting IssuanceClaimPattern:
//
//	https://{host}/{tenant GUID}/v2.0/             AuthorityAndTenantGuid, the default
//	https://{host}/tfp/{tenant GUID}/{flow}/v2.0/  AuthorityWithTfp
//
// The trailing slash is part of the issuer. An External ID tenant has no
// slash and names its GUID as the host, whatever host was asked.
func (a Authority) Issuers() []string {
	if a.Err() != nil || a.tenantID == "" {
		return nil
	}
	origin := a.origin.String()
	if a.kind == EntraExternalID {
		return []string{
			"https://" + a.tenantID + ciamSuffix + "/" + a.tenantID + "/v2.0",
			origin + "/" + a.tenantID + "/v2.0",
		}
	}
	return []string{
		origin + "/" + a.tenantID + "/v2.0/",
		origin + "/tfp/" + a.tenantID + "/" + a.FlowKey() + "/v2.0/",
	}
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

// KeyHosts returns the hosts from which this authority's keys may come
// without a further word of configuration: the host of its metadata, and for
// External ID the GUID host that its issuer names.
func (a Authority) KeyHosts() []string {
	if a.kind == EntraExternalID {
		return []string{a.Host(), a.tenantID + ciamSuffix}
	}
	return []string{a.Host()}
}
