// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

const maxURLBytes = 2048

// metadata are the members of OpenID Provider metadata that are used. The
// algorithms it lists are not: they could only widen what is allowed.
type metadata struct {
	issuer  string
	jwksURI string
	keyHost string // of jwksURI
}

func parseMetadata(body string) (metadata, error) {
	var m metadata
	members, err := strictjson.Members(body, "issuer", "jwks_uri")
	if err != nil {
		return m, err
	}
	for i, p := range []struct {
		name string
		to   *string
	}{{"issuer", &m.issuer}, {"jwks_uri", &m.jwksURI}} {
		s, ok := members[i].String()
		if !ok && members[i] != "" {
			return metadata{}, fmt.Errorf("has a %s that is not a string", p.name)
		}
		*p.to = strings.Clone(s) // else it would hold the document in memory
	}
	switch {
	case m.issuer == "":
		return metadata{}, errors.New("has no issuer")
	case m.jwksURI == "":
		return metadata{}, errors.New("has no jwks_uri")
	}
	return m, nil
}

// metadataRules are what the metadata of one authority may say.
type metadataRules struct {
	authority authority.Authority
	keyHosts  []string // from which keys may come, the metadata's own among them
}

// read parses metadata and checks it.
func (r *metadataRules) read(body string) (metadata, *FetchError) {
	address := r.authority.MetadataURL()
	m, err := parseMetadata(body)
	if err != nil {
		return m, &FetchError{URL: address, Problem: "the metadata " + err.Error()}
	}
	if !r.authority.MatchIssuer(m.issuer) {
		return m, &FetchError{URL: address, kind: failedLasting, Problem: "the metadata names the issuer " + foreign.Name(m.issuer) + r.otherIssuer()}
	}
	if m.keyHost, err = r.keyHost(m.jwksURI); err != nil {
		return m, &FetchError{URL: address, Problem: "the metadata " + err.Error()}
	}
	if !slices.Contains(r.keyHosts, m.keyHost) {
		return m, &FetchError{URL: address, Setting: "KeyHosts", Problem: fmt.Sprintf(
			"the metadata has a jwks_uri on host %s, not on %q", foreign.Name(m.keyHost), r.authority.Host())}
	}
	return m, nil
}

// otherIssuer ends the text on an issuer that is not the authority's.
func (r *metadataRules) otherIssuer() string {
	if r.authority.Kind() == authority.OpenIDConnect {
		return fmt.Sprintf(", but the configured one is %q; they have to be the same to the byte, a slash at the end too", r.authority.Issuers()[0])
	}
	return fmt.Sprintf(", but the configured tenant's would be one of %q; check the tenant GUID and the host", r.authority.Issuers())
}

// keyHost holds jwks_uri to https (but for a plain loopback authority), and returns
// its host.
func (r *metadataRules) keyHost(raw string) (string, error) {
	if len(raw) > maxURLBytes {
		return "", fmt.Errorf("has a jwks_uri of more than %d bytes", maxURLBytes)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return "", errors.New("has a malformed jwks_uri")
	}
	scheme, _, _ := strings.Cut(r.authority.MetadataURL(), ":")
	switch {
	case u.Scheme != "https" && (u.Scheme != scheme || !strings.EqualFold(u.Host, r.authority.Host())):
		return "", fmt.Errorf("has a jwks_uri that is not %s", scheme)
	case u.User != nil || u.Fragment != "":
		return "", errors.New("has a jwks_uri with credentials or a fragment")
	}
	host := authority.FoldFlow(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	}
	return host, nil
}
