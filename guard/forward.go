// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/b2ckit/b2ckit/guard/internal/tokencontext"
	"github.com/b2ckit/b2ckit/internal/bearer"
	"github.com/b2ckit/b2ckit/internal/origin"
)

// ErrNoToken is why a [Forwarder] did not send a request, or [RawToken] has none: it is
// for one of the named origins, and its context carries no verified token. Mostly the context
// is not that of the request being served, or the route has no guard. Behind
// an optional guard it may be that the caller sent none; an anonymous call is
// then made with another client.
//
// On Gin, the context is c.Request.Context(); c itself does as a context only
// if the engine's ContextWithFallback is set.
var ErrNoToken = errors.New("guard: no token to pass on: the outgoing request's context carries none that a guard verified")

// errAuthorization has no name: it is a mistake in the program, and nothing
// can be done about it at run time.
var errAuthorization = errors.New("guard: the outgoing request has an Authorization header already; remove it, " +
	"in the Rewrite function if this is a ReverseProxy, or use a client that passes no token on")

// Forwarder is an [http.RoundTripper] that passes the caller's own token on to
// other services. A request to one of the named origins goes out with the
// token that the guard verified for the request being served, which it finds
// in the outgoing request's context:
//
//	client := &http.Client{Transport: forwarder, Timeout: 10 * time.Second}
//	req, err := http.NewRequestWithContext(r.Context(), "GET", "https://stock.internal/items", nil)
//
// A request to any other origin passes as it is, without the token. So does
// one whose Host field names another host than its URL. Make a Forwarder with
// [NewForwarder] and share it.
//
// # Audience
//
// A token is for one audience: Azure AD B2C writes the client id of one API
// into it. Another service takes it only if it is set up for that same
// audience, so passing tokens on is for services that share one app
// registration. B2C can't exchange a token for one of another audience: it
// has no on-behalf-of flow. To call a service of another audience, get a token
// for it with client credentials, see package acquire, and tell it who the
// user is in some other way.
//
// Whoever gets the token can use it as the caller, wherever it is accepted,
// until it expires. Name only services that are trusted as much as this one.
//
// # Behind a platform
//
// Whichever header the token came in, see [Options.Header], it goes out in
// Authorization. An [net/http/httputil.ReverseProxy] copies the headers of the
// request being served, so its Rewrite function must remove two: Authorization,
// which holds the platform's token and is refused here, and the named one.
// Left in, that takes the caller's token along to wherever the request goes,
// named here or not.
//
// # Redirects
//
// The token goes along with a redirect only if every request so far was to one
// of the origins. Once a redirect has led elsewhere, it is not sent again, not
// even on the way back.
type Forwarder struct {
	base    http.RoundTripper
	origins []origin.Origin
}

// NewForwarder returns a Forwarder that sends with base, nil meaning
// [http.DefaultTransport], and that passes tokens on to these origins, of which
// there must be one. An origin is scheme, host and port, such as
// https://stock.internal:8443, without a path; it must be https, but for
// loopback hosts. The error names the wrong origin by its index.
func NewForwarder(base http.RoundTripper, origins ...string) (*Forwarder, error) {
	if base == nil {
		base = http.DefaultTransport
	}
	if isNil(base) {
		return nil, fmt.Errorf("guard: NewForwarder: base is a nil %T; pass nil itself for http.DefaultTransport", base)
	}
	if len(origins) == 0 {
		return nil, errors.New("guard: NewForwarder: no origins; name those that may get the callers' tokens, such as https://stock.internal")
	}
	f := &Forwarder{base: base}
	for i, s := range origins {
		o, err := origin.Parse(s)
		if err != nil {
			return nil, fmt.Errorf("guard: NewForwarder: origins[%d]: %w", i, err)
		}
		f.origins = append(f.origins, o)
	}
	return f, nil
}

// RoundTrip sends the request, with the token if it is for one of the origins.
// It does not change the request, is safe for concurrent use if base is, and
// blocks as long as base does. A request for one of the origins fails, with
// its body closed and nothing sent,
//
//   - with [ErrNoToken] if its context carries no verified token: the answer to
//     a request without one would only tell later, and less clearly;
//   - if it has an Authorization header already, from whom ever: one of the two
//     would be dropped silently.
//
// A token that has expired since it was verified is sent all the same; whether
// it is still good is for the service to say. So work that goes on after the
// answer, on a [context.WithoutCancel], can pass the token on, but not for long.
//
// The Response.Request is r itself: it does not hold the token.
func (f *Forwarder) RoundTrip(r *http.Request) (*http.Response, error) {
	if !bearer.Allowed(r, f.origins...) {
		return f.base.RoundTrip(r)
	}
	raw, ok := tokencontext.Raw(r.Context())
	switch {
	case bearer.HasAuthorization(r):
		return nil, abandon(r, errAuthorization)
	case !ok:
		return nil, abandon(r, ErrNoToken)
	}
	return bearer.Send(f.base, r, bearer.Credentials(raw))
}

// CloseIdleConnections has base close its idle connections, if it can.
// [http.Client.CloseIdleConnections] calls it.
func (f *Forwarder) CloseIdleConnections() {
	if c, ok := f.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// abandon closes the body of a request that is not sent, as every
// http.RoundTripper must.
func abandon(r *http.Request, err error) error {
	if r.Body != nil {
		_ = r.Body.Close() // err is what counts
	}
	return err
}
