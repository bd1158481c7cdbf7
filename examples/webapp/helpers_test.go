// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/keyring"
)

var testKey = bytes.Repeat([]byte{7}, keyring.KeySize)

// running is the program at work, against an emulated tenant that it takes for
// a real one.
type running struct {
	t      *testing.T
	b2c    *emulator.Server
	origin string
	ring   *keyring.Ring
	env    map[string]string
	out    output
	done   chan error
}

func start(t *testing.T, more map[string]string) *running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := &running{t: t, origin: "http://" + listener.Addr().String()}
	if a.ring, err = keyring.New(testKey); err != nil {
		t.Fatal(err)
	}
	contoso := emulator.NewTenant(nil)
	apps := contoso.Apps()
	for i := range apps {
		if apps[i].ID == contoso.Web().ID {
			apps[i].RedirectURIs = []string{a.origin + "/callback"}
			if uri := more["B2C_REDIRECT_URI"]; uri != "" {
				apps[i].RedirectURIs = []string{uri}
			}
		}
	}
	a.b2c = emulator.NewPlainServer(&emulator.Options{Apps: apps})
	t.Cleanup(a.b2c.Close)
	a.env = map[string]string{
		"B2C_TENANT": "contoso", "B2C_TENANT_ID": a.b2c.ID(), "B2C_HOSTS": a.b2c.URL,
		"B2C_SIGNIN_FLOW": "B2C_1_susi", "B2C_EDIT_FLOW": "B2C_1_edit", "B2C_RESET_FLOW": "B2C_1_reset",
		"B2C_CLIENT_ID": a.b2c.Web().ID, "B2C_CLIENT_SECRET": a.b2c.Web().Secret,
		"B2C_AUDIENCE": a.b2c.API().ID, "B2C_SCOPE": a.b2c.API().URI + "/tasks.read",
		"SESSION_KEY": hex.EncodeToString(testKey),
	}
	maps.Copy(a.env, more)
	ctx, stop := context.WithCancel(context.Background())
	a.done = make(chan error, 1)
	go func() { a.done <- runOn(ctx, &a.out, listener, a.origin, a.environ()) }()
	t.Cleanup(func() {
		stop()
		if err := <-a.done; err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	return a
}

func (a *running) environ() []string { return environOf(a.env) }

func environOf(env map[string]string) (environ []string) {
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	return environ
}

// handler is the app of the same settings for another server; it has no API.
func (a *running) handler(t *testing.T) http.Handler {
	t.Helper()
	s, err := readConfig(a.environ(), a.origin)
	if err != nil {
		t.Fatal(err)
	}
	app, err := newWebApp(s, "http://127.0.0.1:9")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = app.Close() })
	return app
}

func (a *running) browser() *browser { return newBrowser(a.t, a.origin) }

// session opens the cookie, as the program does.
func (a *running) session(b *browser) *session {
	a.t.Helper()
	r := httptest.NewRequest("GET", a.origin, nil)
	for _, c := range b.cookies() {
		r.AddCookie(c)
	}
	s, ok := (&sessions{ring: a.ring}).read(r)
	if !ok {
		a.t.Fatal("got no session")
	}
	return s
}

// browser has a cookie jar and follows redirects, until it comes to stop.
type browser struct {
	t        *testing.T
	origin   string
	client   *http.Client
	stop     string
	received []*http.Cookie // from the app, all of them
}

var errStop = errors.New("stop")

func newBrowser(t *testing.T, origin string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, origin: origin}
	b.client = &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if r.Response != nil && strings.HasPrefix(via[len(via)-1].URL.String(), b.origin) {
			b.received = append(b.received, r.Response.Cookies()...)
		}
		if b.stop != "" && strings.HasSuffix(r.URL.Path, b.stop) {
			return http.ErrUseLastResponse
		}
		if len(via) > 10 {
			return errStop
		}
		return nil
	}}
	return b
}

func (b *browser) trusting(s *httptest.Server) *browser {
	b.client.Transport = s.Client().Transport
	return b
}

func (b *browser) with(cookies ...*http.Cookie) *browser {
	b.client.Jar.SetCookies(b.url("/"), cookies)
	return b
}

// stopAt has redirects to a path stay unfollowed; follow ends that.
func (b *browser) stopAt(path string) *browser { b.stop = path; return b }
func (b *browser) follow() *browser            { b.stop = ""; return b }

func (b *browser) url(path string) *url.URL {
	if !strings.HasPrefix(path, "http") {
		path = b.origin + path
	}
	u, err := url.Parse(path)
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

func (b *browser) cookies() []*http.Cookie { return b.client.Jar.Cookies(b.url("/")) }

func (b *browser) cookie(t *testing.T, name string) *http.Cookie {
	t.Helper()
	all := b.cookies()
	i := slices.IndexFunc(all, func(c *http.Cookie) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("got no cookie %s in %v", name, all)
	}
	return all[i]
}

func (b *browser) get(path string) *seen { b.t.Helper(); return b.send("GET", path, nil) }

func (b *browser) post(path string, headers ...string) *seen {
	b.t.Helper()
	return b.send("POST", path, nil, headers...)
}

func (b *browser) postForm(path string, form url.Values, headers ...string) *seen {
	b.t.Helper()
	return b.send("POST", path, form, append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
}

func (b *browser) send(method, path string, form url.Values, headers ...string) *seen {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url(path).String(), strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if strings.HasPrefix(resp.Request.URL.String(), b.origin) {
		b.received = append(b.received, resp.Cookies()...)
	}
	return &seen{b.t, resp.StatusCode, resp.Request.URL.Path, resp.Header.Get("Location"), resp.Header, string(body)}
}

func replaceParameter(t *testing.T, address, name, value string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// seen is what the browser shows in the end.
type seen struct {
	t              *testing.T
	status         int
	path, location string
	header         http.Header
	body           string
}

func (s *seen) want(status int, path string, texts ...string) *seen {
	s.t.Helper()
	if s.status != status || s.path != path {
		s.t.Errorf("got %d at %s, want %d at %s", s.status, s.path, status, path)
	}
	for _, text := range texts {
		if !strings.Contains(s.body, text) {
			s.t.Errorf("%s: got no %q in\n%s", s.path, text, s.body)
		}
	}
	return s
}

func (s *seen) lacks(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(s.body, text) {
			s.t.Errorf("%s: got %q in\n%s", s.path, text, s.body)
		}
	}
}

// output is what the program prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// all waits until everything is said, and checks that it fits a terminal.
func (o *output) all(t *testing.T, done <-chan error) string {
	t.Helper()
	text := o.until(t, "Stop with Ctrl-C.\n", done)
	for line := range strings.Lines(text) {
		if n := len(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("a line has %d columns, want at most 80: %s", n, line)
		}
	}
	return text
}

func (o *output) until(t *testing.T, text string, done <-chan error) string {
	t.Helper()
	for range 1000 {
		o.mu.Lock()
		got := o.text.String()
		o.mu.Unlock()
		if strings.Contains(got, text) {
			return got
		}
		select {
		case err := <-done:
			t.Fatalf("the program ended with %v\n%s", err, got)
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatalf("got no %q", text)
	return ""
}
