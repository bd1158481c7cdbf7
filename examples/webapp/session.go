// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/keyring"
)

// sessionLifetime is how long a session lasts after a sign-in. While the user's
// session at B2C lasts, the next sign-in takes no typing.
const sessionLifetime = 8 * time.Hour

// session is who is signed in, and no token: those stay in package acquire.
type session struct {
	Account acquire.Account `json:"account"`
	Claims  claims          `json:"claims,omitempty"` // to show; of the ID token
	Partly  bool            `json:"partly,omitempty"` // there were more claims
	Expires time.Time       `json:"expires"`
}

// name is what to call the user.
func (s *session) name() string {
	if s.Account.Name != "" {
		return s.Account.Name
	}
	return s.Account.Username
}

// sessions keeps each session in an encrypted cookie of the user's browser.
// The expiry is in the encrypted value too, since a browser may keep a cookie
// for longer. What can't be done this way is to end sessions from the server's
// side before they expire, a copied cookie's among them; an app that needs it
// keeps its sessions in a store, and only their random names in cookies.
type sessions struct {
	ring   *keyring.Ring
	secure bool // the app is reached by https
}

// cookieName has the prefix __Host- over https: then no other subdomain can
// set the cookie, to have the user work in an attacker's session.
func (s *sessions) cookieName() string {
	if s.secure {
		return "__Host-webapp-session"
	}
	return "webapp-session"
}

// read returns the session that a request belongs to.
func (s *sessions) read(r *http.Request) (*session, bool) {
	for _, cookie := range r.CookiesNamed(s.cookieName()) {
		sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
		if err != nil {
			continue
		}
		text, err := s.ring.Open(sealed, []byte(s.cookieName()))
		if err != nil {
			continue
		}
		var found session
		if json.Unmarshal(text, &found) == nil && time.Now().Before(found.Expires) {
			return &found, true
		}
	}
	return nil, false
}

// maxCookie is what browsers keep of a cookie, less its name and attributes.
const maxCookie = 3900

// maxShown is how much of a name is kept. Addresses are no longer.
const maxShown = 256

// write makes it the browser's session, in place of the one before. Some flows
// send claims that are too many for a cookie: the longest are left out.
func (s *sessions) write(w http.ResponseWriter, current *session) error {
	kept := session{Account: shortened(current.Account), Partly: true, Expires: current.Expires}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	kept.Claims = current.Claims.within(base64.RawURLEncoding.DecodedLen(maxCookie) - keyring.Overhead - len(text) - len(`,"claims":{}`))
	kept.Partly = current.Partly || len(kept.Claims) < len(current.Claims)
	if text, err = json.Marshal(kept); err != nil {
		return err
	}
	value := base64.RawURLEncoding.EncodeToString(s.ring.Seal(text, []byte(s.cookieName())))
	if len(value) > maxCookie {
		return errors.New("the account is too long for a cookie")
	}
	http.SetCookie(w, s.cookie(value, int(time.Until(current.Expires).Seconds())))
	return nil
}

// shortened leaves out of an account what finds it by its addresses, of which
// there may be hundreds, and cuts what is for showing alone. The ID is neither.
func shortened(a acquire.Account) acquire.Account {
	a.Logins = nil
	a.Username, a.Name = cut(a.Username), cut(a.Name)
	return a
}

func cut(text string) string {
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown-len("…")], "") + "…"
	}
	return text
}

// end removes the browser's session.
func (s *sessions) end(w http.ResponseWriter) { http.SetCookie(w, s.cookie("", -1)) }

// cookie returns a cookie that scripts can't read. SameSite=Lax lets it come
// along when the user returns from B2C, and not with another site's posts.
func (s *sessions) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // G124 does not follow Secure, which is off for loopback alone
		Name: s.cookieName(), Value: value, MaxAge: maxAge, Path: "/",
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	}
}
