// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestRequestsSecretInAnyCase: a secret under a wrong name is one all the same.
func TestRequestsSecretInAnyCase(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	get(t, browser(t, b2c.Transport()), "https://contoso.b2clogin.com/?Client_Secret=wr0ng&PASSWORD=wr0ng")
	equal(t, "parameters", b2c.Requests()[0].Parameters.Encode(), "Client_Secret=%E2%80%A6&PASSWORD=%E2%80%A6")
}

func TestRequests(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := browser(t, b2c.Transport())
	get(t, c, metadataURL)
	get(t, c, "https://contoso.b2clogin.com/nobody/keys")
	post(t, c, tokenURL, form("grant_type", "client_credentials", "scope", defaultScope), b2c.Daemon().ID, b2c.Daemon().Secret)
	post(t, c, tokenURL, form("grant_type", "client_credentials", "client_id", b2c.Daemon().ID, "client_secret", "wr0ng", "scope", defaultScope))
	visit(t, c, authorizeURL, "prompt", "none")
	visit(t, c, authorizeURL, "redirect_uri", "https://evil.example/")
	code := codeFor(t, c, authorizeURL, "login_hint", strings.Repeat("x", 600))
	a := redeem(t, c, tokenURL, redemption(code))
	redeem(t, c, tokenURL, refreshing(a.RefreshToken))
	post(t, c, ropcURL, form("grant_type", "password", "client_id", nativeID, "username", "lin@example.org", "password", emulator.DefaultPassword, "scope", fullScope))
	get(t, c, logoutURL+"?id_token_hint="+a.IDToken)
	visit(t, c, authorizeURL, "redirect_uri", "https://"+a.AccessToken)

	var got []string
	for _, r := range b2c.Requests() {
		got = append(got, fmt.Sprintf("%d %s %s %s %s %d %s", r.Number, r.Method, r.Endpoint, r.Flow, r.ClientID, r.Status, r.Error))
	}
	daemon := b2c.Daemon().ID
	equalList(t, "requests", got, []string{
		"1 GET metadata B2C_1_susi  200 ",
		"2 GET    404 ",
		"3 POST token B2C_1_susi " + daemon + " 200 ",
		"4 POST token B2C_1_susi " + daemon + " 400 AADB2C90081",
		"5 GET authorize B2C_1_susi " + webID + " 302 AADB2C90077",
		"6 GET authorize B2C_1_susi " + webID + " 302 AADB2C90006",
		"7 GET authorize B2C_1_susi " + webID + " 302 ",
		"8 POST token B2C_1_susi " + webID + " 200 ",
		"9 POST token B2C_1_susi " + webID + " 200 ",
		"10 POST token B2C_1_ropc " + nativeID + " 200 ",
		"11 GET logout B2C_1_susi  200 ",
		"12 GET authorize B2C_1_susi " + webID + " 302 AADB2C90006",
	})
	all := b2c.Requests()
	equal(t, "path", all[0].Path, "/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration")
	equal(t, "host", all[0].Host, "contoso.b2clogin.com")
	equal(t, "grant", all[2].Parameters.Get("grant_type"), "client_credentials")
	equal(t, "scope", all[2].Parameters.Get("scope"), defaultScope)
	equal(t, "secret", all[3].Parameters.Get("client_secret"), "…")
	equal(t, "hint", len(all[6].Parameters.Get("login_hint")), 512+len("…"))

	text := fmt.Sprintf("%+v", all)
	for _, secret := range []string{
		b2c.Daemon().Secret, "wr0ng", webSecret, code, verifier, a.RefreshToken, a.AccessToken, a.IDToken, emulator.DefaultPassword,
	} {
		if strings.Contains(text, secret) {
			t.Errorf("the requests hold %q", secret)
		}
	}
	all[0].Parameters.Set("changed", "yes")
	equal(t, "a copy", b2c.Requests()[0].Parameters.Has("changed"), false)
}

// TestRequestsCut: what one client sends can't fill the memory.
func TestRequestsCut(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	query := url.Values{"client_id": {webID}}
	for i := range 1000 {
		query.Set(fmt.Sprintf("p%03d", i), "x")
		query.Add("many", "x")
	}
	get(t, b2c.Client(), metadataURL+"/"+strings.Repeat("x", 5000)+"?"+query.Encode())
	got := b2c.Requests()[0]
	equal(t, "path", len(got.Path), 512+len("…"))
	values := 0
	for _, all := range got.Parameters {
		values += len(all)
	}
	equal(t, "values", values, 64)
	equal(t, "client", got.ClientID, webID)
	for _, b2c := range []*emulator.Tenant{emulator.NewTenant(nil), withPages()} {
		for length, want := range map[int]bool{15 << 10: true, 16 << 10: false} {
			for _, name := range []string{"state", "nonce"} {
				r := visit(t, browser(t, b2c.Transport()), authorizeURL, name, strings.Repeat("x", length))
				equal(t, fmt.Sprint(name, " of ", length), r.status != http.StatusRequestURITooLong, want)
			}
		}
	}
}

// TestRequestsPlainChallenge: without S256 a challenge is the verifier itself.
func TestRequestsPlainChallenge(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for method, want := range map[string]string{"": "…", "plain": "…", "S256": challenge} {
		sent := verifier
		if method == "S256" {
			sent = challenge
		}
		visit(t, browser(t, b2c.Transport()), authorizeURL, "code_challenge", sent, "code_challenge_method", method)
		all := b2c.Requests()
		equal(t, "challenge by "+method, all[len(all)-1].Parameters.Get("code_challenge"), want)
	}
}

// An authorize request may come as a form, whose parameters count.
func TestRequestsPosted(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Pages: true})
	post(t, b2c.Client(), authorizeURL, form("client_id", webID, "id_token_hint", "s3cret", "prompt", "none"))
	got := b2c.Requests()[0]
	equal(t, "client", got.ClientID, webID)
	equal(t, "prompt", got.Parameters.Get("prompt"), "none")
	equal(t, "hint", got.Parameters.Get("id_token_hint"), "…")
	post(t, b2c.Client(), "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/SelfAsserted?tx=s3cret", form("password", "s3cret"))
	if text := fmt.Sprintf("%+v", b2c.Requests()); strings.Contains(text, "s3cret") {
		t.Errorf("a secret is kept: %s", text)
	}
}

// What a fault comes over is remembered whole.
func TestRequestsWithFaults(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled})
	post(t, b2c.Client(), tokenURL, clientCredentials(b2c))
	got := b2c.Requests()[0]
	equal(t, "client", got.ClientID, b2c.Daemon().ID)
	equal(t, "grant", got.Parameters.Get("grant_type"), "client_credentials")
	equal(t, "status", got.Status, 429)
	equal(t, "faults", len(got.Faults), 1)
}

// What an interceptor does is seen, and it can still do all it wants.
func TestRequestsIntercepted(t *testing.T) {
	b2c := emulator.NewServer(nil)
	defer b2c.Close()
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		switch r.URL.Query().Get("do") {
		case "teapot":
			w.WriteHeader(http.StatusTeapot)
		case "early":
			w.WriteHeader(http.StatusEarlyHints)
			next.ServeHTTP(w, r)
		case "cut":
			panic(http.ErrAbortHandler)
		case "hijack":
			hijacker, ok := w.(http.Hijacker)
			if !ok {
				t.Error("can't hijack")
				return
			}
			conn, _, err := hijacker.Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = conn.Write([]byte("HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n"))
			_ = conn.Close()
		case "flush":
			w.(http.Flusher).Flush()
		case "wrap":
			next.ServeHTTP(wrapped{w}, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
	for _, do := range []string{"teapot", "early", "cut", "hijack", "flush", "", "wrap"} {
		answer, err := b2c.Client().Get(logoutURL + "?id_token_hint=x&do=" + do)
		if err == nil {
			answer.Body.Close()
		}
	}
	b2c.Close() // waits for the handlers: a client may have its answer before
	var got []string
	for _, r := range b2c.Requests() {
		got = append(got, fmt.Sprintf("%s %d %s", r.Parameters.Get("do"), r.Status, r.Error))
	}
	slices.Sort(got)
	equalList(t, "requests", slices.Compact(got), []string{" 400 AADB2C90240", "cut 0 ", "early 400 AADB2C90240", "flush 200 ", "hijack 0 ", "teapot 418 ", "wrap 400 AADB2C90240"})
}

// wrapped is a writer that an interceptor puts around the tenant's.
type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// What is remembered is bounded, and stays in order.
func TestRequestsBounded(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 300 {
				get(t, b2c.Client(), keysURL)
				b2c.Issued()
			}
		})
	}
	wg.Wait()
	all := b2c.Requests()
	equal(t, "kept", len(all), 1000)
	for i, r := range all {
		if r.Number != 201+i {
			t.Fatalf("got number %d at %d, want %d", r.Number, i, 201+i)
		}
	}
	for range 120 {
		post(t, b2c.Client(), tokenURL, clientCredentials(b2c))
	}
	issued := b2c.Issued()
	equal(t, "tokens", len(issued), 100)
	equal(t, "first", issued[0].Number, 21)
	equal(t, "last", issued[99].Number, 120)
}

func TestRequestsAfter(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	for range 1003 {
		get(t, b2c.Client(), metadataURL)
	}
	for _, c := range []struct{ after, first, count int }{{0, 4, 1000}, {3, 4, 1000}, {4, 5, 999}, {1001, 1002, 2}, {1003, 0, 0}, {2000, 0, 0}} {
		got := b2c.RequestsAfter(c.after)
		equal(t, fmt.Sprint("requests after ", c.after), len(got), c.count)
		for i, r := range got {
			if r.Number != c.first+i {
				t.Fatalf("request %d after %d: got number %d, want %d", i, c.after, r.Number, c.first+i)
			}
		}
	}
}
