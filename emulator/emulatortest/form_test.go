// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulatortest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator/emulatortest"
)

// pages are an app that shows one page, and what it is sent.
func pages(t *testing.T, page string) *emulatortest.Browser {
	t.Helper()
	b := emulatortest.NewBrowser(t, emulatortest.New(t, nil))
	b.Handle(home, showing(page))
	b.Open(home + "/at/page?q=1#part")
	return b
}

// showing answers /at/page with a page, and anything else with what was asked.
func showing(page string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/at/page" && r.Method == http.MethodGet && r.URL.RawQuery == "q=1" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, page)
			return
		}
		body, _ := io.ReadAll(r.Body)
		form, err := url.ParseQuery(string(body))
		if err != nil {
			http.Error(w, "bad form", http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "%s %s %s", r.Method, r.URL.RequestURI(), readable(form))
	})
}

func readable(form url.Values) string {
	return strings.NewReplacer("%0D%0A", "^", "%40", "@", "+", " ", "%C3%A9", "é").Replace(form.Encode())
}

const signInPage = `<!DOCTYPE html><html><head><title>Sign in</title><style>form > input { }</style></head><body>
<!-- <form><input name=user></form> --><h1>Sign in &amp; on</h1><script>if (1 < 2) { "<input name=script>" }</script>
<form method="post" action="submit?tx=1&amp;p=B2C_1_susi">
<input type="hidden" name="csrf_token" value="a&amp;&quot;b">
<label for=user>Email <b>add</b>ress</label><input id=user name='user' type=email value="old">
<input name=password type=PASSWORD />
<input name=keep type=checkbox value=yes><input name=news type=checkbox checked><input name=tier type=radio value=gold checked><input name=tier type=radio value=silver>
<select name=country><optgroup label=Europe><option value=at>Austria<option value=ch>Switzerland</optgroup><option disabled>None</option></select>
<select name=many multiple><option selected>a<option>b</select>
<textarea name="note">
one &lt;
two</textarea><input name=gone disabled value=x><input name=locked readonly value=kept><input type=file name=photo><input value=nameless>
<button class=primary name="do" value="continue">Sign <span>in</span></button>
<button name=do value=cancel><span aria-hidden="true">X</span> Cancel it</button><button type=button name=do value=script>Script</button>
<input type=submit name=do value="Other way" formaction="/other" formmethod=get><input type=reset value=Reset><button disabled name=do value=never>Never</button>
</form><button form=search name=late value=1>Late</button>
<form id=search action=""><input name=q value="é"></form>
<p hidden>secret words</p><a href="../forgot?x=1#y">Forgot your password?</a> <a name=anchor>no link</a> <a href=/up>Sign up</a><a href=/up>Sign up</a>
`

const unfilled = "country=at&csrf_token=a%26%22b"

func TestForms(t *testing.T) {
	for _, row := range []struct {
		name string
		do   func(b *emulatortest.Browser)
		want string
	}{
		{"by text", func(b *emulatortest.Browser) { b.Submit("Sign in") }, "POST /at/submit?tx=1&p=B2C_1_susi " + unfilled + "&do=continue&locked=kept&many=a&news=on&note=one %3C^two&password=&tier=gold&user=old"},
		{"by value", func(b *emulatortest.Browser) { b.Submit("cancel") }, "POST /at/submit?tx=1&p=B2C_1_susi " + unfilled + "&do=cancel&locked=kept&many=a&news=on&note=one %3C^two&password=&tier=gold&user=old"},
		{"by a part", func(b *emulatortest.Browser) { b.Submit("Cancel") }, "POST /at/submit?tx=1&p=B2C_1_susi " + unfilled + "&do=cancel&locked=kept&many=a&news=on&note=one %3C^two&password=&tier=gold&user=old"},
		{"filled in", func(b *emulatortest.Browser) {
			for _, f := range [][2]string{{"user", "lin@example.org"}, {"password", "p w"}, {"keep", "yes"}, {"news", ""}, {"tier", "silver"}, {"country", "Switzerland"}, {"many", "b"}, {"note", "x\ny\r\nz"}} {
				b.Fill(f[0], f[1])
			}
			b.Submit("")
		}, "POST /at/submit?tx=1&p=B2C_1_susi country=ch&csrf_token=a%26%22b&do=continue&keep=yes&locked=kept&many=a&many=b&note=x^y^z&password=p w&tier=silver&user=lin@example.org"},
		{"SignIn", func(b *emulatortest.Browser) { b.SignIn("lin@example.org", "pw") }, "POST /at/submit?tx=1&p=B2C_1_susi " + unfilled + "&do=continue&locked=kept&many=a&news=on&note=one %3C^two&password=pw&tier=gold&user=lin@example.org"},
		{"another action", func(b *emulatortest.Browser) { b.Submit("Other way") }, "GET /other?" + unfilled + "&do=Other+way&locked=kept&many=a&news=on&note=one+%3C%0D%0Atwo&password=&tier=gold&user=old "},
		{"no action", func(b *emulatortest.Browser) { b.Fill("q", "b"); b.Submit("") }, "GET /at/page?late=1&q=b "},
		{"from outside", func(b *emulatortest.Browser) { b.Submit("Late") }, "GET /at/page?late=1&q=%C3%A9 "},
		{"link", func(b *emulatortest.Browser) { b.Click("Forgot your password?") }, "GET /forgot?x=1 "},
		{"link by a part", func(b *emulatortest.Browser) { b.Click("password") }, "GET /forgot?x=1 "},
		{"link twice", func(b *emulatortest.Browser) { b.Click("Sign up") }, "GET /up "},
	} {
		b := pages(t, signInPage)
		row.do(b)
		equal(t, row.name, b.Page().Text, strings.TrimSpace(row.want))
	}
}

// A field that two forms have is filled in in both, and the button decides.
func TestTwoFormsWithAField(t *testing.T) {
	const page = `<form action=/1><input name=a><input type=image name=i alt="Go on"></form><form action=/2><input name=a><input name=b></form>`
	b := pages(t, page)
	b.Fill("a", "x")
	b.Submit("Go on")
	equal(t, "by button", b.Page().Text, "GET /1?a=x")
	b = pages(t, page)
	b.Fill("a", "x")
	b.Fill("b", "y")
	b.Submit("")
	equal(t, "by Enter", b.Page().Text, "GET /2?a=x&b=y")
	f := try(t, func(tb testing.TB) {
		b := emulatortest.NewBrowser(tb, emulatortest.New(tb, nil))
		b.Handle(home, showing(strings.Repeat("<p>long</p>", 200)+page))
		b.Open(home + "/at/page?q=1")
		b.Fill("a", "x")
		b.Submit("")
	})
	wantEnd(t, "in both", f, "2 forms, and no telling which was filled in", "long long …")
	equal(t, "length", len(f.messages[0]) < 600, true)
}

func TestText(t *testing.T) {
	b := pages(t, signInPage)
	equal(t, "text", b.Page().Text, "Sign in & on Email address Sign in Cancel it Script Never Late Forgot your password? no link Sign upSign up")
	equal(t, "parameters", b.Page().Parameters.Encode(), "q=1")
	equal(t, "status", b.Page().Status, 200)
}

// What HTML is not made of doesn't stop the reader.
func TestOddPages(t *testing.T) {
	for _, row := range []struct{ page, want string }{
		{"", ""},
		{"<", "<"},
		{"a < b <3 </ >", "a < b <3 </ >"},
		{"<p", ""},
		{"<p class", ""},
		{"<p class=", ""},
		{`<p class="x>y`, ""},
		{"<!-- never ends", ""},
		{"x<!doctype html>y<?php ?>z", "xyz"},
		{"<script>x", ""},
		{"<SCRIPT>x</scripty></SCRIPT >y", "y"},
		{"<style>İ</STYLE>y", "y"},
		{"<title>t</title>x<br/>y", "x y"},
		{"<select><option><a href=/>x</a><button>y</button></select>z", "z"},
		{"<div hidden>a<div>b</div>c</div>d", "d"},
		{"</form></a></button></option></select>x", "x"},
		{"<a href=/x>one<a href=/y>two", "onetwo"},
		{"<form><form><input =x name=a name=b></form>x", "x"},
		{"<p/class=x =y>z", "z"},
	} {
		equal(t, row.page, pages(t, row.page).Page().Text, row.want)
	}
}

func TestWhatNobodyCouldDoEndsTheTest(t *testing.T) {
	const seen = "the page http://localhost:8400/at/page (status 200)\n\tfields: "
	for _, row := range []struct {
		name string
		do   func(b *emulatortest.Browser)
		want string
	}{
		{"field", func(b *emulatortest.Browser) { b.Fill("name", "x") }, `Browser.Fill: no field "name" on ` + seen + `["user" "password" "keep" "news" "tier" "country" "many" "note" "locked" "photo" "" "q"]`},
		{"hidden", func(b *emulatortest.Browser) { b.Fill("csrf_token", "x") }, `the field "csrf_token" is hidden, so nobody can fill it in on ` + seen},
		{"disabled", func(b *emulatortest.Browser) { b.Fill("gone", "x") }, `the field "gone" can't be changed`},
		{"read-only", func(b *emulatortest.Browser) { b.Fill("locked", "x") }, `the field "locked" can't be changed`},
		{"file", func(b *emulatortest.Browser) { b.Fill("photo", "x") }, `the field "photo" is for files`},
		{"box", func(b *emulatortest.Browser) { b.Fill("keep", "no") }, `the field "keep" has no choice "no"`},
		{"radio", func(b *emulatortest.Browser) { b.Fill("tier", "lead") }, `the field "tier" has no choice "lead"`},
		{"option", func(b *emulatortest.Browser) { b.Fill("country", "None") }, `the field "country" has no option "None"`},
		{"button", func(b *emulatortest.Browser) { b.Submit("Go") }, `Browser.Submit: no button "Go" on ` + seen},
		{"script's button", func(b *emulatortest.Browser) { b.Submit("Script") }, `no button "Script"`},
		{"disabled button", func(b *emulatortest.Browser) { b.Submit("Never") }, `buttons: ["Sign in" "Cancel it" "Other way" "Late"]`},
		{"many buttons", func(b *emulatortest.Browser) { b.Submit("a") }, `3 buttons can be meant by "a" on `},
		{"many forms", func(b *emulatortest.Browser) { b.Submit("") }, "Browser.Submit: 2 forms, and no telling which was filled in: name the button, on " + seen},
		{"link", func(b *emulatortest.Browser) { b.Click("no link") }, `Browser.Click: no link "no link" on ` + seen},
		{"many links", func(b *emulatortest.Browser) { b.Click("p") }, `2 links can be meant by "p" on `},
		{"the links", func(b *emulatortest.Browser) { b.Click("x") }, `links: ["Forgot your password?" "Sign up" "Sign up"]`},
		{"address", func(b *emulatortest.Browser) { b.Open("/login") }, "Browser.Open: not given an absolute URL"},
		{"no scheme", func(b *emulatortest.Browser) { b.Open("localhost:8400/login") }, "Browser.Open: not given an absolute URL"},
		{"no host", func(b *emulatortest.Browser) { b.Open("https:///login") }, "Browser.Open: not given an absolute URL"},
		{"handle", func(b *emulatortest.Browser) { b.Handle("localhost", nil) }, `Browser.Handle: "localhost" is no absolute URL`},
		{"nowhere", func(b *emulatortest.Browser) { b.Open("https://nowhere.example/?code=s3cret") }, "browser: GET https://nowhere.example/: dial tcp: lookup nowhere.example: no such host (Browser.Handle says who answers there)"},
		{"scheme", func(b *emulatortest.Browser) { b.Open("app://nowhere/?code=s3cret") }, "browser: GET app://nowhere/: "},
	} {
		b2c := emulatortest.New(t, nil)
		f := try(t, func(tb testing.TB) {
			b := emulatortest.NewBrowser(tb, b2c)
			b.Handle(home, showing(signInPage))
			b.Open(home + "/at/page?q=1")
			row.do(b)
		})
		wantEnd(t, row.name, f, row.want)
		if strings.Contains(strings.Join(f.messages, ""), "s3cret") {
			t.Errorf("%s: the message tells a secret: %q", row.name, f.messages)
		}
	}
}

func TestBrowserFailures(t *testing.T) {
	for _, row := range []struct {
		name, page string
		do         func(b *emulatortest.Browser)
		want       string
	}{
		{"no page", "", func(b *emulatortest.Browser) { b.Page() }, "Browser.Page: no page is open"},
		{"no form", "<p>x", func(b *emulatortest.Browser) { b.Open(home); b.Submit("") }, "Browser.Submit: no form on the page http://localhost:8400 (status 418)"},
		{"no password", "<form><input name=user></form>", func(b *emulatortest.Browser) { b.Open(home); b.SignIn("a", "b") }, "Browser.SignIn: no field for a password on"},
		{"no user", "<form><input type=password></form>", func(b *emulatortest.Browser) { b.Open(home); b.SignIn("a", "b") }, "Browser.SignIn: no field for a user on"},
		{"refused", "<p>Your password is incorrect.<form><input><input type=password></form>", func(b *emulatortest.Browser) { b.Open(home); b.SignIn("lin", "s3cret") }, "Browser.SignIn: \"lin\" was not let in: the page"},
		{"enctype", "<form method=post enctype=multipart/form-data><button>x</button></form>", func(b *emulatortest.Browser) { b.Open(home); b.Submit("x") }, "this browser can't send a form as multipart/form-data"},
		{"dialog", "<form method=dialog><button>x</button></form>", func(b *emulatortest.Browser) { b.Open(home); b.Submit("x") }, "a dialog goes nowhere"},
		{"bad link", "<a href='http://[x'>x</a>", func(b *emulatortest.Browser) { b.Open(home); b.Click("x") }, "leads to an address that is none"},
		{"bad action", "<form action='http://[x'></form>", func(b *emulatortest.Browser) { b.Open(home); b.Submit("") }, "the form's action is no address"},
		{"loop", "", func(b *emulatortest.Browser) { b.Open(home + "/loop?code=s3cret") }, "browser: http://localhost:8400/loop redirects more than 20 times, at last to http://localhost:8400/loop"},
		{"bad redirect", "", func(b *emulatortest.Browser) { b.Open(home + "/bad") }, "browser: http://localhost:8400/bad redirects to an address that is none"},
		{"cut", "", func(b *emulatortest.Browser) { b.Open(home + "/cut") }, "browser: GET http://localhost:8400/cut: the app cut the connection"},
		{"hang", "", func(b *emulatortest.Browser) { b.Open(home + "/hang") }, "browser: GET http://localhost:8400/hang: context deadline exceeded"},
		{"long", "", func(b *emulatortest.Browser) { b.Open(home + "/long") }, "the page is longer than 8388608 bytes"},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			f := try(t, func(tb testing.TB) {
				b := emulatortest.NewBrowser(tb, emulatortest.New(tb, nil))
				b.Handle(home, odd(row.page))
				row.do(b)
			})
			wantEnd(t, row.name, f, row.want)
			if strings.Contains(strings.Join(f.messages, ""), "s3cret") {
				t.Errorf("%s: the message tells a secret: %q", row.name, f.messages)
			}
			equal(t, row.name+": hung", time.Since(start) == 30*time.Second, row.name == "hang")
		})
	}
}

// odd is an app with a page and with ways to fail.
func odd(page string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop?code=s3cret", http.StatusFound)
		case "/bad":
			w.Header().Set("Location", "http://[x")
			w.WriteHeader(http.StatusFound)
		case "/cut":
			panic(http.ErrAbortHandler)
		case "/hang":
			<-r.Context().Done()
		case "/long":
			_, _ = io.WriteString(w, strings.Repeat("x", 8<<20+1))
		default:
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, page)
		}
	})
}

// An app that fails the test in its handler, or panics, does so in the test.
func TestAppsRunInTheTest(t *testing.T) {
	f := try(t, func(tb testing.TB) {
		b := emulatortest.NewBrowser(tb, emulatortest.New(tb, nil))
		b.Handle(home, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { tb.Fatalf("in the app") }))
		b.Open(home)
		tb.Errorf("went on")
	})
	equal(t, "messages", strings.Join(f.messages, "|"), "in the app")

	b := emulatortest.NewBrowser(t, emulatortest.New(t, nil))
	b.Handle(home, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") }))
	defer func() { equal(t, "panic", recover(), any("a bug")) }()
	b.Open(home)
}
