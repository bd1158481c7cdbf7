// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/acquire/keyring"
)

const (
	pendingCookie    = "b2c-pending-"
	maxPendingCookie = 4000 // browsers keep 4096 bytes, name and attributes included
	maxAttempts      = 6    // cookies kept; each tab that waits at B2C has one
	maxReturn        = 64 << 10
)

// PendingCookies keep each [Pending] in an encrypted cookie of the user's
// browser, so that an app of many processes needs no store for them. There is
// one cookie per attempt, named after its state: several tabs work. It is
// HttpOnly, goes to the whole site, and ends with the attempt.
//
// The cookie is SameSite=Lax, or SameSite=None for [FormPost], where the user
// returns by a POST from B2C's site. It is Secure unless the redirect URI is
// plain http, which is for loopback alone, and the return is by Query. A cookie
// that is Secure has the prefix __Host-, so that no other subdomain can set it.
type PendingCookies struct {
	ring *keyring.Ring
}

// NewPendingCookies returns cookies sealed with the ring's current key; those
// sealed with its older keys are still read. All processes of a fleet need the
// same ring.
func NewPendingCookies(ring *keyring.Ring) (*PendingCookies, error) {
	if ring == nil {
		return nil, errors.New("acquire: ring: nil; make one with keyring.New")
	}
	return &PendingCookies{ring: ring}, nil
}

// Set puts the Pending into a cookie of the response, and removes those of the
// oldest attempts if the request shows many. It must come before the
// response's body, usually before the redirect to B2C. It fails if
// AuthorizeOptions.Data is too long for a cookie.
func (c *PendingCookies) Set(w http.ResponseWriter, r *http.Request, p *Pending) error {
	if p == nil {
		return fail(ErrConfiguration, "authorize", "PendingCookies.Set was given nil; look at the error of BeginSignIn first")
	}
	name := pendingName(p.State, secureReturn(p))
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	value := base64.RawURLEncoding.EncodeToString(c.ring.Seal(text, []byte(name)))
	if len(name)+len(value) > maxPendingCookie {
		return fail(ErrConfiguration, "authorize", "AuthorizeOptions.Data and the scopes are too long for a cookie by %d bytes", len(name)+len(value)-maxPendingCookie)
	}
	c.prune(w, r)
	http.SetCookie(w, cookieOf(p, name, value, max(1, int(time.Until(p.Expires).Seconds()))))
	return nil
}

// Take returns the Pending that the returning request belongs to, by its
// state, and removes the cookie: a return that comes twice finds none. The
// request's form is parsed; give it, r.Form, to [App.Finish]. The error is
// [ErrState].
func (c *PendingCookies) Take(w http.ResponseWriter, r *http.Request) (*Pending, error) {
	if r.Body != nil && r.Form == nil {
		r.Body = http.MaxBytesReader(w, r.Body, maxReturn)
	}
	if err := r.ParseForm(); err != nil {
		return nil, &Error{Class: ErrState, During: "authorize", Advice: "the return is not a form that can be read"}
	}
	state := r.Form.Get("state")
	unread := false
	for _, secure := range []bool{true, false} {
		name := pendingName(state, secure)
		for _, cookie := range r.CookiesNamed(name) {
			p, ok := c.open(cookie)
			unread = unread || !ok
			if !ok || p.State != state || secureReturn(p) != secure {
				continue
			}
			http.SetCookie(w, cookieOf(p, name, "", -1))
			return p, nil
		}
	}
	if unread {
		return nil, fail(ErrState, "authorize", "the cookie of the pending sign-in can't be opened; do all processes have the same keys, and do they outlive a restart?")
	}
	return nil, fail(ErrState, "authorize", "no cookie of a pending sign-in came with this return: it came twice, late, or from elsewhere, or cookies are off, or the sign-in was begun at another host than the redirect URI's")
}

func (c *PendingCookies) open(cookie *http.Cookie) (*Pending, bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil, false
	}
	text, err := c.ring.Open(sealed, []byte(cookie.Name))
	if err != nil {
		return nil, false
	}
	var p Pending
	// The seal tells that Set wrote it. (Package strictjson knows no durations.)
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, false
	}
	return &p, true
}

// prune removes the cookies of the oldest attempts: too many make the
// request's header too long for servers. Those that can't be read, perhaps of
// another app on this host, go first.
func (c *PendingCookies) prune(w http.ResponseWriter, r *http.Request) {
	type attempt struct {
		name    string
		pending *Pending
	}
	var attempts []attempt
	for _, cookie := range r.Cookies() {
		if !strings.HasPrefix(strings.TrimPrefix(cookie.Name, "__Host-"), pendingCookie) {
			continue
		}
		p, ok := c.open(cookie)
		if !ok {
			p = &Pending{}
			if !strings.HasPrefix(cookie.Name, "__Host-") {
				p.RedirectURI = "http:"
			}
		}
		attempts = append(attempts, attempt{cookie.Name, p})
	}
	slices.SortFunc(attempts, func(a, b attempt) int { return a.pending.Expires.Compare(b.pending.Expires) })
	for len(attempts) >= maxAttempts {
		http.SetCookie(w, cookieOf(attempts[0].pending, attempts[0].name, "", -1))
		attempts = attempts[1:]
	}
}

// cookieOf returns a cookie with what browsers hold it to. A negative maxAge
// removes it.
func cookieOf(p *Pending, name, value string, maxAge int) *http.Cookie {
	c := &http.Cookie{ //nolint:gosec // G124 does not follow Secure, which is off for loopback alone
		Name: name, Value: value, MaxAge: maxAge, Path: "/", HttpOnly: true,
		Secure: secureReturn(p), SameSite: http.SameSiteLaxMode,
	}
	if p.ResponseMode == FormPost {
		c.SameSite = http.SameSiteNoneMode
	}
	return c
}

// secureReturn tells whether the user returns over https. SameSite=None is for
// Secure cookies alone; browsers take those from loopback too.
func secureReturn(p *Pending) bool {
	u, err := url.Parse(p.RedirectURI)
	return err != nil || u.Scheme != "http" || p.ResponseMode == FormPost
}

func pendingName(state string, secure bool) string {
	sum := sha256.Sum256([]byte(state))
	name := pendingCookie + hex.EncodeToString(sum[:8])
	if secure {
		return "__Host-" + name
	}
	return name
}
