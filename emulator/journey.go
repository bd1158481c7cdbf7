// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
)

// journeyLifetime is how long someone may take over the pages.
const journeyLifetime = 20 * time.Minute

// visit is why someone is on pages, and where they go from there. Who sent them
// knows what for; pages don't.
type visit struct {
	route      route  // of the request they came with
	app        string // name of the one that sent them
	loginHint  string
	domainHint string // the provider to sign in with

	// One of these ends the journey. signedIn says whether the session is the one
	// that the browser had.
	arrive func(w http.ResponseWriter, r *http.Request, s *session, signedIn bool, claims map[string]any)
	leave  func(w http.ResponseWriter, err error)
}

// journey is what someone does on pages, from the request that led there until
// its answer. It is one browser's, and ends once.
type journey struct {
	name    string       // in URLs
	csrf    string       // in forms
	browser bounded.Hash // its name
	visit   visit
	hint    string // for the user name; "" if it is too long for one
	began   time.Time

	mu       sync.Mutex // held while a request of the journey is answered
	done     bool
	who      string // object id of who has signed in, with a page still to come
	authTime time.Time
	fresh    bool // signed in on a page, and not by the browser's session
	proof    verification
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

// signingIn reports whether someone has yet to sign in.
func (j *journey) signingIn() bool { return j.visit.route.flow.Kind != ResetPassword && j.who == "" }

// start is the name of the page a journey begins with, and comes back to.
func (j *journey) start() string {
	switch {
	case j.visit.route.flow.Kind == ResetPassword:
		return forgotName
	case j.who != "":
		return profileName
	}
	return signInName
}

// crossOrigin knows forms that another site made a browser send.
var crossOrigin http.CrossOriginProtection

// sent reports whether a form is one that the journey's pages sent.
func (j *journey) sent(r *http.Request, sent url.Values) bool {
	return crossOrigin.Check(r) == nil && subtle.ConstantTimeCompare([]byte(form.Get(sent, "csrf_token")), []byte(j.csrf)) == 1
}

// url returns the URL of a page.
func (j *journey) url(page string) string {
	base := j.visit.route.url(selfAssertedPath)
	separator := "?"
	if j.visit.route.query {
		separator = "&"
	}
	return base + separator + "tx=" + j.name + "&page=" + page
}
