// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"sync"
	"time"
	"unicode/utf8"
)

// journeyLifetime is how long someone may take over the pages.
const journeyLifetime = 20 * time.Minute

// journey is what someone does on pages, from the request to the authorize
// endpoint until the answer. It is one browser's, and ends once.
type journey struct {
	name    string   // in URLs
	csrf    string   // in forms
	browser [32]byte // hash of the browser's cookie
	request *authorization
	hint    string // login_hint, "" if it is too long for a name
	began   time.Time

	mu       sync.Mutex // held while a request of the journey is answered
	done     bool
	who      string // object id of who has signed in, with a page still to come
	authTime time.Time
	fresh    bool // signed in on a page, and not by the browser's session
	proof    verification
}

// journeyPage is one kind of page of a journey.
type journeyPage interface {
	// open reports whether the journey has come to this page.
	open(t *Tenant, r *http.Request, j *journey) bool
	// show answers with the page.
	show(t *Tenant, x *turn)
	// take answers to the page's form; a cancelled one doesn't come here.
	take(t *Tenant, x *turn)
	// cancelled is how the journey ends with a click on Cancel.
	cancelled() error
}

// turn is one request of a journey.
type turn struct {
	w    http.ResponseWriter
	r    *http.Request
	j    *journey
	form url.Values // nil for a GET
}

// pageNamed returns the page of a name in a URL; nil if there is none.
func pageNamed(name string) journeyPage {
	switch name {
	case signInName:
		return signInPage{}
	case providerName:
		return providerPage{}
	case signUpName:
		return signUpPage{}
	case forgotName:
		return forgotPage{}
	case codeName:
		return codePage{}
	case passwordName:
		return passwordPage{}
	case profileName:
		return profilePage{}
	}
	return nil
}

// Names of the pages in URLs.
const (
	signInName   = "signin"
	providerName = "provider"
	signUpName   = "signup"
	forgotName   = "forgot"
	codeName     = "code"
	passwordName = "password"
	profileName  = "profile"
)

// start is the name of the page a journey begins with, and comes back to.
func (j *journey) start() string {
	switch {
	case j.request.place.flow.Kind == ResetPassword:
		return forgotName
	case j.who != "":
		return profileName
	}
	return signInName
}

// begin answers a request to the authorize endpoint with a page, or at once
// where the browser's session will do.
func (t *Tenant) begin(w http.ResponseWriter, r *http.Request, a *authorization) {
	now, sso := t.now(), t.session(r)
	if !a.satisfiedBy(sso, now) {
		sso = nil
	}
	kind := a.place.flow.Kind
	if kind == SignUpSignIn && sso != nil {
		t.complete(w, r, a, &session{user: sso.user, authTime: sso.authTime, seen: now, listed: sso.listed}, true, nil)
		return
	}
	j := &journey{
		name: secretName(), csrf: secretName(), browser: t.browserOf(w, r, a.place.site),
		request: a, began: now,
	}
	if hint := cleaned(one(a.parameters, "login_hint")); utf8.RuneCountInString(hint) <= maxName {
		j.hint = hint
	}
	if kind == EditProfile && sso != nil {
		if _, known := t.directory.byID(sso.user.ObjectID); known {
			j.who, j.authTime = sso.user.ObjectID, sso.authTime
		}
	}
	hinted := one(a.parameters, "domain_hint")
	a.parameters = nil // as long as the client likes, and read
	t.memory.mu.Lock()
	t.memory.journeys.put(j.name, j)
	t.memory.mu.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	x := &turn{w: w, r: r, j: j}
	if j.start() == signInName && t.hasProvider(hinted) {
		t.showAccounts(x, hinted)
		return
	}
	pageNamed(j.start()).show(t, x)
}

// satisfiedBy reports whether a browser's session is as good as a new sign-in.
// OpenID Connect Core 1.0 §3.1.2.1: max_age=0 is prompt=login, even if no time
// has passed.
func (a *authorization) satisfiedBy(sso *session, now time.Time) bool {
	return sso != nil && (a.prompt == "" || a.prompt == "none" || a.prompt == "consent") &&
		(a.maxAge < 0 || a.maxAge > 0 && now.Sub(sso.authTime) <= a.maxAge)
}

// serveJourney answers the requests of pages.
func (t *Tenant) serveJourney(w http.ResponseWriter, r *http.Request, p place) {
	q := r.URL.Query()
	j := t.journeyOf(r, one(q, "tx"))
	if j == nil || j.request.place.flow != p.flow || j.request.place.site != p.site {
		t.refusePage(w, errState)
		return
	}
	x := &turn{w: w, r: r, j: j}
	if r.Method == http.MethodPost {
		var ok bool
		if x.form, ok = readForm(w, r); !ok {
			page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
			return
		}
		if !j.sent(r, x.form) {
			t.refusePage(w, errState)
			return
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.done || t.now().Sub(j.began) >= journeyLifetime {
		t.refusePage(w, errState)
		return
	}
	at := pageNamed(one(q, "page"))
	switch {
	case at == nil || !at.open(t, r, j): // as after a click on Back
		t.goTo(x, j.start())
	case x.form == nil:
		at.show(t, x)
	case one(x.form, "do") == "cancel":
		t.leave(x, at.cancelled())
	default:
		at.take(t, x)
	}
}

// crossOrigin knows forms that another site made a browser send.
var crossOrigin http.CrossOriginProtection

// sent reports whether a form is one that the journey's pages sent.
func (j *journey) sent(r *http.Request, form url.Values) bool {
	return crossOrigin.Check(r) == nil && subtle.ConstantTimeCompare([]byte(one(form, "csrf_token")), []byte(j.csrf)) == 1
}

// journeyOf returns the journey of a name, if it is that of r's browser.
func (t *Tenant) journeyOf(r *http.Request, name string) *journey {
	cookie, err := r.Cookie(t.browserCookie())
	if err != nil {
		return nil
	}
	t.memory.mu.Lock()
	j := t.memory.journeys.get(name)
	t.memory.mu.Unlock()
	if j == nil || sha256.Sum256([]byte(cookie.Value)) != j.browser {
		return nil
	}
	return j
}

// browserCookie is much like B2C's x-ms-cpim-trans.
func (t *Tenant) browserCookie() string { return "x-ms-cpim-trans_" + t.opts.Name }

// browserOf returns the hash of the cookie by which the browser that sent r is
// known again, and sets one where there is none. All journeys of a browser share
// it, so that tabs don't disturb each other; it proves nothing more than that.
func (t *Tenant) browserOf(w http.ResponseWriter, r *http.Request, at site) [32]byte {
	if cookie, err := r.Cookie(t.browserCookie()); err == nil && len(cookie.Value) == secretLength {
		return sha256.Sum256([]byte(cookie.Value))
	}
	value := secretName()
	t.setCookie(w, at, t.browserCookie(), value, 0)
	return sha256.Sum256([]byte(value))
}

// url returns the URL of a page.
func (j *journey) url(page string) string {
	base := j.request.place.url(selfAssertedPath)
	separator := "?"
	if j.request.place.query {
		separator = "&"
	}
	return base + separator + "tx=" + j.name + "&page=" + page
}

// goTo sends the browser to another page of the journey.
func (t *Tenant) goTo(x *turn, page string) {
	noStore(x.w)
	x.w.Header().Set("Location", x.j.url(page))
	x.w.WriteHeader(http.StatusSeeOther)
}

// welcome goes on after someone signed in on a page: to the page of the flow
// that is still to come, or back to the app.
func (t *Tenant) welcome(x *turn, u User, claims map[string]any) {
	j := x.j
	j.who, j.authTime, j.fresh = u.ObjectID, t.now(), true
	if j.request.place.flow.Kind == EditProfile {
		t.goTo(x, profileName)
		return
	}
	t.arrive(x, u, claims)
}

// arrive ends the journey with who has signed in.
func (t *Tenant) arrive(x *turn, u User, claims map[string]any) {
	t.over(x.j)
	noStore(x.w)
	t.complete(x.w, x.r, x.j.request, &session{user: u, authTime: x.j.authTime, seen: t.now(), listed: true}, !x.j.fresh, claims)
}

// leave ends the journey without a sign-in.
func (t *Tenant) leave(x *turn, err error) {
	t.over(x.j)
	noStore(x.w)
	t.reject(x.w, x.j.request, journeyRefusal(err))
}

// over ends a journey, so that no page of it does anything more.
func (t *Tenant) over(j *journey) {
	j.done = true
	t.memory.mu.Lock()
	t.memory.journeys.drop(j.name)
	t.memory.mu.Unlock()
}

// secretLength is that of a secretName.
const secretLength = 43

// secretName returns a name that can't be guessed.
func secretName() string {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(secret[:])
}

// view begins what one of the journey's pages shows.
func (t *Tenant) view(j *journey, page, title string) *view {
	return &view{
		Tenant: t.opts.Name, App: j.request.client.Name, Title: title,
		Action: j.url(page), CSRF: j.csrf, Continue: "Continue",
	}
}
