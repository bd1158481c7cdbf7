// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/rand"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"regexp"

	"github.com/b2ckit/b2ckit/acquire"
)

//go:embed html
var files embed.FS

var templates = parse("home", "profile", "tasks", "sign-in-again", "signed-out", "error")

func parse(names ...string) map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range names {
		all[name] = template.Must(template.ParseFS(files, "html/layout.html", "html/"+name+".html"))
	}
	return all
}

// page is what every page is made from.
type page struct {
	Title   string
	Path    string // of the request, to mark it in the menu
	User    string // empty if nobody is signed in
	CanEdit bool
	Resets  bool
	Notice  string
	Body    any
}

// notices are what a page can say once, after a redirect. Only the name travels.
var notices = map[string]string{
	"cancelled":        "You cancelled, and nothing has changed.",
	"profile-saved":    "Your profile has been saved.",
	"password-changed": "Your password has been changed.",
	"someone-else":     "That was another account. Here you are still signed in as before.",
}

// noticeCookie is a cookie, and no parameter, so that other sites can't link to
// a page that says what they like.
const noticeCookie = "webapp-notice"

// goHome redirects to the home page, which shows the notice.
func (a *webApp) goHome(w http.ResponseWriter, r *http.Request, notice string) {
	a.setNotice(w, notice, 60)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (a *webApp) setNotice(w http.ResponseWriter, name string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // G124 does not follow Secure, which is off for loopback alone
		Name: noticeCookie, Value: name, MaxAge: maxAge, Path: "/",
		HttpOnly: true, Secure: a.config.secure(), SameSite: http.SameSiteLaxMode,
	})
}

// show writes a page, whole or not at all.
func (a *webApp) show(w http.ResponseWriter, r *http.Request, status int, name, title string, body any) {
	p := page{Title: title, Path: r.URL.Path, Body: body, CanEdit: a.config.b2c.EditProfileFlow() != "", Resets: a.config.b2c.ResetPasswordFlow() != ""}
	if s, ok := a.sessions.read(r); ok {
		p.User = s.name()
	}
	if cookie, err := r.Cookie(noticeCookie); err == nil {
		p.Notice = notices[cookie.Value]
		a.setNotice(w, "", -1)
	}
	var text bytes.Buffer
	if err := templates[name].ExecuteTemplate(&text, "layout", p); err != nil {
		slog.Error("a page can't be made", "page", name, "error", err)
		http.Error(w, "Something went wrong.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = text.WriteTo(w)
}

func asset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		http.ServeFileFS(w, r, files, "html/"+name)
	}
}

// problem is what an error page shows: never the error itself, which is for the
// log, where the reference finds it.
type problem struct{ Class, Advice, Reference string }

func (a *webApp) fail(w http.ResponseWriter, r *http.Request, doing string, err error) {
	class, status, advice := explain(err)
	a.show(w, r, status, "error", "That did not work", problem{class, advice, report(r, doing, err)})
}

// report logs an error, and returns the reference that finds it.
func report(r *http.Request, doing string, err error) string {
	class, status, _ := explain(err)
	reference := rand.Text()[:8]
	level := slog.LevelError
	if status < http.StatusInternalServerError { // what anybody can bring about
		level = slog.LevelWarn
	}
	slog.Log(r.Context(), level, "a request failed", "doing", doing, "class", class, "error", err, "reference", reference)
	return reference
}

// reference returns what came back from a browser if it looks like one.
func reference(text string) string { return referencePattern.FindString(text) }

var referencePattern = regexp.MustCompile(`^[A-Z2-7]{8}$`)

// explain says what users may know about an error, and what they can do.
func explain(err error) (class string, status int, advice string) {
	failure, ok := errors.AsType[*acquire.Error](err)
	if !ok {
		return "internal", http.StatusInternalServerError, "Try again later."
	}
	class = string(failure.Class)
	switch failure.Class {
	case acquire.ErrState:
		return class, http.StatusBadRequest, "This sign-in was not begun in this browser, took too long, or was finished before. Start again."
	case acquire.ErrCrossSite:
		return class, http.StatusForbidden, "Another site tried to sign you in, so it was not done."
	case acquire.ErrRetry:
		return class, http.StatusServiceUnavailable, "The sign-in service can't be reached at the moment. Try again in a minute."
	case acquire.ErrInteractionRequired, acquire.ErrReauthenticate:
		return class, http.StatusForbidden, "Sign in again."
	case acquire.ErrUser, acquire.ErrPolicy, acquire.ErrForgotPassword:
		return class, http.StatusForbidden, "The sign-in service did not let you in. Try again, or ask the people who run this app."
	default:
		return class, http.StatusBadGateway, "Something is not set up as it should be. Tell the people who run this app."
	}
}

func (a *webApp) notFound(w http.ResponseWriter, r *http.Request) {
	a.show(w, r, http.StatusNotFound, "error", "There is no such page", problem{Advice: "The address may be mistyped, or out of date."})
}

func (a *webApp) foreignPost(w http.ResponseWriter, r *http.Request) {
	a.show(w, r, http.StatusForbidden, "error", "That came from elsewhere", problem{Advice: "Another site tried to do this for you, so it was not done."})
}
