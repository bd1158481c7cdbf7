// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"net/url"
	"sync"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/emulator/internal/aadb2c"
	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/bounded"
	"github.com/b2ckit/b2ckit/emulator/internal/form"
	"github.com/b2ckit/b2ckit/emulator/internal/page"
	"github.com/b2ckit/b2ckit/emulator/internal/secret"
)

// journeys are those of a tenant, bounded, and what their pages need. They know
// no token and nothing of OAuth.
type journeys struct {
	tenantName string
	telling    telling
	clock      *clock
	directory  *directory
	browsers   *browsers
	pages      map[string]journeyPage // by their names
	passwords  *passwords
	attributes attributes

	mu   sync.Mutex
	kept *bounded.Store[journey]
}

func newJourneys(m *model, c *clock, d *directory, b *browsers, pages map[string]journeyPage) *journeys {
	return &journeys{tenantName: m.name, telling: m.telling, clock: c, directory: d, browsers: b, pages: pages, kept: bounded.NewStore[journey](4096)}
}

// begin answers a request with the first page of a journey. sso is the session
// that may stand for a sign-in, or nil.
func (js *journeys) begin(w http.ResponseWriter, r *http.Request, v visit, sso *session) {
	j := &journey{
		name: secret.Name(), csrf: secret.Name(), browser: js.browsers.name(w, r, v.route.site),
		visit: v, began: js.clock.now(),
	}
	if hint := page.Cleaned(v.loginHint); utf8.RuneCountInString(hint) <= page.MaxName {
		j.hint = hint
	}
	j.visit.loginHint, j.visit.domainHint = "", "" // as long as the client likes, and read
	if v.route.flow.Kind == EditProfile && sso != nil && js.directory.lists(sso.user.ObjectID) {
		j.who, j.authTime = sso.user.ObjectID, sso.authTime
	}
	js.mu.Lock()
	js.kept.Put(j.name, j)
	js.mu.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	x := &step{journeys: js, w: w, r: r, j: j}
	first := j.start()
	if first == signInName && js.directory.hasProvider(v.domainHint) {
		first, x.hinted = providerName, v.domainHint
	}
	js.pages[first].show(x)
}

// serve answers the requests of pages.
func (js *journeys) serve(w http.ResponseWriter, c *call) {
	r := c.Request
	q := r.URL.Query()
	j := js.find(r, form.Get(q, "tx"))
	if j == nil || j.visit.route.flow != c.flow || j.visit.route.site != c.site {
		js.refuse(w)
		return
	}
	x := &step{journeys: js, w: w, r: r, j: j}
	if r.Method == http.MethodPost {
		var ok bool
		if x.form, ok = form.Read(w, r); !ok {
			answer.Page(w, http.StatusRequestEntityTooLarge, "The request is too large.")
			return
		}
		if !j.sent(r, x.form) {
			js.refuse(w)
			return
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.done || js.clock.now().Sub(j.began) >= journeyLifetime {
		js.refuse(w)
		return
	}
	at := js.pages[form.Get(q, "page")]
	switch {
	case at == nil || !at.open(x): // as after a click on Back
		x.goTo(j.start())
	case x.form == nil:
		at.show(x)
	case form.Get(x.form, "do") == "cancel":
		x.leave(at.cancelled())
	default:
		at.take(x)
	}
}

// find returns the journey of a name, if it is that of r's browser.
func (js *journeys) find(r *http.Request, name string) *journey {
	js.mu.Lock()
	j := js.kept.Get(name)
	js.mu.Unlock()
	if j == nil || !js.browsers.named(r, j.browser) {
		return nil
	}
	return j
}

func (js *journeys) refuse(w http.ResponseWriter) {
	refusePage(w, js.telling, js.tenantName, aadb2c.StalePage, js.clock.now())
}

// over ends a journey, so that no page of it does anything more.
func (js *journeys) over(j *journey) {
	j.done = true
	js.mu.Lock()
	js.kept.Drop(j.name)
	js.mu.Unlock()
}

// journeyPage is one kind of page of a journey.
type journeyPage interface {
	// open reports whether the journey has come to this page.
	open(x *step) bool
	// show answers with the page.
	show(x *step)
	// take answers to the page's form; a cancelled one doesn't come here.
	take(x *step)
	// cancelled is how the journey ends with a click on Cancel.
	cancelled() error
}

// step is one request of a journey.
type step struct {
	*journeys
	w      http.ResponseWriter
	r      *http.Request
	j      *journey
	form   url.Values // nil for a GET
	hinted string     // the provider that the app named
}

// provider is the identity provider that a request is about.
func (x *step) provider() string {
	if x.hinted != "" {
		return x.hinted
	}
	return form.Get(x.r.URL.Query(), "idp")
}

// goTo sends the browser to another page of the journey.
func (x *step) goTo(at string) {
	answer.NoStore(x.w)
	x.w.Header().Set("Location", x.j.url(at))
	x.w.WriteHeader(http.StatusSeeOther)
}

// welcome goes on after someone signed in on a page: to the page of the flow
// that is still to come, or back to the app.
func (x *step) welcome(u User, claims map[string]any) {
	j := x.j
	j.who, j.authTime, j.fresh = u.ObjectID, x.clock.now(), true
	if j.visit.route.flow.Kind == EditProfile {
		x.goTo(profileName)
		return
	}
	x.arrive(u, claims)
}

// arrive ends the journey with who has signed in.
func (x *step) arrive(u User, claims map[string]any) {
	x.over(x.j)
	answer.NoStore(x.w)
	x.j.visit.arrive(x.w, x.r, &session{user: u, authTime: x.j.authTime, seen: x.clock.now(), listed: true}, !x.j.fresh, claims)
}

// leave ends the journey without a sign-in.
func (x *step) leave(err error) {
	x.over(x.j)
	answer.NoStore(x.w)
	x.j.visit.leave(x.w, err)
}

// view begins what one of the journey's pages shows.
func (x *step) view(at, title string) *page.View {
	return &page.View{
		Tenant: x.tenantName, App: x.j.visit.app, Title: title,
		Action: x.j.url(at), CSRF: x.j.csrf, Continue: "Continue",
	}
}
