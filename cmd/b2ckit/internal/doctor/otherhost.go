// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
)

// otherHosts finds out whether a tenant answers at a host that is not trusted: each
// host is an issuer of its own, and b2clogin.com goes on answering behind a custom
// domain.
func (d *doctor) otherHosts(ctx context.Context) []report.Finding {
	var found []report.Finding
	for i, p := range d.patients {
		a := p.authority
		isFirst := !slices.ContainsFunc(d.patients[:i], func(q *patient) bool { return q.authority.TenantID() == a.TenantID() })
		if a.Kind() == authority.AzureADB2C && isFirst {
			found = append(found, d.otherHost(ctx, a))
		}
	}
	return found
}

func (d *doctor) otherHost(ctx context.Context, a authority.Authority) report.Finding {
	f := report.Finding{Check: report.OtherHost, State: report.Skipped}
	own, known := b2cLogin(a.Tenant())
	hasOwn, hasCustom := false, false
	for _, p := range d.patients {
		if p.authority.TenantID() == a.TenantID() {
			hasOwn = hasOwn || isB2CLogin(p.authority.Host())
			hasCustom = hasCustom || !isB2CLogin(p.authority.Host())
		}
	}
	switch {
	case strings.HasPrefix(a.MetadataURL(), "http:"):
		f.Found = "plain http is an emulator's, which has one host"
	case hasOwn && hasCustom:
		f.State, f.Found = report.OK, "the custom domain and b2clogin are both trusted, each with an issuer of its own"
	case hasOwn:
		f.Found = "no custom domain is configured; if the tenant has one, its tokens have another issuer"
	case !known:
		f.Found = "the tenant is named by its GUID, so its b2clogin host is not known"
	default:
		d.askOther(ctx, a, own, &f)
	}
	return f
}

// askOther asks the b2clogin host, which is not trusted, for the flow.
func (d *doctor) askOther(ctx context.Context, a authority.Authority, host string, f *report.Finding) {
	t, err := authority.NewTenant(a.TenantID(), []string{host}, &authority.Options{Domain: a.Tenant()})
	if err != nil {
		f.Found = withoutPackage(err)
		return
	}
	other := t.Flow(a.Flow())
	e, err := d.get(ctx, other.MetadataURL())
	document, readable := readDocument(e.Body)
	switch {
	case err != nil:
		f.Found = fmt.Sprintf("%s was not reached: %s", host, foreign.Text(err.Error()))
	case e.Status != http.StatusOK || !readable || !other.MatchIssuer(document.issuer):
		f.State, f.Found = report.OK, host+" does not answer for the tenant, so all tokens are the custom domain's"
	default:
		f.State, f.Found = report.Warn, host+" answers too, and is not trusted: tokens that it issues are refused for their issuer"
		f.Do = "if clients still use it, trust that host as well; if none should, block b2clogin.com for the tenant, or leave it as it is"
		f.Facts = []report.Fact{{Name: "other_issuer", Value: document.issuer}}
	}
}

// b2cLogins are the clouds: how domains end in them, and hosts.
var b2cLogins = []struct{ domain, host string }{
	{".onmicrosoft.com", ".b2clogin.com"},
	{".partner.onmschina.cn", ".b2clogin.cn"},
}

// b2cLogin returns the host that B2C gives a tenant with a domain.
func b2cLogin(domain string) (host string, ok bool) {
	for _, c := range b2cLogins {
		if name, ok := strings.CutSuffix(authority.FoldFlow(domain), c.domain); ok {
			return name + c.host, true
		}
	}
	return "", false
}

func isB2CLogin(host string) bool {
	return slices.ContainsFunc(b2cLogins, func(c struct{ domain, host string }) bool { return strings.HasSuffix(host, c.host) })
}
