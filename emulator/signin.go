// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"errors"
	"net/url"
	"sync/atomic"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
)

// SignInRequest is what someone came to the authorize endpoint with.
type SignInRequest struct {
	// Flow is the flow, with every default filled in.
	Flow Flow

	// Client is the app that sent the user, with every default filled in.
	Client App

	// Parameters are those of the request as sent, the ones B2C knows (such as
	// login_hint, domain_hint, prompt, ui_locales) and any other.
	Parameters url.Values

	// Session is who has signed in before in the same browser, or nil. The app
	// may still have asked for a new sign-in, by prompt or max_age.
	Session *User
}

// SignIn is what someone did at the authorize endpoint. The zero value is to
// sign in as whom the browser's session is for, or else as [Tenant.User]; with
// nobody left it fails.
type SignIn struct {
	// User is who signed in, not necessarily one of [Tenant.Users]: at a sign-up
	// it is someone new, and after editing a profile someone with a new name.
	// The session keeps it. If nil, as the zero value says.
	User *User

	// Claims overrides or adds claims of the ID and access tokens this leads to,
	// after a refresh too, as [Spec.Claims] does. They must be JSON: otherwise
	// the request for tokens fails with server_error. The map is copied.
	Claims map[string]any
}

// JourneyError is how a journey at the authorize endpoint ends without a
// sign-in. The app gets it at its redirect URI.
type JourneyError struct {
	// OAuth is OAuth's error code, such as "access_denied".
	OAuth string

	// Code is what the description begins with, such as "AADB2C90091".
	Code string

	// Text is the rest of the description, without the lines for correlation id
	// and timestamp.
	Text string
}

// Error returns code and text, as in the description.
func (e *JourneyError) Error() string { return e.Code + ": " + e.Text }

// What users do other than sign in. A function given to [Tenant.OnSignIn]
// returns them.
var (
	// ErrCancelled is a click on Cancel.
	ErrCancelled error = journeyError(aadb2c.Cancelled)
	// ErrForgotPassword is a click on "Forgot your password?", upon which the app
	// must start its reset flow. B2C: only sign-in flows of the older sort have
	// that link; newer ones reset by themselves.
	ErrForgotPassword error = journeyError(aadb2c.ForgotPassword)
)

func journeyError(e *aadb2c.Error) *JourneyError { return &JourneyError{e.OAuth, e.Code, e.Text} }

// PolicyError returns the error of a custom policy that ends a journey itself;
// code is free text of the policy's author. Its description begins with
// AAD_Custom_, and not with AADB2C.
func PolicyError(code, message string) *JourneyError {
	return &JourneyError{"access_denied", "AAD_Custom_" + code, message}
}

// decisions are those of a function that signs people in; without one, pages do,
// or all sign in at once.
type decisions struct {
	function atomic.Pointer[func(SignInRequest) (SignIn, error)]
}

func (d *decisions) set(decide func(SignInRequest) (SignIn, error)) {
	if decide == nil {
		d.function.Store(nil)
		return
	}
	d.function.Store(&decide)
}

// made reports whether a function decides.
func (d *decisions) made() bool { return d.function.Load() != nil }

// decide returns what the user does.
func (d *decisions) decide(r SignInRequest) (SignIn, error) {
	decide := d.function.Load()
	if decide == nil {
		return SignIn{}, nil
	}
	return (*decide)(r)
}

// journeyRefusal is what the app is told of an error of the journey.
func journeyRefusal(err error) *aadb2c.Error {
	if e, ok := errors.AsType[*JourneyError](err); ok {
		return &aadb2c.Error{OAuth: e.OAuth, Code: e.Code, Text: e.Text}
	}
	return aadb2c.Internal
}
