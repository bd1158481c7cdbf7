// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/guid"
)

func (c *examination) checkIssuer() report.Finding {
	f := report.Finding{Check: report.Issuer, State: report.OK}
	issuer := c.document.issuer
	if issuer != "" {
		f.Facts = []report.Fact{{Name: "issuer", Value: foreign.Text(issuer)}}
	}
	switch {
	case !c.readable:
		f.State, f.Found = report.Skipped, "there is no metadata"
	case issuer == "" && c.failed != nil:
		f.State, f.Found, f.Do = report.Fail, c.failed.Problem, c.advice(c.failed)
	case !c.authority.MatchIssuer(issuer):
		f.State, f.Found, f.Do = report.Fail, "the metadata names another tenant's or host's issuer", c.adviceIssuer()
		f.Facts = append(f.Facts, report.Fact{Name: "issuers_wanted", Value: c.authority.Issuers()})
	default:
		form := c.form()
		f.Found = "of the form " + form
		f.Facts = append(f.Facts, report.Fact{Name: "issuer_form", Value: form})
	}
	return f
}

// form names the setting that makes the issuer look as it does.
func (c *examination) form() string {
	issuer, all := c.document.issuer, c.authority.Issuers()
	switch c.authority.Kind() {
	case authority.EntraExternalID:
		if issuer != all[0] {
			return "External ID, with another host than the tenant's GUID"
		}
		return "External ID"
	case authority.EntraID:
		if strings.Contains(issuer, "{tenantid}") {
			return "Entra ID, for many tenants"
		}
		return "Entra ID"
	case authority.OpenIDConnect:
		return "OpenID Connect"
	case authority.AzureADB2C:
		if issuer == all[0] {
			return "AuthorityAndTenantGuid"
		}
	}
	return "AuthorityWithTfp"
}

func (c *examination) adviceIssuer() string {
	kind := c.authority.Kind()
	if strings.HasPrefix(c.document.issuer, "https://sts.windows.net/") {
		return "this is the metadata of version 1: ask at an address that ends in /v2.0, and set requestedAccessTokenVersion to 2 in the API's registration"
	}
	for part := range strings.SplitSeq(c.document.issuer, "/") {
		id := strings.TrimSuffix(authority.FoldFlow(part), ".ciamlogin.com")
		if guid.Is(id) && !c.authority.AllowsTenant(id) {
			return fmt.Sprintf("the tenant that answers has the GUID %s, and %s is configured: correct the tenant's GUID, if that tenant is yours", id, strings.Join(c.authority.TenantIDs(), " "))
		}
	}
	if kind != authority.AzureADB2C {
		return "correct the host: this issuer is not one that " + kind.String() + " writes for the tenant"
	}
	return "correct the host: B2C writes the one that it was asked at into the issuer"
}
