// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net"
	"net/url"
	"strings"
	"syscall"

	"github.com/b2ckit/b2ckit/emulator/internal/host"
)

// reach returns the error of a network on which only the tenant exists.
func (m *model) reach(u *url.URL) error {
	if u == nil || u.Host == "" {
		return &net.AddrError{Err: "no host in request URL"}
	}
	known, name := false, strings.ToLower(u.Hostname())
	for _, s := range m.sites {
		if name != host.Name(s.host) {
			continue
		}
		known = true
		if u.Scheme == s.scheme && portOf(u) == portOf(&url.URL{Scheme: s.scheme, Host: s.host}) {
			return nil
		}
	}
	if !known {
		return noSuchHost(name)
	}
	return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

func portOf(u *url.URL) string {
	switch port := u.Port(); {
	case port != "":
		return port
	case u.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}

// noSuchHost is what a dial of a name that isn't in DNS returns.
func noSuchHost(name string) error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}}
}
