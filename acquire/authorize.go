// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/internal/origin"
)

// ResponseMode is how B2C sends the user back.
type ResponseMode string

// The response modes that a server can read. A fragment never reaches one.
const (
	Query    ResponseMode = "query"
	FormPost ResponseMode = "form_post"
)

// AuthorizeOptions are the optional parameters of an authorization request.
// Nil, and each zero field, means: not sent.
type AuthorizeOptions struct {
	// ResponseMode is how the user is sent back; if zero, Query. With FormPost
	// the return is a POST from B2C's site, to which browsers send SameSite=None
	// cookies alone: [PendingCookies] sees to its own; the app's session cookie
	// may be missing in that request.
	ResponseMode ResponseMode
	// Prompt is "login", "none", "consent" or "select_account".
	Prompt string
	// LoginHint fills in the user name.
	LoginHint string
	// DomainHint leads straight to an identity provider, such as google.com.
	DomainHint string
	// UILocales are the languages of the pages, best first, such as "de fr".
	UILocales string
	// MaxAge is the greatest age of the user's sign-in, in whole seconds;
	// negative means that they must sign in anew (max_age=0). The return is
	// refused if the ID token doesn't keep to it.
	MaxAge time.Duration
	// IDTokenHint is for custom policies that want an id_token_hint.
	IDTokenHint string
	// Extra are further parameters, which custom policies can read. None may be
	// one that the kit sends itself or has a field for.
	Extra url.Values
	// Data is kept in the Pending for the app, and not sent: where to go
	// afterwards, for example.
	Data string
}

// BeginSignIn returns the address to send the user to for signing in through
// the App's own flow, and what to keep until they return to redirectURI with
// a code (authorization code flow with PKCE, RFC 7636; B2C's documents don't
// announce PKCE, but it works). The scopes are those of one API; with none the
// user is signed in and there is no access token. Options may be nil.
//
// For a second API, [User.Token] asks with the refresh token. Whether B2C gives
// one for scopes that the sign-in didn't ask for is not documented; if it
// answers [ErrNoAccessToken], send the user here again with that API's scopes,
// which takes no typing while their session lasts.
//
// B2C doesn't use a redirect URI that is not registered: the user comes back at
// one that is, with an error that Finish calls [ErrConfiguration] (AADB2C90006),
// or stays on a page of B2C's where none is.
//
// Scopes of two APIs are noticed here only as far as a .default tells; B2C
// refuses the others.
//
// When the user is back, give [App.Finish] the Pending and the parameters.
func (a *App) BeginSignIn(redirectURI string, scopes []string, opts *AuthorizeOptions) (address string, pending *Pending, err error) {
	return a.begin(a.flows.own, redirectURI, scopes, opts)
}

// BeginFlow is BeginSignIn for one of Options.Links, such as the flow for
// editing the profile or resetting the password. What the user brings back
// from there is an ID token to read, and never becomes a sign-in.
func (a *App) BeginFlow(name, redirectURI string, opts *AuthorizeOptions) (address string, pending *Pending, err error) {
	link, isLink, ok := a.flows.named(name)
	if !ok || !isLink {
		return "", nil, fail(ErrConfiguration, "authorize", "flow %s is not one of Options.Links; add its authority there, or use BeginSignIn if it is the App's own", quote(name))
	}
	address, pending, err = a.begin(link, redirectURI, nil, opts)
	if pending != nil {
		pending.Link = true
	}
	return address, pending, err
}

func (a *App) begin(f flow, redirectURI string, scopes []string, opts *AuthorizeOptions) (string, *Pending, error) {
	const during = "authorize"
	if a.background.HasEnded() {
		return "", nil, errClosed()
	}
	if opts == nil {
		opts = &AuthorizeOptions{}
	}
	api, e := apiScopes(scopes)
	if e != nil {
		e.During = during
		return "", nil, e
	}
	if err := a.checkRedirectURI(redirectURI); err != nil {
		return "", nil, err
	}
	p := &Pending{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Flow: f.authority.Flow(), Authority: f.authority.ID(), ClientID: a.clientID,
		RedirectURI: redirectURI, ResponseMode: opts.ResponseMode, Scopes: strings.Fields(api),
		MaxAge: opts.MaxAge, Expires: a.clock.Now().Wall.Add(a.opts.PendingLifetime), Data: opts.Data,
	}
	if p.ResponseMode == "" {
		p.ResponseMode = Query
	}
	if p.ResponseMode != Query && p.ResponseMode != FormPost {
		return "", nil, fail(ErrConfiguration, during, "AuthorizeOptions.ResponseMode: %s is not query or form_post", quote(string(p.ResponseMode)))
	}
	if opts.MaxAge > 0 && opts.MaxAge%time.Second != 0 {
		return "", nil, fail(ErrConfiguration, during, "AuthorizeOptions.MaxAge: %v is not a number of whole seconds", opts.MaxAge)
	}
	q := url.Values{
		"client_id": {a.clientID}, "response_type": {"code"}, "response_mode": {string(p.ResponseMode)},
		"redirect_uri": {redirectURI}, "scope": {userScopes(api)}, "state": {p.State}, "nonce": {p.Nonce},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(p.Verifier)}, "code_challenge_method": {"S256"},
	}
	for name, value := range map[string]string{
		"prompt": opts.Prompt, "login_hint": opts.LoginHint, "domain_hint": opts.DomainHint,
		"ui_locales": opts.UILocales, "id_token_hint": opts.IDTokenHint,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if opts.MaxAge != 0 {
		q.Set("max_age", strconv.FormatInt(int64(max(opts.MaxAge, 0)/time.Second), 10))
	}
	for _, name := range slices.Sorted(maps.Keys(opts.Extra)) {
		// In any case: ASP.NET, which B2C is made with, doesn't tell cases apart.
		if fold := strings.ToLower(name); q.Has(fold) || slices.Contains(ownParams, fold) {
			return "", nil, fail(ErrConfiguration, during, "AuthorizeOptions.Extra: %s is sent already, has a field of its own, or changes what is sent", quote(name))
		}
		q[name] = opts.Extra[name]
	}
	return withQuery(f.authority.AuthorizationEndpoint(), q), p, nil
}

// ownParams may not be in AuthorizeOptions.Extra even when the request is
// without them: a max_age sent by that way would not be checked on return.
var ownParams = []string{
	"prompt", "login_hint", "domain_hint", "ui_locales", "max_age", "id_token_hint",
	"p", "request", "request_uri",
}

// withQuery adds parameters to an address, which in B2C's ?p= form has one
// already.
func withQuery(address string, q url.Values) string {
	if strings.Contains(address, "?") {
		return address + "&" + q.Encode()
	}
	return address + "?" + q.Encode()
}

// checkRedirectURI takes https, http on loopback, and for public clients the
// schemes that programs register for themselves (RFC 8252 section 7.1).
func (a *App) checkRedirectURI(uri string) error {
	u, err := url.Parse(uri)
	why := ""
	switch {
	case err != nil, !u.IsAbs():
		why = "not an absolute URL"
	case u.Fragment != "" || u.User != nil:
		why = "has a fragment or a user name"
	case u.Scheme != "http" && u.Scheme != "https":
		if a.endpoint.credential != nil || u.Scheme == "javascript" || u.Scheme == "data" || u.Scheme == "file" {
			why = "neither https nor http"
		}
	case u.Host == "":
		why = "has no host"
	case u.Scheme == "http":
		if _, err := origin.Parse("http://" + u.Host); err != nil {
			why = "plain http to a host that is not loopback"
		}
	}
	if why != "" {
		return fail(ErrConfiguration, "authorize", "%s", fmt.Sprintf("redirect URI %s: %s", quote(uri), why))
	}
	return nil
}
