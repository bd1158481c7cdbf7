// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"strings"

	"github.com/b2ckit/b2ckit/internal/guid"
)

// metadataSuffix is where metadata is (OpenID Connect Discovery section 4).
const metadataSuffix = "/.well-known/openid-configuration"

const noEscapes = "holds percent escapes; tenant and flow names need none"

// readTenant takes form and tenant from the path of a URL, and returns its
// segments from the tenant on, without those that metadata adds. The tenant
// stays empty if there is none.
func (a *Authority) readTenant(path string) (segments []string) {
	segments = withoutMetadata(path)
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

// withoutMetadata returns the segments of a path without those that metadata adds.
// There is one at least, which may be empty.
func withoutMetadata(path string) []string {
	path = strings.TrimSuffix("/"+path, "/")
	path = strings.TrimSuffix(path, metadataSuffix)
	path = strings.TrimSuffix(path, "/v2.0")
	return strings.Split(strings.TrimPrefix(path, "/"), "/")
}
