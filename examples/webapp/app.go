// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
)

// webApp is the app that browsers see.
type webApp struct {
	http.Handler
	config   *config
	b2c      *acquire.App
	pending  *acquire.PendingCookies
	sessions *sessions
	apiURL   string
}

func newWebApp(c *config, apiURL string) (*webApp, error) {
	b2c, err := c.b2c.App(nil) // several processes share tokens through Options.Cache
	if err != nil {
		return nil, err
	}
	pending, err := acquire.NewPendingCookies(c.ring)
	if err != nil {
		return nil, errors.Join(err, b2c.Close())
	}
	a := &webApp{
		config: c, b2c: b2c, pending: pending, apiURL: apiURL,
		sessions: &sessions{ring: c.ring, secure: c.secure()},
	}
	a.Handler = a.routes()
	return a, nil
}

func (a *webApp) Close() error { return a.b2c.Close() }

func (a *webApp) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("GET /profile", a.signedIn(a.profile))
	mux.HandleFunc("GET /tasks", a.signedIn(a.tasks))

	mux.HandleFunc("GET /signin", a.signIn)
	mux.HandleFunc("GET /edit-profile", a.signedIn(a.editProfile))
	mux.HandleFunc("GET /reset-password", a.resetPassword)
	mux.HandleFunc("GET "+callbackPath, a.callback)
	mux.HandleFunc("POST "+callbackPath, a.callback)
	mux.HandleFunc("GET /not-signed-in", a.notSignedIn)
	mux.HandleFunc("POST /signout", a.signOut)
	mux.HandleFunc("GET /signed-out", a.signedOut)

	for _, name := range []string{"style.css", "icon.svg"} {
		mux.HandleFunc("GET /"+name, asset(name))
	}
	mux.HandleFunc("/", a.notFound)

	// What changes something is a POST, and those of other sites are refused.
	// The way back from B2C is one, under form_post; the state protects it.
	own := http.NewCrossOriginProtection()
	own.AddInsecureBypassPattern("POST " + callbackPath)
	own.SetDenyHandler(http.HandlerFunc(a.foreignPost))
	return a.headers(own.Handler(mux))
}

// headers sets what browsers should hold the pages to. A browser that follows
// a redirect after a form holds the target to form-action too, and signing out
// leads to B2C.
func (a *webApp) headers(next http.Handler) http.Handler {
	policy := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	if u, err := url.Parse(a.b2c.SignOutURL(acquire.SignOut{})); err == nil {
		policy += " " + u.Scheme + "://" + u.Host
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store") // pages show who is signed in
		// At localhost it would count for every other server there.
		if a.config.secure() && r.Host != "localhost" && !strings.HasPrefix(r.Host, "localhost:") {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// signedIn lets only requests with a session pass, and sends others to sign in
// and back.
func (a *webApp) signedIn(next func(http.ResponseWriter, *http.Request, *session)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s, ok := a.sessions.read(r); ok {
			next(w, r, s)
			return
		}
		http.Redirect(w, r, "/signin?"+url.Values{"return": {r.URL.Path}}.Encode(), http.StatusSeeOther)
	}
}

func (a *webApp) home(w http.ResponseWriter, r *http.Request) {
	a.show(w, r, http.StatusOK, "home", "", nil)
}

func (a *webApp) signedOut(w http.ResponseWriter, r *http.Request) {
	a.show(w, r, http.StatusOK, "signed-out", "Signed out", nil)
}

func (a *webApp) profile(w http.ResponseWriter, r *http.Request, s *session) {
	user, signIn := s.Claims.shown()
	a.show(w, r, http.StatusOK, "profile", "Your profile", map[string]any{"User": user, "SignIn": signIn, "Username": s.Account.Username, "Partly": s.Partly})
}

func (a *webApp) tasks(w http.ResponseWriter, r *http.Request, s *session) {
	tasks, err := fetchTasks(r.Context(), a.b2c.User(s.Account), a.apiURL, a.config.scope)
	switch {
	case err == nil:
		a.show(w, r, http.StatusOK, "tasks", "Your tasks", tasks)
	case errors.Is(err, acquire.ErrInteractionRequired), errors.Is(err, acquire.ErrReauthenticate),
		errors.Is(err, acquire.ErrNoAccessToken), errors.Is(err, errRefused):
		// The tokens are gone, after a restart for instance. It is a link and no
		// redirect: an API that refuses every token would have the browser go
		// round and round.
		a.show(w, r, http.StatusForbidden, "sign-in-again", "Please sign in again", nil)
	default:
		a.fail(w, r, "fetching the tasks failed", err)
	}
}
