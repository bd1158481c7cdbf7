// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Read returns the origin of a scheme, which is http or https, and what stands
// between the slashes of its URL: a host and perhaps a port. The error is the
// end of a sentence and quotes nothing.
func Read(scheme, hostPort string) (Origin, error) {
	for _, c := range []byte(hostPort) {
		if c >= 0x80 {
			// Unicode has more than one way to fold a name, some of which turn
			// it into another one that is ASCII.
			return Origin{}, errors.New("has a host name that is not ASCII; write it in punycode (xn--…)")
		}
	}
	o := Origin{scheme, strings.ToLower(hostPort), defaultPort(scheme)}
	if i := strings.LastIndexByte(o.host, ':'); i > strings.LastIndexByte(o.host, ']') {
		port := o.host[i+1:]
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || port[0] == '0' {
			return Origin{}, errors.New("has a malformed port")
		}
		o.host, o.port = o.host[:i], uint16(n)
	}
	if bare, ok := strings.CutPrefix(o.host, "["); ok {
		bare, closed := strings.CutSuffix(bare, "]")
		addr, err := netip.ParseAddr(bare)
		if !closed || err != nil || !addr.Is6() || addr.Is4In6() || addr.Zone() != "" {
			return Origin{}, errors.New("is not an IPv6 address without a zone, or is an IPv4 address in disguise")
		}
		o.host = addr.String() // one spelling of many
		return o, nil
	}
	last := o.host[strings.LastIndexByte(o.host, '.')+1:]
	if isNumber(last) { // else it is no IPv4 address, and the error need not be made
		if addr, err := netip.ParseAddr(o.host); err == nil && addr.Is4() {
			return o, nil
		}
	}
	switch {
	case o.host == "":
		return Origin{}, errors.New("has no host")
	case last == "":
		return Origin{}, errors.New("has a host name that ends in a dot; remove it")
	case len(o.host) > 253 || !IsHostname(o.host) || isNumber(last):
		return Origin{}, errors.New("has a malformed host; IPv6 addresses go in brackets")
	}
	return o, nil
}

// Of returns the origin of a URL. There is none if it is nil, not of http or
// https, or opaque, or if its host and port are not as Parse wants them. Plain
// http has one on all hosts.
func Of(u *url.URL) (Origin, bool) {
	// What an opaque URL sends as its request target may name another host.
	if u == nil || u.Opaque != "" || u.Scheme != "https" && u.Scheme != "http" {
		return Origin{}, false
	}
	o, err := Read(u.Scheme, u.Host)
	return o, err == nil
}
