// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestServerByRealNames: over real sockets and TLS, by the names of production.
func TestServerByRealNames(t *testing.T) {
	b2c := emulator.NewServer(&emulator.Options{Hosts: []string{"contoso.b2clogin.com", "login.contoso.example"}})
	defer b2c.Close()
	for _, c := range []struct{ url, issuer, jwks string }{
		{metadataURL, contosoIssuer, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys"},
		{
			"https://login.contoso.example/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration",
			"https://login.contoso.example/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",
			"https://login.contoso.example/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys",
		},
		{
			b2c.URL + "/contoso.onmicrosoft.com/B2C_1_susi/v2.0/.well-known/openid-configuration",
			b2c.URL + "/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/",
			b2c.URL + "/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys",
		},
	} {
		r := get(t, b2c.Client(), c.url)
		d := decode[document](t, r.body)
		equal(t, "issuer", d.Issuer, c.issuer)
		equal(t, "jwks_uri", d.JWKS, c.jwks)
		equal(t, "HSTS of "+c.url, r.header.Get("Strict-Transport-Security") != "", !strings.HasPrefix(c.url, b2c.URL))
		if verifiedBy(t, b2c.Client(), d.JWKS, mint(t, b2c.Tenant, emulator.Spec{})) == "" {
			t.Errorf("%s: token doesn't verify", d.JWKS)
		}
	}
	equal(t, "MetadataURL", b2c.MetadataURL(""), metadataURL)
	equalList(t, "Hosts", b2c.Hosts(), []string{"contoso.b2clogin.com", "login.contoso.example", strings.TrimPrefix(b2c.URL, "https://")})
	own := mint(t, b2c.Tenant, emulator.Spec{Host: b2c.Hosts()[2]})
	equal(t, "iss", claimsOf(t, own)["iss"], any(b2c.URL+"/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"))

	r := post(t, b2c.Client(), tokenURL, form("grant_type", "client_credentials",
		"client_id", b2c.Daemon().ID, "client_secret", b2c.Daemon().Secret, "scope", defaultScope))
	equal(t, "iss", claimsOf(t, decode[answer](t, r.body).AccessToken)["iss"], any(contosoIssuer))
	equal(t, "in process too", get(t, b2c.Tenant.Client(), metadataURL).status, 200)
}

func TestPlainServer(t *testing.T) {
	b2c := emulator.NewPlainServer(nil)
	defer b2c.Close()
	if !strings.HasPrefix(b2c.URL, "http://127.0.0.1:") {
		t.Fatalf("got URL %q", b2c.URL)
	}
	issuer := b2c.URL + "/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
	equal(t, "MetadataURL", b2c.MetadataURL("B2C_1_edit"), b2c.URL+"/contoso.onmicrosoft.com/B2C_1_edit/v2.0/.well-known/openid-configuration")
	equal(t, "Issuer", b2c.Issuer(""), issuer)
	equal(t, "iss", claimsOf(t, mint(t, b2c.Tenant, emulator.Spec{}))["iss"], any(issuer))
	equal(t, "Hosts", b2c.Hosts()[1], "contoso.b2clogin.com")
	equal(t, "CertPool", b2c.CertPool() == nil && b2c.CACertificatePEM() == nil, true)

	for _, c := range []*http.Client{b2c.Client(), http.DefaultClient, b2c.Tenant.Client()} { // any client reaches it
		d := decode[document](t, get(t, c, b2c.MetadataURL("")).body)
		equal(t, "issuer", d.Issuer, issuer)
		equal(t, "jwks_uri", d.JWKS, b2c.URL+"/contoso.onmicrosoft.com/b2c_1_susi/discovery/v2.0/keys")
	}
	http.DefaultClient.CloseIdleConnections()
	for _, url := range []string{"http://contoso.b2clogin.com/", "https://contoso.b2clogin.com/"} {
		if _, err := open(t.Context(), b2c.Client(), url); err == nil {
			t.Errorf("%s: no error", url)
		}
	}
}

func TestServerCertificate(t *testing.T) {
	b2c := emulator.NewServer(&emulator.Options{Hosts: []string{"contoso.b2clogin.com", "login.contoso.example"}})
	defer b2c.Close()
	addr := strings.TrimPrefix(b2c.URL, "https://")
	fromPEM := x509.NewCertPool()
	equal(t, "PEM", fromPEM.AppendCertsFromPEM(b2c.CACertificatePEM()), true)
	for _, pool := range []*x509.CertPool{b2c.CertPool(), fromPEM} {
		for name, want := range map[string]bool{
			"127.0.0.1": true, "::1": true, "localhost": true, "contoso.b2clogin.com": true, "login.contoso.example": true,
			"fabrikam.b2clogin.com": false, "127.0.0.2": false,
		} {
			conn, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: pool, ServerName: name})
			if err == nil {
				_ = conn.Close()
			}
			equal(t, name+" is covered", err == nil, want)
		}
	}
	other := emulator.NewServer(nil)
	defer other.Close()
	if conn, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: other.CertPool(), ServerName: "localhost"}); err == nil {
		_ = conn.Close()
		t.Error("another server's authority is trusted")
	}
}

// TestServerClientStaysHome: nothing a test asks for reaches the world.
func TestServerClientStaysHome(t *testing.T) {
	b2c := emulator.NewServer(nil)
	defer b2c.Close()
	for url, refused := range map[string]bool{
		"https://example.com/": false, "https://fabrikam.b2clogin.com/": false,
		"http://contoso.b2clogin.com/": true, "https://contoso.b2clogin.com:1/": true,
	} {
		_, err := open(t.Context(), b2c.Client(), url)
		var dns *net.DNSError
		equal(t, url+" isn't in DNS", errors.As(err, &dns), !refused)
		equal(t, url+" is refused", err != nil && strings.Contains(err.Error(), "refused"), refused)
	}
	api := emulator.NewPlainServer(nil) // stands for the service under test
	defer api.Close()
	equal(t, "another loopback server", get(t, b2c.Client(), api.MetadataURL("")).status, 200)
}

// TestServerClose: hanging handlers end, nothing listens, no goroutine is left.
func TestServerClose(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, newServer := range []func(*emulator.Options) *emulator.Server{emulator.NewServer, emulator.NewPlainServer} {
		b2c := newServer(nil)
		equal(t, "status", get(t, b2c.Client(), b2c.MetadataURL("")).status, 200)
		var hanging, done sync.WaitGroup
		hanging.Add(3)
		b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
			hanging.Done()
			<-r.Context().Done()
		})
		for range 3 {
			done.Go(func() {
				if res, err := open(context.Background(), b2c.Client(), b2c.JWKSURL("")); err == nil {
					_ = res.Body.Close()
					t.Errorf("got status %d from a closed server", res.StatusCode)
				}
			})
		}
		hanging.Wait()
		b2c.Close()
		b2c.Close()
		done.Wait()
		b2c.Intercept(nil)
		if _, err := net.DialTimeout("tcp", strings.SplitAfter(b2c.URL, "//")[1], time.Second); err == nil {
			t.Error("a closed server still listens")
		}
		equal(t, "minting goes on", len(mint(t, b2c.Tenant, emulator.Spec{})) > 0, true)
	}
	await(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })
}

// TestServerCloseUnread: net/http doesn't notice a lost connection while a
// request's body is unread, so Close has to end such a handler itself.
func TestServerCloseUnread(t *testing.T) {
	b2c := emulator.NewPlainServer(nil)
	entered := make(chan struct{})
	var ended atomic.Bool
	b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		close(entered)
		<-r.Context().Done()
		ended.Store(true)
	})
	var done sync.WaitGroup
	done.Go(func() {
		res, err := b2c.Client().Post(b2c.TokenURL(""), "text/plain", strings.NewReader("unread"))
		if err == nil {
			_ = res.Body.Close()
		}
	})
	<-entered
	b2c.Close()
	equal(t, "handler ended before Close gave up", ended.Load(), true)
	done.Wait()
}

// TestServerHangsToTheEnd: an interceptor that hung has no answer left, not even
// for a client that has only stopped to send.
func TestServerHangsToTheEnd(t *testing.T) {
	b2c := emulator.NewPlainServer(nil)
	defer b2c.Close()
	entered := make(chan struct{})
	b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		close(entered)
		<-r.Context().Done()
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(b2c.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-entered
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if len(answer) > 0 || err != nil {
		t.Errorf("got %q and %v, want the end", answer, err)
	}
}

// TestServerCancel: over a socket too, a client that leaves releases the
// handler.
func TestServerCancel(t *testing.T) {
	b2c := emulator.NewServer(nil)
	defer b2c.Close()
	entered, released := make(chan struct{}), make(chan struct{})
	b2c.Intercept(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		close(entered)
		<-r.Context().Done()
		close(released)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-entered; cancel() }()
	_, err := open(ctx, b2c.Client(), keysURL)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	<-released
}
