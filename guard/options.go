// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard

import (
	"fmt"
	"log/slog"
	"net/http"
)

// Options are the optional settings of a [Guard]. The zero value, and nil,
// are good defaults.
type Options struct {
	// Realm is the realm of the challenge. If empty, it is "api". It must
	// consist of printable ASCII without quotes and backslashes.
	Realm string

	// Header names the header that the token comes in instead of
	// Authorization, which is then neither read nor counted. It is for APIs
	// behind a platform that writes a token of its own there, as Azure Static
	// Web Apps and some proxies do. The grammar is that of Authorization: the
	// scheme Bearer, spaces, and the token; two headers are refused with 400,
	// and an empty one counts as none. If empty, it is Authorization. Headers
	// that servers, browsers or proxies use themselves are an error.
	//
	// Only of Authorization does everybody know that it holds a credential: a
	// shared cache may keep answers to requests with any other header (RFC 9111
	// section 3.5), so send Cache-Control: private or no-store with them, and
	// clients may send it along when they follow a redirect elsewhere. A page
	// of another origin needs it in Access-Control-Allow-Headers. The challenge
	// stays as it is.
	Header string

	// BareToken says that Header holds the token alone, without Bearer before
	// it. It can't be with Authorization. With a scheme before it, or anything
	// else that is not one token, the request is refused with 400.
	BareToken bool

	// Extractors are more places to look for a token, beside the header, see
	// [Cookie] and [WebSocketProtocol]. If empty, the header is the only place.
	// A request with tokens in two places is refused with 400, never validated by
	// the first one.
	Extractors []Extractor

	// AllowPreflight lets CORS preflights pass: OPTIONS requests with an
	// Origin and an Access-Control-Request-Method header. They carry no token
	// and reach the handler without one, so what comes after the guard must
	// answer OPTIONS itself and do nothing else. If false, OPTIONS is guarded
	// like any method, and CORS belongs outside of the guard.
	AllowPreflight bool

	// Resource is what this guard stands before, for clients that find their way by
	// themselves (RFC 9728). Each challenge leads to its metadata, and names scopes as
	// they have to be asked for: with 401 those that the route asks for, with 403 those
	// that the token lacks together with those that it has. Several guards may
	// have the same. If nil, challenges say nothing of metadata, and a 403 names the
	// scopes as they stand in a token.
	Resource *Resource

	// Logger gets a line for every refusal, and never a token or URL. Its
	// attributes are status, reason, hint, detail, method and route; once a signature
	// was verified, client, user and flow tell who was refused, escaped and cut
	// to a line's length. What is not known is left out. The level is
	//
	//	Info  for 4xx, unless ClientErrorLevel says otherwise
	//	Info  if the caller hung up before there was a verdict
	//	Warn  for all other 5xx
	//
	// At level Debug there is a line for every request that may pass, too, without
	// status, reason, hint, detail and user. For each reason, and for those that pass, there
	// are at most 10 lines at once and one more each
	// second; the attribute omitted of the next line says how many were left
	// out. If nil, it is the validator's, if that has one, see [Validator], and
	// else what [slog.Default] returns at the time. To log nothing, use
	// slog.New(slog.DiscardHandler).
	Logger *slog.Logger

	// ClientErrorLevel, if not nil, is the level of 4xx, for those who collect
	// warnings alone and do want refused tokens. It is asked for
	// each refusal.
	ClientErrorLevel slog.Leveler

	// LogUnlimited takes the limit off the log: every refusal has a line. Then
	// anybody who can send requests can fill it.
	LogUnlimited bool

	// OmitUser leaves the user's id out of the log, and of the Refusal and so
	// of OnRefusal: Holder has no UserID, and Token, which has all claims, is
	// nil. What the cause in Refusal.Err leads to stays as it is.
	OmitUser bool

	// OnRefusal is called for every refusal, before it is answered; it is the
	// place to count. It runs on the request's goroutine, must be safe for
	// concurrent use and must not change the Refusal. [Guard.Explain] tells it
	// more. If nil, nothing is called.
	OnRefusal func(*http.Request, *Refusal)

	// OnAcceptance is called for every request that may pass a rule, before it goes
	// on, once for each rule that it passes; see [Acceptance.Nested]. The request's
	// Pattern is the route, and its context is the one that the handler gets, but for
	// what the framework adds. It may be the handler's own request, so it must not be
	// changed. The hook runs on the request's goroutine, must be safe for
	// concurrent use, and the request waits for it. If nil, nothing is called.
	OnAcceptance func(*http.Request, *Acceptance)
}

func (o *Options) orDefault() *Options {
	if o == nil {
		return &Options{}
	}
	return o
}

func (o *Options) realm() string {
	if o.Realm == "" {
		return defaultRealm
	}
	return o.Realm
}

func (o *Options) header() header {
	if o.Header == "" {
		return header{authorization, o.BareToken}
	}
	return header{http.CanonicalHeaderKey(o.Header), o.BareToken}
}

// check returns all that is wrong with the options.
func (o *Options) check() (errs []error) {
	if !quotable(o.realm()) {
		errs = append(errs, fmt.Errorf("Options.Realm %q: want printable ASCII without quotes and backslashes", o.Realm))
	}
	if err := o.header().check(); err != nil {
		errs = append(errs, err)
	}
	if err := o.Resource.check(o.header()); err != nil {
		errs = append(errs, err)
	}
	if o.ClientErrorLevel != nil && isNil(o.ClientErrorLevel) {
		errs = append(errs, fmt.Errorf("Options.ClientErrorLevel is a nil %T", o.ClientErrorLevel))
	}
	for i, e := range o.Extractors {
		if e == nil {
			errs = append(errs, fmt.Errorf("Options.Extractors[%d] is nil", i))
		}
	}
	return errs
}
