// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/secret"
)

// maxAuthorize bounds what one request makes a tenant remember: state and nonce
// stay with journeys, codes and refresh tokens. Windows' own web server, and so
// likely B2C's, takes no more than this of a request's head.
const maxAuthorize = 16 << 10

// authorizeHandler is the authorize endpoint of a tenant's flows. The user's part
// is a function call, or pages that end where complete does.
type authorizeHandler struct {
	model     *model
	clock     *clock
	directory *directory
	browsers  *browsers
	grants    *grants
	minter    *minter
	decisions *decisions
	journeys  *journeys
	met       *challenges
	read      func(m *model, to route, q url.Values) (*authorization, *aadb2c.Error)
}

// serve answers a request. OpenID Connect Core 1.0 §3.1.2.1: with pages, the
// parameters may come in a form.
func (h *authorizeHandler) serve(w http.ResponseWriter, c *call) {
	answer.NoStore(w)
	q := c.URL.Query()
	if c.Method == http.MethodPost {
		var ok bool
		if q, ok = form.Read(w, c.Request); !ok {
			answer.Page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
			return
		}
		recordOf(w).parameters(q)
	}
	if form.Length(q) > maxAuthorize {
		answer.Page(w, http.StatusRequestURITooLong, "The request is too large.")
		return
	}
	a, refusal := h.read(h.model, c.route, q)
	switch {
	case a == nil:
		refusePage(w, h.model.telling, h.model.name, refusal, h.clock.now())
	case refusal != nil:
		h.reject(w, a, refusal)
	default:
		h.authorize(w, c.Request, a)
	}
}

// authorize answers a good request.
func (h *authorizeHandler) authorize(w http.ResponseWriter, r *http.Request, a *authorization) {
	onPages := h.model.pages && !h.decisions.made()
	witness := h.directory.watch()
	defer witness.leave()
	switch {
	case a.prompt == "none" && onPages && a.route.flow.Kind != SignUpSignIn: // whose page always shows
		h.reject(w, a, aadb2c.NoSession)
	case a.prompt == "none":
		h.finish(w, r, a, witness, SignIn{}, nil)
	case onPages:
		h.begin(w, r, a)
	default:
		request := SignInRequest{Flow: *a.route.flow, Client: a.client.clone(), Parameters: a.parameters}
		if sso := h.browsers.session(r); sso != nil {
			user := sso.user.clone()
			request.Session = &user
		}
		decision, err := h.decisions.decide(request)
		h.finish(w, r, a, witness, decision, err)
	}
}

// begin answers with a page, or at once where the browser's session will do.
func (h *authorizeHandler) begin(w http.ResponseWriter, r *http.Request, a *authorization) {
	now, sso := h.clock.now(), h.browsers.session(r)
	if !a.satisfiedBy(sso, now) {
		sso = nil
	}
	if a.route.flow.Kind == SignUpSignIn && sso != nil {
		h.complete(w, r, a, &session{user: sso.user, authTime: sso.authTime, seen: now, listed: sso.listed}, true, nil)
		return
	}
	v := visit{
		route: a.route.home(h.model.id), app: a.client.Name, loginHint: form.Get(a.parameters, "login_hint"), domainHint: form.Get(a.parameters, "domain_hint"),
		arrive: func(w http.ResponseWriter, r *http.Request, s *session, signedIn bool, claims map[string]any) {
			h.complete(w, r, a, s, signedIn, claims)
		},
		leave: func(w http.ResponseWriter, err error) { h.reject(w, a, journeyRefusal(err)) },
	}
	a.parameters = nil // as long as the client likes, and read
	h.journeys.begin(w, r, v, sso)
}

// finish answers a request with what the user did. Whom the witness saw removed is
// no stranger, whom the directory never had.
func (h *authorizeHandler) finish(w http.ResponseWriter, r *http.Request, a *authorization, seen *witness, decision SignIn, err error) {
	if err != nil {
		h.reject(w, a, journeyRefusal(err))
		return
	}
	now := h.clock.now()
	sso := h.browsers.session(r)
	signedIn := a.satisfiedBy(sso, now)
	if a.prompt == "none" && !signedIn {
		h.reject(w, a, aadb2c.NoSession)
		return
	}
	s := &session{authTime: now, seen: now}
	switch {
	case decision.User != nil:
		s.user = decision.User.clone().identified(h.model.id)
		s.user.Password = ""
	case sso != nil:
		s.user = sso.user
	default:
		if s.user = h.directory.first(); s.user.ObjectID == "" {
			h.reject(w, a, aadb2c.NoUser)
			return
		}
	}
	s.listed = seen.knows(s.user.ObjectID)
	signedIn = signedIn && sso.user.ObjectID == s.user.ObjectID
	if signedIn {
		s.authTime = sso.authTime
	}
	h.complete(w, r, a, s, signedIn, decision.Claims)
}

// complete answers a request with tokens for s, which becomes the browser's
// session; signedIn says whether it is the one the browser had.
func (h *authorizeHandler) complete(w http.ResponseWriter, r *http.Request, a *authorization, s *session, signedIn bool, claims map[string]any) {
	if a.admits != nil {
		if refusal := a.admits(&s.user); refusal != nil {
			h.reject(w, a, refusal)
			return
		}
	}
	g := &grant{
		flow: a.route.flow, client: a.client, user: s.user, claims: maps.Clone(claims),
		nonce: a.nonce, scope: a.scope, authTime: s.authTime, began: s.seen, listed: s.listed,
		capable: a.asked.capable,
	}
	all, refusal := h.answer(a, g)
	if refusal != nil {
		h.reject(w, a, refusal)
		return
	}
	if a.prompt != "none" {
		h.met.meet(s.user.ObjectID, a.scope.resource, a.asked)
	}
	h.browsers.signIn(w, r, a.route.site, s, signedIn)
	h.grants.settle(h.directory, g)
	h.browsers.settle(h.directory, s)
	answer.Redirect(w, a.redirectURI, a.mode, all)
}

func (h *authorizeHandler) reject(w http.ResponseWriter, a *authorization, e *aadb2c.Error) {
	a.reject(w, h.model.telling, e, h.clock.now())
}

// answer returns the answer to a request whose user has signed in.
func (h *authorizeHandler) answer(a *authorization, g *grant) ([]answer.Parameter, *aadb2c.Error) {
	var all []answer.Parameter
	var access, code string
	var err error
	if a.token {
		if access, err = h.minter.accessToken(a.route, g, g.scope, g.began, "0"); err != nil {
			return nil, aadb2c.Internal
		}
		all = append(all, answer.Parameter{Name: "access_token", Value: access}, answer.Parameter{Name: "token_type", Value: "Bearer"},
			answer.Parameter{Name: "expires_in", Value: strconv.FormatInt(int64(g.flow.Lifetime.Seconds()), 10)}, answer.Parameter{Name: "scope", Value: g.scope.String()})
	}
	if a.code {
		code = secret.Token()
	}
	if a.idToken {
		token, err := h.minter.idToken(a.route, g, g.began, access, code)
		if err != nil {
			return nil, aadb2c.Internal
		}
		all = append(all, answer.Parameter{Name: "id_token", Value: token})
	}
	if a.code {
		h.grants.addCode(code, &authorizationCode{
			grant: g, redirectURI: a.redirectURI, challenge: a.challenge, hashed: a.hashed, issued: g.began,
		})
		all = append(all, answer.Parameter{Name: "code", Value: code})
	}
	if a.clientInfo {
		all = append(all, answer.Parameter{Name: "client_info", Value: g.clientInfo(h.model.id)})
	}
	return a.withState(all), nil
}
