// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

// Class says what can be done about a failure. The list is closed: these
// constants are all there are. A Class is an error itself, so that
// errors.Is(err, acquire.ErrCancelled) works, and its text is short, stable
// and fit for a metric's label or a log field.
type Class string

// Classes of what B2C, External ID and Entra answer.
const (
	// ErrConfiguration means that the application, its registration or this
	// program's settings have to be changed.
	ErrConfiguration Class = "configuration"
	// ErrTenantAdmin means that a policy, a key container or an identity
	// provider has to be mended by an administrator of the tenant.
	ErrTenantAdmin Class = "tenant_admin"
	// ErrUser means that the user has to do something else: correct the
	// password, wait until the account is unlocked.
	ErrUser Class = "user"
	// ErrInteractionRequired means that only a new sign-in helps: there is no
	// session, no account or no refresh token, or the sign-in went stale.
	ErrInteractionRequired Class = "interaction_required"
	// ErrReauthenticate means that the grant is no longer good (expired,
	// revoked, the account is gone, a custom policy refuses it): sign in again.
	ErrReauthenticate Class = "reauthenticate"
	// ErrCancelled means that the user cancelled, at B2C (AADB2C90091) or at an
	// identity provider (AADB2C90273 with its access_denied), or did not consent
	// (AADSTS65004).
	ErrCancelled Class = "cancelled"
	// ErrForgotPassword means that the user wants another password
	// (AADB2C90118): send them to the reset flow, see [App.BeginFlow].
	ErrForgotPassword Class = "forgot_password"
	// ErrRetry means: the same again later, not before Error.RetryAfter. A
	// sign-in is begun again.
	ErrRetry Class = "retry"
	// ErrPolicy means that a custom policy ended with an error of its own
	// (AAD_Custom_…); its author knows what it means.
	ErrPolicy Class = "policy"
	// ErrUnexpected means that the answer is none that B2C gives: a proxy's
	// page, a redirect, a token that can't be sent on.
	ErrUnexpected Class = "unexpected_answer"
)

// Classes of what this package finds out by itself.
const (
	// ErrUnsupported means that there is no such thing for this kind of client or
	// authority: a public one has no token of its own, B2C takes no certificate,
	// External ID and Entra have no flows. No request was made.
	ErrUnsupported Class = "unsupported"
	// ErrNoAccessToken means that no scope of an API was asked for, and there is
	// no access token for openid alone.
	ErrNoAccessToken Class = "no_access_token"
	// ErrState means that what came back belongs to no sign-in begun here, or
	// to one that expired: a forged or a repeated return, or an old tab.
	ErrState Class = "state"
	// ErrCrossSite means that another site tried to begin a sign-in behind the
	// user's back, see [PendingCookies.Set]. Answer with 403.
	ErrCrossSite Class = "cross_site"
	// ErrIDToken means that the ID token was refused. The error wraps a
	// *validator.Error that says why.
	ErrIDToken Class = "id_token"
	// ErrClosed means that the App was closed.
	ErrClosed Class = "closed"
)

// Error returns the class's text.
func (c Class) Error() string { return string(c) }
