// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// serveLogout ends the browser's session and sends the user on. B2C: without an
// id_token_hint anywhere, which makes this an open redirector; with one, to a
// redirect URI of the app it was issued to. Refresh tokens live on.
func (t *Tenant) serveLogout(w http.ResponseWriter, r *http.Request, p place) {
	noStore(w)
	q := r.URL.Query()
	target := one(q, "post_logout_redirect_uri")
	var client *App
	if p.flow.RequireLogoutHint && one(q, "id_token_hint") == "" {
		t.refusePage(w, errNoHint)
		return
	}
	if hint := one(q, "id_token_hint"); hint != "" {
		var refusal *oauthError
		if client, refusal = t.hinted(p, hint, one(q, "client_id")); refusal != nil {
			t.refusePage(w, refusal)
			return
		}
	}
	switch {
	case target == "":
	case client != nil && !slices.Contains(client.RedirectURIs, target):
		t.refusePage(w, errRedirectURI.with(target, client.ID))
		return
	case !sendable(target):
		t.refusePage(w, errLogoutURI.with(target))
		return
	}
	t.forget(w, r, p.site)
	if target == "" {
		(&view{Tenant: t.opts.Name, Title: "You have signed out.", Intro: "You can close this window."}).render(w, http.StatusOK, messagePage)
		return
	}
	var answer []field
	if state := one(q, "state"); state != "" {
		answer = []field{{"state", state}}
	}
	redirect(w, target, "query", answer)
}

// sendable reports whether a URI has a form that users are sent to after logout.
func sendable(target string) bool {
	u, err := url.Parse(target)
	return err == nil && u.Scheme == "http" && u.Host != "" && !strings.Contains(target, "#") || redirectable(target)
}

// hinted returns the app that an ID token was issued to by this tenant.
func (t *Tenant) hinted(p place, hint, clientID string) (*App, *oauthError) {
	var header struct {
		KeyID string `json:"kid"`
	}
	var claims struct {
		Issuer   string  `json:"iss"`
		Audience string  `json:"aud"`
		Expires  float64 `json:"exp"`
	}
	parts := strings.Split(hint, ".")
	if len(parts) != 3 || !decodePart(parts[0], &header) || !decodePart(parts[1], &claims) {
		return nil, errHintForm
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, errHintForm
	}
	client := t.app(claims.Audience)
	switch {
	case !t.signed(header.KeyID, parts[0]+"."+parts[1], signature):
		return nil, errHintSignature
	case !slices.Contains(t.issuers(p.site), claims.Issuer):
		return nil, errHintIssuer.with(t.issuer(p.site, p.flow))
	case client == nil, clientID != "" && !strings.EqualFold(clientID, client.ID):
		return nil, errHintAudience.with(clientID)
	case claims.Expires <= float64(t.now().Unix()):
		return nil, errHintExpired
	}
	return client, nil
}

func decodePart(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}

// signed reports whether a published key of the tenant made an RS256 signature.
func (t *Tenant) signed(keyID, input string, signature []byte) bool {
	digest := sha256.Sum256([]byte(input))
	for _, c := range t.containers {
		for _, k := range c.published() {
			if k.ID() == keyID && rsa.VerifyPKCS1v15(k.Public(), crypto.SHA256, digest[:], signature) == nil {
				return true
			}
		}
	}
	return false
}

// issuers returns every issuer the tenant has, here and on its own hosts.
func (t *Tenant) issuers(here site) []string {
	var all []string
	for _, s := range append([]site{here}, t.sites...) {
		for i := range t.opts.Flows {
			all = append(all, t.issuer(s, &t.opts.Flows[i]))
		}
	}
	return all
}
