// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// readTenant takes form and tenant from the path of a URL, and returns its
// segments from the tenant on, without those that metadata adds. The tenant
// stays empty if there is none.
func (a *Authority) readTenant(path string) (segments []string) {
	path = strings.TrimSuffix("/"+path, "/")
	path = strings.TrimSuffix(path, "/.well-known/openid-configuration")
	path = strings.TrimSuffix(path, "/v2.0")
	segments = strings.Split(strings.TrimPrefix(path, "/"), "/")
	switch {
	case len(segments) > 1 && strings.EqualFold(segments[0], "tfp"):
		a.form, segments = TFPForm, segments[1:]
	case len(segments) > 1 && strings.EqualFold(segments[0], "te"):
		a.form, segments = TEForm, segments[1:]
	}
	tenant, err := parseTenant("url", segments[0])
	if err != nil {
		return segments
	}
	if a.tenant = tenant; guid.Is(tenant) {
		a.tenantID = tenant
	}
	return segments
}
