// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/origin"
)

// wellKnown is what stands between host and path of the metadata's URL (RFC 9728
// section 3).
const wellKnown = "/.well-known/oauth-protected-resource"

// maxURL bounds what every challenge carries.
const maxURL = 1024

// place is a resource's URL in two parts.
type place struct {
	origin string
	path   string // "" for a lone slash, too: RFC 9728 section 3.1 takes it off
}

// documents returns the paths at which the metadata is looked for.
func (p place) documents(pathOnly bool) []string {
	if p.path == "" {
		return []string{wellKnown}
	}
	if pathOnly {
		return []string{wellKnown + p.path}
	}
	return []string{wellKnown + p.path, wellKnown}
}

// readPlace reads a resource's URL. What clients, proxies and routers write in more
// than one way is refused, since they compare it byte by byte. The error is the end of
// a sentence, and holds neither user name, password nor query.
func readPlace(url string) (place, error) {
	_, rest, _ := strings.Cut(url, "://")
	hostPort := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		hostPort = rest[:i]
	}
	path := rest[len(hostPort):]
	switch {
	case url == "":
		return place{}, errors.New("is empty; write the API's own, such as https://mcp.contoso.com/mcp")
	case len(url) > maxURL:
		return place{}, fmt.Errorf("is longer than %d bytes", maxURL)
	case strings.Contains(path, "@"):
		return place{}, errors.New("holds an @, so perhaps a user name or password; remove it")
	}
	bare := strings.TrimSuffix(url, path)
	o, err := origin.Parse(bare)
	switch {
	case err != nil:
		return place{}, err
	case o.String() != bare:
		return place{}, fmt.Errorf("begins with %q, which clients change to %q before they compare; write that", bare, o)
	}
	if err := checkPath(path); err != nil {
		return place{}, err
	}
	if path == "/" {
		path = ""
	}
	return place{bare, path}, nil
}

// pathChars are those that no client and no proxy escapes, and no router of the
// adapters takes for a pattern.
var pathChars = charTable(alphanumeric + "/-._~$+,=")

func checkPath(path string) error {
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		what := map[byte]string{'?': "a query", '#': "a fragment"}[path[i]]
		return fmt.Errorf("has %s, behind %s; leave it out (RFC 9728 section 1.2)", what, foreign.Name(path[:i]))
	}
	for i := range len(path) {
		if !pathChars[path[i]] {
			return fmt.Errorf("has the path %s; write it with letters, digits and -._~$+,= alone, since others are escaped by some and not by others", foreign.Name(path))
		}
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		switch {
		case i > 0 && i < len(segments)-1 && s == "":
			return fmt.Errorf("has the path %s with an empty segment, which servers and proxies take out", foreign.Name(path))
		case s == "." || s == "..":
			return fmt.Errorf("has the path %s with a segment %q, which clients take out", foreign.Name(path), s)
		case s == ".well-known":
			return fmt.Errorf("has the path %s; write the API's own URL, from which that of the metadata is derived (RFC 9728 section 3.1)", foreign.Name(path))
		}
	}
	return nil
}
