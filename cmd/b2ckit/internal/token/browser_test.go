// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package token_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// browsing is a run with --browser, up to the address that it prints.
type browsing struct {
	address     string
	redirectURI string
	ended       chan int
	stdout      *strings.Builder
	rest        func() string // what else came on standard error, once it has ended
	browser     *http.Client
}

// freeURI returns a redirect URI at a port that nobody listens on, now.
func freeURI(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "http://localhost:" + portOf(l) + "/callback"
}

func portOf(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func browse(ctx context.Context, t *testing.T, b2c *tenant, p program, args ...string) *browsing {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browsing{redirectURI: b2c.redirectURI, ended: make(chan int, 1), stdout: &strings.Builder{}}
	b.browser = &http.Client{Transport: b2c.Server.Client().Transport, Jar: jar}
	args = slices.Concat(b2c.flags, []string{"--browser", "--no-open", "--redirect-uri", b.redirectURI}, args)
	out, in := io.Pipe()
	go func() {
		status := p.start(ctx, b.stdout, in, args)
		_ = in.Close()
		b.ended <- status
	}()
	lines := bufio.NewScanner(out)
	text := ""
	for lines.Scan() {
		text += lines.Text() + "\n"
		if strings.HasPrefix(lines.Text(), "https://") {
			b.address = lines.Text()
		}
		if strings.Contains(lines.Text(), "(portal: ") {
			break
		}
	}
	more := make(chan string, 1)
	go func() {
		for lines.Scan() {
			text += lines.Text() + "\n"
		}
		more <- text
	}()
	b.rest = func() string { return <-more }
	return b
}

// get opens an address as the browser does, and returns the page it ends on.
func (b *browsing) get(t *testing.T, address string) (status int, page string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := b.browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// TestBrowser: a user signs in, sees that it worked, and the token is there.
func TestBrowser(t *testing.T) {
	b2c := newTenant(t)
	b := browse(t.Context(), t, b2c, program{}, "--flow", "B2C_1_susi", "--client-id", nativeID, readScope)
	status, page := b.get(t, b.address)
	if status != 200 || !strings.Contains(page, "<h1>You are signed in</h1>") || strings.Contains(page, "code") {
		t.Errorf("got %d, %s", status, page)
	}
	if status := <-b.ended; status != 0 {
		t.Fatalf("got exit status %d: %s", status, b.rest())
	}
	if got := claims(t, b.stdout.String()); got["aud"] != apiID || got["azp"] != nativeID || got["name"] != "Ada Example" {
		t.Errorf("got %v", got)
	}
	said := b.rest()
	if !strings.Contains(said, "must have the redirect URI\n"+b.redirectURI+"\n(portal: Authentication, platform Mobile and desktop applications).\n") {
		t.Errorf("got %s", said)
	}
	u, err := url.Parse(b.address)
	if err != nil || u.Query().Get("code_challenge_method") != "S256" || u.Query().Get("prompt") != "" {
		t.Errorf("got %s, %v", b.address, err)
	}
	if _, err := b.browser.Get(b.redirectURI); err == nil {
		t.Error("it still listens")
	}
}

// TestBrowserOfAWebApp: with a secret it is a confidential client. Standard input has
// it, and the ID token is asked for without a scope.
func TestBrowserOfAWebApp(t *testing.T) {
	b2c := newTenant(t)
	b := browse(t.Context(), t, b2c, program{in: "emulated-web-secret\n"}, "--flow", "B2C_1_susi", "--client-id", webID, "--client-secret-file", "-",
		"--id-token", "--json", "--prompt", "login")
	if status, page := b.get(t, b.address); status != 200 {
		t.Errorf("got %d, %s", status, page)
	}
	if status := <-b.ended; status != 0 {
		t.Fatalf("got exit status %d: %s", status, b.rest())
	}
	var object struct{ Type, Token, User string }
	if err := json.Unmarshal([]byte(b.stdout.String()), &object); err != nil || object.Type != "id_token" || object.User != "ada@example.org" || claims(t, object.Token)["aud"] != webID {
		t.Errorf("got %s, %v", b.stdout, err)
	}
	if said := b.rest(); !strings.Contains(said, "platform Web)") || !strings.Contains(b.address, "prompt=login") {
		t.Errorf("got %s", said)
	}
}

// TestBrowserStrangers: what isn't the return of this very attempt disturbs nothing.
func TestBrowserStrangers(t *testing.T) {
	b2c := newTenant(t)
	b := browse(t.Context(), t, b2c, program{}, "--flow", "B2C_1_susi", "--client-id", nativeID, readScope)
	at := strings.TrimSuffix(b.redirectURI, "/callback")
	for address, want := range map[string]int{
		at + "/":                               404,
		at + "/favicon.ico":                    404,
		b.redirectURI:                          400,
		b.redirectURI + "?code=x&state=y":      400,
		b.redirectURI + "?error=access_denied": 400,
		strings.Replace(at, "localhost", "127.0.0.1", 1) + "/callback?code=x": 404,
	} {
		if status, page := b.get(t, address); status != want || strings.Contains(page, "code=") {
			t.Errorf("%s: got %d, want %d", address, status, want)
		}
	}
	if status, _ := b.get(t, b.address); status != 200 {
		t.Errorf("the true one: got %d", status)
	}
	if status := <-b.ended; status != 0 {
		t.Errorf("got exit status %d: %s", status, b.rest())
	}
}

// TestBrowserFails: what went wrong stands in the terminal, and the page says so.
func TestBrowserFails(t *testing.T) {
	b2c := newTenant(t)
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{}, emulator.ErrCancelled })
	b := browse(t.Context(), t, b2c, program{}, "--flow", "B2C_1_susi", "--client-id", nativeID, readScope)
	status, page := b.get(t, b.address)
	if status != 403 || !strings.Contains(page, "The terminal says why") || strings.Contains(page, "AADB2C") {
		t.Errorf("got %d, %s", status, page)
	}
	if status := <-b.ended; status != 1 || b.stdout.String() != "" {
		t.Errorf("got exit status %d, %q", status, b.stdout)
	}
	if said := b.rest(); !strings.Contains(said, "AADB2C90091") {
		t.Errorf("got %s", said)
	}
}

// TestBrowserEnds: nobody comes, or the command is interrupted.
func TestBrowserEnds(t *testing.T) {
	b2c := newTenant(t)
	args := []string{"--flow", "B2C_1_susi", "--client-id", nativeID, readScope}
	b := browse(t.Context(), t, b2c, program{}, append(args, "--wait", "1s")...)
	if status := <-b.ended; status != 1 {
		t.Errorf("got exit status %d", status)
	}
	if said := b.rest(); !strings.Contains(said, "b2ckit token: nobody has come back within 1s; ") {
		t.Errorf("got %s", said)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b = browse(ctx, t, b2c, program{}, args...)
	cancel()
	if status := <-b.ended; status != 1 {
		t.Errorf("got exit status %d", status)
	}
	if said := b.rest(); !strings.HasSuffix(said, "b2ckit token: interrupted\n") {
		t.Errorf("got %s", said)
	}
}

// TestPortInUse: someone else's server must not get the code.
func TestPortInUse(t *testing.T) {
	b2c := newTenant(t)
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Logf("%s: %v", address, err) // a machine without IPv6
			continue
		}
		args := []string{"--browser", "--no-open", "--wait", "1s", "--flow", "B2C_1_susi", "--client-id", nativeID, "--redirect-uri", "http://localhost:" + portOf(l) + "/", readScope}
		status, stdout, stderr := program{}.run(t, slices.Concat(b2c.flags, args)...)
		if status != 1 || stdout != "" || !strings.HasPrefix(stderr, fmt.Sprintf("b2ckit token: %s is in use; ", l.Addr())) {
			t.Errorf("got %d, %q, %q", status, stdout, stderr)
		}
		_ = l.Close()
	}
}
