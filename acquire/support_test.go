// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// Literals of the tenant and the application of most tests, by https://learn.microsoft.com/azure/active-directory-b2c/client-credentials-grant-flow.
const (
	contosoID    = "775527ff-9a37-4307-8b3d-cc311f58d925"
	contosoToken = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token"
	clientID     = "11111111-2222-4333-8444-555555555555"
	clientSecret = "tH1s.is~the-Secret_of+contoso/daemon"
	tasksScope   = "https://contoso.onmicrosoft.com/tasks/.default"
	stockScope   = "https://contoso.onmicrosoft.com/stock/.default"
)

// bubble runs f in virtual time. The emulator's keys are made outside, once.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	emulator.NewTenant(nil).CurrentKey("B2C_1_susi")
	emulator.NewTenant(nil).CurrentKey("B2C_1A_partner")
	synctest.Test(t, f)
}

// contoso returns the tenant of most tests.
func contoso(tb testing.TB) authority.Tenant {
	tb.Helper()
	tenant, err := authority.B2C("contoso", contosoID)
	if err != nil {
		tb.Fatal(err)
	}
	return tenant
}

// newDaemon returns an App of the flow B2C_1_susi with a secret, whose requests
// go to rt. It is closed at the end of the test. Of opts, which may be nil, a
// Transport is replaced.
func newDaemon(tb testing.TB, rt http.RoundTripper, opts *acquire.Options) *acquire.App {
	tb.Helper()
	return newDaemonAt(tb, contoso(tb).Flow("B2C_1_susi"), acquire.Secret(clientSecret), rt, opts)
}

// newDaemonAt is newDaemon for another authority or credential.
func newDaemonAt(tb testing.TB, at authority.Authority, credential acquire.Credential, rt http.RoundTripper, opts *acquire.Options) *acquire.App {
	tb.Helper()
	o := acquire.Options{}
	if opts != nil {
		o = *opts
	}
	o.Transport = rt
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	app, err := acquire.NewConfidential(at, clientID, credential, &o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := app.Close(); err != nil {
			tb.Errorf("Close: %v", err)
		}
	})
	return app
}

// newEmulated returns an emulated tenant and an App that is its daemon, and the
// scope that this may ask for.
func newEmulated(tb testing.TB, opts *acquire.Options) (b2c *emulator.Tenant, app *acquire.App, scope string) {
	tb.Helper()
	b2c = emulator.NewTenant(nil)
	o := acquire.Options{}
	if opts != nil {
		o = *opts
	}
	o.Transport = b2c.Transport()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	daemon := b2c.Daemon()
	app, err := acquire.NewConfidential(contoso(tb).Flow("B2C_1_susi"), daemon.ID, acquire.Secret(daemon.Secret), &o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = app.Close() })
	return b2c, app, b2c.API().URI + "/.default"
}

// endpoint is a token endpoint, or whatever stands in its place, that answers
// as a test tells it to and counts what arrives. The zero endpoint gives out
// tokens for an hour.
type endpoint struct {
	mu     sync.Mutex
	script func(p post) reply
	posts  []post
	ends   map[string]time.Time // of the tokens it gave out
}

// post is one request that arrived.
type post struct {
	n      int // from 1
	at     time.Time
	url    string
	header http.Header
	form   url.Values
	ctx    context.Context
}

// reply is what an endpoint does about a request. The zero reply is a token of
// its own for an hour.
type reply struct {
	token  string        // "token-{n}" if empty
	life   time.Duration // of the token: an hour if zero
	status int           // 200 if zero
	header map[string]string
	body   string          // in place of a token
	err    error           // in place of any answer
	after  time.Duration   // first, let this much time pass
	until  <-chan struct{} // first, wait for this
	panics any             // in place of all
}

// hanging is an endpoint that never answers. A bubble makes its own.
func hanging() reply { return reply{until: make(chan struct{})} }

// down is an endpoint that can't be reached.
func down() reply {
	return reply{err: errors.New("dial tcp 192.0.2.1:443: connect: connection refused")}
}

// refusing is an endpoint that answers with an OAuth error.
func refusing(status int, code, description string) reply {
	return reply{status: status, body: fmt.Sprintf(`{"error":%q,"error_description":%q}`, code, description)}
}

// invalidClient is B2C's answer to a wrong secret.
func invalidClient() reply {
	return refusing(http.StatusBadRequest, "invalid_client", "AADB2C90081: The specified client_secret does not match the expected value for this client. Please correct the client_secret and try again.\r\nCorrelation ID: 3d1e8a0c-0c3a-4d3c-9a3e-1c5b7c1f2a11\r\nTimestamp: 2026-01-02 03:04:05Z\r\n")
}

// play changes what the endpoint does, from the next request on.
func (e *endpoint) play(script func(p post) reply) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.script = script
}

// always makes the endpoint do the same from now on.
func (e *endpoint) always(r reply) { e.play(func(post) reply { return r }) }

// count returns how many requests have arrived.
func (e *endpoint) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.posts)
}

// since returns the requests that arrived after the first n.
func (e *endpoint) since(n int) []post {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]post(nil), e.posts[n:]...)
}

// end returns when a token expires that the endpoint gave out.
func (e *endpoint) end(token string) (time.Time, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	end, ok := e.ends[token]
	return end, ok
}

// forget frees what the endpoint knows of tokens and requests, not how many
// there were.
func (e *endpoint) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ends = nil
	clear(e.posts)
}

// RoundTrip implements http.RoundTripper.
func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	p := post{at: time.Now(), url: r.URL.String(), header: r.Header.Clone(), ctx: r.Context()}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return nil, err
		}
		if p.form, err = url.ParseQuery(string(body)); err != nil {
			return nil, err
		}
	}
	e.mu.Lock()
	p.n = len(e.posts) + 1
	e.posts = append(e.posts, p)
	script := e.script
	e.mu.Unlock()
	var what reply
	if script != nil {
		what = script(p)
	}
	return e.respond(r, p, what)
}

func (e *endpoint) respond(r *http.Request, p post, what reply) (*http.Response, error) {
	if what.panics != nil {
		panic(what.panics)
	}
	if what.until != nil {
		select {
		case <-what.until:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if what.after > 0 {
		timer := time.NewTimer(what.after)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if what.err != nil {
		return nil, what.err
	}
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	for name, value := range what.header {
		header.Set(name, value)
	}
	status := what.status
	if status == 0 {
		status = http.StatusOK
	}
	body := what.body
	if body == "" && status == http.StatusOK {
		body = e.issue(p, what)
	}
	return &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}, nil
}

// issue gives out a token as user flows do, with numbers in strings.
func (e *endpoint) issue(p post, what reply) string {
	token, life := what.token, what.life
	if token == "" {
		token = "token-" + strconv.Itoa(p.n)
	}
	if life == 0 {
		life = time.Hour
	}
	now := time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ends == nil {
		e.ends = map[string]time.Time{}
	}
	e.ends[token] = now.Add(life)
	return fmt.Sprintf(`{"access_token":%q,"token_type":"Bearer","not_before":"%d","expires_in":"%d","expires_on":"%d","resource":"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6","scope":%q}`,
		token, now.Unix(), int64(life.Seconds()), now.Add(life).Unix(), p.form.Get("scope"))
}

// logs keeps what is logged. It is safe for concurrent use.
type logs struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// panickyHandler fails whoever logs.
type panickyHandler struct{ slog.Handler }

func (panickyHandler) Enabled(context.Context, slog.Level) bool  { return true }
func (panickyHandler) Handle(context.Context, slog.Record) error { panic("no more paper") }
func (h panickyHandler) WithAttrs([]slog.Attr) slog.Handler      { return h }
func (h panickyHandler) WithGroup(string) slog.Handler           { return h }

func newPanickyLogger() *slog.Logger { return slog.New(panickyHandler{slog.DiscardHandler}) }

// lines counts the lines that hold a text.
func (l *logs) lines(text string) int {
	n := 0
	for line := range strings.Lines(l.String()) {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

// newLogs returns a logger that logs everything, and what it logged.
func newLogs() (*slog.Logger, *logs) {
	l := &logs{}
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})), l
}

// mustToken returns the access token of a call that must do well.
func mustToken(tb testing.TB, app *acquire.App, scopes ...string) *oauth2.Token {
	tb.Helper()
	token, err := app.Token(tb.Context(), scopes...)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// wantClass fails unless err is an *acquire.Error of the class, without a
// secret in its text.
func wantClass(tb testing.TB, what string, err error, want acquire.Class) *acquire.Error {
	tb.Helper()
	e, ok := errors.AsType[*acquire.Error](err)
	if !ok || e.Class != want || !errors.Is(err, want) {
		tb.Errorf("%s: got %v, want class %s", what, err, want)
		return &acquire.Error{}
	}
	if strings.Contains(err.Error(), clientSecret) {
		tb.Errorf("%s: the error tells the secret", what)
	}
	return e
}

// wantPosts fails unless the endpoint got exactly so many requests.
func wantPosts(tb testing.TB, what string, e *endpoint, want int) {
	tb.Helper()
	if got := e.count(); got != want {
		tb.Errorf("%s: got %d requests to the token endpoint, want %d", what, got, want)
	}
}
