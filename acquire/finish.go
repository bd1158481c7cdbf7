// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"cmp"
	"context"
	"log/slog"
	"net/url"

	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
	"github.com/b2ckit/b2ckit/validator"
)

// Return is what a user brought back from B2C. Printing it shows no token.
type Return struct {
	// Flow is where the user was.
	Flow string
	// SignIn is the sign-in, if that was the App's own flow. It is nil after a
	// link: the user is who they were, and signed in or out as they were.
	SignIn *SignIn
	// IDToken are the verified claims: after a link, those of that flow, for
	// showing the new name for instance. Its tokens have been dropped. Whoever
	// came back may have signed in there as someone else: compare
	// [validator.IDToken.UserID] with Account.UserID.
	IDToken *validator.IDToken
	// Data is AuthorizeOptions.Data.
	Data string
}

// String tells flow and account, and shows nothing else.
func (r Return) String() string {
	from := "return from " + cmp.Or(r.Flow, signInPage)
	if r.SignIn == nil {
		return from
	}
	return from + ": " + r.SignIn.String()
}

// GoString is String.
func (r Return) GoString() string { return r.String() }

// LogValue is String.
func (r Return) LogValue() slog.Value { return slog.StringValue(r.String()) }

// Finish completes what BeginSignIn or BeginFlow began, when the user is back
// with parameters in the query, or in the form for FormPost: it checks the
// state, redeems the code at the flow that issued it, verifies the ID token
// and, if the flow is the App's own, keeps the tokens.
//
// Give it the Pending of the state that came back, and forget that Pending
// whatever the outcome: a code is good once, so after an error, [ErrRetry]
// included, the sign-in has to be begun again. A nil Pending is answered with
// [ErrState].
//
// What users do is an error that can be switched on: [ErrCancelled],
// [ErrForgotPassword] (send them to the reset flow by BeginFlow),
// [ErrInteractionRequired] after prompt "none".
func (a *App) Finish(ctx context.Context, pending *Pending, params url.Values) (*Return, error) {
	const during = "authorize"
	f, refused := pending.check(params, a.clientID, &a.flows, a.clock.Now().Wall())
	if refused != nil {
		refused.Advice += hearsay(pending, params)
		return nil, refused
	}
	if params.Has("error") {
		return nil, redirected(params, attempt{grant: during, flow: f.authority}, pending.secrets())
	}
	code := params.Get("code")
	if code == "" || len(code) > tokenresponse.MaxToken {
		e := fail(ErrUnexpected, during, "the user came back with neither a code nor an error")
		e.Flow = f.authority.Flow()
		return nil, e
	}
	api, e := apiScopes(f.authority.Kind(), pending.Scopes)
	if e != nil {
		return nil, e
	}
	const grant = "authorization_code"
	got, err := a.foreground(ctx, accessTokenRequest{flow: f.authority, grant: grant, auth: authenticated, params: url.Values{
		"code": {code}, "code_verifier": {pending.Verifier}, "redirect_uri": {pending.RedirectURI},
		"scope": {userScopes(f.authority.Kind(), api)}, "client_info": {"1"},
	}})
	if err != nil {
		return nil, err
	}
	if !pending.Link {
		a.warnOfNoRefreshToken(grant, got)
	}
	ret := &Return{Flow: f.authority.Flow(), Data: pending.Data}
	want := validator.Expected{Nonce: pending.Nonce, MaxAge: pending.MaxAge, Code: code}
	if pending.Link {
		ret.IDToken, err = f.validate(ctx, grant, got, want)
	} else if ret.SignIn, err = a.signIn(ctx, grant, got, want, api, "", authenticated); err == nil {
		ret.IDToken = ret.SignIn.IDToken
	}
	if err != nil {
		return nil, err
	}
	return ret, nil
}

// warnOfNoRefreshToken logs that a sign-in has brought no refresh token, though
// offline_access was asked for.
func (a *App) warnOfNoRefreshToken(during string, got *answer) {
	if got.refresh != "" {
		return
	}
	if omitted, ok := a.unrefreshed.take(); ok {
		a.log.Warn("a sign-in brought no refresh token, so the user has to sign in again when the access token ends: was the application granted offline_access, and does its flow give refresh tokens?",
			withOmitted(omitted, "grant", during)...)
	}
}
