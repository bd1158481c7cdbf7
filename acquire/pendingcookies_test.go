// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/keyring"
)

const callback = "https://app.contoso.example/callback"

// key returns a key of the ring that differs from those of other numbers.
func key(n byte) []byte { return bytes.Repeat([]byte{n}, keyring.KeySize) }

// newCookies returns cookies sealed with the current key, of a ring that has
// the older ones too.
func newCookies(t *testing.T, current byte, older ...byte) *acquire.PendingCookies {
	t.Helper()
	var all [][]byte
	for _, n := range older {
		all = append(all, key(n))
	}
	ring, err := keyring.New(key(current), all...)
	if err != nil {
		t.Fatal(err)
	}
	c, err := acquire.NewPendingCookies(ring)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tabs are the tabs of one browser: they share its cookies.
type tabs struct {
	jar  http.CookieJar
	site *url.URL
}

func newTabs(t *testing.T, site string) *tabs {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	return &tabs{jar, u}
}

// visit has a page of the app look at a request, with the browser's cookies.
func (b *tabs) visit(r *http.Request, page http.HandlerFunc) *http.Response {
	for _, c := range b.jar.Cookies(b.site) {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	page(rec, r)
	resp := rec.Result()
	b.jar.SetCookies(b.site, resp.Cookies())
	return resp
}

// set keeps the Pending in a cookie.
func (b *tabs) set(t *testing.T, c *acquire.PendingCookies, p *acquire.Pending) *http.Response {
	t.Helper()
	return b.visit(httptest.NewRequest(http.MethodGet, "/login", nil), func(w http.ResponseWriter, r *http.Request) {
		if err := c.Set(w, r, p); err != nil {
			t.Fatalf("Set: %v", err)
		}
	})
}

// take takes the Pending of a state that comes back in the query.
func (b *tabs) take(c *acquire.PendingCookies, state string) (p *acquire.Pending, resp *http.Response, err error) {
	r := httptest.NewRequest(http.MethodGet, "/callback?"+url.Values{"code": {"c0de"}, "state": {state}}.Encode(), nil)
	resp = b.visit(r, func(w http.ResponseWriter, r *http.Request) { p, err = c.Take(w, r) })
	return p, resp, err
}

func (b *tabs) cookies() []*http.Cookie { return b.jar.Cookies(b.site) }

func (b *tabs) value(name string) (value string) {
	for _, c := range b.cookies() {
		if c.Name == name {
			value = c.Value
		}
	}
	return value
}

// begin begins a sign-in that returns to the URI.
func begin(t *testing.T, uri string, opts *acquire.AuthorizeOptions) *acquire.Pending {
	t.Helper()
	_, p, err := newDaemon(t, noRequests(t), nil).BeginSignIn(uri, []string{readScope}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// wantNone fails unless Take refused, and touched no cookie.
func wantNone(t *testing.T, what string, p *acquire.Pending, resp *http.Response, err error) {
	t.Helper()
	wantClass(t, what, err, acquire.ErrState)
	if p != nil || len(resp.Cookies()) != 0 {
		t.Errorf("%s: got %v and cookies %v, want neither", what, p, resp.Cookies())
	}
}

func TestPendingCookieRoundTrip(t *testing.T) {
	for name, tc := range map[string]struct {
		uri  string
		opts *acquire.AuthorizeOptions
	}{
		"https":                {callback, nil},
		"loopback":             {"http://localhost:8400/callback", nil},
		"form post":            {callback, &acquire.AuthorizeOptions{ResponseMode: acquire.FormPost}},
		"form post, loopback":  {"http://127.0.0.1:8400/callback", &acquire.AuthorizeOptions{ResponseMode: acquire.FormPost}},
		"with all that can be": {callback, &acquire.AuthorizeOptions{MaxAge: time.Hour, Data: "/inbox?folder=ü\r\n\x00"}},
	} {
		c, b := newCookies(t, 1), newTabs(t, strings.Replace(tc.uri, "http:", "https:", 1))
		want := begin(t, tc.uri, tc.opts)
		b.set(t, c, want)
		// Another process of the fleet has the same ring.
		got, _, err := b.take(newCookies(t, 1), want.State)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !got.Expires.Equal(want.Expires) {
			t.Errorf("%s: got Expires %v, want %v", name, got.Expires, want.Expires)
		}
		got.Expires = want.Expires
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got another Pending than was set", name)
		}
		if left := b.cookies(); len(left) != 0 {
			t.Errorf("%s: got cookies %v afterwards, want none", name, left)
		}
		// What comes twice finds nothing.
		p, resp, err := b.take(c, want.State)
		wantNone(t, name+", twice", p, resp, err)
	}
}

func TestPendingCookieAttributes(t *testing.T) {
	for name, tc := range map[string]struct {
		uri       string
		mode      acquire.ResponseMode
		set, take string
	}{
		"https":               {callback, acquire.Query, `^__Host-b2c-pending-[0-5]=[\w-]+; Path=/; Max-Age=900; HttpOnly; Secure; SameSite=Lax$`, `^__Host-b2c-pending-[0-5]=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax$`},
		"loopback":            {"http://localhost:8400/callback", acquire.Query, `^b2c-pending-[0-5]=[\w-]+; Path=/; Max-Age=900; HttpOnly; SameSite=Lax$`, `^b2c-pending-[0-5]=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax$`},
		"form post":           {callback, acquire.FormPost, `^__Host-b2c-pending-[0-5]=[\w-]+; Path=/; Max-Age=900; HttpOnly; Secure; SameSite=None$`, `^__Host-b2c-pending-[0-5]=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None$`},
		"form post, loopback": {"http://[::1]:8400/callback", acquire.FormPost, `^__Host-b2c-pending-[0-5]=[\w-]+; Path=/; Max-Age=900; HttpOnly; Secure; SameSite=None$`, `^__Host-b2c-pending-[0-5]=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None$`},
	} {
		bubble(t, func(t *testing.T) {
			c, b := newCookies(t, 1), newTabs(t, callback)
			p := begin(t, tc.uri, &acquire.AuthorizeOptions{ResponseMode: tc.mode})
			wantSetCookie(t, name+", Set", b.set(t, c, p), tc.set)
			_, resp, err := b.take(c, p.State)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			wantSetCookie(t, name+", Take", resp, tc.take)
		})
	}
}

func wantSetCookie(t *testing.T, what string, resp *http.Response, want ...string) {
	t.Helper()
	got := resp.Header.Values("Set-Cookie")
	if len(got) != len(want) {
		t.Errorf("%s: got %d cookies %q, want %d", what, len(got), got, len(want))
		return
	}
	for i, pattern := range want {
		if !regexp.MustCompile(pattern).MatchString(got[i]) {
			t.Errorf("%s: got %s, want %s", what, got[i], pattern)
		}
	}
}

// The cookie shows nothing, also not that two are alike.
func TestPendingCookieIsSealed(t *testing.T) {
	c := newCookies(t, 1)
	p := begin(t, callback, &acquire.AuthorizeOptions{Data: "/inbox/of/ada"})
	first := newTabs(t, callback).set(t, c, p).Cookies()[0]
	second := newTabs(t, callback).set(t, c, p).Cookies()[0]
	if first.Value == second.Value {
		t.Errorf("got %v twice, want two values", first)
	}
	sealed, err := base64.RawURLEncoding.DecodeString(first.Value)
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{"state": p.State, "nonce": p.Nonce, "verifier": p.Verifier, "data": p.Data, "flow": p.Flow, "redirect URI": callback} {
		if strings.Contains(string(sealed), secret) || strings.Contains(first.String(), secret) {
			t.Errorf("got a cookie that tells the %s, want it sealed", name)
		}
	}
}

func TestPendingCookieTabs(t *testing.T) {
	c, b := newCookies(t, 1), newTabs(t, callback)
	var all []*acquire.Pending
	for i := range 5 {
		p := begin(t, callback, &acquire.AuthorizeOptions{Data: fmt.Sprint("tab ", i)})
		b.set(t, c, p)
		all = append(all, p)
	}
	for left, i := range []int{3, 0, 4, 2, 1} {
		p, _, err := b.take(c, all[i].State)
		if err != nil || p.Data != all[i].Data || p.Verifier != all[i].Verifier {
			t.Errorf("tab %d: got %v, %v; want its own Pending", i, p, err)
		}
		if got := len(b.cookies()); got != 4-left {
			t.Errorf("tab %d: got %d cookies left, want %d", i, got, 4-left)
		}
	}
}

func TestPendingCookieRefusals(t *testing.T) {
	c := newCookies(t, 1)
	p, other := begin(t, callback, nil), begin(t, callback, nil)
	local := begin(t, "http://localhost:8400/callback", nil)
	cookie := newTabs(t, callback).set(t, c, p).Cookies()[0]
	otherCookie := newTabs(t, callback).set(t, c, other).Cookies()[0]
	localCookie := newTabs(t, callback).set(t, c, local).Cookies()[0]
	foreign := newTabs(t, callback).set(t, newCookies(t, 2), p).Cookies()[0]
	for name, tc := range map[string]struct {
		state         string
		cookie, value string
	}{
		"no cookie":              {p.State, "session", "x"},
		"no state":               {"", cookie.Name, cookie.Value},
		"another state":          {other.State, cookie.Name, cookie.Value},
		"state of another case":  {strings.ToLower(p.State), cookie.Name, cookie.Value},
		"empty":                  {p.State, cookie.Name, ""},
		"no base64":              {p.State, cookie.Name, "!" + cookie.Value[1:]},
		"padded":                 {p.State, cookie.Name, cookie.Value + "="},
		"cut":                    {p.State, cookie.Name, cookie.Value[:len(cookie.Value)-4]},
		"cut to a header":        {p.State, cookie.Name, cookie.Value[:40]},
		"something appended":     {p.State, cookie.Name, cookie.Value + "AAAA"},
		"another ring":           {p.State, foreign.Name, foreign.Value},
		"another's value":        {p.State, cookie.Name, otherCookie.Value},
		"another's name":         {other.State, otherCookie.Name, cookie.Value},
		"without its prefix":     {p.State, strings.TrimPrefix(cookie.Name, "__Host-"), cookie.Value},
		"with a prefix too much": {local.State, "__Host-" + localCookie.Name, localCookie.Value},
		"name in upper case":     {p.State, strings.ToUpper(cookie.Name), cookie.Value},
		"plain JSON":             {p.State, cookie.Name, base64.RawURLEncoding.EncodeToString([]byte(`{"state":"` + p.State + `"}`))},
	} {
		b := newTabs(t, callback)
		b.jar.SetCookies(b.site, []*http.Cookie{{Name: tc.cookie, Value: tc.value, Path: "/", Secure: true}})
		got, resp, err := b.take(c, tc.state)
		wantNone(t, name, got, resp, err)
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		b := newTabs(t, callback)
		b.jar.SetCookies(b.site, []*http.Cookie{{Name: cookie.Name, Value: base64.RawURLEncoding.EncodeToString(changed), Path: "/", Secure: true}})
		got, resp, err := b.take(c, p.State)
		wantNone(t, fmt.Sprintf("byte %d changed", i), got, resp, err)
	}
}

// A cookie of the same name that someone else managed to set does no harm.
func TestPendingCookieBesideAForgedOne(t *testing.T) {
	c := newCookies(t, 1)
	p := begin(t, callback, nil)
	cookie := newTabs(t, callback).set(t, c, p).Cookies()[0]
	for _, order := range [][]string{{"forged", cookie.Value}, {cookie.Value, "forged"}} {
		r := httptest.NewRequest(http.MethodGet, "/callback?state="+p.State, nil)
		for _, value := range order {
			r.AddCookie(&http.Cookie{Name: cookie.Name, Value: value})
		}
		if got, err := c.Take(httptest.NewRecorder(), r); err != nil || got.Verifier != p.Verifier {
			t.Errorf("got %v, %v; want the Pending that was set", got, err)
		}
	}
}

func TestPendingCookieKeysRotate(t *testing.T) {
	before, during, after := newCookies(t, 1), newCookies(t, 2, 1), newCookies(t, 2)
	p := begin(t, callback, nil)
	for name, tc := range map[string]struct {
		seal, open *acquire.PendingCookies
		want       bool
	}{
		"old to both":     {before, during, true},
		"both to both":    {during, during, true},
		"both to new":     {during, after, true},
		"new to both":     {after, during, true},
		"both to old":     {during, before, false},
		"old to new":      {before, after, false},
		"old to old":      {before, before, true},
		"new to old, too": {after, before, false},
	} {
		b := newTabs(t, callback)
		b.set(t, tc.seal, p)
		got, resp, err := b.take(tc.open, p.State)
		if !tc.want {
			wantNone(t, name, got, resp, err)
		} else if err != nil || got.Verifier != p.Verifier {
			t.Errorf("%s: got %v, %v; want the Pending", name, got, err)
		}
	}
	if c, err := acquire.NewPendingCookies(nil); c != nil || err == nil || !strings.HasPrefix(err.Error(), "acquire: ring: ") {
		t.Errorf("NewPendingCookies(nil): got %v, %v; want an error that names ring", c, err)
	}
}

func TestPendingCookieLength(t *testing.T) {
	c := newCookies(t, 1)
	fits := 0
	for n := 2000; n < 4000; n++ {
		p := begin(t, callback, &acquire.AuthorizeOptions{Data: strings.Repeat("x", n)})
		rec := httptest.NewRecorder()
		err := c.Set(rec, httptest.NewRequest(http.MethodGet, "/login", nil), p)
		set := rec.Result().Header.Get("Set-Cookie")
		if err == nil {
			fits = n
			if len(set) > 4096 { // RFC 6265 section 6.1
				t.Fatalf("Data of %d bytes: got a cookie of %d bytes, want 4096 at most", n, len(set))
			}
			continue
		}
		e := wantClass(t, "too long", err, acquire.ErrConfiguration)
		if !strings.Contains(e.Advice, "AuthorizeOptions.Data") || set != "" {
			t.Errorf("Data of %d bytes: got %v and cookie %q, want an error that names the field and no cookie", n, err, set)
		}
		break
	}
	if fits < 2048 {
		t.Errorf("got %d bytes of Data in a cookie, want 2 KiB to fit", fits)
	}
}

// Who opens many tabs, or never comes back, must not end up with a request too
// long for the server.
func TestPendingCookiesTakeTheOldestPlace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c, b := newCookies(t, 1), newTabs(t, callback)
		session := &http.Cookie{Name: "session", Value: "ada", Path: "/"}
		junk := []*http.Cookie{ // of another app on this host, perhaps
			{Name: "__Host-b2c-pending-0", Value: "junk", Path: "/", Secure: true},
			{Name: "__Host-b2c-pending-3", Value: "junk", Path: "/", Secure: true},
		}
		b.jar.SetCookies(b.site, append(junk, session, &http.Cookie{Name: "my-b2c-pending-0", Value: "mine", Path: "/"}))
		var all []*acquire.Pending
		for i := range 20 {
			p := begin(t, callback, nil)
			wantSetCookie(t, "one at a time", b.set(t, c, p), `^__Host-b2c-pending-[0-5]=[\w-]+; `)
			all = append(all, p)
			if got, want := len(b.cookies()), 2+min(len(junk)+i+1, 6); got != want {
				t.Errorf("attempt %d: got %d cookies, want %d", i+1, got, want)
			}
			if i == 3 && b.value("__Host-b2c-pending-0")+b.value("__Host-b2c-pending-3") != "junkjunk" {
				t.Errorf("got %v, want places of others left alone while one is free", b.cookies())
			}
			time.Sleep(time.Second)
		}
		// The latest are kept, and what isn't ours is left alone.
		for i, p := range all {
			_, _, err := b.take(c, p.State)
			if want := i >= len(all)-6; (err == nil) != want {
				t.Errorf("attempt %d: got %v, want it kept: %v", i+1, err, want)
			}
		}
		if left := b.cookies(); len(left) != 2 {
			t.Errorf("got cookies %v, want those of others", left)
		}
		// One that the browser dropped in time is not counted.
		b.set(t, c, begin(t, callback, nil))
		time.Sleep(15*time.Minute + time.Second)
		if left := b.cookies(); len(left) != 2 {
			t.Errorf("got cookies %v after their time, want those of others", left)
		}
	})
}

// Attempts that begin at once don't see each other. However many they are,
// there are six cookies, and few enough don't meet.
func TestPendingCookiesInParallel(t *testing.T) {
	for _, tc := range []struct{ tabs, before, want int }{
		{1, 0, 1}, {2, 0, 2}, {3, 0, 3}, {6, 0, 6}, {7, 0, 6}, {100, 0, 6}, {4, 2, 6}, {3, 5, 6}, {100, 6, 6},
	} {
		for _, mode := range []acquire.ResponseMode{acquire.Query, acquire.FormPost} {
			what := fmt.Sprintf("%s, %d at once after %d", mode, tc.tabs, tc.before)
			c, b := newCookies(t, 1), newTabs(t, callback)
			for range tc.before {
				b.set(t, c, begin(t, callback, &acquire.AuthorizeOptions{ResponseMode: mode}))
			}
			seen := b.cookies()
			states := map[string]string{}
			for range tc.tabs {
				p := begin(t, callback, &acquire.AuthorizeOptions{ResponseMode: mode})
				r, rec := httptest.NewRequest(http.MethodGet, "/login", nil), httptest.NewRecorder()
				for _, cookie := range seen {
					r.AddCookie(cookie)
				}
				if err := c.Set(rec, r, p); err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				set := rec.Result().Cookies()
				b.jar.SetCookies(b.site, set)
				states[set[0].Name] = p.State
			}
			if got := len(b.cookies()); got != tc.want {
				t.Errorf("%s: got %d cookies, want %d", what, got, tc.want)
			}
			header := 0
			for _, cookie := range b.cookies() {
				header += len(cookie.String()) + len("; ")
			}
			if header > 6000 {
				t.Errorf("%s: got %d bytes of cookies, want less than proxies refuse", what, header)
			}
			for name, state := range states { // the last one of each place comes back
				if _, _, err := b.take(c, state); err != nil {
					t.Errorf("%s: the attempt in %s: %v", what, name, err)
				}
			}
		}
	}
}

// Another site's pictures, frames and scripts begin nothing. Links there, and in
// a mail, do, and so do browsers that don't tell.
func TestPendingCookieFetchMetadata(t *testing.T) {
	c := newCookies(t, 1)
	for _, tc := range []struct {
		name, site, mode, dest string
		begins                 bool
	}{
		{"no header", "", "", "", true},
		{"typed, a bookmark, a mail program", "none", "navigate", "document", true},
		{"link in the app", "same-origin", "navigate", "document", true},
		{"link in web mail", "cross-site", "navigate", "document", true},
		{"link, Chrome 79", "cross-site", "navigate", "", true},
		{"link beside", "same-site", "navigate", "document", true},
		{"the app's own script", "same-origin", "cors", "empty", true},
		{"the app's own frame", "same-origin", "navigate", "iframe", true},
		{"script beside", "same-site", "cors", "empty", true},
		{"picture", "cross-site", "no-cors", "image", false},
		{"picture, Chrome 79", "cross-site", "no-cors", "", false},
		{"script", "cross-site", "no-cors", "script", false},
		{"fetch", "cross-site", "no-cors", "empty", false},
		{"fetch with CORS", "cross-site", "cors", "empty", false},
		{"frame", "cross-site", "navigate", "iframe", false},
		{"frame of a frameset", "cross-site", "navigate", "frame", false},
		{"object", "cross-site", "navigate", "object", false},
		{"embed", "cross-site", "navigate", "embed", false},
		{"style", "cross-site", "no-cors", "style", false},
		{"prefetch", "cross-site", "no-cors", "empty", false},
		{"WebSocket", "cross-site", "websocket", "empty", false},
		{"half of it", "cross-site", "", "document", false},
	} {
		r, rec := httptest.NewRequest(http.MethodGet, "/login", nil), httptest.NewRecorder()
		for name, value := range map[string]string{"Sec-Fetch-Site": tc.site, "Sec-Fetch-Mode": tc.mode, "Sec-Fetch-Dest": tc.dest} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		err := c.Set(rec, r, begin(t, callback, &acquire.AuthorizeOptions{ResponseMode: acquire.FormPost}))
		set := rec.Result().Cookies()
		if tc.begins {
			if err != nil || len(set) != 1 {
				t.Errorf("%s: got %v and cookies %v, want it to begin", tc.name, err, set)
			}
			continue
		}
		wantClass(t, tc.name, err, acquire.ErrCrossSite)
		if len(set) > 0 {
			t.Errorf("%s: got cookies %v, want none", tc.name, set)
		}
	}
}

// Cookies were once named after their state, as many as there were attempts.
// Those are removed, a few with each answer.
func TestPendingCookiesOfFormerNames(t *testing.T) {
	c, b := newCookies(t, 1), newTabs(t, callback)
	var former []*http.Cookie
	for i := range 30 {
		former = append(former, &http.Cookie{Name: fmt.Sprintf("__Host-b2c-pending-%016x", i), Value: "x", Path: "/", Secure: true})
	}
	former = append(former, &http.Cookie{Name: "b2c-pending-00000000000000ff", Value: "x", Path: "/"})
	others := []*http.Cookie{
		{Name: "b2c-pending-00000000000000f", Value: "x", Path: "/"},
		{Name: "b2c-pending-00000000000000FF", Value: "x", Path: "/"},
		{Name: "xb2c-pending-00000000000000ff", Value: "x", Path: "/"},
	}
	b.jar.SetCookies(b.site, append(others, former...))
	p := begin(t, callback, nil)
	if got := len(b.set(t, c, p).Cookies()); got != 1+16 {
		t.Errorf("Set: got %d cookies in the answer, want its own and 16 removed", got)
	}
	if _, resp, err := b.take(c, p.State); err != nil || len(resp.Cookies()) != 1+15 {
		t.Errorf("Take: got %v and %d cookies in the answer, want its own and 15 removed", err, len(resp.Cookies()))
	}
	if got := len(b.cookies()); got != len(others) {
		t.Errorf("got cookies %v, want those of others", b.cookies())
	}
}

// Whoever can set cookies for this host has no more than a few of them opened.
func TestPendingCookiesReadAreFew(t *testing.T) {
	c := newCookies(t, 1)
	p := begin(t, callback, nil)
	cookie := newTabs(t, callback).set(t, c, p).Cookies()[0]
	for junk, want := range map[int]bool{23: true, 24: false} {
		r := httptest.NewRequest(http.MethodGet, "/callback?state="+p.State, nil)
		for range junk {
			r.AddCookie(&http.Cookie{Name: cookie.Name, Value: "junk"})
		}
		r.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
		if _, err := c.Take(httptest.NewRecorder(), r); (err == nil) != want {
			t.Errorf("behind %d others: got %v, want it read: %v", junk, err, want)
		}
	}
}

// How the user returns: in the query, or by a POST of B2C's page.
func TestPendingCookieReturns(t *testing.T) {
	c := newCookies(t, 1)
	p := begin(t, callback, &acquire.AuthorizeOptions{ResponseMode: acquire.FormPost})
	cookie := newTabs(t, callback).set(t, c, p).Cookies()[0]
	good := url.Values{"state": {p.State}, "code": {"c0de"}}.Encode()
	long := good + "&x=" + strings.Repeat("x", 64<<10)
	const urlencoded = "application/x-www-form-urlencoded"
	for name, tc := range map[string]struct {
		method, query, contentType, body string
		want                             bool
	}{
		"query":                    {"GET", good, "", "", true},
		"form":                     {"POST", "", urlencoded, good, true},
		"form with a charset":      {"POST", "", urlencoded + "; charset=utf-8", good, true},
		"form of 64 KiB and more":  {"POST", "", urlencoded, long, false},
		"form, but a GET":          {"GET", "", urlencoded, good, false},
		"form, but called text":    {"POST", "", "text/plain", good, false},
		"JSON":                     {"POST", "", "application/json", `{"state":"` + p.State + `"}`, false},
		"malformed query":          {"GET", good + "&x=%zz", "", "", false},
		"malformed form":           {"POST", "", urlencoded, good + "&x=%zz", false},
		"semicolons":               {"GET", "x=1;state=" + p.State, "", "", false},
		"form, query has another":  {"POST", "state=other", urlencoded, good, true}, // App.Finish refuses two states
		"query, form has another":  {"POST", good, urlencoded, "state=other", false},
		"query, and a broken form": {"POST", good, "multipart/form-data", "x", true},
		"nothing":                  {"GET", "", "", "", false},
	} {
		body := &countingBody{io.NopCloser(strings.NewReader(tc.body)), new(atomic.Int64)}
		r := httptest.NewRequest(tc.method, "/callback?"+tc.query, body)
		r.Header.Set("Content-Type", tc.contentType)
		r.AddCookie(cookie)
		rec := httptest.NewRecorder()
		got, err := c.Take(rec, r)
		if !tc.want {
			wantNone(t, name, got, rec.Result(), err)
		} else if err != nil || got.Verifier != p.Verifier || r.Form.Get("code") != "c0de" {
			t.Errorf("%s: got %v, %v, code %q; want the Pending and a form to give to Finish", name, got, err, r.Form.Get("code"))
		}
		if body.read.Load() > 64<<10+1 {
			t.Errorf("%s: got %d bytes read, want 64 KiB at most", name, body.read.Load())
		}
	}

	// A form that other code has parsed already is used as it is.
	r := httptest.NewRequest(http.MethodPost, "/callback", strings.NewReader(good))
	r.Header.Set("Content-Type", urlencoded)
	r.AddCookie(cookie)
	if err := r.ParseForm(); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Take(httptest.NewRecorder(), r); err != nil || got.Verifier != p.Verifier {
		t.Errorf("parsed already: got %v, %v; want the Pending", got, err)
	}
}

// From the first redirect to the sign-in, in both ways to return.
func TestPendingCookieSignsIn(t *testing.T) {
	for _, mode := range []acquire.ResponseMode{acquire.Query, acquire.FormPost} {
		b2c := emulator.NewTenant(nil)
		app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
		c, b := newCookies(t, 1), newTabs(t, "https://localhost:8400")
		pending, params := begun(t, app, newBrowser(t, b2c), &acquire.AuthorizeOptions{ResponseMode: mode}, readScope)
		b.set(t, c, pending)
		r := httptest.NewRequest(http.MethodGet, returnURI+"?"+params.Encode(), nil)
		if mode == acquire.FormPost {
			r = httptest.NewRequest(http.MethodPost, returnURI, strings.NewReader(params.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		b.visit(r, func(w http.ResponseWriter, r *http.Request) {
			p, err := c.Take(w, r)
			if err != nil {
				t.Errorf("%s: Take: %v", mode, err)
				return
			}
			ret, err := app.Finish(r.Context(), p, r.Form)
			if err != nil || ret.SignIn == nil || ret.SignIn.Account.ID != adaAccount {
				t.Errorf("%s: Finish: got %v, %v; want Ada's sign-in", mode, ret, err)
			}
		})
		if left := b.cookies(); len(left) != 0 {
			t.Errorf("%s: got cookies %v, want none", mode, left)
		}
	}
}

// Two apps on one host, as on localhost with its many ports, share its cookies
// and not the key. Neither ends the other's attempts.
func TestPendingCookiesOfAnotherApp(t *testing.T) {
	const local = "http://localhost:8400/callback"
	one, two, b := newCookies(t, 1), newCookies(t, 2), newTabs(t, local)
	first, second := begin(t, local, nil), begin(t, "http://localhost:9000/callback", nil)
	b.set(t, one, first)
	b.set(t, two, second)
	for name, err := range map[string]error{
		"first":  third(b.take(one, first.State)),
		"second": third(b.take(two, second.State)),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func third[A, B any](_ A, _ B, err error) error { return err }

// TestPendingCookiesTellWhy: a cookie of other keys is not a missing one, and a
// Pending that isn't there is a mistake in the program.
func TestPendingCookiesTellWhy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, b := begin(t, callback, nil), newTabs(t, callback)
		b.set(t, newCookies(t, 1), p)
		r := httptest.NewRequest(http.MethodGet, callback+"?state="+p.State, nil)
		for _, cookie := range b.cookies() {
			r.AddCookie(cookie)
		}
		_, err := newCookies(t, 2).Take(httptest.NewRecorder(), r)
		if e := wantClass(t, "other keys", err, acquire.ErrState); !strings.Contains(e.Advice, "same keys") {
			t.Errorf("got advice %q, want it to tell of the keys", e.Advice)
		}
		err = newCookies(t, 1).Set(httptest.NewRecorder(), r, nil)
		wantClass(t, "nil", err, acquire.ErrConfiguration)
	})
}

// TestPendingCookiesOfSibling: a host beside the app can set cookies for both,
// and have them come first by a longer path, but none with the prefix __Host-. Its
// own don't keep that of the app from being read, nor from finding a place.
func TestPendingCookiesOfSibling(t *testing.T) {
	c := newCookies(t, 1)
	p := begin(t, callback, nil)
	cookie := newTabs(t, callback).set(t, c, p).Cookies()[0]
	r := httptest.NewRequest(http.MethodGet, "/callback?state="+p.State, nil)
	for i := range 60 {
		r.AddCookie(&http.Cookie{Name: fmt.Sprintf("b2c-pending-%d", i%6), Value: "junk"})
	}
	r.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
	for range 6 {
		rec := httptest.NewRecorder()
		if err := c.Set(rec, r, begin(t, callback, nil)); err != nil {
			t.Fatal(err)
		}
		for _, set := range rec.Result().Cookies() {
			if set.Name == cookie.Name {
				t.Error("got the place of a pending sign-in taken, want a free one")
			}
		}
	}
	got, err := c.Take(httptest.NewRecorder(), r)
	if err != nil || got.State != p.State {
		t.Errorf("got %v, want the pending sign-in", err)
	}
}
