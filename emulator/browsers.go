// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/sha256"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
	"github.com/b2ckit/b2ckit/emulator/internal/secret"
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

// browsers are those that people have signed in with. The cookies of the tenants
// of one host are apart by the tenants' names.
type browsers struct {
	tenantName string
	clock      *clock

	mu       sync.Mutex
	sessions *bounded.Store[session]
}

func newBrowsers(tenantName string, c *clock) *browsers {
	return &browsers{tenantName: tenantName, clock: c, sessions: bounded.NewStore[session](10_000)}
}

// sessionCookie is much like B2C's x-ms-cpim-sso:{tenant}_0, whose colon the
// cookie jar of net/http takes for a mistake.
func (b *browsers) sessionCookie() string { return "x-ms-cpim-sso_" + b.tenantName + "_0" }

// nameCookie is much like B2C's x-ms-cpim-trans.
func (b *browsers) nameCookie() string { return "x-ms-cpim-trans_" + b.tenantName }

// session returns a copy of the session a request belongs to, or nil.
func (b *browsers) session(r *http.Request) *session {
	cookie, err := r.Cookie(b.sessionCookie())
	if err != nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.sessions.Get(cookie.Value)
	if s == nil || b.clock.now().Sub(s.seen) >= sessionLifetime {
		return nil
	}
	found := *s
	return &found
}

// signIn makes s the session of the browser that sent r. After a sign-in it is
// under a new name: the one from before could be known to others.
func (b *browsers) signIn(w http.ResponseWriter, r *http.Request, at site, s *session, signedInBefore bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if cookie, err := r.Cookie(b.sessionCookie()); err == nil {
		if signedInBefore {
			if old := b.sessions.Get(cookie.Value); old != nil { // else it has ended meanwhile
				*old = *s
			}
			return
		}
		b.sessions.Drop(cookie.Value)
	}
	name, kept := secret.Name(), *s // a change of the user writes to it, while the caller still reads s
	b.sessions.Put(name, &kept)
	setCookie(w, at, b.sessionCookie(), name, 0)
}

// signOut ends the session of the browser that sent r.
func (b *browsers) signOut(w http.ResponseWriter, r *http.Request, at site) {
	if old, err := r.Cookie(b.sessionCookie()); err == nil {
		b.mu.Lock()
		b.sessions.Drop(old.Value)
		b.mu.Unlock()
	}
	setCookie(w, at, b.sessionCookie(), "", -1)
}

// change changes a user in the sessions there are.
func (b *browsers) change(u User) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range b.sessions.All() {
		if s.user.ObjectID == u.ObjectID {
			s.user = u.clone()
		}
	}
}

// end ends the sessions of a user; "" is every user.
func (b *browsers) end(objectID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sessions.DropFunc(func(s *session) bool {
		return objectID == "" || strings.EqualFold(s.user.ObjectID, objectID)
	})
}

// settle ends what someone has just got who was removed meanwhile: either the
// removal found it, or the account is gone by now.
func (b *browsers) settle(d *directory, s *session) {
	if s.listed && !d.lists(s.user.ObjectID) {
		b.end(s.user.ObjectID)
	}
}

// name returns the hash of the cookie by which the browser that sent r is known
// again, and sets one where there is none. All journeys of a browser share it, so
// that tabs don't disturb each other; it proves nothing more than that.
func (b *browsers) name(w http.ResponseWriter, r *http.Request, at site) bounded.Hash {
	if cookie, err := r.Cookie(b.nameCookie()); err == nil && len(cookie.Value) == secret.Length {
		return sha256.Sum256([]byte(cookie.Value))
	}
	value := secret.Name()
	setCookie(w, at, b.nameCookie(), value, 0)
	return sha256.Sum256([]byte(value))
}

// named reports whether r came from the browser of a name.
func (b *browsers) named(r *http.Request, name bounded.Hash) bool {
	cookie, err := r.Cookie(b.nameCookie())
	return err == nil && sha256.Sum256([]byte(cookie.Value)) == name
}

// setCookie sets a cookie as B2C's are: for this host, until the browser closes
// (or, with a negative age, never more), and sent from frames and forms of other
// sites too. Plain http allows no such cookie.
func setCookie(w http.ResponseWriter, at site, name, value string, age int) {
	sameSite := http.SameSiteNoneMode
	if at.scheme == "http" {
		sameSite = http.SameSiteLaxMode
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // G124: Secure is left out for plain http alone, which only loopback has
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: at.scheme == "https", SameSite: sameSite,
	})
}
