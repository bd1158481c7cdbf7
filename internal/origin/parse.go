// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package origin

import (
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
)

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
		return Origin{}, fmt.Errorf("%s %s", foreign.Name(bare), problem)
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
	o, err := Read(scheme, hostPort)
	if err != nil {
		return fail(err.Error())
	}
	if o.scheme == "http" && !o.IsLoopback() {
		return fail("must be https; plain http is for loopback only")
	}
	if tail != "" && tail != "/" {
		return Origin{}, fmt.Errorf("%q has more than scheme, host and port: %s; write %q", bare+word(tail), kind(tail), bare)
	}
	return o, nil
}

// word returns the first of a path with the slashes around it, and "" if it
// could be a secret: it is a short word, or a version.
func word(path string) string {
	first, ok := strings.CutPrefix(path, "/")
	if !ok {
		return ""
	}
	first, _, more := strings.Cut(first, "/")
	if !isShortWord(first) && !isVersion(first) {
		return ""
	}
	if more {
		return "/" + first + "/"
	}
	return "/" + first
}

func isShortWord(s string) bool {
	for _, c := range []byte(s) {
		if !isLetter(c | 0x20) {
			return false
		}
	}
	return s != "" && len(s) <= 12
}

// isVersion reports whether s is v and one or two digits.
func isVersion(s string) bool {
	n, ok := strings.CutPrefix(s, "v")
	return ok && (len(n) == 1 || len(n) == 2) && isDigit(n[0]) && isDigit(n[len(n)-1])
}

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
