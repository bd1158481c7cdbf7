// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/authority"
)

const (
	defaultTimeout         = 10 * time.Second
	defaultPendingLifetime = 15 * time.Minute
	defaultMaxAccounts     = 10_000
	maxScopeSets           = 256 // of the application itself, and of each account
)

// Options tune an [App]. Nil, and each zero field, means the default.
type Options struct {
	// Links are the flows beside the App's own that users may be sent to, such
	// as profile editing and password reset, see [App.BeginFlow]. They must be
	// of the App's tenant.
	Links []authority.Authority

	// AuthStyle is how the client secret is sent: oauth2.AuthStyleInParams, in
	// the body, or oauth2.AuthStyleInHeader, by HTTP Basic authentication. If
	// zero, in the body.
	AuthStyle oauth2.AuthStyle

	// Cache is shared with other processes. If nil, tokens are kept in this
	// process alone.
	Cache Cache

	// MaxAccounts is how many users' tokens are kept in memory; beyond that,
	// those used longest ago are forgotten. If zero, 10,000.
	MaxAccounts int

	// Timeout bounds one acquisition, with all its requests. If zero, 10
	// seconds; at most one minute. Where a second request may follow, which is
	// for client credentials alone and while there is no good token, the first
	// may take half of what is left, so that a connection that is stuck doesn't
	// use it up. Codes, passwords and refresh tokens are never sent twice: there
	// the next call has another connection.
	Timeout time.Duration

	// PendingLifetime is how long a user may take to sign in. If zero, 15
	// minutes; at most 24 hours.
	PendingLifetime time.Duration

	// Transport performs the requests to B2C: for a proxy, a private CA or an
	// emulator. If nil, a copy of http.DefaultTransport, whose connections end
	// with Close. Redirects are never followed. After a failure a connection is
	// not used again (http.Request.Close), until a request has succeeded.
	Transport http.RoundTripper

	// Logger is told when a token can't be renewed, or a Cache fails. If nil,
	// slog.Default().
	Logger *slog.Logger

	// Now is the wall clock. If nil, time.Now. Waiting and back-off keep time
	// by themselves.
	Now func() time.Time
}

func (o *Options) withDefaults() (Options, error) {
	var r Options
	if o != nil {
		r = *o
	}
	switch {
	case r.Timeout < 0 || r.Timeout > time.Minute:
		return r, fmt.Errorf("acquire: Options.Timeout: %v is not between 0 and one minute", r.Timeout)
	case r.PendingLifetime < 0 || r.PendingLifetime > 24*time.Hour:
		return r, fmt.Errorf("acquire: Options.PendingLifetime: %v is not between 0 and 24 hours", r.PendingLifetime)
	case r.MaxAccounts < 0:
		return r, fmt.Errorf("acquire: Options.MaxAccounts: %d is negative", r.MaxAccounts)
	}
	switch r.AuthStyle {
	case oauth2.AuthStyleAutoDetect:
		r.AuthStyle = oauth2.AuthStyleInParams
	case oauth2.AuthStyleInParams, oauth2.AuthStyleInHeader:
	default:
		return r, errors.New("acquire: Options.AuthStyle: no such style")
	}
	if r.Timeout == 0 {
		r.Timeout = defaultTimeout
	}
	if r.PendingLifetime == 0 {
		r.PendingLifetime = defaultPendingLifetime
	}
	if r.MaxAccounts == 0 {
		r.MaxAccounts = defaultMaxAccounts
	}
	if r.Logger == nil {
		r.Logger = slog.Default()
	}
	return r, nil
}
