// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/lazy"
	"github.com/b2ckit/b2ckit/keyring"
)

const (
	pendingSlots     = 6 // cookies there can be; each tab that waits at B2C has one
	pendingCookie    = "b2c-pending-"
	securePrefix     = "__Host-"
	maxPendingCookie = 4000             // browsers keep 4096 bytes, name and attributes included
	maxPendingRead   = 4 * pendingSlots // of one request and kind; whoever can set cookies here can send many of one name
	maxFormerCleared = 16               // with one answer, or its header would be too long in turn
	maxReturn        = 64 << 10
)

// PendingCookies keep each [Pending] in an encrypted cookie of the user's
// browser, so that an app of many processes needs no store for them. There is
// one cookie per attempt, so several tabs work. It is HttpOnly, goes to the
// whole site, and ends with the attempt.
//
// There are six places for them, and never more cookies however many attempts
// begin at once: else another site, or a page whose many requests are all sent
// to sign in, could make the header of the user's requests too long for the
// servers in between, which then refuse them all. A seventh attempt takes the
// place of the oldest, whose return then is [ErrState]. So it is, now and then,
// with two that begin at the very same moment, since neither shows in the
// other's request: an app does well to send a user who is signed in by then to
// where they wanted, rather than to an error. AuthorizeOptions.Data is in each
// of them; keep it short.
//
// The cookie is SameSite=Lax, or SameSite=None for [FormPost], where the user
// returns by a POST from B2C's site. It is Secure unless the redirect URI is
// plain http, which is for loopback alone, and the return is by Query. A cookie
// that is Secure has the prefix __Host-, so that no other subdomain can set it.
type PendingCookies struct {
	ring *keyring.Ring
	next atomic.Uint32 // at which place the next attempt begins to look for a free one
}

// NewPendingCookies returns cookies sealed with the ring's current key; those
// sealed with its older keys are still read. All processes of a fleet need the
// same ring.
func NewPendingCookies(ring *keyring.Ring) (*PendingCookies, error) {
	if ring == nil {
		return nil, errors.New("acquire: ring: nil; make one with keyring.New")
	}
	c := &PendingCookies{ring: ring}
	c.next.Store(rand.Uint32()) // or processes that take turns would use the same place at once
	return c, nil
}

// Set puts the Pending into a cookie of the response, in a free place or else
// in that of the oldest attempt. It must come before the response's body,
// usually before the redirect to B2C. It fails if AuthorizeOptions.Data is too
// long for a cookie.
//
// The error is [ErrCrossSite], and nothing begins, if the request comes from
// another site and is not a navigation of the whole window: a picture, a frame
// or a script there. Links from other sites and from mail are navigations.
// Browsers tell by their Fetch Metadata headers; a request without them passes.
// A page of the app's own may fetch the address and then go there.
func (c *PendingCookies) Set(w http.ResponseWriter, r *http.Request, p *Pending) error {
	const during = "authorize"
	if p == nil {
		return fail(ErrConfiguration, during, "PendingCookies.Set was given nil; look at the error of BeginSignIn first")
	}
	if isForeignFetch(r.Header) {
		return fail(ErrCrossSite, during, "another site asked for this sign-in by a picture, frame or script; nothing was begun")
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	name := c.place(r, secureReturn(p))
	value := base64.RawURLEncoding.EncodeToString(c.ring.Seal(text, []byte(name)))
	if len(name)+len(value) > maxPendingCookie {
		return fail(ErrConfiguration, during, "AuthorizeOptions.Data and the scopes are too long for a cookie by %d bytes", len(name)+len(value)-maxPendingCookie)
	}
	clearFormer(w, r)
	http.SetCookie(w, cookieOf(name, value, p.ResponseMode, max(1, int(time.Until(p.Expires).Seconds()))))
	return nil
}

// isForeignFetch reports whether another site has the browser make this request
// without going there (W3C Fetch Metadata Request Headers). Same-site counts as
// the app's own: a host beside it can set cookies for both anyway. Chrome 76 to
// 79 sent no Sec-Fetch-Dest.
func isForeignFetch(h http.Header) bool {
	dest := h.Get("Sec-Fetch-Dest")
	return h.Get("Sec-Fetch-Site") == "cross-site" && (h.Get("Sec-Fetch-Mode") != "navigate" || dest != "document" && dest != "")
}

// place returns the name of the cookie for a new attempt. Those that begin at
// once in several tabs of one browser see the same places free, so within a
// process each begins to look at another.
func (c *PendingCookies) place(r *http.Request, secure bool) string {
	taken := map[string]time.Time{}
	for _, a := range c.attempts(r) {
		taken[a.name] = time.Time{} // older than any, if it can't be read: it may be another app's on this host
		if a.pending != nil {
			taken[a.name] = a.pending.Expires
		}
	}
	first := c.next.Add(1)
	oldest := ""
	for i := range uint32(pendingSlots) {
		name := pendingName((first+i)%pendingSlots, secure)
		ends, ok := taken[name]
		if !ok {
			return name
		}
		if oldest == "" || ends.Before(taken[oldest]) {
			oldest = name
		}
	}
	return oldest
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
	clearFormer(w, r)
	state := r.Form.Get("state")
	unread := false
	for _, a := range c.attempts(r) {
		if a.pending == nil {
			unread = true
		} else if a.pending.State == state {
			http.SetCookie(w, cookieOf(a.name, "", a.pending.ResponseMode, -1))
			return a.pending, nil
		}
	}
	if unread {
		return nil, fail(ErrState, "authorize", "the cookie of the pending sign-in can't be opened; do all processes have the same keys, and do they outlive a restart?")
	}
	return nil, fail(ErrState, "authorize", "no cookie of a pending sign-in came with this return: it came twice, late, or from elsewhere, or cookies are off, or the sign-in was begun at another host than the redirect URI's")
}

// carried is a pending attempt in a request; nil if its cookie can't be read.
type carried struct {
	name    string
	pending *Pending
}

// attempts returns those with the prefix first: a host beside the app can send
// many of the others along, and they count by themselves.
func (c *PendingCookies) attempts(r *http.Request) []carried {
	var prefixed, plain []carried
	for _, cookie := range r.Cookies() {
		all := &plain
		if strings.HasPrefix(cookie.Name, securePrefix) {
			all = &prefixed
		}
		if len(*all) < maxPendingRead && slotPattern().MatchString(cookie.Name) {
			*all = append(*all, carried{cookie.Name, c.open(cookie)})
		}
	}
	return append(prefixed, plain...)
}

// open returns nil for what Set has not written under this very name.
func (c *PendingCookies) open(cookie *http.Cookie) *Pending {
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	text, err := c.ring.Open(sealed, []byte(cookie.Name))
	if err != nil {
		return nil
	}
	var p Pending
	// The seal tells that Set wrote it. (Package strictjson knows no durations.)
	if err := json.Unmarshal(text, &p); err != nil {
		return nil
	}
	return &p
}

// clearFormer removes cookies that were once named after their state, as many
// as there were attempts.
func clearFormer(w http.ResponseWriter, r *http.Request) {
	left := maxFormerCleared
	for _, cookie := range r.Cookies() {
		if left > 0 && formerPattern().MatchString(cookie.Name) {
			http.SetCookie(w, cookieOf(cookie.Name, "", Query, -1))
			left--
		}
	}
}

var (
	slotPattern   = lazy.Regexp(`^(__Host-)?b2c-pending-[0-5]$`)
	formerPattern = lazy.Regexp(`^(__Host-)?b2c-pending-[0-9a-f]{16}$`)
)

func pendingName(slot uint32, secure bool) string {
	name := pendingCookie + strconv.FormatUint(uint64(slot), 10)
	if secure {
		return securePrefix + name
	}
	return name
}

// cookieOf returns a cookie with what browsers hold it to. A negative maxAge
// removes it.
func cookieOf(name, value string, mode ResponseMode, maxAge int) *http.Cookie {
	c := &http.Cookie{ //nolint:gosec // G124 does not follow Secure, which is off for loopback alone
		Name: name, Value: value, MaxAge: maxAge, Path: "/", HttpOnly: true,
		Secure: strings.HasPrefix(name, securePrefix), SameSite: http.SameSiteLaxMode,
	}
	if mode == FormPost {
		c.SameSite = http.SameSiteNoneMode
	}
	return c
}

// secureReturn reports whether the user returns over https. SameSite=None is for
// Secure cookies alone; browsers take those from loopback too.
func secureReturn(p *Pending) bool {
	u, err := url.Parse(p.RedirectURI)
	return err != nil || u.Scheme != "http" || p.ResponseMode == FormPost
}
