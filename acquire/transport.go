// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/acquire/internal/lazy"
	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
	"github.com/b2ckit/b2ckit/internal/bearer"
	"github.com/b2ckit/b2ckit/internal/origin"
)

// Transport is an http.RoundTripper that sends a token along with requests to
// one origin, and nowhere else. Make one with [App.Transport] or
// [User.Transport]; it is safe for concurrent use.
//
// Requests to other origins pass without a token (localhost and 127.0.0.1 are
// two), and so do those that a redirect through another origin has led back. A
// request to the origin that has an Authorization header already is refused:
// which one is meant? Getting the token waits no longer than the request's
// context allows.
//
// If the API answers 401 with the error invalid_token, the request is made
// once more with a new token, provided that its body can be read again
// (http.Request.GetBody) and [App.Replace] has one to give; else the API's
// answer is returned as it is.
//
// A claims challenge (401 with insufficient_claims, of External ID and Entra) is met in
// the same way, by a token that is asked for with the claims. Where the user has to do
// more for it the API's answer is returned, see [ClaimsChallenge].
type Transport struct {
	// Base makes the requests; set it before first use. If nil,
	// http.DefaultTransport.
	Base http.RoundTripper

	target origin.Origin
	source source
}

// Transport returns a RoundTripper that calls the API at an origin, such as
// https://stock.internal, as the application itself; see [App.Token] for the
// scopes. Plain http is for loopback alone.
func (a *App) Transport(target string, scopes ...string) (*Transport, error) {
	_, err := a.appScopes(scopes)
	return a.source(scopes).transport(target, err)
}

// Transport returns a RoundTripper that calls the API at an origin for the
// user; see [User.Token] for the scopes.
func (u *User) Transport(target string, scopes ...string) (*Transport, error) {
	_, err := u.scopes(scopes)
	return u.source(scopes).transport(target, err)
}

// transport tells of both mistakes: that of the scopes, if there is one, and the
// target's.
func (s source) transport(target string, scopes error) (*Transport, error) {
	o, err := origin.Parse(target)
	if err != nil {
		err = fmt.Errorf("acquire: target: %w", err)
	}
	if err := errors.Join(err, scopes); err != nil {
		return nil, err
	}
	return &Transport{target: o, source: s}, nil
}

// maxDrain is the longest body of a refusal that is read to its end. One of
// unknown length may have none.
const maxDrain = 16 << 10

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !bearer.Allowed(r, t.target) {
		return t.base().RoundTrip(r)
	}
	if bearer.HasAuthorization(r) {
		closeBody(r)
		return nil, fail(ErrConfiguration, "", "the request to %s has an Authorization header already; leave it out, or use another client", t.target)
	}
	place, token, err := t.get(r)
	if err != nil {
		closeBody(r)
		return nil, err
	}
	resp, err := bearer.Send(t.base(), r, token.Header())
	if err != nil {
		return resp, err
	}
	claims, refused := t.refusesToken(resp)
	if !refused {
		return resp, nil
	}
	ask := tokencache.Ask{Rejected: token.Text(), Claims: claims, Proof: place.proof}
	again, ok := rewound(r)
	if !ok {
		place.Renew(token, ask) // for the next one
		return resp, nil
	}
	newer, err := place.Replace(r.Context(), ask)
	if err != nil {
		closeBody(again)
		return resp, nil //nolint:nilerr // the API's answer tells more than why there is no other token
	}
	if resp.ContentLength > 0 && resp.ContentLength <= maxDrain { // so that the connection can be used again
		_, _ = io.Copy(io.Discard, resp.Body)
	}
	_ = resp.Body.Close()
	return bearer.Send(t.base(), again, newer.Header())
}

func (t *Transport) get(r *http.Request) (place, *tokencache.Token, error) {
	p, err := t.source.place(r.Context())
	if err != nil {
		return place{}, nil, err
	}
	token, _, err := p.GetBy(r.Context(), p.proof)
	return p, token, err
}

// CloseIdleConnections closes those of Base.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.base().(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func (t *Transport) base() http.RoundTripper {
	if t.Base != nil {
		return t.Base
	}
	return http.DefaultTransport
}

// A challenge with RFC 6750's error code for a token that is not good any more.
var invalidToken = lazy.Regexp(`(?i)(^|[\s,])bearer\s[^\n]*\berror\s*=\s*("invalid_token"|invalid_token\b)`)

// refusesToken reports whether the API wants another token, and with which claims, if
// it says so.
func (t *Transport) refusesToken(resp *http.Response) (claims string, refused bool) {
	if resp.StatusCode != http.StatusUnauthorized {
		return "", false
	}
	if t.source.takesClaims {
		if e, ok := ClaimsChallenge(resp); ok {
			return e.Claims, true
		}
	}
	return "", slices.ContainsFunc(resp.Header.Values("WWW-Authenticate"), invalidToken().MatchString)
}

// rewound returns the request with its body from the start, if it can be had.
func rewound(r *http.Request) (*http.Request, bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return r, true
	}
	if r.GetBody == nil {
		return nil, false
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, false
	}
	again := *r
	again.Body = body
	return &again, true
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}
