// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// lin fills in the page to sign in on.
var lin = []string{"username", "lin@example.org", "password", emulator.DefaultPassword}

// TestJourneyForgery: a form counts only from the journey's own pages in its
// own browser.
func TestJourneyForgery(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Pages: true, Hosts: []string{"contoso.b2clogin.com", "login.contoso.example"}})
	c := browser(t, b2c.Transport())
	page := read(t, visit(t, c, authorizeURL))
	here, there := query(t, page.action), &url.URL{Scheme: "https", Host: "login.contoso.example", Path: "/"}
	c.Jar.SetCookies(there, c.Jar.Cookies(&url.URL{Scheme: "https", Host: "contoso.b2clogin.com", Path: "/"}))
	another := read(t, visit(t, c, authorizeURL))
	cross := func(header, value string) reply {
		t.Helper()
		f := changed(page.fields, lin...)
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, page.action, strings.NewReader(f.Encode()))
		req.RequestURI = ""
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set(header, value)
		return do(t, c, req)
	}
	tx, page2 := "tx="+here.Get("tx"), page.action
	for name, r := range map[string]reply{
		"no token":             page.send(t, c, append(lin, "csrf_token", "")...),
		"wrong token":          page.send(t, c, append(lin, "csrf_token", "x")...),
		"another page's token": page.send(t, c, append(lin, "csrf_token", another.fields.Get("csrf_token"))...),
		"cancel without token": page.send(t, c, "csrf_token", "", "do", "cancel"),
		"another browser":      page.send(t, browser(t, b2c.Transport()), lin...),
		"another's cookie":     page.send(t, stranger(t, b2c), lin...),
		"foreign origin":       cross("Origin", "https://evil.example"),
		"null origin":          cross("Origin", "null"),
		"foreign site":         cross("Sec-Fetch-Site", "cross-site"),
		"no journey":           post(t, c, strings.Replace(page2, tx, "", 1), page.fields),
		"unknown journey":      post(t, c, strings.Replace(page2, tx, "tx=x", 1), page.fields),
		"two names":            post(t, c, page2+"&tx=x", page.fields),
		"another flow":         post(t, c, strings.Replace(page2, "/b2c_1_susi/", "/b2c_1_edit/", 1), changed(page.fields, lin...)),
		"no form":              post(t, c, page2, nil),
		"a GET from elsewhere": get(t, browser(t, b2c.Transport()), page2),
		"another host":         get(t, c, strings.Replace(page2, "contoso.b2clogin.com", there.Host, 1)),
	} {
		wantStale(t, name, r)
	}
	equal(t, "too large", page.send(t, c, "username", strings.Repeat("x", 1<<17)).status, 413)
	equal(t, "own origin", landed(t, cross("Origin", "https://contoso.b2clogin.com")).Get("code") != "", true)
	equal(t, "the other tab", landed(t, another.send(t, c, lin...)).Get("code") != "", true)
}

// stranger is a browser in the middle of a journey of its own.
func stranger(t *testing.T, b2c *emulator.Tenant) *http.Client {
	t.Helper()
	c := browser(t, b2c.Transport())
	read(t, visit(t, c, authorizeURL))
	return c
}

func query(t *testing.T, text string) url.Values {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// TestJourneyOnce: a journey ends once, however it ends.
func TestJourneyOnce(t *testing.T) {
	b2c := withPages()
	for name, pairs := range map[string][]string{"signed in": lin, "cancelled": {"do", "cancel"}} {
		c := browser(t, b2c.Transport())
		page := read(t, visit(t, c, authorizeURL))
		signUp := read(t, page.follow(t, c, "Sign up now"))
		landed(t, page.send(t, c, pairs...))
		wantStale(t, name+", again", page.send(t, c, pairs...))
		wantStale(t, name+", then Back", get(t, c, page.action))
		wantStale(t, name+", then sign-up", signUp.send(t, c, "do", "cancel"))
	}
}

// TestJourneyOvertaken: a form that was on its way when the journey ended does
// nothing more.
func TestJourneyOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := withPages()
		c := browser(t, b2c.Transport())
		page := read(t, visit(t, c, authorizeURL))
		body, rest := io.Pipe()
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, page.action, body)
		req.RequestURI = ""
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		late := make(chan reply)
		go func() { late <- do(t, c, req) }()
		synctest.Wait()
		landed(t, page.send(t, c, lin...))
		_, err := io.WriteString(rest, changed(page.fields, lin...).Encode())
		equal(t, "error", err, nil)
		equal(t, "error", rest.Close(), nil)
		wantStale(t, "overtaken", <-late)
	})
}

// TestJourneyRace is for the race detector: one form, many times at once.
func TestJourneyRace(t *testing.T) {
	b2c := withPages()
	c := browser(t, b2c.Transport())
	page := read(t, visit(t, c, authorizeURL))
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := map[int]int{}
	for range 6 {
		wg.Go(func() {
			r := page.send(t, c, lin...)
			mu.Lock()
			defer mu.Unlock()
			got[r.status]++
		})
	}
	wg.Wait()
	equal(t, "answers at once", got[http.StatusFound], 1)
	equal(t, "refusals at once", got[http.StatusBadRequest], 5)
}

// TestJourneyPages: a page the journey hasn't come to is no page of it.
func TestJourneyPages(t *testing.T) {
	b2c := withPages()
	for endpoint, titles := range map[string]map[string]string{
		authorizeURL: {"signin": "Sign in", "signup": "Sign up", "forgot": "Reset your password", "code": "Sign in", "password": "Sign in", "profile": "Sign in", "provider": "Sign in", "x": "Sign in", "": "Sign in"},
		editURL:      {"signup": "Sign in", "profile": "Sign in", "password": "Sign in"},
		resetURL:     {"signin": "Reset your password", "signup": "Reset your password", "provider": "Reset your password", "password": "Reset your password", "profile": "Reset your password"},
	} {
		c := browser(t, b2c.Transport())
		page := read(t, visit(t, c, endpoint))
		base, _, _ := strings.Cut(page.action, "&page=")
		for name, want := range titles {
			page.action = base + "&page=" + name
			r := get(t, c, page.action)
			if r.status == http.StatusSeeOther {
				r = get(t, c, r.header.Get("Location"))
			}
			equal(t, "GET of "+name, read(t, r).title(), want)
			equal(t, "POST of "+name, read(t, page.send(t, c, "newPassword", "Another-1", "reenterPassword", "Another-1")).title(), want)
		}
	}
	equal(t, "password", post(t, b2c.Client(), ropcURL, ropc()).status, 200)
	equal(t, "method", do(t, b2c.Client(), httptestRequest(t, http.MethodPut)).status, 405)
}

func httptestRequest(t *testing.T, method string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, strings.Replace(authorizeURL, "oauth2/v2.0/authorize", "SelfAsserted", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func TestJourneyExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := withPages()
		c := browser(t, b2c.Transport())
		page := read(t, visit(t, c, authorizeURL))
		time.Sleep(20*time.Minute - time.Second)
		read(t, get(t, c, page.action))
		time.Sleep(time.Second)
		wantStale(t, "a page after 20 minutes", get(t, c, page.action))
		wantStale(t, "a form after 20 minutes", page.send(t, c, lin...))
	})
}

func TestJourneyCookie(t *testing.T) {
	b2c := withPages()
	c := browser(t, b2c.Transport())
	first := visit(t, c, authorizeURL).header.Get("Set-Cookie")
	for _, want := range []string{"x-ms-cpim-trans_contoso=", "Path=/", "HttpOnly", "Secure", "SameSite=None"} {
		equal(t, want, strings.Contains(first, want), true)
	}
	equal(t, "a second tab", visit(t, c, authorizeURL).header.Get("Set-Cookie"), "")
	server := emulator.NewPlainServer(&emulator.Options{Pages: true})
	defer server.Close()
	plain := browser(t, server.Transport())
	r := visit(t, plain, server.AuthorizeURL(""))
	equal(t, "Secure over plain http", strings.Contains(r.header.Get("Set-Cookie"), "Secure"), false)
	equal(t, "code over plain http", landed(t, linSignsIn(t, plain, read(t, r))).Get("code") != "", true)
}

// TestJourneysAtOnce is for the race detector.
func TestJourneysAtOnce(t *testing.T) {
	b2c := withPages()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			c := browser(t, b2c.Transport())
			page := read(t, visit(t, c, editURL))
			profile := read(t, linSignsIn(t, c, page))
			landed(t, profile.send(t, c, "displayName", "Lin"))
			read(t, visit(t, c, authorizeURL, "prompt", "login"))
			b2c.Users()
		})
	}
	wg.Wait()
	equal(t, "name", b2c.Users()[1].Name, "Lin")
}
