// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulate

import (
	"net"
	"net/url"
	"strconv"
)

// portOf returns the port of a server's URL, also if it is the scheme's own.
func portOf(address string) string {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.Port() != "":
		return u.Port()
	case err == nil && u.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}

// unspecified reports whether a host to listen on stands for all addresses.
func unspecified(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}
