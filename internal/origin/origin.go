// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
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

// Parse reads an origin such as https://stock.internal:8443. It must be https,
// but for 127.0.0.0/8, ::1 and localhost, where http will do as well. A single
// trailing slash is fine; a path, query, fragment or user name is an error, as
// is a host name that is not ASCII, or that ends in a dot.
//
// The error tells what to write instead, and holds nothing of a user name,
// password or query, and of a path no more than a short word at its start: some
// paths are secrets. It names no package: callers put the field in front.
func Parse(s string) (Origin, error) {
	// Before anything is quoted in an error: a password must not be. Nothing
	// that is accepted holds an @ anywhere.
	if strings.Contains(s, "@") {
		return Origin{}, errors.New("holds an @, so perhaps a user name or password; remove it")
	}
	scheme, rest, hasScheme := strings.Cut(s, "://")
	if !hasScheme {
		rest = s
	}
	hostPort := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		hostPort = rest[:i]
	}
	tail := rest[len(hostPort):]
	bare := strings.TrimSuffix(s, tail)
	fail := func(problem string) (Origin, error) {
		shown := bare
		if len(shown) > 128 { // it may be long or hostile when it comes from elsewhere
			shown = shown[:128] + "…"
		}
		return Origin{}, fmt.Errorf("%q %s", shown, problem)
	}
	scheme = strings.ToLower(scheme)
	switch {
	case s == "":
		return Origin{}, errors.New("empty; want an origin such as https://stock.internal")
	case !hasScheme:
		return fail("is no origin such as https://stock.internal; put the scheme in front")
	case scheme != "https" && scheme != "http":
		return fail("must be https")
	}
	o, err := read(scheme, hostPort)
	if err != nil {
		return fail(err.Error())
	}
	if o.scheme == "http" && !o.isLoopback() {
		return fail("must be https; plain http is for loopback only")
	}
	if tail != "" && tail != "/" {
		return Origin{}, fmt.Errorf("%q has more than scheme, host and port: %s; write %q", bare+word.FindString(tail), kind(tail), bare)
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
	o, err := read(u.Scheme, u.Host)
	return o, err == nil
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

// word is a path's first, if it is too short for a secret.
var word = regexp.MustCompile(`^/([a-zA-Z]{1,12}|v[0-9]{1,2})(/|$)`)

// kind names what follows host and port.
func kind(tail string) string {
	switch tail[0] {
	case '?':
		return "a query"
	case '#':
		return "a fragment"
	}
	return "a path"
}

func (o Origin) isLoopback() bool {
	addr, err := netip.ParseAddr(o.host)
	return o.host == "localhost" || err == nil && addr.IsLoopback()
}

func defaultPort(scheme string) uint16 {
	if scheme == "http" {
		return 80
	}
	return 443
}

// name is a host name in lower case. Underscores are in use inside of
// clusters, though no host name by the letter of RFC 1123.
var name = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$`)

// number is a label that makes resolvers take a name for an IPv4 address
// (WHATWG URL, "ends in a number").
var number = regexp.MustCompile(`^([0-9]+|0x[0-9a-f]*)$`)

// read returns the origin of a scheme and what stands between the slashes of
// its URL. The error is the end of a sentence.
func read(scheme, hostPort string) (Origin, error) {
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
	if addr, err := netip.ParseAddr(o.host); err == nil && addr.Is4() {
		return o, nil
	}
	switch last := o.host[strings.LastIndexByte(o.host, '.')+1:]; {
	case o.host == "":
		return Origin{}, errors.New("has no host")
	case last == "":
		return Origin{}, errors.New("has a host name that ends in a dot; remove it")
	case len(o.host) > 253 || !name.MatchString(o.host) || number.MatchString(last):
		return Origin{}, errors.New("has a malformed host; IPv6 addresses go in brackets")
	}
	return o, nil
}
