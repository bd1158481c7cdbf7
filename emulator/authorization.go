// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/fold"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// authorization is a request to the authorize endpoint that holds all that is
// needed to answer it, now or after some pages.
type authorization struct {
	route       route
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

	asked  claimsRequest
	admits func(u *User) *aadb2c.Error // what keeps someone out who has signed in; nil for nothing
}

// newAuthorization is one without what is asked for.
func newAuthorization(to route, client *App, redirectURI string, q url.Values) *authorization {
	return &authorization{
		route: to, client: client, redirectURI: redirectURI, mode: "query",
		state: form.Get(q, "state"), nonce: form.Get(q, "nonce"), prompt: form.Get(q, "prompt"), maxAge: -1,
		clientInfo: form.Get(q, "client_info") == "1", parameters: q,
	}
}

// readAuthorization reads a request. Without a client that has a redirect URI there
// is no authorization, and the error is for the user alone. The app is told of any
// other. B2C: so it is of a redirect URI that isn't registered, which nothing is
// ever sent to: the answer goes to one that is. Which one, if there are several,
// is not known; here it is the first.
func readAuthorization(m *model, to route, q url.Values) (*authorization, *aadb2c.Error) {
	id, uri := form.Get(q, "client_id"), form.Get(q, "redirect_uri")
	if id == "" {
		return nil, aadb2c.NoClient
	}
	client := m.app(id)
	switch {
	case client == nil:
		return nil, aadb2c.UnknownClient.With(id, m.domain)
	case len(client.RedirectURIs) == 0:
		return nil, aadb2c.NoRedirectURIs.With(client.ID)
	case uri == "":
		return nil, aadb2c.MissingParameter.With("redirect_uri")
	}
	a := newAuthorization(to, client, client.RedirectURIs[0], q)
	response := a.readResponse(q) // first, for the mode in which any error is answered
	if !client.redirectsTo(uri) {
		return a, aadb2c.RedirectURI.With(uri, client.ID)
	}
	a.redirectURI = uri
	if response != nil {
		return a, response
	}
	if refusal := a.readScope(m, q); refusal != nil {
		return a, refusal
	}
	if refusal := a.readChallenge(q); refusal != nil {
		return a, refusal
	}
	refusal := a.readPrompt(q)
	return a, refusal
}

// readResponse reads how the answer should look. B2C: tokens don't travel in a
// query, and OAuth's default for them is the fragment.
func (a *authorization) readResponse(q url.Values) *aadb2c.Error {
	mode := form.Get(q, "response_mode")
	if mode == "fragment" || mode == "form_post" {
		a.mode = mode
	}
	kind := form.Get(q, "response_type")
	if kind == "" {
		return aadb2c.MissingParameter.With("response_type")
	}
	seen := fold.Set{}
	for word := range strings.FieldsSeq(kind) {
		switch {
		case seen.Twice(word):
			return aadb2c.ResponseType.With(kind)
		case word == "code":
			a.code = true
		case word == "id_token":
			a.idToken = true
		case word == "token":
			a.token = true
		default:
			return aadb2c.ResponseType.With(kind)
		}
	}
	tokens := a.idToken || a.token
	if mode != "query" && tokens && a.mode == "query" {
		a.mode = "fragment"
	}
	switch {
	case mode != "" && mode != a.mode, mode == "query" && tokens:
		return aadb2c.ResponseMode.With(mode)
	case tokens && !a.client.Implicit:
		return aadb2c.NoImplicit
	case a.idToken && a.nonce == "":
		return aadb2c.MissingParameter.With("nonce")
	}
	return nil
}

func (a *authorization) readScope(m *model, q url.Values) *aadb2c.Error {
	text := form.Get(q, "scope")
	if strings.TrimSpace(text) == "" {
		return aadb2c.NoScope
	}
	s, refusal := scopeOf(m, a.client, text)
	switch {
	case refusal != nil:
		return refusal
	case a.idToken && !s.openid:
		return aadb2c.NoOpenID
	case a.token && s.resource == nil:
		return aadb2c.NoResource.With(text)
	case a.code && !s.openid && s.resource == nil:
		return aadb2c.CodeScope
	}
	a.scope = s
	return nil
}

// readChallenge reads the PKCE part. B2C: a method without a challenge is no
// PKCE at all, and a challenge without a method is plain.
func (a *authorization) readChallenge(q url.Values) *aadb2c.Error {
	if !a.code {
		return nil
	}
	challenge, method := form.Get(q, "code_challenge"), form.Get(q, "code_challenge_method")
	switch {
	case challenge == "" && a.client.Kind == SPA:
		return aadb2c.NoChallenge
	case challenge == "":
		return nil
	case method != "" && method != "plain" && method != "S256":
		return aadb2c.ChallengeMethod
	case !challengePattern.MatchString(challenge) || method == "S256" && len(challenge) != 43:
		return aadb2c.MalformedChallenge
	}
	a.challenge, a.hashed = challenge, method == "S256"
	return nil
}

func (a *authorization) readPrompt(q url.Values) *aadb2c.Error {
	if !slices.Contains([]string{"", "none", "login", "consent", "select_account"}, a.prompt) {
		return aadb2c.Prompt
	}
	if age := form.Get(q, "max_age"); age != "" {
		seconds, err := strconv.ParseUint(age, 10, 31)
		if err != nil {
			return aadb2c.MaxAge.With(age)
		}
		a.maxAge = time.Duration(seconds) * time.Second
	}
	return nil
}

// satisfiedBy reports whether a browser's session is as good as a new sign-in.
// OpenID Connect Core 1.0 §3.1.2.1: max_age=0 is prompt=login, even if no time
// has passed.
func (a *authorization) satisfiedBy(sso *session, now time.Time) bool {
	return sso != nil && (a.prompt == "" || a.prompt == "none" || a.prompt == "consent") &&
		(a.maxAge < 0 || a.maxAge > 0 && now.Sub(sso.authTime) <= a.maxAge)
}

// reject sends an error to the app.
func (a *authorization) reject(w http.ResponseWriter, as telling, e *aadb2c.Error, now time.Time) {
	e = as.own(e)
	recordOf(w).fails(e)
	answer.Redirect(w, a.redirectURI, a.mode, a.withState(as.parameters(e, now)))
}

func (a *authorization) withState(all []answer.Parameter) []answer.Parameter {
	if a.state == "" {
		return all
	}
	return append(all, answer.Parameter{Name: "state", Value: a.state})
}
