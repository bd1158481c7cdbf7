// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// silent reports whether prompt=none gives a code.
func silent(t *testing.T, c *http.Client, pairs ...string) bool {
	t.Helper()
	values := landed(t, visit(t, c, authorizeURL, append(pairs, "prompt", "none")...))
	if values.Get("code") == "" {
		wantDescription(t, "prompt=none", values.Get("error"), values.Get("error_description"), "interaction_required",
			"AADB2C90077: User does not have an existing session and request prompt parameter has a value of 'None'.")
	}
	return values.Get("code") != ""
}

func TestSession(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Hosts: []string{"contoso.b2clogin.com", "login.contoso.example"}})
	c := browser(t, b2c.Transport())
	equal(t, "before", silent(t, c), false)
	r := visit(t, c, editURL)
	cookie := r.header.Get("Set-Cookie")
	for _, attribute := range []string{"x-ms-cpim-sso_contoso_0=", "Path=/", "HttpOnly", "Secure", "SameSite=None"} {
		if !strings.Contains(cookie, attribute) || strings.Contains(cookie, "Max-Age") || strings.Contains(cookie, "Expires") {
			t.Errorf("got cookie %q, want %s and no lifetime", cookie, attribute)
		}
	}
	equal(t, "after, at another flow", silent(t, c), true)
	equal(t, "another app", silent(t, c, "client_id", nativeID), true)
	equal(t, "another browser", silent(t, browser(t, b2c.Transport())), false)
	equal(t, "another host", landed(t, visit(t, c, strings.Replace(authorizeURL, "contoso.b2clogin.com", "login.contoso.example", 1), "prompt", "none")).Get("error"), "interaction_required")
	equal(t, "a session is kept in place", visit(t, c, authorizeURL).header.Get("Set-Cookie"), "")

	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, emulator.ErrCancelled })
	equal(t, "after a failure", silent(t, c), true)
	b2c.Revoke("11111111-1111-1111-1111-111111111111")
	equal(t, "after another was revoked", silent(t, c), true)
	b2c.Revoke(b2c.User().ObjectID)
	equal(t, "after being revoked", silent(t, c), false)
}

// TestNewSignInNewCookie: a name that was planted before the sign-in is not the
// session's.
func TestNewSignInNewCookie(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	first := visit(t, c, authorizeURL).header.Get("Set-Cookie")
	second := visit(t, c, authorizeURL, "prompt", "login").header.Get("Set-Cookie")
	if second == "" || second == first {
		t.Errorf("got %q, then %q, want a new cookie", first, second)
	}
	old := browser(t, b2c.Transport())
	value, err := http.ParseSetCookie(first)
	if err != nil {
		t.Fatal(err)
	}
	host, err := url.Parse(authorizeURL)
	if err != nil {
		t.Fatal(err)
	}
	old.Jar.SetCookies(host, []*http.Cookie{value})
	equal(t, "the old cookie", silent(t, old), false)
	equal(t, "the new cookie", silent(t, c), true)
}

// TestSessionTimes: auth_time is when the user really signed in; the session
// lasts 24 hours from its last use.
func TestSessionTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := browser(t, b2c.Transport())
		authTime := func(pairs ...string) time.Duration {
			t.Helper()
			a := redeem(t, b2c.Client(), tokenURL, redemption(codeFor(t, c, authorizeURL, pairs...)))
			claims := claimsOf(t, a.IDToken)
			equal(t, "iat", claims["iat"], any(float64(time.Now().Unix())))
			return time.Unix(int64(claims["iat"].(float64)), 0).Sub(time.Unix(int64(claims["auth_time"].(float64)), 0))
		}
		equal(t, "age at first", authTime(), 0)
		equal(t, "silence at once", silent(t, c, "max_age", "1"), true)
		equal(t, "silence of no age", silent(t, c, "max_age", "0"), false)
		time.Sleep(time.Minute)
		equal(t, "age by session", authTime(), time.Minute)
		equal(t, "age in silence", authTime("prompt", "none"), time.Minute)
		equal(t, "age within max_age", authTime("max_age", "60"), time.Minute)
		equal(t, "silence past max_age", silent(t, c, "max_age", "59"), false)
		equal(t, "age past max_age", authTime("max_age", "59"), 0)
		time.Sleep(time.Minute)
		equal(t, "age after consent", authTime("prompt", "consent"), time.Minute)
		equal(t, "age after select_account", authTime("prompt", "select_account"), 0)
		time.Sleep(time.Minute)
		equal(t, "age after login", authTime("prompt", "login"), 0)

		time.Sleep(24*time.Hour - time.Second)
		equal(t, "before the end", silent(t, c), true)
		time.Sleep(24*time.Hour - time.Second)
		equal(t, "it rolls", silent(t, c), true)
		time.Sleep(24 * time.Hour)
		equal(t, "at the end", silent(t, c), false)
	})
}

// TestParallelSilence: frames that renew at once don't disturb each other.
func TestParallelSilence(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	visit(t, c, authorizeURL)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { equal(t, "silent", silent(t, c), true) })
	}
	wg.Wait()
}

// TestPlainSession: over plain http a Secure cookie would never come back.
func TestPlainSession(t *testing.T) {
	b2c := emulator.NewPlainServer(nil)
	defer b2c.Close()
	c := browser(t, b2c.Transport())
	r := visit(t, c, b2c.AuthorizeURL(""))
	equal(t, "Secure", strings.Contains(r.header.Get("Set-Cookie"), "Secure"), false)
	equal(t, "silent", landed(t, visit(t, c, b2c.AuthorizeURL(""), "prompt", "none")).Get("error"), "")
}
