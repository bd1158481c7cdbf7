// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
)

// signIn sends the user to B2C. Its address may come from anywhere, so it
// changes nothing but for the cookie of this attempt.
func (a *webApp) signIn(w http.ResponseWriter, r *http.Request) {
	address, pending, err := a.b2c.BeginSignIn(a.config.redirectURI, []string{a.config.scope}, &acquire.AuthorizeOptions{
		ResponseMode: a.config.responseMode,
		Data:         returnPath(r.FormValue("return")), // sealed in the cookie until then
	})
	a.depart(w, r, address, pending, err)
}

// returnPath is where to go after signing in: one of these, and home for all
// else. A list can't be fooled, as checks of what looks local have been
// (//evil.example, /\evil.example).
func returnPath(wanted string) string {
	for _, path := range []string{"/profile", "/tasks", "/edit-profile"} {
		if wanted == path {
			return path
		}
	}
	return "/"
}

// editProfile is a link to another flow.
func (a *webApp) editProfile(w http.ResponseWriter, r *http.Request, s *session) {
	a.visit(w, r, a.config.b2c.EditProfileFlow(), s.Account.Username)
}

// resetPassword is another one. Those who forgot their password are not signed
// in.
func (a *webApp) resetPassword(w http.ResponseWriter, r *http.Request) {
	a.visit(w, r, a.config.b2c.ResetPasswordFlow(), "")
}

func (a *webApp) visit(w http.ResponseWriter, r *http.Request, flow, user string) {
	if flow == "" {
		a.notFound(w, r)
		return
	}
	address, pending, err := a.b2c.BeginFlow(flow, a.config.redirectURI, &acquire.AuthorizeOptions{
		ResponseMode: a.config.responseMode,
		LoginHint:    user,
	})
	a.depart(w, r, address, pending, err)
}

func (a *webApp) depart(w http.ResponseWriter, r *http.Request, address string, pending *acquire.Pending, err error) {
	if err == nil {
		err = a.pending.Set(w, r, pending)
	}
	if err != nil {
		a.fail(w, r, "sending the user to B2C failed", err)
		return
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// callback is where users come back to, from every flow. Take finds out which
// attempt this is, and Finish verifies all that they brought along.
func (a *webApp) callback(w http.ResponseWriter, r *http.Request) {
	pending, err := a.pending.Take(w, r)
	var ret *acquire.Return
	if err == nil {
		ret, err = a.b2c.Finish(r.Context(), pending, r.Form)
	}
	switch {
	case errors.Is(err, acquire.ErrForgotPassword) && a.config.b2c.ResetPasswordFlow() != "" && !pending.Link:
		a.resetPassword(w, r) // they have asked for it by a click
	case errors.Is(err, acquire.ErrCancelled):
		a.goHome(w, r, "cancelled")
	case errors.Is(err, acquire.ErrState), errors.Is(err, acquire.ErrReauthenticate):
		a.cameTwice(w, r, pending, err)
	case err != nil:
		a.fail(w, r, "the user did not come back as expected", err)
	case ret.SignIn != nil:
		a.begin(w, r, ret)
	default:
		a.backFromLink(w, r, ret)
	}
}

// cameTwice is for a return that belongs to no pending attempt, or whose code
// was used already: most often the browser fetched its address twice, as after a
// double click or a reload, and the first time has begun the session, or is just
// about to. That session may not show in this request, which was sent before or
// came by a POST from B2C's page, so the browser is sent on to where it will.
// Nobody is signed in by this: who wasn't is told so there.
func (a *webApp) cameTwice(w http.ResponseWriter, r *http.Request, pending *acquire.Pending, err error) {
	wanted := "/"
	if pending != nil {
		wanted = returnPath(pending.Data)
	}
	http.Redirect(w, r, "/not-signed-in?"+url.Values{
		"return":    {wanted},
		"reference": {report(r, "the user came back twice, late or from elsewhere", err)},
	}.Encode(), http.StatusSeeOther)
}

// notSignedIn sends those on who are signed in after all. Its address may come
// from anywhere.
func (a *webApp) notSignedIn(w http.ResponseWriter, r *http.Request) {
	if _, ok := a.sessions.read(r); ok {
		http.Redirect(w, r, returnPath(r.FormValue("return")), http.StatusSeeOther)
		return
	}
	class, status, advice := explain(&acquire.Error{Class: acquire.ErrState})
	a.show(w, r, status, "error", "You are not signed in", problem{class, advice, reference(r.FormValue("reference"))})
}

// begin begins the session of who has just signed in.
func (a *webApp) begin(w http.ResponseWriter, r *http.Request, ret *acquire.Return) {
	c, err := claimsOf(ret.IDToken)
	if err == nil {
		err = a.sessions.write(w, &session{Account: ret.SignIn.Account, Claims: c, Expires: time.Now().Add(sessionLifetime)})
	}
	if err != nil {
		a.fail(w, r, "the session can't be kept", err)
		return
	}
	http.Redirect(w, r, returnPath(ret.Data), http.StatusSeeOther)
}

// backFromLink goes on with the session as it was: nobody signs in by editing a
// profile or resetting a password, and someone who was signed out stays so. The
// tokens of those flows have been dropped by Finish.
//
// What the ID token of the edit flow is good for is to show what the user has
// just saved, name and claims, if it is the same user; whose session it is and
// how long it lasts stays. An app that needs more than that to show, new claims
// in the tokens for its APIs for instance, signs the user in again silently
// here: BeginSignIn with the prompt "none", where ErrInteractionRequired on the
// way back means to leave things as they are.
func (a *webApp) backFromLink(w http.ResponseWriter, r *http.Request, ret *acquire.Return) {
	edited := strings.EqualFold(ret.Flow, a.config.b2c.EditProfileFlow())
	notice := "password-changed"
	if edited {
		notice = "profile-saved"
	}
	// Under form_post the request is B2C's, and the session's cookie not in it:
	// then the name changes with the next sign-in.
	if s, ok := a.sessions.read(r); ok {
		user, err := ret.IDToken.UserID()
		switch {
		case err != nil || user != s.Account.UserID:
			notice = "someone-else"
		case edited:
			if err := a.refresh(w, s, ret); err != nil {
				a.fail(w, r, "the session can't be kept", err)
				return
			}
		}
	}
	a.goHome(w, r, notice)
}

func (a *webApp) refresh(w http.ResponseWriter, s *session, ret *acquire.Return) error {
	newer, err := claimsOf(ret.IDToken)
	if err != nil {
		return err
	}
	if s.Claims != nil {
		s.Claims.update(newer)
	}
	if ret.IDToken.Name != "" {
		s.Account.Name = ret.IDToken.Name
	}
	return a.sessions.write(w, s)
}

// signOut forgets the user's tokens, ends the session here and then the one at
// B2C; without the last, the next sign-in would ask for nothing. As tokens are
// kept by account, other browsers of the user have to sign in again for the API.
//
// A tenant that is set to require an ID token in logout requests wants
// SignIn.RawIDToken as IDTokenHint; it would have to be kept in the session.
func (a *webApp) signOut(w http.ResponseWriter, r *http.Request) {
	if s, ok := a.sessions.read(r); ok {
		if err := a.b2c.Remove(r.Context(), s.Account); err != nil {
			slog.Error("the user's tokens may still be in the shared cache", "error", err)
		}
	}
	a.sessions.end(w)
	http.Redirect(w, r, a.b2c.SignOutURL(acquire.SignOut{PostLogoutRedirectURI: a.config.origin() + "/signed-out"}), http.StatusSeeOther)
}
