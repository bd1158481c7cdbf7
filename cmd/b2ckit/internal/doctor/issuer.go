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
		f.State, f.Found, f.Do = report.Fail, c.failed.Problem, advice(c.failed)
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
	switch {
	case c.authority.Kind() == authority.EntraExternalID:
		return "External ID"
	case c.document.issuer == c.authority.Issuers()[0]:
		return "AuthorityAndTenantGuid"
	}
	return "AuthorityWithTfp"
}

func (c *examination) adviceIssuer() string {
	for part := range strings.SplitSeq(c.document.issuer, "/") {
		if id := authority.FoldFlow(part); guid.Is(id) && id != c.authority.TenantID() {
			return fmt.Sprintf("the tenant that answers has the GUID %s, and %s is configured: correct the tenant's GUID, if that tenant is yours", id, c.authority.TenantID())
		}
	}
	return "correct the host: B2C writes the one that it was asked at into the issuer"
}
