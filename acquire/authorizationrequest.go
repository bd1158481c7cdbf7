// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"crypto/rand"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/origin"
)

// authorizationClient is one client's side of the authorization endpoints. It
// keeps nothing: what has to be kept is the Pending.
type authorizationClient struct {
	id           string
	isPublic     bool
	capabilities capabilities
}

// request returns the address of an authorization request (RFC 6749 section
// 4.1.1), and what to keep until the return, which has to come before expires.
func (c authorizationClient) request(at authority.Authority, redirectURI string, scopes []string, opts *AuthorizeOptions, expires time.Time) (string, *Pending, error) {
	if opts == nil {
		opts = &AuthorizeOptions{}
	}
	api, e := apiScopes(at.Kind(), scopes)
	if e != nil {
		e.During = "authorize"
		return "", nil, e
	}
	if err := c.checkRedirectURI(redirectURI); err != nil {
		return "", nil, err
	}
	mode, err := opts.responseMode()
	if err != nil {
		return "", nil, err
	}
	p := &Pending{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Flow: at.Flow(), Authority: at.ID(), ClientID: c.id,
		RedirectURI: redirectURI, ResponseMode: mode, Scopes: strings.Fields(api),
		MaxAge: opts.MaxAge, Expires: expires, Data: opts.Data,
	}
	q := url.Values{
		"client_id": {c.id}, "response_type": {"code"}, "response_mode": {string(mode)},
		"redirect_uri": {redirectURI}, "scope": {userScopes(at.Kind(), api)}, "state": {p.State}, "nonce": {p.Nonce},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(p.Verifier)}, "code_challenge_method": {"S256"},
	}
	if err := c.addClaims(q, at, opts.Claims); err != nil {
		return "", nil, err
	}
	if err := opts.add(q); err != nil {
		return "", nil, err
	}
	return withQuery(at.AuthorizationEndpoint(), q), p, nil
}

// addClaims adds the claims request and what the client understands.
func (c authorizationClient) addClaims(q url.Values, at authority.Authority, claims string) error {
	switch {
	case claims != "" && at.Kind() == authority.AzureADB2C:
		return errNoClaims("authorize")
	case claims != "" && !isClaimsRequest(claims):
		return errBadClaims("authorize")
	}
	if claims := c.capabilities.with(claims); claims != "" {
		q.Set("claims", claims)
	}
	return nil
}

// withQuery adds parameters to an address, which in B2C's ?p= form has one
// already.
func withQuery(address string, q url.Values) string {
	if strings.Contains(address, "?") {
		return address + "&" + q.Encode()
	}
	return address + "?" + q.Encode()
}

// checkRedirectURI takes https, http on loopback, and for public clients the
// schemes that programs register for themselves (RFC 8252 section 7.1).
func (c authorizationClient) checkRedirectURI(uri string) error {
	u, err := url.Parse(uri)
	why := ""
	switch {
	case err != nil, !u.IsAbs():
		why = "not an absolute URL"
	case u.Fragment != "" || u.User != nil:
		why = "has a fragment or a user name"
	case u.Scheme != "http" && u.Scheme != "https":
		if !c.isPublic || u.Scheme == "javascript" || u.Scheme == "data" || u.Scheme == "file" {
			why = "neither https nor http"
		}
	case u.Host == "":
		why = "has no host"
	case u.Scheme == "http":
		if _, err := origin.Parse("http://" + u.Host); err != nil {
			why = "plain http to a host that is not loopback"
		}
	}
	if why != "" {
		return fail(ErrConfiguration, "authorize", "redirect URI %s: %s", foreign.Name(uri), why)
	}
	return nil
}
