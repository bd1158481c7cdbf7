// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"maps"
	"net/http"
	"net/url"
	"sync"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/page"
	"github.com/b2ckit/b2ckit/emulator/internal/secret"
)

// deviceHandler is where devices begin a sign-in, and where people type the code,
// sign in as they do everywhere, and confirm which app it is for.
type deviceHandler struct {
	model     *model
	clock     *clock
	directory *directory
	browsers  *browsers
	decisions *decisions
	journeys  *journeys
	codes     *deviceCodes
	met       *challenges
	scope     func(m *model, client *App, text string) (scope, *failure.Error)

	mu      sync.Mutex
	waiting *bounded.Store[confirmation]
}

// confirmation is somebody who has typed a code and signed in, and has yet to say
// that it was meant.
type confirmation struct {
	code    *deviceCode
	grant   *grant
	browser bounded.Hash
}

// deviceAnswer has the members of the answer to a device, in order.
type deviceAnswer struct {
	UserCode        string `json:"user_code"`
	DeviceCode      string `json:"device_code"`
	VerificationURI string `json:"verification_uri"`
	ExpiresIn       int64  `json:"expires_in"`
	Interval        int64  `json:"interval"`
	Message         string `json:"message"`
}

// begin answers a device (RFC 8628 §3.2).
func (h *deviceHandler) begin(w http.ResponseWriter, c *call) {
	answer.NoStore(w)
	sent, ok := form.Read(w, c.Request)
	if !ok {
		answer.Page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
		return
	}
	recordOf(w).parameters(sent)
	d, refusal := h.read(sent)
	if refusal != nil {
		refuse(w, h.model.telling, refusal, h.clock.now())
		return
	}
	to := c.route
	to.tenant = h.model.id // at /common nobody knows whose the code is
	a := deviceAnswer{
		DeviceCode: h.codes.add(d), UserCode: d.user, VerificationURI: to.url(devicePagePath),
		ExpiresIn: int64(deviceLifetime.Seconds()), Interval: int64(deviceInterval.Seconds()),
	}
	a.Message = "To sign in, use a web browser to open the page " + a.VerificationURI + " and enter the code " + a.UserCode + " to authenticate."
	answer.JSON(w, http.StatusOK, a)
}

// read reads what a device asks for.
func (h *deviceHandler) read(sent url.Values) (*deviceCode, *failure.Error) {
	for _, name := range []string{"client_id", "scope"} {
		if form.Get(sent, name) == "" {
			return nil, aadsts.MissingParameter.With(name)
		}
	}
	client := h.model.app(form.Get(sent, "client_id"))
	if client == nil {
		return nil, aadsts.UnknownClient.With(form.Get(sent, "client_id"), h.model.name)
	}
	s, refusal := h.scope(h.model, client, form.Get(sent, "scope"))
	if refusal != nil {
		return nil, refusal
	}
	asked, ok := readClaimsRequest(form.Get(sent, "claims"))
	if !ok {
		return nil, aadsts.BadRequest.With("the parameter claims is no JSON object")
	}
	return &deviceCode{client: client, scope: s, asked: asked, issued: h.clock.now()}, nil
}

// serve answers the requests of the page where a code is typed.
func (h *deviceHandler) serve(w http.ResponseWriter, c *call) {
	if c.Method != http.MethodPost {
		h.view(c).Render(w, http.StatusOK, page.Form)
		return
	}
	sent, ok := form.Read(w, c.Request)
	switch {
	case !ok:
		answer.Page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
		return
	case crossOrigin.Check(c.Request) != nil:
		refusePage(w, h.model.telling, h.model.name, aadsts.StalePage, h.clock.now())
		return
	}
	if token := form.Get(sent, "csrf_token"); token != "" {
		h.confirmed(w, c, token, form.Get(sent, "do"))
		return
	}
	if form.Get(sent, "do") == "cancel" {
		h.end(w, true, "You may now close this window.")
		return
	}
	v := h.view(c)
	typed := v.Read(sent)["code"]
	d := h.codes.typed(typed, h.clock.now())
	if d == nil {
		if typed != "" {
			v.AddProblem("code", "That code didn't work. Check the code and try again.")
		}
		v.Render(w, http.StatusOK, page.Form)
		return
	}
	h.signIn(w, c, d)
}

func (h *deviceHandler) view(c *call) *page.View {
	return &page.View{
		Tenant: h.model.name, Title: "Enter code", Intro: "Enter the code displayed on your app or device.",
		Action: c.url(devicePagePath), Continue: "Next",
		Inputs: []page.Input{{
			Name: "code", Label: "Code", Type: "text", Autocomplete: "off", Capitals: "characters", Missing: page.TextRequired, Secret: true,
		}},
	}
}

// signIn has somebody who has typed a code sign in.
func (h *deviceHandler) signIn(w http.ResponseWriter, c *call, d *deviceCode) {
	now, sso := h.clock.now(), h.browsers.session(c.Request)
	to := c.route
	arrive := func(w http.ResponseWriter, r *http.Request, s *session, signedIn bool, claims map[string]any) {
		h.browsers.signIn(w, r, to.site, s, signedIn)
		h.browsers.settle(h.directory, s)
		h.ask(w, r, to, d, s, claims)
	}
	switch {
	case h.model.pages && !h.decisions.made() && sso == nil:
		h.journeys.begin(w, c.Request, visit{
			route: to, app: d.client.Name, arrive: arrive,
			leave: func(w http.ResponseWriter, _ error) {
				h.end(w, h.codes.decline(d, h.clock.now()), "You declined the sign-in.")
			},
		}, nil)
	case h.model.pages && !h.decisions.made():
		arrive(w, c.Request, &session{user: sso.user, authTime: sso.authTime, seen: now, listed: sso.listed}, true, nil)
	default:
		s, claims, err := h.decide(c, d, sso)
		if err != nil {
			h.end(w, h.codes.decline(d, now), "You declined the sign-in.")
			return
		}
		arrive(w, c.Request, s, false, claims)
	}
}

// decide has the test's function, or nobody, say who signs in.
func (h *deviceHandler) decide(c *call, d *deviceCode, sso *session) (*session, map[string]any, error) {
	seen := h.directory.watch()
	defer seen.leave()
	request := SignInRequest{Flow: *c.flow, Client: d.client.clone(), Parameters: url.Values{}}
	if sso != nil {
		user := sso.user.clone()
		request.Session = &user
	}
	decision, err := h.decisions.decide(request)
	if err != nil {
		return nil, nil, err
	}
	now := h.clock.now()
	s := &session{authTime: now, seen: now}
	switch {
	case decision.User != nil:
		s.user = decision.User.clone().identified(h.model.id)
		s.user.Password = ""
	case sso != nil:
		s.user = sso.user
	default:
		if s.user = h.directory.first(); s.user.ObjectID == "" {
			return nil, nil, ErrCancelled
		}
	}
	s.listed = seen.knows(s.user.ObjectID)
	return s, decision.Claims, nil
}

// grantOf is what a device is given.
func (h *deviceHandler) grantOf(flow *Flow, d *deviceCode, s *session, claims map[string]any) *grant {
	return &grant{
		flow: flow, client: d.client, user: s.user, claims: maps.Clone(claims), scope: d.scope, capable: d.asked.capable,
		authTime: s.authTime, began: s.seen, listed: s.listed,
	}
}

// ask asks whether the app that wants to be signed in is the one that was meant:
// whoever sent somebody a code may be another.
func (h *deviceHandler) ask(w http.ResponseWriter, r *http.Request, to route, d *deviceCode, s *session, claims map[string]any) {
	token := secret.Name()
	h.mu.Lock()
	h.waiting.Put(token, &confirmation{d, h.grantOf(to.flow, d, s, claims), h.browsers.name(w, r, to.site)})
	h.mu.Unlock()
	(&page.View{
		Tenant: h.model.name, Title: "Are you trying to sign in to " + d.client.Name + "?",
		Intro:  "Only continue if you started this on your own device.",
		Action: to.url(devicePagePath), CSRF: token, Continue: "Continue",
	}).Render(w, http.StatusOK, page.Form)
}

// confirmed ends the sign-in that a form is about.
func (h *deviceHandler) confirmed(w http.ResponseWriter, c *call, token, do string) {
	h.mu.Lock()
	waiting := h.waiting.Get(token)
	h.waiting.Drop(token)
	h.mu.Unlock()
	if waiting == nil || !h.browsers.named(c.Request, waiting.browser) {
		refusePage(w, h.model.telling, h.model.name, aadsts.StalePage, h.clock.now())
		return
	}
	now := h.clock.now()
	if do == "cancel" {
		h.end(w, h.codes.decline(waiting.code, now), "You declined the sign-in.")
		return
	}
	h.end(w, h.approve(waiting.code, waiting.grant), "You have signed in to "+waiting.code.client.Name+" on your device. You may now close this window.")
}

func (h *deviceHandler) approve(d *deviceCode, g *grant) bool {
	if !h.codes.approve(d, g, h.clock.now()) {
		return false
	}
	h.met.meet(g.user.ObjectID, g.scope.resource, d.asked)
	return true
}

// end shows the last page.
func (h *deviceHandler) end(w http.ResponseWriter, inTime bool, text string) {
	v := &page.View{Tenant: h.model.name, Title: "All done", Intro: text}
	if !inTime {
		v.Title, v.Intro = "That code is no longer good", "Start again on your device to get a new one."
	}
	v.Render(w, http.StatusOK, page.Message)
}
