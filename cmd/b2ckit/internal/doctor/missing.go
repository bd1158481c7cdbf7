// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/nearest"
)

// meant adds to what was found of flows that do not exist what to do. It comes
// after all have been asked: that others are there tells something.
func (d *doctor) meant(ctx context.Context) {
	for _, p := range d.patients {
		if p.isMissing {
			p.found[0].Do = d.instead(ctx, p.authority) // of the metadata
		}
	}
}

// instead finds out what a flow that does not exist may be instead, by asking for it.
func (d *doctor) instead(ctx context.Context, a authority.Authority) string {
	if byID, err := d.byID(a); err == nil && a.Tenant() != a.TenantID() && d.exists(ctx, byID) {
		return fmt.Sprintf("correct the tenant's domain %s: the flow is there if the tenant is named by its GUID", a.Tenant())
	}
	if byID, err := d.byID(a); err == nil {
		if other, ok := otherKind(a.Flow()); ok {
			if t, err := authority.NewTenant(byID.TenantID(), []string{origin(a)}, nil); err == nil && d.exists(ctx, t.Flow(other)) {
				return fmt.Sprintf("correct the name: %s is there", other)
			}
		}
	}
	if name, ok := nearest.Of(a.Flow(), d.others(a)); ok {
		return fmt.Sprintf("correct the name, or remove it: is it %s that is meant?", name)
	}
	for _, p := range d.patients {
		if p.authority.Host() == a.Host() && p.authority.Tenant() == a.Tenant() && p.cache.Current() != nil {
			return "correct the flow's name: the tenant is right, since another flow of it is there. The portal lists them under User flows, or Identity Experience Framework"
		}
	}
	return "compare host, tenant and flow with the portal: User flows, Run user flow shows the metadata's address"
}

// byID returns the same flow with its tenant named by the GUID.
func (d *doctor) byID(a authority.Authority) (authority.Authority, error) {
	t, err := authority.NewTenant(a.TenantID(), []string{origin(a)}, nil)
	return t.Flow(a.Flow()), err
}

// origin returns where an authority is, with its scheme.
func origin(a authority.Authority) string {
	scheme, _, _ := strings.Cut(a.MetadataURL(), ":")
	return scheme + "://" + a.Host()
}

// otherKind returns a user flow's name as a custom policy's, or the other way
// round: the prefix is easily mistaken.
func otherKind(flow string) (string, bool) {
	const userFlow, customPolicy = "b2c_1_", "b2c_1a_"
	switch folded := authority.FoldFlow(flow); {
	case strings.HasPrefix(folded, userFlow):
		return "B2C_1A_" + flow[len(userFlow):], true
	case strings.HasPrefix(folded, customPolicy):
		return "B2C_1_" + flow[len(customPolicy):], true
	}
	return "", false
}

// others returns the other flows that are known.
func (d *doctor) others(a authority.Authority) []string {
	all := append([]string(nil), d.Links...)
	for _, p := range d.patients {
		if f := p.authority.Flow(); !authority.SameFlow(f, a.Flow()) {
			all = append(all, f)
		}
	}
	return all
}

// exists reports whether a flow's metadata is there.
func (d *doctor) exists(ctx context.Context, a authority.Authority) bool {
	if a.Err() != nil {
		return false
	}
	e, err := d.get(ctx, a.MetadataURL())
	return err == nil && e.Status == http.StatusOK
}
