// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

// IDTokens checks ID tokens against a fixed list of trusted authorities, for
// an app that signs users in. It works as [Validator] does, but takes ID
// tokens of this one app only; an access token is refused even if app and API
// are one registration. It is safe for concurrent use, and while keys are
// there Validate does no I/O and takes no lock. Make one with [NewIDTokens];
// the zero IDTokens accepts nothing.
type IDTokens struct{ engine }

// IDTokenOptions tune [IDTokens]. Nil, and each zero field, means the default.
// Its fields mean the same as those of [Options].
type IDTokenOptions struct {
	// Leeway is how far clocks may differ when exp, nbf, iat and auth_time are
	// checked. If zero, 60 seconds; negative means none; at least a millisecond
	// and at most 10 minutes.
	Leeway time.Duration

	// MaxTokenBytes is the length above which a token is refused unread. If
	// zero, 16 KiB; at least 512 bytes, below which no token fits, and at most
	// 1 MiB.
	MaxTokenBytes int

	// Transport performs the requests for metadata and keys. If nil, that of
	// Keys, or else a copy of http.DefaultTransport.
	Transport http.RoundTripper

	// Logger is told about keys, see jwks.Options, with the client id as an
	// attribute. If nil, that of Keys, or else slog.Default().
	Logger *slog.Logger

	// Keys tunes the key caches. If nil, their defaults.
	Keys *jwks.Options

	// OnValidation is called at the end of each call of Validate, as that of
	// [Options] is.
	OnValidation func(context.Context, Validation)

	// Now is the wall clock that the token's times are compared with. If nil,
	// time.Now. Key caches keep time by themselves.
	Now func() time.Time
}

// options returns the engine's options, whose other fields are for APIs.
func (o *IDTokenOptions) options() *Options {
	if o == nil {
		return nil
	}
	return &Options{
		Leeway: o.Leeway, MaxTokenBytes: o.MaxTokenBytes,
		Transport: o.Transport, Logger: o.Logger, Keys: o.Keys, Now: o.Now, OnValidation: o.OnValidation,
	}
}

// NewIDTokens returns a validator for the ID tokens that the trusted
// authorities issue to one app, named by its application (client) id. Trust
// only flows that sign users in: whoever holds an ID token of a trusted flow
// counts as signed in. Audiences that authorities name are those of APIs, and
// count for nothing here. Options may be nil.
//
// NewIDTokens does no I/O. Metadata and keys are fetched at first use and
// refreshed in the background until Close. The error tells all that is wrong
// with the arguments, a line each.
func NewIDTokens(trusted []authority.Authority, clientID string, opts *IDTokenOptions) (*IDTokens, error) {
	v := new(IDTokens)
	if err := v.trustAuthorities(idToken(), trusted, clientID, opts.options()); err != nil {
		return nil, err
	}
	return v, nil
}

// NewIDTokensFromSources is to [NewIDTokens] what [NewFromSources] is to
// [New]: whoever made the sources closes them, and there are no options that are for
// key caches.
func NewIDTokensFromSources(sources []jwks.Source, clientID string, opts *IDTokenOptions) (*IDTokens, error) {
	v := new(IDTokens)
	if err := v.trustSources(idToken(), sources, clientID, opts.options()); err != nil {
		return nil, err
	}
	return v, nil
}

// Validate checks a raw ID token (OpenID Connect Core section 3.1.3.7), and
// that it answers the sign-in described by want. The error is an [*Error].
// Validate waits only when keys have to be fetched, and then no longer than
// ctx allows and than a fetch may take, by default five seconds.
func (v *IDTokens) Validate(ctx context.Context, raw string, want Expected) (*IDToken, error) {
	t, e := v.judgeAndTell(ctx, raw, want)
	if e != nil {
		return nil, e
	}
	return t, nil
}

func (v *IDTokens) judgeAndTell(ctx context.Context, raw string, want Expected) (*IDToken, *Error) {
	if v.opts.OnValidation == nil {
		return v.judge(ctx, raw, want)
	}
	start := time.Now()
	t, e := v.judge(ctx, raw, want)
	told := Validation{Err: e}
	if t != nil {
		told.Authority = t.Authority
	}
	v.tell(ctx, start, told)
	return t, e
}

func (v *IDTokens) judge(ctx context.Context, raw string, want Expected) (*IDToken, *Error) {
	var c claims
	found, e := v.validate(ctx, raw, &c)
	if e != nil {
		return nil, e
	}
	if e := want.check(&c, &v.clock); e != nil {
		e.Holder = c.holder()
		return nil, e
	}
	return newIDToken(&c, found.anchor.authority, found.anchor.flowOf(&c)), nil
}

// State returns the state of each trusted authority's keys, for people and
// metrics, in the order in which the authorities were given.
func (v *IDTokens) State() []jwks.State { return v.states() }
