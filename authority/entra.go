// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"errors"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/internal/origin"
)

// ConsumerTenantID is the tenant of personal Microsoft accounts.
const ConsumerTenantID = "9188040d-6c67-4c5b-b112-36a304b66dad"

const (
	organizations = "organizations"
	common        = "common"
)

// entraTenants are what Entra ID takes in place of a tenant.
var entraTenants = []string{common, organizations, "consumers"}

// Entra returns the authority of one workforce tenant of Microsoft Entra ID,
// https://login.microsoftonline.com/{tenantID}. Its tokens are those of version
// 2: the API's registration has requestedAccessTokenVersion 2.
func Entra(tenantID string) (Authority, error) {
	if slices.Contains(entraTenants, FoldFlow(tenantID)) {
		return Authority{}, fieldError("tenantID", tenantID, "stands for many; want the one tenant's GUID, or use EntraMultiTenant with those allowed")
	}
	id, err := parseGUID("tenantID", tenantID)
	if err != nil {
		return Authority{}, err
	}
	a, err := entraAt(id)
	a.tenantID = id
	return a, err
}

// EntraMultiTenant returns the authority of an application that users of several
// tenants of Microsoft Entra ID sign in to, https://login.microsoftonline.com/organizations,
// or /common if [ConsumerTenantID] is among the tenants. Its metadata names an
// issuer with the placeholder {tenantid}, and its keys are those of all tenants
// of the world: the tenants named here are the only ones whose tokens are good.
//
// The error tells all that is wrong, a line each.
func EntraMultiTenant(tenantIDs ...string) (Authority, error) {
	if len(tenantIDs) == 0 {
		return Authority{}, errors.New("authority: tenantIDs: empty; name the tenants whose users may come in: without a list any tenant of the world could")
	}
	var errs []error
	ids := make([]string, 0, len(tenantIDs))
	for _, tenantID := range tenantIDs {
		id, err := parseGUID("tenantIDs", tenantID)
		switch {
		case slices.Contains(entraTenants, FoldFlow(tenantID)):
			err = fieldError("tenantIDs", tenantID, "stands for many; name each tenant that is allowed, by its GUID")
		case err == nil && slices.Contains(ids, id):
			err = fieldError("tenantIDs", id, "is named twice")
		}
		errs = append(errs, err)
		ids = append(ids, id)
	}
	if err := errors.Join(errs...); err != nil {
		return Authority{}, err
	}
	segment := organizations
	if slices.Contains(ids, ConsumerTenantID) {
		segment = common
	}
	a, err := entraAt(segment)
	slices.Sort(ids) // the order says nothing
	return a.with(func(p *particulars) { p.tenants = strings.Join(ids, " ") }), err
}

func entraAt(segment string) (Authority, error) {
	o, err := origin.Read("https", entraHost)
	return Authority{kind: EntraID, origin: o, tenant: segment}, err
}

// TenantIDs returns the GUIDs of the tenants whose tokens this authority may
// vouch for, in lower case: those named to [EntraMultiTenant], sorted, else the
// one of [Authority.TenantID], or none while that is not known.
func (a Authority) TenantIDs() []string {
	if a.isMultiTenant() {
		return strings.Split(a.own().tenants, " ")
	}
	if a.tenantID == "" {
		return nil
	}
	return []string{a.tenantID}
}

// AllowsTenant reports whether id is exactly one of [Authority.TenantIDs].
// Microsoft writes them in lower case.
func (a Authority) AllowsTenant(id string) bool {
	if !a.isMultiTenant() {
		return id != "" && id == a.tenantID
	}
	for allowed := range strings.SplitSeq(a.own().tenants, " ") {
		if allowed == id {
			return true
		}
	}
	return false
}
