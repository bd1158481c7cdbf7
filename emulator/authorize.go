// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// challengePattern is a code verifier of RFC 7636 §4.1, and so a challenge by
// either method.
var challengePattern = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// authorization is a request to the authorize endpoint that holds all that is
// needed to answer it, now or after some pages.
type authorization struct {
	place       place
	client      *App
	redirectURI string
	mode        string // query, fragment or form_post

	code, idToken, token bool // what is asked for

	scope      scope
	state      string
	nonce      string
	challenge  string // "" for no PKCE
	hashed     bool   // the challenge is S256
	prompt     string
	maxAge     time.Duration // negative for any
	clientInfo bool
	parameters url.Values
}

// maxAuthorize bounds what one request makes a tenant remember: state and nonce
// stay with journeys, codes and refresh tokens. Windows' own web server, and so
// likely B2C's, takes no more than this of a request's head.
const maxAuthorize = 16 << 10

// length returns how long parameters are.
func length(q url.Values) int {
	n := 0
	for name, all := range q {
		n += len(name)
		for _, value := range all {
			n += len(value)
		}
	}
	return n
}

// serveAuthorize is the authorize endpoint. The user's part is a function call,
// or pages that end where finish does. OpenID Connect Core 1.0 §3.1.2.1: with
// pages, the parameters may come in a form.
func (t *Tenant) serveAuthorize(w http.ResponseWriter, r *http.Request, p place) {
	noStore(w)
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		var ok bool
		if q, ok = readForm(w, r); !ok {
			page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
			return
		}
		recordOf(w).parameters(q)
	}
	if length(q) > maxAuthorize {
		page(w, http.StatusRequestURITooLong, "The request is too large.")
		return
	}
	a, refusal := t.authorization(p, q)
	switch {
	case a == nil:
		t.refusePage(w, refusal)
	case refusal != nil:
		t.reject(w, a, refusal)
	case a.prompt == "none" && t.onPages() && p.flow.Kind != SignUpSignIn: // whose page always shows
		t.reject(w, a, errNoSession)
	case a.prompt == "none":
		t.finish(w, r, a, SignIn{}, nil)
	case t.onPages():
		t.begin(w, r, a)
	default:
		decision, err := t.decision(a, t.session(r))
		t.finish(w, r, a, decision, err)
	}
}

// onPages reports whether people sign in on pages.
func (t *Tenant) onPages() bool { return t.opts.Pages && t.decide.Load() == nil }

// finish answers a request with what the user did.
func (t *Tenant) finish(w http.ResponseWriter, r *http.Request, a *authorization, decision SignIn, err error) {
	if err != nil {
		t.reject(w, a, journeyRefusal(err))
		return
	}
	now := t.now()
	sso := t.session(r)
	signedIn := a.satisfiedBy(sso, now)
	if a.prompt == "none" && !signedIn {
		t.reject(w, a, errNoSession)
		return
	}
	s := &session{authTime: now, seen: now}
	switch {
	case decision.User != nil:
		s.user = decision.User.clone().identified(t.opts.ID)
		s.user.Password = ""
	case sso != nil:
		s.user = sso.user
	default:
		if s.user = t.User(); s.user.ObjectID == "" {
			t.reject(w, a, errNobody)
			return
		}
	}
	_, s.listed = t.directory.byID(s.user.ObjectID)
	signedIn = signedIn && sso.user.ObjectID == s.user.ObjectID
	if signedIn {
		s.authTime = sso.authTime
	}
	t.complete(w, r, a, s, signedIn, decision.Claims)
}

// complete answers a request with tokens for s, which becomes the browser's
// session; signedIn says whether it is the one the browser had.
func (t *Tenant) complete(w http.ResponseWriter, r *http.Request, a *authorization, s *session, signedIn bool, claims map[string]any) {
	answer, refusal := t.authorized(a, &grant{
		flow: a.place.flow, client: a.client, user: s.user, claims: maps.Clone(claims),
		nonce: a.nonce, scope: a.scope, authTime: s.authTime, began: s.seen, listed: s.listed,
	})
	if refusal != nil {
		t.reject(w, a, refusal)
		return
	}
	t.remember(w, r, a.place.site, s, signedIn)
	t.settle(s.user.ObjectID, s.listed)
	redirect(w, a.redirectURI, a.mode, answer)
}

// authorization reads a request. Without a client that has a redirect URI there
// is no authorization, and the error is for the user alone. Any other error is
// the app's to hear. B2C: so is a redirect URI that isn't registered, which
// nothing is ever sent to: the answer goes to one that is. Which one, if there
// are several, is not known; here it is the first.
func (t *Tenant) authorization(p place, q url.Values) (*authorization, *oauthError) {
	id, uri := one(q, "client_id"), one(q, "redirect_uri")
	if id == "" {
		return nil, errNoClient
	}
	client := t.app(id)
	switch {
	case client == nil:
		return nil, errClient.with(id, t.opts.Domain)
	case len(client.RedirectURIs) == 0:
		return nil, errNoURIs.with(client.ID)
	case uri == "":
		return nil, errMissing.with("redirect_uri")
	}
	a := &authorization{
		place: p, client: client, redirectURI: client.RedirectURIs[0], mode: "query",
		state: one(q, "state"), nonce: one(q, "nonce"), prompt: one(q, "prompt"), maxAge: -1,
		clientInfo: one(q, "client_info") == "1", parameters: q,
	}
	response := a.readResponse(q) // first, for the mode in which any error is answered
	if !slices.Contains(client.RedirectURIs, uri) {
		return a, errRedirectURI.with(uri, client.ID)
	}
	a.redirectURI = uri
	if response != nil {
		return a, response
	}
	for _, read := range []func(*authorization, url.Values) *oauthError{
		t.readScope, (*authorization).readChallenge, (*authorization).readPrompt,
	} {
		if refusal := read(a, q); refusal != nil {
			return a, refusal
		}
	}
	return a, nil
}

// readResponse reads how the answer should look. B2C: tokens don't travel in a
// query, and OAuth's default for them is the fragment.
func (a *authorization) readResponse(q url.Values) *oauthError {
	mode := one(q, "response_mode")
	if mode == "fragment" || mode == "form_post" {
		a.mode = mode
	}
	kind := one(q, "response_type")
	if kind == "" {
		return errMissing.with("response_type")
	}
	seen := unique{}
	for word := range strings.FieldsSeq(kind) {
		switch {
		case seen.twice(word):
			return errResponseType.with(kind)
		case word == "code":
			a.code = true
		case word == "id_token":
			a.idToken = true
		case word == "token":
			a.token = true
		default:
			return errResponseType.with(kind)
		}
	}
	tokens := a.idToken || a.token
	if mode != "query" && tokens && a.mode == "query" {
		a.mode = "fragment"
	}
	switch {
	case mode != "" && mode != a.mode, mode == "query" && tokens:
		return errResponseMode.with(mode)
	case tokens && !a.client.Implicit:
		return errImplicit
	case a.idToken && a.nonce == "":
		return errMissing.with("nonce")
	}
	return nil
}

func (t *Tenant) readScope(a *authorization, q url.Values) *oauthError {
	text := one(q, "scope")
	if strings.TrimSpace(text) == "" {
		return errNoScope
	}
	s, refusal := t.scopeOf(a.client, text)
	switch {
	case refusal != nil:
		return refusal
	case a.idToken && !s.openid:
		return errNoOpenID
	case a.token && s.resource == nil:
		return errNoResource.with(text)
	case a.code && !s.openid && s.resource == nil:
		return errCodeScope
	}
	a.scope = s
	return nil
}

// readChallenge reads the PKCE part. B2C: a method without a challenge is no
// PKCE at all, and a challenge without a method is plain.
func (a *authorization) readChallenge(q url.Values) *oauthError {
	if !a.code {
		return nil
	}
	challenge, method := one(q, "code_challenge"), one(q, "code_challenge_method")
	switch {
	case challenge == "" && a.client.Kind == SPA:
		return errNoChallenge
	case challenge == "":
		return nil
	case method != "" && method != "plain" && method != "S256":
		return errMethod
	case !challengePattern.MatchString(challenge) || method == "S256" && len(challenge) != 43:
		return errChallenge
	}
	a.challenge, a.hashed = challenge, method == "S256"
	return nil
}

func (a *authorization) readPrompt(q url.Values) *oauthError {
	if !slices.Contains([]string{"", "none", "login", "consent", "select_account"}, a.prompt) {
		return errPrompt
	}
	if age := one(q, "max_age"); age != "" {
		seconds, err := strconv.ParseUint(age, 10, 31)
		if err != nil {
			return errMaxAge.with(age)
		}
		a.maxAge = time.Duration(seconds) * time.Second
	}
	return nil
}

// one returns a parameter. B2C joins those that are there twice by a comma,
// which makes a wrong one of nearly every one; RFC 6749 §3.1 forbids them. It is
// a text of its own: what is remembered of it doesn't hold the whole request.
func one(q url.Values, name string) string { return strings.Clone(strings.Join(q[name], ",")) }

// noStore sets the headers of answers that hold secrets.
func noStore(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store, must-revalidate, no-cache")
	w.Header().Set("X-Frame-Options", "DENY")
}
