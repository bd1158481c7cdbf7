// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/page"
)

// logoutHandler is the logout endpoint of a tenant's flows.
type logoutHandler struct {
	model    *model
	clock    *clock
	keys     *keys
	browsers *browsers
}

// serve ends the browser's session and sends the user on. B2C: without an
// id_token_hint anywhere, which makes this an open redirector; with one, to a
// redirect URI of the app it was issued to. Refresh tokens live on.
func (h *logoutHandler) serve(w http.ResponseWriter, c *call) {
	answer.NoStore(w)
	q := c.URL.Query()
	target := form.Get(q, "post_logout_redirect_uri")
	var client *App
	if c.flow.RequireLogoutHint && form.Get(q, "id_token_hint") == "" {
		h.refuse(w, aadb2c.NoHint)
		return
	}
	if hint := form.Get(q, "id_token_hint"); hint != "" {
		var refusal *aadb2c.Error
		if client, refusal = h.hinted(c.route, hint, form.Get(q, "client_id")); refusal != nil {
			h.refuse(w, refusal)
			return
		}
	}
	switch {
	case target == "":
	case client != nil && !slices.Contains(client.RedirectURIs, target):
		h.refuse(w, aadb2c.RedirectURI.With(target, client.ID))
		return
	case !sendable(target):
		h.refuse(w, aadb2c.LogoutURI.With(target))
		return
	}
	h.browsers.signOut(w, c.Request, c.site)
	if target == "" {
		(&page.View{Tenant: h.model.name, Title: "You have signed out.", Intro: "You can close this window."}).Render(w, http.StatusOK, page.Message)
		return
	}
	var all []answer.Parameter
	if state := form.Get(q, "state"); state != "" {
		all = []answer.Parameter{{Name: "state", Value: state}}
	}
	answer.Redirect(w, target, "query", all)
}

// sendable reports whether a URI has a form that users are sent to after logout.
func sendable(target string) bool {
	u, err := url.Parse(target)
	return err == nil && u.Scheme == "http" && u.Host != "" && !strings.Contains(target, "#") || redirectable(target)
}

// hinted returns the app that an ID token was issued to by this tenant.
func (h *logoutHandler) hinted(to route, hint, clientID string) (*App, *aadb2c.Error) {
	token, ok := readPresented(hint)
	if !ok {
		return nil, aadb2c.HintForm
	}
	client := h.model.app(token.Audience)
	switch {
	case !h.keys.verify(token):
		return nil, aadb2c.HintSignature
	case !slices.Contains(h.model.issuers(to.site), token.Issuer):
		return nil, aadb2c.HintIssuer.With(h.model.issuer(to.site, to.flow))
	case client == nil, clientID != "" && !strings.EqualFold(clientID, client.ID):
		return nil, aadb2c.HintAudience.With(clientID)
	case token.expired(h.clock.now()):
		return nil, aadb2c.HintExpired
	}
	return client, nil
}

func (h *logoutHandler) refuse(w http.ResponseWriter, e *aadb2c.Error) {
	refusePage(w, h.model.telling, h.model.name, e, h.clock.now())
}
