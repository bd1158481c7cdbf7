// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"net/url"

	"github.com/b2ckit/b2ckit/emulator/internal/host"
)

// originOf returns the origin that a request was sent to.
func originOf(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// here moves a URL of a tenant to the address that was asked.
func here(r *http.Request, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return originOf(r) + u.RequestURI()
}

// loopback reports whether a host, with or without a port, is this machine's
// loopback by its name or address.
func loopback(hostport string) bool { return host.Loopback(host.Name(hostport)) }
