// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/keyring"
	"github.com/b2ckit/b2ckit/emulator"
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

// TestManyClaims: a session that is too long for a cookie goes without them.
func TestManyClaims(t *testing.T) {
	ring, err := keyring.New(keyring.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	s := &sessions{ring: ring, secure: true}
	long, err := json.Marshal(strings.Repeat("x", 5000))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := s.write(w, &session{Account: acquire.Account{ID: "a"}, Claims: claims{"c": long}, Expires: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(w.Result().Cookies()[0])
	if got, ok := s.read(r); !ok || got.Account.ID != "a" || got.Claims != nil {
		t.Errorf("got %+v %v, want the account without claims", got, ok)
	}
	if err := s.write(w, &session{Account: acquire.Account{ID: string(long)}}); err == nil {
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
