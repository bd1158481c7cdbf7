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

	// Extractors are more places to look for a token, beside the
	// Authorization header, see [Cookie] and [WebSocketProtocol]. If empty,
	// the header is the only place. A request with tokens in two places is
	// refused with 400, never judged by the first one.
	Extractors []Extractor

	// AllowPreflight lets CORS preflights pass: OPTIONS requests with an
	// Origin and an Access-Control-Request-Method header. They carry no token
	// and reach the handler without one, so what comes after the guard must
	// answer OPTIONS itself and do nothing else. If false, OPTIONS is guarded
	// like any method, and CORS belongs outside of the guard.
	AllowPreflight bool

	// Logger gets a line for every refusal with its status, reason, detail,
	// method and route, and never a token or URL. For each reason there are at
	// most 10 lines at once and one more each second; the next line tells how
	// many were left out. If nil, it is what [slog.Default] returns at the
	// time. To hear nothing, use slog.New(slog.DiscardHandler).
	Logger *slog.Logger

	// OnRefusal is called for every refusal, before it is answered; it is the
	// place to count. It runs on the request's goroutine, must be safe for
	// concurrent use and must not change the Refusal. If nil, nothing is
	// called.
	OnRefusal func(*http.Request, *Refusal)
}

const defaultRealm = "api"

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

func (o *Options) check() error {
	if !quotable(o.realm()) {
		return fmt.Errorf("Options.Realm %q: want printable ASCII without quotes and backslashes", o.Realm)
	}
	for i, e := range o.Extractors {
		if e == nil {
			return fmt.Errorf("Options.Extractors[%d] is nil", i)
		}
	}
	return nil
}
