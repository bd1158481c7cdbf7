// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/keyring"
)

func TestForeignSessions(t *testing.T) {
	app := start(t, nil)
	b := app.browser()
	b.get("/signin").want(200, "/", "Hello, Ada Example")
	good := app.session(b)
	seal := func(ring *keyring.Ring, name string, s session) string {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(ring.Seal(text, []byte(name)))
	}
	other, err := keyring.New(keyring.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	expired := *good
	expired.Expires = time.Now().Add(-time.Second)
	plain, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	value := b.cookie(t, "webapp-session").Value
	for _, c := range []struct {
		name, value string
		good        bool
	}{
		{"as it was", value, true},
		{"sealed anew", seal(app.ring, "webapp-session", *good), true},
		{"by another key", seal(other, "webapp-session", *good), false},
		{"for another cookie", seal(app.ring, "__Host-webapp-session", *good), false},
		{"expired", seal(app.ring, "webapp-session", expired), false},
		{"not sealed", base64.RawURLEncoding.EncodeToString(plain), false},
		{"cut", value[:len(value)-8], false},
		{"altered", value[:40] + "AAAA" + value[44:], false},
		{"empty", "", false},
	} {
		p := app.browser().with(&http.Cookie{Name: "webapp-session", Value: c.value}).get("/")
		if got := strings.Contains(p.body, "Hello, Ada Example"); got != c.good {
			t.Errorf("%s: got signed in %v, want %v", c.name, got, c.good)
		}
	}
	if text, err := json.Marshal(good); err != nil || strings.Contains(string(text), "eyJ") || strings.Contains(string(text), "nonce") {
		t.Errorf("the session holds a token or nonce, or error %v: %s", err, text)
	}
}

// TestProviderToken: what a flow passes on of an identity provider is no claim
// to show, or to keep in a cookie.
func TestProviderToken(t *testing.T) {
	app := start(t, nil)
	app.b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{Claims: map[string]any{"idp": "google.com", "idp_access_token": "s3cret"}}, nil
	})
	b := app.browser()
	for _, hop := range [][2]string{{"/profile", "/profile"}, {"/edit-profile", "/"}, {"/profile", "/profile"}} {
		b.get(hop[0]).want(200, hop[1]).lacks("s3cret")
		if text, err := json.Marshal(app.session(b)); err != nil || !strings.Contains(string(text), "google.com") || strings.Contains(string(text), "s3cret") {
			t.Errorf("%s: got %v and %s, want the provider without its token", hop[0], err, text)
		}
	}
}

// TestManyAddresses: however many addresses a user has, and whatever else a
// token is long with, they sign in and see who they are.
func TestManyAddresses(t *testing.T) {
	app := start(t, nil)
	addresses := func(n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprintf("ada.lovelace.%03d@example.org", i))
		}
		return all
	}
	small := map[string]any{"emails": addresses(1)}
	for i := range 400 {
		small[fmt.Sprintf("extension_%03d", i)] = "value"
	}
	for _, c := range []struct {
		name   string
		claims map[string]any
		user   string
		partly bool
	}{
		{"one", map[string]any{"emails": addresses(1)}, "Ada Example", false},
		{"10", map[string]any{"emails": addresses(10)}, "Ada Example", false},
		{"120", map[string]any{"emails": addresses(120)}, "Ada Example", true},
		{"300", map[string]any{"emails": addresses(300)}, "Ada Example", true},
		{"a long name", map[string]any{"name": strings.Repeat("Ada ü ", 1000)}, strings.Repeat("Ada ü ", 30), true},
		{"a long address", map[string]any{"emails": []string{strings.Repeat("a", 8000) + "@example.org"}}, "Ada Example", true},
		{"tags", map[string]any{"extension_tags": strings.Repeat("<&>", 800)}, "Ada Example", true},
		{"many claims", small, "Ada Example", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			app.b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
				return emulator.SignIn{Claims: c.claims}, nil
			})
			b := app.browser()
			p := b.get("/profile").want(200, "/profile", c.user, "About this sign-in")
			if got := strings.Contains(p.body, "Some claims are too long"); got != c.partly {
				t.Errorf("got a note on claims left out %v, want %v", got, c.partly)
			}
			b.get("/tasks").want(200, "/tasks", "Open")
			b.get("/edit-profile").want(200, "/", "Your profile has been saved.")
			b.get("/profile").want(200, "/profile", c.user)
			for _, cookie := range b.received {
				if got := len(cookie.Name) + len(cookie.Value); got > 4000 {
					t.Errorf("got a cookie of %d bytes, want what browsers keep", got)
				}
			}
		})
	}
}

// TestLongSessions: what the app shows is kept, cut if need be, and of the
// claims as many as fit. Who it is is never cut.
func TestLongSessions(t *testing.T) {
	ring, err := keyring.New(keyring.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	s := &sessions{ring: ring, secure: true}
	long := strings.Repeat("ü", 5000)
	text, err := json.Marshal(long)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	in := &session{
		Account: acquire.Account{ID: "a", UserID: "b", Name: long, Username: "x" + long, Logins: slices.Repeat([]string{long}, 1000)},
		Claims:  claims{"long": text, "short": json.RawMessage(`"s"`)}, Expires: time.Now().Add(time.Hour),
	}
	if err := s.write(w, in); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(w.Result().Cookies()[0])
	got, ok := s.read(r)
	if !ok || got.Account.ID != "a" || got.Account.UserID != "b" || !got.Partly || len(got.Claims) != 1 || got.Claims.text("short") != "s" {
		t.Fatalf("got %+v %v, want the account and the short claim", got, ok)
	}
	for name, value := range map[string]string{"Name": got.Account.Name, "Username": got.Account.Username} {
		if len(value) > 256 || len(value) < 250 || !utf8.ValidString(value) || !strings.HasSuffix(value, "ü…") {
			t.Errorf("%s: got %q, want the beginning of it", name, value)
		}
	}
	again := httptest.NewRecorder()
	if err := s.write(again, got); err != nil {
		t.Fatal(err)
	}
	r = httptest.NewRequest("GET", "/", nil)
	r.AddCookie(again.Result().Cookies()[0])
	if got, ok := s.read(r); !ok || !got.Partly {
		t.Errorf("got %+v %v after it was written again, want it to tell still that claims were left out", got, ok)
	}
	if len(in.Claims) != 2 || in.Account.Name != long {
		t.Error("got the caller's session changed, want a copy cut")
	}
	if err := s.write(w, &session{Account: acquire.Account{ID: long}}); err == nil {
		t.Error("got no error for an account that is too long")
	}
}

// TestHTTPS: the app behind https, where B2C sends the user back by a form.
func TestHTTPS(t *testing.T) {
	front := httptest.NewTLSServer(nil)
	defer front.Close()
	app := start(t, map[string]string{"B2C_REDIRECT_URI": front.URL + "/callback", "B2C_RESPONSE_MODE": "form_post"})
	front.Config.Handler = app.handler(t)
	b := newBrowser(t, front.URL).trusting(front)

	p := b.get("/signin?return=/profile")
	target, form := hiddenForm(t, p.body)
	if target != front.URL+"/callback" {
		t.Fatalf("got a form for %s", target)
	}
	p = b.postForm("/callback", form, "Origin", app.b2c.URL, "Sec-Fetch-Site", "cross-site")
	p.want(200, "/profile", "Ada Example")
	if p.header.Get("Strict-Transport-Security") == "" {
		t.Error("got no Strict-Transport-Security")
	}
	for _, c := range b.received {
		if !c.HttpOnly || !c.Secure || c.Path != "/" || c.Domain != "" {
			t.Errorf("got the cookie %v, want it HttpOnly, Secure and this host's", c)
		}
		if want := strings.HasPrefix(c.Name, "__Host-b2c-pending-"); (c.SameSite == http.SameSiteNoneMode) != want {
			t.Errorf("got the cookie %v with SameSite %v", c.Name, c.SameSite)
		}
	}
	if c := b.cookie(t, "__Host-webapp-session"); c.Value == "" {
		t.Error("got no session")
	}
}

var (
	formAction = regexp.MustCompile(`<form[^>]* action="([^"]*)"`)
	formInput  = regexp.MustCompile(`<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"`)
)

func hiddenForm(t *testing.T, body string) (action string, form url.Values) {
	t.Helper()
	m := formAction.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("got no form in %q", body)
	}
	form = url.Values{}
	for _, input := range formInput.FindAllStringSubmatch(body, -1) {
		form.Set(html.UnescapeString(input[1]), html.UnescapeString(input[2]))
	}
	return html.UnescapeString(m[1]), form
}
