// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package guard is what HTTP does about a token: it finds the bearer token in
// a request, has it verified, holds it to what the route asks for, and writes
// the answer to a request that may not pass. It does so once, for every
// framework.
//
// Most programs make one [Guard] and hand it to the middleware of their
// framework, in packages b2chttp, b2cecho (Echo v4), b2cecho5 and b2cgin:
//
//	api := b2chttp.New(guard.New(v, nil), nil)
//	mux.Handle("GET /tasks", api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(listTasks)))
//
// Handlers get at the verified token with [FromContext].
//
// # Answers
//
// A refused request is answered with a status, a challenge as RFC 6750
// section 3 wants it, and a problem document (RFC 9457):
//
//	no token, an empty header, another scheme     401, a challenge without error code
//	several or malformed credentials              400 invalid_request
//	a token that is refused                       401 invalid_token
//	a good token that lacks what the route wants  403 insufficient_scope
//	a sign-in that is too old for the route       401 insufficient_user_authentication (RFC 9470)
//	the token can't be checked now                503 with Retry-After, and no challenge
//	what the route asks beside it can't be told   503 with Retry-After, and no challenge
//
// There is one public text per answer; which check failed, and who was refused
// once a signature was verified, is told to operators alone, through
// [Options.Logger] and [Options.OnRefusal]. Nothing of the request appears in
// an answer.
//
// A 503 is not a 401 on purpose: a 401 makes clients throw good tokens away
// and sign their users in again while the identity provider is down. Nor is it
// a 403 where a database that a requirement asks is down: that would send users
// away for good.
//
// A caller who hangs up is no outage. If the request's context was canceled
// before there was a verdict, the reason is [ErrNotValidated], at level Info; the
// 503 reaches nobody. A deadline, which is the server's own, stays a warning.
//
// OPTIONS is guarded like any other method. Put CORS middleware outside of
// the guard, where it answers preflights before the guard sees them; where
// that can't be done, see [Options.AllowPreflight].
//
// # Clients that find their way
//
// Agents, among them those of the Model Context Protocol, are told nothing but an
// API's URL. They ask it without a token, and go by the challenge: to the metadata
// that it leads to (RFC 9728), from there to the authorization server, with the
// scopes that it names. A [Resource] says all that, made of configuration alone:
//
//	res, err := guard.NewResource("https://mcp.contoso.com/mcp", &guard.ResourceOptions{
//		AppIDURI: "https://contoso.onmicrosoft.com/mcp",
//	})
//	g := guard.New(v, &guard.Options{Resource: res})
//	res.Mount(mux)
//
// A scope has two names then, and each is declared once: routes require tasks.read,
// as it stands in a token, and challenges name
// https://contoso.onmicrosoft.com/mcp/tasks.read, as a client has to ask for it.
// Pages of other origins can read a challenge only if the CORS middleware says
// Access-Control-Expose-Headers: WWW-Authenticate.
//
// # Nested use
//
// A guard on a group of routes and the same guard on a route in it verify the
// token once: the inner one finds it in the request's context and only checks
// its own requirements. If the request carries another token by then, in the
// header that counts or another place that does, that is verified instead; if it
// carries none any more, the first one stands. A token that another guard verified
// counts for nothing, and what [FromContext] returns comes from the innermost guard.
//
// The inner one judges the token as it was verified, whatever a handler in between
// has written to its own. On a context that outlives the token, as that of a
// websocket or a stream, the validator is asked again once the token has expired.
// What else may have changed since, such as keys or whom to trust, is not looked at
// until then: to have it looked at, ask the validator, which remembers the token.
//
// # Registration
//
// Mistakes that can be seen when routes are registered panic there, all of
// them at once: an invalid requirement, and requirements that together no
// token can satisfy, if the validator can tell, see [Validator].
//
// # Calling other services
//
// The token as it was sent stays in the request's context, where only this
// package finds it. A [Forwarder] passes it on to other services of the same
// audience; for those of another one, package acquire gets tokens.
//
// # Adapters
//
//	                   net/http             Echo v4, Echo v5   Gin
//	package            b2chttp              b2cecho, b2cecho5  b2cgin
//	token in handler   guard.FromContext    b2cecho.Token      b2cgin.Token
//	own error answer   Options.ErrorHandler Options.HandOver   Options.HandOver
//	metadata           Resource.Mount       b2cecho.Mount      b2cgin.Mount
//
// # Writing an adapter
//
// [Guard.Rule] makes a [Rule] at registration, [Rule.Check] decides about a
// request without any side effect, [Rule.Deny] answers a refused one. The
// package middleware/middlewaretest tests an adapter for any framework.
package guard
