// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// seen is what a client sees of one request.
type seen struct {
	over   string // the client's end of the connection
	proto  string // "" without an answer
	status int
	body   string
	err    error
}

// ask sends a GET and tells which connection it went over.
func ask(ctx context.Context, c *http.Client, url string) (s seen) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		s.over = got.Conn.LocalAddr().String()
	}})
	answer, err := open(ctx, c, url)
	if err != nil {
		s.err = err
		return s
	}
	defer func() { _ = answer.Body.Close() }()
	s.proto, s.status = answer.Proto, answer.StatusCode
	body, err := io.ReadAll(answer.Body)
	s.body, s.err = string(body), err
	return s
}

// newClient is a client of a server with connections of its own.
func newClient(t *testing.T, s *emulator.Server) *http.Client {
	t.Helper()
	transport := s.Transport().(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// patience only ends a failing test.
const patience = 30 * time.Second

// await waits for what happens anyway.
func await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !happened(); {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not after %v", what, patience)
		}
		time.Sleep(time.Millisecond) // real sockets
	}
}

// protocols are what a server can be made to speak.
var protocols = []struct {
	name string
	how  *emulator.ServerOptions
}{
	{"HTTP/2.0", nil},
	{"HTTP/1.1", &emulator.ServerOptions{HTTP1: true}},
}

func TestServerProtocol(t *testing.T) {
	nothing := func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) }
	for _, c := range []struct {
		name  string
		how   *emulator.ServerOptions
		first func(contoso, fabrikam *emulator.Tenant)
		want  string
	}{
		{"by default", nil, nil, "HTTP/2.0"},
		{"option", &emulator.ServerOptions{HTTP1: true}, nil, "HTTP/1.1"},
		{"plain", &emulator.ServerOptions{Plain: true}, nil, "HTTP/1.1"},
		{"intercepted", nil, func(contoso, _ *emulator.Tenant) { contoso.Intercept(nothing) }, "HTTP/1.1"},
		{"another tenant intercepted", nil, func(_, fabrikam *emulator.Tenant) { fabrikam.Intercept(nothing) }, "HTTP/1.1"},
		{"not intercepted any more", nil, func(contoso, _ *emulator.Tenant) { contoso.Intercept(nothing); contoso.Intercept(nil) }, "HTTP/2.0"},
	} {
		contoso, fabrikam := emulator.NewTenant(nil), emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
		s := start(t, c.how, contoso, fabrikam)
		if c.first != nil {
			c.first(contoso, fabrikam)
		}
		keys := s.URL + "/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys"
		got := ask(t.Context(), s.Client(), keys)
		equal(t, c.name+": status", got.status, 200)
		equal(t, c.name, got.proto, c.want)

		old := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.CertPool()}}
		equal(t, c.name+": a client without HTTP/2", ask(t.Context(), &http.Client{Transport: old}, keys).proto, "HTTP/1.1")
		old.CloseIdleConnections()
	}
}

func TestServerProtocolByCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skipf("no curl here: %v", err)
	}
	for _, p := range protocols {
		s := start(t, p.how, emulator.NewTenant(nil))
		ca := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(ca, s.CACertificatePEM(), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		cmd := exec.CommandContext(t.Context(), curl, "--silent", "--show-error", "--cacert", ca, "--noproxy", "*", "--http2",
			"--output", os.DevNull, "--write-out", "HTTP/%{http_version} %{http_code}", s.URL+"/contoso.onmicrosoft.com"+documentPath)
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %s", err, errs.String())
		}
		equal(t, p.name, strings.Replace(out.String(), "HTTP/2 ", "HTTP/2.0 ", 1), p.name+" 200")
	}
}

// What was open before there was an interceptor can't be hijacked, and says so.
func TestHijack(t *testing.T) {
	s := start(t, nil, emulator.NewTenant(nil))
	before := ask(t.Context(), s.Client(), keysURL)
	var refused error
	s.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if refused = err; err != nil {
			w.WriteHeader(http.StatusNotImplemented)
			return
		}
		_, _ = conn.Write([]byte("HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n"))
		_ = conn.Close()
	})
	same := ask(t.Context(), s.Client(), keysURL)
	equal(t, "same connection", same.over, before.over)
	equal(t, "over HTTP/2", same.status, http.StatusNotImplemented)
	equal(t, "not supported", errors.Is(refused, http.ErrNotSupported), true)
	equal(t, "a new connection", ask(t.Context(), newClient(t, s), keysURL).status, http.StatusTeapot)
}

// TestProtocolsAreAlike: whatever the tenant says, it says over either.
func TestProtocolsAreAlike(t *testing.T) {
	var all [2][]string
	for i, p := range protocols {
		s := start(t, p.how, emulator.NewTenant(nil))
		b := browser(t, s.Transport())
		note := func(what string, r reply) {
			t.Helper()
			equal(t, p.name+": cookies are kept apart", r.header.Get("Cookie"), "")
			header := r.header.Clone()
			for _, name := range []string{"Date", "X-Ms-Gateway-Requestid", "Location", "Set-Cookie", "Content-Length"} {
				if header.Get(name) != "" {
					header.Set(name, "…")
				}
			}
			var lines []string
			for _, name := range slices.Sorted(maps.Keys(header)) {
				lines = append(lines, name+": "+header.Get(name))
			}
			all[i] = append(all[i], fmt.Sprintf("%s %d %s", what, r.status, strings.Join(lines, " | ")))
		}
		send := func(method, url string, header ...string) reply {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
			}
			return do(t, b, r)
		}
		const origin = "http://localhost:3000"
		equal(t, p.name, ask(t.Context(), b, metadataURL).proto, p.name)
		note("metadata", send(http.MethodGet, metadataURL))
		note("CORS", send(http.MethodGet, keysURL, "Origin", origin))
		note("preflight", send(http.MethodOptions, tokenURL, "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type"))
		note("method", send(http.MethodPut, keysURL))
		note("no such flow", send(http.MethodGet, strings.Replace(keysURL, "susi", "none", 1)))

		first := visit(t, b, authorizeURL)
		note("redirect", first)
		equal(t, p.name+": code", landed(t, first).Get("code") != "", true)
		equal(t, p.name+": cookie", first.header.Get("Set-Cookie") != "", true)
		again := visit(t, b, authorizeURL, "prompt", "none")
		note("single sign-on by the cookie", again)
		answered := redeem(t, b, tokenURL, redemption(landed(t, again).Get("code")))
		equal(t, p.name+": token", verifiedBy(t, b, keysURL, answered.AccessToken) != "", true)
		note("refused", post(t, b, tokenURL, form("grant_type", "x")))
		note("logout", send(http.MethodGet, logoutURL))
		equal(t, p.name+": signed out", landed(t, visit(t, b, authorizeURL, "prompt", "none")).Get("error") != "", true)
	}
	equalList(t, "HTTP/2 and HTTP/1.1", all[0], all[1])
}

// TestCuts: what ends a connection ends it over HTTP/2 too, and not the stream
// alone, so that a client dials anew; and with it whatever else is under way.
func TestCuts(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.FaultDown, emulator.FaultHalfBody} {
		for _, p := range protocols {
			what := fmt.Sprintf("%s over %s", kind, p.name)
			s := start(t, p.how, emulator.NewTenant(nil))
			client := newClient(t, s)
			s.MustSetFaults(emulator.Fault{Kind: emulator.FaultHang, Endpoint: emulator.KeysEndpoint, Times: 1})
			var other seen
			var wg sync.WaitGroup
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			wg.Go(func() { other = ask(ctx, client, keysURL) })
			await(t, what+": the other request hangs", func() bool { return len(s.Faults()) == 0 })

			good := ask(t.Context(), client, metadataURL)
			if p.name == "HTTP/1.1" { // a request not yet answered, as a client tries others anew
				client.CloseIdleConnections()
			}
			s.MustSetFaults(emulator.Fault{Kind: kind, Endpoint: emulator.MetadataEndpoint, Times: 1})
			cut := ask(t.Context(), client, metadataURL)
			if kind == emulator.FaultHalfBody {
				equal(t, what+": status", cut.status, 200)
				equal(t, what+": reason", errors.Is(cut.err, io.ErrUnexpectedEOF), true)
				half := len(good.body) / 2
				if n := len(cut.body); n != half && n != half-1 || !strings.HasPrefix(good.body, cut.body) {
					t.Errorf("%s: got %d bytes, want %d", what, n, half)
				}
			} else if !errors.Is(cut.err, io.EOF) && !errors.Is(cut.err, io.ErrUnexpectedEOF) {
				t.Errorf("%s: got %v, want that the connection ends", what, cut.err)
			}
			next := ask(t.Context(), client, metadataURL)
			equal(t, what+": next", next.body, good.body)
			equal(t, what+": next is on the same connection", next.over == cut.over, false)
			if p.name == "HTTP/2.0" {
				wg.Wait()
				equal(t, what+": it was on the same connection", cut.over == good.over && other.over == good.over, true)
				equal(t, what+": other ends", other.err != nil && ctx.Err() == nil, true)
				equal(t, what+": other has an answer", other.proto, "")
			}
			s.Close()
			wg.Wait()
		}
	}
}

// A handler that gives up takes the connection along, over HTTP/2 too; one whose
// client has left doesn't.
func TestAborts(t *testing.T) {
	s := start(t, nil, emulator.NewTenant(nil))
	client := s.Client()
	first := ask(t.Context(), client, keysURL)
	equal(t, "protocol", first.proto, "HTTP/2.0")
	hangs := make(chan struct{})
	s.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		switch r.URL.Query().Get("do") {
		case "abort":
			panic(http.ErrAbortHandler)
		case "hang":
			close(hangs)
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
	ctx, cancel := context.WithCancel(t.Context())
	var left seen
	var wg sync.WaitGroup
	wg.Go(func() { left = ask(ctx, client, keysURL+"?do=hang") })
	<-hangs
	cancel()
	wg.Wait()
	equal(t, "left", errors.Is(left.err, context.Canceled), true)
	await(t, "the handler ends", func() bool { return len(s.Requests()) == 2 })
	equal(t, "who leaves costs nobody the connection", ask(t.Context(), client, keysURL).over, first.over)

	aborted := ask(t.Context(), client, keysURL+"?do=abort")
	equal(t, "abort on the connection", aborted.over, first.over)
	equal(t, "abort", errors.Is(aborted.err, io.EOF) || errors.Is(aborted.err, io.ErrUnexpectedEOF), true)
	next := ask(t.Context(), client, keysURL)
	equal(t, "next", next.status, 200)
	equal(t, "next is on another connection", next.over != first.over, true)
}

// TestCutHalfOpen: of a client that doesn't close its end nothing more is heard,
// and soon ours is closed anyway.
func TestCutHalfOpen(t *testing.T) {
	s := start(t, nil, emulator.NewTenant(nil))
	conn, err := tls.Dial("tcp", strings.TrimPrefix(s.URL, "https://"), &tls.Config{RootCAs: s.CertPool(), NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const requestHeaders, settings, ping = 1, 4, 6
	frame := func(kind, flags byte, stream byte, payload string) string { // RFC 9113 section 4.1
		return string([]byte{0, 0, byte(len(payload)), kind, flags, 0, 0, 0, stream}) + payload
	}
	literal := func(index byte, value string) string { // RFC 7541 section 6.2.2
		return string([]byte{index, byte(len(value))}) + value
	}
	request := func(stream byte) string {
		const get, https, path, authority = "\x82", "\x87", 4, 1
		return frame(requestHeaders, 5, stream, get+https+literal(path, "/contoso.onmicrosoft.com/B2C_1_susi/discovery/v2.0/keys")+literal(authority, "localhost"))
	}
	s.MustSetFaults(emulator.Fault{Kind: emulator.FaultDown})
	if _, err := io.WriteString(conn, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"+frame(settings, 0, 0, "")+request(1)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, conn) // to the end
	equal(t, "requests", s.Counts().Keys, 1)
	_, _ = io.WriteString(conn, request(3)) // fails if ours was slow
	await(t, "the other end is closed", func() bool {
		_, err := io.WriteString(conn, frame(ping, 0, 0, "12345678"))
		return err != nil
	})
	equal(t, "requests", s.Counts().Keys, 1)
}

// curl tells a broken connection from a stream that was reset.
func TestCutByCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skipf("no curl here: %v", err)
	}
	s := start(t, nil, emulator.NewTenant(nil))
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, s.CACertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []emulator.FaultKind{emulator.FaultDown, emulator.FaultHalfBody} {
		s.MustSetFaults(emulator.Fault{Kind: kind})
		out, err := exec.CommandContext(t.Context(), curl, "--silent", "--show-error", "--cacert", ca, "--noproxy", "*", "--http2",
			"--output", os.DevNull, s.URL+"/contoso.onmicrosoft.com"+documentPath).CombinedOutput()
		if err == nil || regexp.MustCompile(`(?i)stream.*(reset|INTERNAL_ERROR)`).Match(out) {
			t.Errorf("%s: got %v, %s, want a broken connection", kind, err, out)
		}
		t.Logf("%s: %v %s", kind, err, out)
	}
}
