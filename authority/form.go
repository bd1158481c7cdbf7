// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package authority

import "net/url"

// Form is the way an authority is written as a URL. B2C serves all of them
// and echoes the form in the endpoints of its metadata.
type Form uint8

const (
	// PathForm is https://{host}/{tenant}/{flow}, B2C's usual form.
	PathForm Form = iota
	// TFPForm is https://{host}/tfp/{tenant}/{flow}, which MSAL Java and
	// MSAL.NET need to recognise B2C behind a custom domain.
	TFPForm
	// TEForm is https://{host}/te/{tenant}/{flow}, seen on the legacy host
	// login.microsoftonline.com.
	TEForm
	// QueryForm is https://{host}/{tenant}?p={flow}.
	QueryForm
)

// url returns the URL of a tenant's flow with suffix behind the flow or, in the
// query form, behind the tenant. All parts have been checked to need no escaping.
func (f Form) url(origin, tenant, flow, suffix string) string {
	switch f {
	case QueryForm:
		return origin + "/" + tenant + suffix + "?p=" + url.QueryEscape(flow)
	case TFPForm:
		origin += "/tfp"
	case TEForm:
		origin += "/te"
	case PathForm:
	}
	return origin + "/" + tenant + "/" + flow + suffix
}
