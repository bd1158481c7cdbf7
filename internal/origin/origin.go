// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Origin is scheme, host and port. Two are the same origin if they are equal
// by ==. The zero Origin is none.
type Origin struct {
	scheme string // http or https
	host   string // lower case, without brackets
	port   uint16
}

// String returns the origin as RFC 6454 section 6.2 has it, without a port
// that is the default. It is empty for the zero Origin.
func (o Origin) String() string {
	switch {
	case o == Origin{}:
		return ""
	case o.port != defaultPort(o.scheme):
		return o.scheme + "://" + net.JoinHostPort(o.host, strconv.Itoa(int(o.port)))
	case strings.Contains(o.host, ":"):
		return o.scheme + "://[" + o.host + "]"
	}
	return o.scheme + "://" + o.host
}

// Scheme returns http or https, and nothing for the zero Origin.
func (o Origin) Scheme() string { return o.scheme }

// Host returns the origin without its scheme: the host, with its port unless
// that is the default.
func (o Origin) Host() string {
	_, host, _ := strings.Cut(o.String(), "://")
	return host
}

// Hostname returns the host name or address in lower case, without port and
// brackets.
func (o Origin) Hostname() string { return o.host }

// IsAddress reports whether the host is an IP address.
func (o Origin) IsAddress() bool {
	_, err := netip.ParseAddr(o.host)
	return err == nil
}

// IsLoopback is the function of that name for the host.
func (o Origin) IsLoopback() bool { return IsLoopback(o.host) }

// IsLoopback reports whether a host in lower case, without port and brackets, is
// this machine: localhost or an address in 127.0.0.0/8 or ::1. What goes there can be read by
// nobody else, so plain http will do.
func IsLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func defaultPort(scheme string) uint16 {
	if scheme == "http" {
		return 80
	}
	return 443
}
