// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"time"
)

// sessionLifetime is B2C's default for its web session, a rolling one.
const sessionLifetime = 24 * time.Hour

// session is a browser's single sign-on. B2C: it is the tenant's, so it counts
// at every flow and for every app.
type session struct {
	user     User
	authTime time.Time // when the user really signed in
	seen     time.Time
	listed   bool // the user was one of the directory's
}

// cookieName is much like B2C's x-ms-cpim-sso:{tenant}_0, whose colon the cookie
// jar of net/http takes for a mistake.
func (t *Tenant) cookieName() string { return "x-ms-cpim-sso_" + t.opts.Name + "_0" }

// session returns a copy of the session a request belongs to, or nil.
func (t *Tenant) session(r *http.Request) *session {
	cookie, err := r.Cookie(t.cookieName())
	if err != nil {
		return nil
	}
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	s := t.memory.sessions.get(cookie.Value)
	if s == nil || t.now().Sub(s.seen) >= sessionLifetime {
		return nil
	}
	found := *s
	return &found
}

// remember makes s the session of the browser that sent r. After a sign-in it is
// under a new name: the one from before could be known to others.
func (t *Tenant) remember(w http.ResponseWriter, r *http.Request, at site, s *session, signedInBefore bool) {
	t.memory.mu.Lock()
	defer t.memory.mu.Unlock()
	if cookie, err := r.Cookie(t.cookieName()); err == nil {
		if old := t.memory.sessions.get(cookie.Value); old != nil && signedInBefore {
			*old = *s
			return
		}
		t.memory.sessions.drop(cookie.Value)
	}
	name := secretName()
	t.memory.sessions.put(name, s)
	t.setCookie(w, at, t.cookieName(), name, 0)
}

// forget ends the session of the browser that sent r.
func (t *Tenant) forget(w http.ResponseWriter, r *http.Request, at site) {
	if old, err := r.Cookie(t.cookieName()); err == nil {
		t.memory.mu.Lock()
		t.memory.sessions.drop(old.Value)
		t.memory.mu.Unlock()
	}
	t.setCookie(w, at, t.cookieName(), "", -1)
}

// setCookie sets a cookie as B2C's are: for this host, until the browser closes
// (or, with a negative age, never more), and sent from frames and forms of other
// sites too. Plain http allows no such cookie.
func (t *Tenant) setCookie(w http.ResponseWriter, at site, name, value string, age int) {
	sameSite := http.SameSiteNoneMode
	if at.scheme == "http" {
		sameSite = http.SameSiteLaxMode
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // G124: Secure is left out for plain http alone, which only loopback has
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: at.scheme == "https", SameSite: sameSite,
	})
}
