// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/origin"
	"github.com/b2ckit/b2ckit/validator"
)

// DeviceSignIn is a sign-in by a code that the user types into a browser elsewhere
// (device authorization grant, RFC 8628). Make one with [App.BeginDeviceSignIn], show the
// user Message, and then [DeviceSignIn.Wait] for them.
//
// Whoever is sent such a code by someone else, and types it, signs that one in: the page
// that shows it should say what for, and nobody should send codes around.
type DeviceSignIn struct {
	// UserCode is what the user types in at VerificationURI, which is https, or
	// http at loopback.
	UserCode, VerificationURI string
	// Message tells the user to, in one line: the endpoint's own words, or some in
	// English.
	Message string
	// ExpiresAt is until when, by the wall clock.
	ExpiresAt time.Time

	app      *App
	code     string // the device's: a secret
	api      string // scopes
	interval time.Duration
	deadline time.Time // with a monotonic reading
}

const duringDeviceCode = string(GrantDeviceCode)

// BeginDeviceSignIn begins to sign a user in at a device without a browser, such as a
// command on a server. It makes one request, and waits no longer than ctx and
// Options.Timeout. The scopes are as for [App.BeginSignIn].
//
// External ID and Entra ID have this grant, for public clients whose registration allows
// public client flows; elsewhere it is [ErrUnsupported].
func (a *App) BeginDeviceSignIn(ctx context.Context, scopes ...string) (*DeviceSignIn, error) {
	own := a.Authority()
	switch {
	case own.Kind() == authority.AzureADB2C:
		return nil, fail(ErrUnsupported, duringDeviceCode, "Azure AD B2C has no device code; sign the user in with a browser (BeginSignIn)")
	case a.endpoint.credential != nil:
		return nil, fail(ErrUnsupported, duringDeviceCode, "a device has no secret to keep; use NewPublic, or sign the user in with a browser (BeginSignIn)")
	case a.background.HasEnded():
		return nil, errClosed()
	}
	api, e := apiScopes(own.Kind(), scopes)
	if e != nil {
		e.During = duringDeviceCode
		return nil, e
	}
	ctx, cancel := context.WithTimeout(ctx, a.opts.Timeout)
	defer cancel()
	defer context.AfterFunc(a.background.Context(), cancel)()
	d, err := a.endpoint.authorizeDevice(ctx, own, url.Values{"scope": {userScopes(own.Kind(), api)}})
	if err != nil {
		if a.background.HasEnded() {
			return nil, errClosed()
		}
		return nil, bare(err)
	}
	if d.Message == "" {
		d.Message = "To sign in, open " + d.VerificationURI + " in a browser and enter the code " + d.UserCode + "."
	}
	return &DeviceSignIn{
		UserCode: d.UserCode, VerificationURI: d.VerificationURI, Message: d.Message,
		ExpiresAt: a.clock.Now().Wall().Add(d.Life).UTC(),
		app:       a, code: d.DeviceCode, api: api, interval: d.Interval, deadline: time.Now().Add(d.Life),
	}, nil
}

// authorizeDevice asks for a code (RFC 8628 section 3.1).
func (t *tokenEndpoint) authorizeDevice(ctx context.Context, at authority.Authority, form url.Values) (tokenresponse.DeviceAuthorization, error) {
	none := tokenresponse.DeviceAuthorization{}
	if err := t.throttle.check(duringDeviceCode); err != nil {
		return none, err
	}
	form.Set("client_id", t.clientID)
	if claims := t.capabilities.with(""); claims != "" {
		form.Set("claims", claims)
	}
	r, err := newPost(ctx, at.DeviceAuthorizationEndpoint(), form)
	if err != nil {
		return none, &Error{Class: ErrConfiguration, During: duringDeviceCode, Err: err}
	}
	start := t.clock.Now()
	secrets := redact.New()
	body, e := t.send(r, attempt{grant: duringDeviceCode, flow: at}, secrets)
	if e != nil {
		e.During, e.Err = duringDeviceCode, secrets.Error(e.Err)
		t.throttle.record(start.Mono(), e)
		return none, e
	}
	t.throttle.record(start.Mono(), nil)
	d, err := tokenresponse.ParseDeviceAuthorization(body)
	if err != nil {
		return none, fail(ErrUnexpected, duringDeviceCode, "%v", err)
	}
	if err := checkVerificationURI(d.VerificationURI); err != nil {
		return none, err
	}
	return d, nil
}

// checkVerificationURI takes where a user may be sent to: https, or http at loopback.
func checkVerificationURI(uri string) error {
	u, err := url.Parse(uri)
	if err == nil && u.User == nil && u.Host != "" {
		if _, err = origin.Parse(u.Scheme + "://" + u.Host); err == nil {
			return nil
		}
	}
	return fail(ErrUnexpected, duringDeviceCode, "the page for the code is at %s, which is no https address", foreign.Name(uri))
}

// Wait returns the sign-in once the user has entered the code, as [App.Finish] does. It
// asks for it as often as the endpoint allows, goes on while that can't be reached, and
// ends with ctx. The error is [ErrCancelled] if the user declined, and
// [ErrReauthenticate] if the code has expired: begin anew. Call it once.
func (d *DeviceSignIn) Wait(ctx context.Context) (*SignIn, error) {
	if d.app == nil {
		return nil, fail(ErrConfiguration, duringDeviceCode, "an empty DeviceSignIn; make one with BeginDeviceSignIn")
	}
	wait := d.interval
	for {
		if err := d.pause(ctx, wait); err != nil {
			return nil, err
		}
		got, err := d.app.foreground(ctx, accessTokenRequest{
			flow: d.app.Authority(), grant: duringDeviceCode, auth: authenticated, params: url.Values{"device_code": {d.code}},
		})
		if err == nil {
			d.app.warnOfNoRefreshToken(duringDeviceCode, got)
			return d.app.signIn(ctx, duringDeviceCode, got, validator.Expected{}, d.api, "", authenticated)
		}
		e, ok := errors.AsType[*Error](err)
		switch {
		case ctx.Err() != nil:
			return nil, waitError(ctx.Err(), context.Cause(ctx))
		case !ok || !d.waitsOn(e):
			return nil, ended(err)
		}
		wait = max(d.interval, e.RetryAfter)
	}
}

// waitsOn reports whether the endpoint is to be asked again after an error, and notes
// how much less often (RFC 8628 section 3.5).
func (d *DeviceSignIn) waitsOn(e *Error) bool {
	switch {
	case e.OAuthError == "authorization_pending":
	case e.OAuthError == "slow_down":
		d.interval += 5 * time.Second
	case e.Class != ErrRetry:
		return false
	case !e.isThrottling(): // that has a wait of its own
		d.interval = min(2*d.interval, max(d.interval, time.Minute))
	}
	return true
}

// pause waits until the next request may be made.
func (d *DeviceSignIn) pause(ctx context.Context, wait time.Duration) error {
	t := time.NewTimer(min(wait, time.Until(d.deadline)))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
		return waitError(ctx.Err(), context.Cause(ctx))
	case <-d.app.background.Context().Done():
		return errClosed()
	}
	if !time.Now().Before(d.deadline) {
		return fail(ErrReauthenticate, duringDeviceCode, adviceNewCode)
	}
	return nil
}

const adviceNewCode = "the code has expired; begin the sign-in anew"

// ended says what an error of the device's grant means.
func ended(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	switch e.OAuthError {
	case "authorization_declined", "access_denied":
		e.Class, e.Advice = ErrCancelled, "the user declined"
	case "expired_token":
		e.Class, e.Advice = ErrReauthenticate, adviceNewCode
	case "bad_verification_code":
		e.Class, e.Advice = ErrReauthenticate, "the device's code is not known: it has been used, or has expired; begin the sign-in anew"
	}
	return e
}

// String tells where the user has to go, and shows no code.
func (d DeviceSignIn) String() string {
	return "sign-in by a code at " + foreign.Text(d.VerificationURI)
}

// GoString is String.
func (d DeviceSignIn) GoString() string { return d.String() }

// LogValue is String.
func (d DeviceSignIn) LogValue() slog.Value { return slog.StringValue(d.String()) }
