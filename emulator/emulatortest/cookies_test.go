// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

// Cookies go along as in browsers: whence a request comes, and by which method.
func TestCookies(t *testing.T) {
	const start = `<a href="https://app.example/set">set</a><a href="https://app.example/">get</a><a href="http://app.example/">plain</a>
		<form method=post action="https://app.example/"><button>post</button></form>
		<form method=post action="https://app.example/set"><button>set by post</button></form>`
	set := []string{"none=1; SameSite=None; Secure", "bad=1; SameSite=None", "lax=1; SameSite=Lax", "strict=1; SameSite=Strict", "plain=1", "secure=1; Secure"}
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/start":
			_, _ = io.WriteString(w, start)
		case "/set":
			for _, c := range set {
				w.Header().Add("Set-Cookie", c+"; Path=/")
			}
			http.Redirect(w, r, "/", http.StatusSeeOther)
		case "/change":
			for _, c := range []string{"lax=2; SameSite=Strict", "strict=2", "none=; Max-Age=0"} {
				w.Header().Add("Set-Cookie", c+"; Path=/")
			}
			http.Redirect(w, r, "/", http.StatusSeeOther)
		default:
			var names []string
			for _, c := range r.Cookies() {
				names = append(names, c.Name+c.Value)
			}
			slices.Sort(names)
			_, _ = io.WriteString(w, strings.Join(names, " "))
		}
	})
	b := emulatortest.NewBrowser(t, emulatortest.New(t, nil))
	for _, address := range []string{"https://app.example", "http://app.example", "https://login.app.example", "https://other.example", "https://contoso.b2clogin.com"} {
		b.Handle(address, page)
	}
	from := func(host string) { b.Open(host + "/start") }
	for _, row := range []struct {
		name string
		do   func()
		want string
	}{
		{"set from elsewhere", func() { from("https://other.example"); b.Click("set") }, "lax1 none1 plain1 secure1"},
		{"typed in", func() { b.Open("https://app.example/") }, "lax1 none1 plain1 secure1 strict1"},
		{"another site", func() { b.Open("https://other.example/") }, ""},
		{"from the same origin", func() { from("https://app.example"); b.Submit("post") }, "lax1 none1 plain1 secure1 strict1"},
		{"from the same site", func() { from("https://login.app.example"); b.Submit("post") }, "lax1 none1 plain1 secure1 strict1"},
		{"by a link", func() { from("https://contoso.b2clogin.com"); b.Click("get") }, "lax1 none1 plain1 secure1"},
		{"by a form", func() { from("https://contoso.b2clogin.com"); b.Submit("post") }, "none1 plain1 secure1"},
		{"by a form, redirected", func() { from("https://contoso.b2clogin.com"); b.Submit("set by post") }, "lax1 none1 plain1 secure1"},
		{"without TLS", func() { from("http://app.example"); b.Click("plain") }, "lax1 plain1 strict1"},
		{"another scheme is another site", func() { from("http://app.example"); b.Click("get") }, "lax1 none1 plain1 secure1"},
		{"changed", func() { b.Open("https://app.example/change") }, "lax2 plain1 secure1 strict2"},
		{"changed, by a form", func() { from("https://contoso.b2clogin.com"); b.Submit("post") }, "plain1 secure1 strict2"},
	} {
		row.do()
		equal(t, row.name, b.Page().Text, row.want)
	}
	another := emulatortest.NewBrowser(t, emulatortest.New(t, nil))
	another.Handle("https://app.example", page)
	another.Open("https://app.example/")
	equal(t, "another person", another.Page().Text, "")
}
