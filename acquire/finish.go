// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"net/url"

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
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
	if r.SignIn == nil {
		return "return from " + r.Flow
	}
	return "return from " + r.Flow + ": " + r.SignIn.String()
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
	f, refused := a.checkReturn(pending, params)
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
	api, e := apiScopes(pending.Scopes)
	if e != nil {
		return nil, e
	}
	const grant = "authorization_code"
	got, err := a.foreground(ctx, accessTokenRequest{flow: f.authority, grant: grant, auth: authenticated, params: url.Values{
		"code": {code}, "code_verifier": {pending.Verifier}, "redirect_uri": {pending.RedirectURI},
		"scope": {userScopes(api)}, "client_info": {"1"},
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
	due := false
	if got.refresh == "" {
		a.unrefreshed.Do(func() { due = true }) // not in there: it holds a lock
	}
	if !due {
		return
	}
	a.log.Warn("a sign-in brought no refresh token, so the user has to sign in again when the access token ends: was the application granted offline_access, and does its flow give refresh tokens?", "during", during)
}

func (p *Pending) secrets() redact.Secrets { return redact.New(p.State, p.Nonce, p.Verifier) }

// hearsay tells the operator which error came with a return that belongs to no
// sign-in begun here. B2C sends some without the state; but so can anyone, so
// nothing is decided by it.
func hearsay(p *Pending, params url.Values) string {
	if !params.Has("error") {
		return ""
	}
	if p == nil {
		p = &Pending{}
	}
	e := redirected(params, attempt{}, p.secrets())
	said := "error " + quote(e.OAuthError)
	if e.Code != "" {
		said = quote(e.Code)
	}
	if e.Description != "" {
		said += " " + quote(e.Description)
	}
	if e.CorrelationID != "" {
		said += " (correlation ID " + e.CorrelationID + ")"
	}
	return "; it came with " + said + ", which B2C or anyone else may have sent"
}

// checkReturn finds the flow of a return and makes sure that the return
// belongs to the pending attempt.
func (a *App) checkReturn(p *Pending, params url.Values) (f flow, e *Error) {
	const during = "authorize"
	state := params.Get("state")
	switch {
	case p == nil || p.State == "" || p.Nonce == "" || p.Verifier == "":
		return f, fail(ErrState, during, "no sign-in was begun that this return belongs to: it came twice, late, or from elsewhere, or cookies are off")
	case len(params["state"]) != 1 || subtle.ConstantTimeCompare([]byte(state), []byte(p.State)) != 1:
		return f, fail(ErrState, during, "the state that came back is not that of the pending attempt")
	case len(params["code"]) > 1 || len(params["error"]) > 1 || len(params["iss"]) > 1:
		return f, fail(ErrState, during, "the return has a parameter twice")
	case p.ClientID != a.clientID:
		return f, fail(ErrState, during, "the pending attempt was begun by another application")
	}
	f, isLink, ok := a.flows.named(p.Flow)
	if !ok || f.authority.ID() != p.Authority || isLink != p.Link {
		return f, fail(ErrState, during, "the pending attempt was begun at flow %s of another authority than this App knows", quote(p.Flow))
	}
	if !a.clock.Now().Wall.Before(p.Expires) {
		return f, fail(ErrState, during, "the sign-in took longer than Options.PendingLifetime; begin it again")
	}
	// RFC 9207. B2C doesn't send it; if it ever does, it must be right.
	if iss := params.Get("iss"); iss != "" && !f.authority.MatchIssuer(iss) {
		return f, fail(ErrState, during, "the return is from another issuer")
	}
	return f, nil
}
