// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package host takes the host of a URL or a request apart, and knows this
// machine's own.
package host

import (
	"net"
	"net/netip"
	"strings"
)

// Name returns a host without its port, and an IPv6 address without brackets.
func Name(hostport string) string {
	if name, _, err := net.SplitHostPort(hostport); err == nil {
		return name
	}
	return strings.Trim(hostport, "[]")
}

// Loopback reports whether a host, without a port, is this machine by its
// loopback name or address. No name but localhost is.
func Loopback(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && address.Unmap().IsLoopback()
}
