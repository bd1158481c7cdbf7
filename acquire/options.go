// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

const (
	defaultTimeout         = 10 * time.Second
	defaultPendingLifetime = 15 * time.Minute
	defaultMaxAccounts     = 10_000
)

// Options tune an [App]. Nil, and each zero field, means the default.
type Options struct {
	// Links are the flows beside the App's own that users may be sent to, such
	// as profile editing and password reset, see [App.BeginFlow]. They must be
	// of the App's tenant. External ID and Entra have none.
	Links []authority.Authority

	// AuthStyle is how the client secret is sent: oauth2.AuthStyleInParams, in
	// the body, or oauth2.AuthStyleInHeader, by HTTP Basic authentication. If
	// zero, in the body, where assertions are always.
	AuthStyle oauth2.AuthStyle

	// ClientCapabilities tell External ID and Entra ID what this client understands: "cp1"
	// is claims challenges, see [ClaimsChallenge]. APIs that ask for the claim xms_cc learn
	// of it from the token, and may then revoke one within minutes (continuous access
	// evaluation), for which such tokens live longer. Azure AD B2C has no such thing.
	ClientCapabilities []string

	// Cache is shared with other processes. If nil, tokens are kept in this
	// process alone.
	Cache Cache

	// OnRefreshToken is told each refresh token that B2C gives this process, by a
	// sign-in or in place of the one before, if it is still the latest: for apps
	// that keep them themselves and not in a Cache. Calls for one account come one
	// after the other, those for several at once. A call holds up the token that
	// came along, so it should store and return, and ask the App for nothing; ctx
	// ends with the time for that.
	OnRefreshToken func(ctx context.Context, account Account, refreshToken string)

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
	// with Close. Redirects are never followed. After a failure, or while an
	// answer is a second late, each connection of it is used once
	// (http.Request.Close), until a request has succeeded.
	Transport http.RoundTripper

	// Logger is told when a token can't be renewed, a Cache fails, a sign-in
	// brings no refresh token, or the client secret is a GUID and so perhaps its
	// ID. If nil, slog.Default().
	Logger *slog.Logger

	// OnAcquisition is called for each token that was got, or could not be, for
	// metrics and traces; see [Acquisition] for what counts as one. For a call that
	// did not wait, and for a sign-in, it runs on the caller's goroutine and with the
	// caller's context, and what it panics with goes through. For a renewal it runs on
	// a goroutine of its own, so that it holds up nobody who waits; Close does not
	// wait for it, and what it panics with is logged. It must be quick and safe for
	// concurrent use. If nil, nothing is called and no time read.
	OnAcquisition func(context.Context, Acquisition)

	// OnFetch is told of the keys that ID tokens are verified with, see
	// jwks.Options.
	OnFetch func(jwks.Fetch)

	// Now is the wall clock. If nil, time.Now. Waiting and back-off keep time
	// by themselves.
	Now func() time.Time
}

// wall returns the time by Now.
func (o *Options) wall() time.Time {
	if o.Now != nil {
		return o.Now()
	}
	return time.Now()
}

// check returns all that is wrong with the options, but for the Links.
func (o *Options) check() error {
	errs := []error{
		checkDuration("Timeout", o.Timeout, time.Minute, "one minute"),
		checkDuration("PendingLifetime", o.PendingLifetime, 24*time.Hour, "24 hours"),
	}
	if o.MaxAccounts < 0 {
		errs = append(errs, fmt.Errorf("acquire: Options.MaxAccounts: %d is negative", o.MaxAccounts))
	}
	if o.AuthStyle < oauth2.AuthStyleAutoDetect || o.AuthStyle > oauth2.AuthStyleInHeader {
		errs = append(errs, errors.New("acquire: Options.AuthStyle: no such style"))
	}
	return errors.Join(errs...)
}

func checkDuration(field string, d, most time.Duration, inWords string) error {
	switch {
	case d < 0 || d > most:
		return fmt.Errorf("acquire: Options.%s: %v is not between 0 and %s", field, d, inWords)
	case d > 0 && d < time.Millisecond:
		return fmt.Errorf("acquire: Options.%s: %v is less than a millisecond; is the unit missing, as in %d * time.Second?", field, d, d)
	}
	return nil
}

// checkLinks returns all that is wrong with the Links of an App at an authority.
func (o *Options) checkLinks(at authority.Authority) error {
	var errs []error
	seen := map[string]bool{}
	for _, link := range o.Links {
		if err := checkLink(at, link, seen); err != nil {
			errs = append(errs, fmt.Errorf("acquire: Options.Links: %w", err))
		}
		seen[link.FlowKey()] = true
	}
	return errors.Join(errs...)
}

func checkLink(at, link authority.Authority, seen map[string]bool) error {
	switch {
	case link.Err() != nil:
		return link.Err()
	case at.Err() != nil:
		return nil //nolint:nilerr // that one is told elsewhere, and there is nothing to compare with
	case usesSTS(at):
		return fmt.Errorf("%s is no flow of %s, which has none: a user flow belongs to the application's registration", link, at)
	case link.Host() != at.Host() || link.TenantID() != at.TenantID():
		return fmt.Errorf("%s is not at the host and tenant of %s", link, at)
	case link.FlowKey() == at.FlowKey():
		return fmt.Errorf("flow %q is the App's own", link.Flow())
	case seen[link.FlowKey()]:
		return fmt.Errorf("flow %q is named twice", link.Flow())
	}
	return nil
}

// withDefaults returns the options, which have passed check, with what is left
// out.
func (o *Options) withDefaults() Options {
	r := *o
	if r.AuthStyle == oauth2.AuthStyleAutoDetect {
		r.AuthStyle = oauth2.AuthStyleInParams
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
	return r
}
