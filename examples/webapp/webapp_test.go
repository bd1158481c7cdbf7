// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestWholeRound is what a user can do, from end to end, against the program
// set up as for a real tenant.
func TestWholeRound(t *testing.T) {
	app := start(t, nil)
	var mu sync.Mutex
	var visits []string // flows that asked the user, and whether they knew them
	decide := func(decision emulator.SignIn, failures ...error) {
		app.b2c.OnSignIn(func(r emulator.SignInRequest) (emulator.SignIn, error) {
			mu.Lock()
			defer mu.Unlock()
			visits = append(visits, fmt.Sprint(r.Flow.Name, " ", r.Session != nil))
			if len(failures) > 0 {
				err := failures[0]
				failures = failures[1:]
				return emulator.SignIn{}, err
			}
			return decision, nil
		})
	}
	decide(emulator.SignIn{})
	b := app.browser()

	b.get("/").want(200, "/", "Sign in or sign up")
	b.get("/profile").want(200, "/profile", "Ada Example", "ada@example.org", app.b2c.User().ObjectID, "B2C_1_susi")
	b.get("/tasks").want(200, "/tasks", "Sign Ada Example in", "Open")
	before := app.session(b)

	decide(emulator.SignIn{Claims: map[string]any{"name": "Ada Lovelace", "city": "London"}})
	b.get("/edit-profile").want(200, "/", "Your profile has been saved.", "Hello, Ada Lovelace")
	b.get("/").lacks("Your profile has been saved.")
	b.get("/profile").want(200, "/profile", "Ada Lovelace", "London", "B2C_1_susi").lacks("B2C_1_edit")
	after := app.session(b)
	if after.Account.ID != before.Account.ID || after.Account.UserID != before.Account.UserID || !after.Expires.Equal(before.Expires) {
		t.Errorf("editing the profile changed the session: got %+v, want %+v but for the name", after, before)
	}
	b.get("/tasks").want(200, "/tasks", "Sign Ada Example in") // by the token of the sign-in, as before

	b.get("/reset-password").want(200, "/", "Your password has been changed.", "Hello, Ada Lovelace")
	decide(emulator.SignIn{}, emulator.ErrCancelled)
	b.get("/edit-profile").want(200, "/", "You cancelled, and nothing has changed.", "Hello, Ada Lovelace")

	b.post("/signout").want(200, "/signed-out", "You are signed out")
	b.get("/").want(200, "/", "Sign in or sign up")
	if len(b.cookies()) > 0 {
		t.Errorf("got the cookies %v after the sign-out, want none", b.cookies())
	}

	visits = nil
	decide(emulator.SignIn{}, emulator.ErrForgotPassword)
	b.get("/signin").want(200, "/", "Your password has been changed.", "Sign in or sign up")
	decide(emulator.SignIn{}, emulator.ErrCancelled)
	b.get("/signin").want(200, "/", "You cancelled", "Sign in or sign up")
	if want := []string{"B2C_1_susi false", "B2C_1_reset false", "B2C_1_susi true"}; !slices.Equal(visits, want) {
		t.Errorf("got visits to %q, want %q", visits, want)
	}
}

// TestForgotPasswordOnce: a reset flow that itself answers so must not be begun
// for ever.
func TestForgotPasswordOnce(t *testing.T) {
	app := start(t, nil)
	app.b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{}, emulator.ErrForgotPassword
	})
	app.browser().get("/signin").want(403, "/callback", "forgot_password")
}

func TestCallbackRefusals(t *testing.T) {
	app := start(t, nil)
	signIn := func(b *browser) string { return b.stopAt("/callback").get("/signin").location }
	for _, c := range []struct {
		name    string
		prepare func(b *browser) (path string)
	}{
		{"no parameters", func(*browser) string { return "/callback" }},
		{"nobody began", func(*browser) string { return "/callback?code=x&state=y" }},
		{"another state", func(b *browser) string { return replaceParameter(t, signIn(b), "state", "other") }},
		{"another browser's", func(*browser) string { return signIn(app.browser()) }},
		{"an error that nobody asked for", func(*browser) string {
			return "/callback?error=access_denied&error_description=AADB2C90118%3a+x&state=y"
		}},
		{"a replay", func(b *browser) string {
			back := signIn(b)
			b.follow().get(back).want(200, "/", "Hello, Ada Example")
			b.post("/signout").want(200, "/signed-out", "You are signed out")
			return back
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := app.browser()
			path := c.prepare(b)
			app.b2c.ResetCounts()
			b.follow().get(path).want(400, "/not-signed-in", "not begun in this browser", "state", "Reference").lacks("AADB2C")
			b.get("/").want(200, "/", "Sign in or sign up")
			if n := app.b2c.Counts().Token; n > 0 {
				t.Errorf("got %d token requests, want 0", n)
			}
		})
	}
}

// TestCallbackTwice: who is signed in comes to the page they wanted, however
// often the browser fetches the address of the return, and nobody is signed in
// by that.
func TestCallbackTwice(t *testing.T) {
	app := start(t, nil)
	b := app.browser()
	back := b.stopAt("/callback").get("/signin?return=/profile").location
	early := app.browser().with(b.cookies()...) // whose request was sent before the first had its answer
	b.follow().get(back).want(200, "/profile", "Ada Example")
	want := *app.session(b)

	app.b2c.ResetCounts()
	b.get(back).want(200, "/", "Hello, Ada Example")
	if n := app.b2c.Counts().Token; n > 0 {
		t.Errorf("got %d token requests for a return that came again, want 0", n)
	}
	next := early.stopAt("/not-signed-in").get(back).location
	early.follow().get(next).want(400, "/not-signed-in", "not begun in this browser", "Reference")
	early.get("/").want(200, "/", "Sign in or sign up")
	b.get(next).want(200, "/profile", "Ada Example")
	if got := *app.session(b); got.Account.ID != want.Account.ID || !got.Expires.Equal(want.Expires) {
		t.Errorf("got %+v, want the session as it was, %+v", got, want)
	}
	// Whoever links to it says nothing by it, and leads nowhere.
	b.get("/not-signed-in?return=https://evil.example").want(200, "/", "Hello, Ada Example")
	app.browser().get("/not-signed-in?reference=Call+us+at+555").want(400, "/not-signed-in").lacks("555", "Reference")
}

// TestForeignCode: an attacker's code under the state of one's own sign-in must
// not put the attacker's account into the browser.
func TestForeignCode(t *testing.T) {
	app := start(t, nil)
	theirs := app.browser().stopAt("/callback").get("/signin").location
	b := app.browser()
	own := b.stopAt("/callback").get("/signin").location
	u, err := url.Parse(theirs)
	if err != nil {
		t.Fatal(err)
	}
	b.follow().get(replaceParameter(t, own, "code", u.Query().Get("code"))).want(502, "/callback", "configuration")
	b.get("/").want(200, "/", "Sign in or sign up")
}

// TestLinksSignNobodyIn: what comes back from another flow is no sign-in.
func TestLinksSignNobodyIn(t *testing.T) {
	app := start(t, nil)
	b := app.browser()
	b.get("/reset-password").want(200, "/", "Your password has been changed.", "Sign in or sign up")

	b.get("/signin").want(200, "/", "Hello, Ada Example")
	back := b.stopAt("/callback").get("/edit-profile").location
	b.follow().post("/signout").want(200, "/signed-out")
	b.get(back).want(200, "/", "Your profile has been saved.", "Sign in or sign up")

	// Another user's.
	b.get("/signin").want(200, "/", "Hello, Ada Example")
	lin := app.b2c.Users()[1]
	app.b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{User: &lin}, nil })
	b.get("/edit-profile").want(200, "/", "That was another account", "Hello, Ada Example").lacks("Lin")
	b.get("/tasks").want(200, "/tasks", "Sign Ada Example in")
}

func TestErrorsStayInside(t *testing.T) {
	app := start(t, nil)
	for _, c := range []struct {
		name, class string
		err         error
		status      int
	}{
		{"a policy's own", "policy", emulator.PolicyError("Secret42", "<script>alert(1)</script>"), 403},
		{"server error", "tenant_admin", &emulator.JourneyError{OAuth: "server_error", Code: "AADB2C90037", Text: "An internal Secret42."}, 502},
		{"down", "retry", &emulator.JourneyError{OAuth: "server_error", Code: "AADB2C90035", Text: "Secret42."}, 503},
	} {
		app.b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, c.err })
		app.browser().get("/signin").want(c.status, "/callback", "<code>"+c.class+"</code>", "Reference").lacks("<script", "Secret42", "AADB2C")
	}
}

func TestForeignPosts(t *testing.T) {
	app := start(t, nil)
	b := app.browser()
	b.get("/signin").want(200, "/", "Hello, Ada Example")
	for _, header := range [][2]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Origin", "https://evil.example"},
		{"Origin", "null"},
	} {
		b.post("/signout", header[0], header[1]).want(403, "/signout", "Another site tried")
		b.get("/").want(200, "/", "Hello, Ada Example")
	}
	b.get("/signout").want(404, "/signout")
	b.get("/").want(200, "/", "Hello, Ada Example")
	b.post("/signout", "Sec-Fetch-Site", "same-origin", "Origin", app.origin).want(200, "/signed-out", "You are signed out")
}

// TestForeignStarts: another site's page begins no sign-in by its pictures and
// frames. Links there do.
func TestForeignStarts(t *testing.T) {
	app := start(t, nil)
	for _, path := range []string{"/signin", "/reset-password"} {
		for _, how := range [][2]string{{"no-cors", "image"}, {"navigate", "iframe"}} {
			b := app.browser()
			b.send("GET", path, nil, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", how[0], "Sec-Fetch-Dest", how[1]).
				want(403, path, "Another site tried to sign you in")
			if len(b.cookies()) > 0 {
				t.Errorf("%s by %s: got the cookies %v, want none", path, how[1], b.cookies())
			}
		}
		app.browser().send("GET", path, nil, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document").
			want(200, "/")
	}
}

func TestReturnPath(t *testing.T) {
	app := start(t, nil)
	for _, c := range []struct{ wanted, path string }{
		{"/profile", "/profile"},
		{"/tasks", "/tasks"},
		{"", "/"},
		{"/signin", "/"},
		{"/signout", "/"},
		{"https://evil.example/", "/"},
		{"//evil.example/profile", "/"},
		{`/\evil.example`, "/"},
		{`\\evil.example`, "/"},
		{"/profile@evil.example", "/"},
		{"/\t/evil.example", "/"},
		{"/profile\r\nLocation: https://evil.example", "/"},
		{"javascript:alert(1)", "/"},
	} {
		app.browser().get("/signin?"+url.Values{"return": {c.wanted}}.Encode()).want(200, c.path, "Ada Example")
	}
}

// TestTokensGone: a session, which is in its cookie, outlives a restart and, if
// it was copied, the sign-out. The tokens don't.
func TestTokensGone(t *testing.T) {
	app := start(t, nil)
	b := app.browser()
	b.get("/signin").want(200, "/", "Hello, Ada Example")
	copied := app.browser().with(b.cookies()...)
	copied.get("/tasks").want(200, "/tasks", "Sign Ada Example in")
	b.post("/signout")
	copied.get("/tasks").want(403, "/tasks", "Please sign in again")

	b.get("/signin").want(200, "/", "Hello, Ada Example")
	app = start(t, nil)
	app.browser().with(b.cookies()...).get("/tasks").want(403, "/tasks", "Please sign in again", `href="/signin?return=/tasks"`, "Ada Example")
}

func TestPages(t *testing.T) {
	app := start(t, nil)
	b := app.browser()
	b.get("/signin")
	for _, path := range []string{"/", "/profile", "/tasks", "/signed-out", "/nothing", "/callback"} {
		p := b.get(path)
		for name, want := range map[string]string{
			"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' " + app.b2c.URL,
		} {
			if got := p.header.Get(name); got != want {
				t.Errorf("%s: %s: got %q, want %q", path, name, got, want)
			}
		}
		p.lacks("<script", "style=", "onclick")
	}
	b.get("/style.css").want(200, "/style.css", "prefers-color-scheme: dark")
	b.get("/icon.svg").want(200, "/icon.svg", "<svg")
	app.browser().with(&http.Cookie{Name: noticeCookie, Value: "You+won"}).get("/?notice=You+won").lacks("You won", "You+won", "notice")
}

// TestWarning: sessions that end with the process are worth a word.
func TestWarning(t *testing.T) {
	for key, want := range map[string]bool{"": true, strings.Repeat("07", 32): false} {
		app := start(t, map[string]string{"SESSION_KEY": key})
		if text := app.out.all(t, app.done); strings.Contains(text, "Warning") != want {
			t.Errorf("got, with the key %q, warning %v wanted:\n%s", key, want, text)
		}
	}
}

// TestRun: the program with no settings at all.
func TestRun(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out := &output{}
	done := make(chan error, 1)
	go func() { done <- run(ctx, out, "localhost:0", []string{}) }()
	text := out.all(t, done)
	for _, want := range []string{"lin@example.org", emulator.DefaultPassword} {
		if !strings.Contains(text, want) {
			t.Errorf("got no %q in\n%s", want, text)
		}
	}
	_, rest, _ := strings.Cut(text, "Open ")
	origin, _, _ := strings.Cut(rest, " ")
	b := newBrowser(t, origin)
	b.get("/").want(200, "/", "Sign in or sign up")
	if p := b.stopAt("/oauth2/v2.0/authorize").get("/signin"); !strings.Contains(p.location, url.QueryEscape(origin+"/callback")) {
		t.Errorf("got sent to %q, want the emulated tenant, and back to %s", p.location, origin)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("got %v at the end, want nil", err)
	}
	if err := run(t.Context(), out, "localhost:0", []string{"B2C_CLIENT_ID=x"}); err == nil || !strings.Contains(err.Error(), "B2C_CLIENT_ID") {
		t.Errorf("got %v for a setting without its tenant, want an error that names it", err)
	}
}
