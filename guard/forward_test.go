// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

const callersToken = "the.callers.token"

// verified returns a context as the handler of a guarded route has it.
func verified(t *testing.T, token string) context.Context {
	t.Helper()
	ctx, err := guard.New(validateFunc(accept), quiet()).Rule().Check(get("Bearer " + token).WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// services are servers, by name, that note who called with which
// Authorization. The query to=b,c redirects to b, and that to c.
type services struct {
	url map[string]string

	mu  sync.Mutex
	got []string
}

func serve(t *testing.T, names ...string) *services {
	t.Helper()
	s := &services{url: map[string]string{}}
	for _, name := range names {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			auth := strings.Join(r.Header["Authorization"], "|")
			body, _ := io.ReadAll(r.Body)
			s.mu.Lock()
			s.got = append(s.got, strings.Join(strings.Fields(name+" "+auth+" "+string(body)), " "))
			s.mu.Unlock()
			next, rest, _ := strings.Cut(r.FormValue("to"), ",")
			if next != "" {
				http.Redirect(w, r, s.url[next]+"/?to="+rest, http.StatusTemporaryRedirect)
				return
			}
			fmt.Fprint(w, auth)
		}))
		t.Cleanup(server.Close)
		s.url[name] = server.URL
	}
	return s
}

// calls returns what was noted, and forgets it.
func (s *services) calls() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.got = nil }()
	return strings.Join(s.got, ", ")
}

func forwarder(t *testing.T, base http.RoundTripper, origins ...string) *guard.Forwarder {
	t.Helper()
	f, err := guard.NewForwarder(base, origins...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// roundTrip is an http.RoundTripper that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// body reports whether it was closed.
type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

func request(ctx context.Context, t *testing.T, target string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader("order"))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func TestForwarderKnowsItsOrigins(t *testing.T) {
	s := serve(t, "a", "b", "foreign")
	client := &http.Client{Transport: forwarder(t, nil, s.url["a"], s.url["b"]+"/")}
	for to, want := range map[string]string{
		"a":       "a Bearer the.callers.token order",
		"b":       "b Bearer the.callers.token order",
		"foreign": "foreign order",
	} {
		resp, err := client.Do(request(verified(t, callersToken), t, s.url[to]))
		if err != nil {
			t.Fatalf("to %s: %v", to, err)
		}
		resp.Body.Close()
		if got := s.calls(); got != want {
			t.Errorf("to %s: got call %q, want %q", to, got, want)
		}
	}
}

func TestForwarderAndRedirects(t *testing.T) {
	s := serve(t, "a", "b", "f") // f is foreign
	client := &http.Client{Transport: forwarder(t, nil, s.url["a"], s.url["b"])}
	const token = " Bearer the.callers.token"
	for _, c := range []struct{ path, want string }{
		{"a", "a+"},
		{"a,a,a", "a+ a+ a+"},
		{"a,b,a", "a+ b+ a+"},
		{"f", "f"},
		{"a,f", "a+ f"},
		{"a,f,a", "a+ f a"},
		{"a,f,a,a,b", "a+ f a a b"},
		{"f,a", "f a"},
		{"f,f,b,a", "f f b a"},
	} {
		first, rest, _ := strings.Cut(c.path, ",")
		resp, err := client.Do(request(verified(t, callersToken), t, s.url[first]+"/?to="+rest))
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		resp.Body.Close()
		want := strings.ReplaceAll(strings.ReplaceAll(c.want, " ", " order, ")+" order", "+", token)
		if got := s.calls(); got != want {
			t.Errorf("%s: got calls %q, want %q", c.path, got, want)
		}
	}
}

// A base that leaves out Response.Request, as fakes do, changes nothing.
func TestForwarderFollowsOwnRedirectsOnAnyBase(t *testing.T) {
	var sent []string
	base := roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.URL.String()+" "+r.Header.Get("Authorization"))
		resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}}
		if r.URL.Path == "/1" {
			resp.StatusCode = http.StatusFound
			resp.Header.Set("Location", "/2")
		}
		return resp, nil
	})
	client := &http.Client{Transport: forwarder(t, base, "https://stock.internal")}
	if _, err := client.Do(request(verified(t, callersToken), t, "https://stock.internal/1")); err != nil {
		t.Fatal(err)
	}
	want := []string{"https://stock.internal/1 Bearer the.callers.token", "https://stock.internal/2 Bearer the.callers.token"}
	if !slices.Equal(sent, want) {
		t.Errorf("got %q, want %q", sent, want)
	}
}

// The Host header tells a shared front end whose service is meant.
func TestForwarderGoesByTheHostFieldToo(t *testing.T) {
	s := serve(t, "a")
	f := forwarder(t, nil, s.url["a"])
	for host, want := range map[string]string{"": "a Bearer the.callers.token order", "other.internal": "a order"} {
		req := request(verified(t, callersToken), t, s.url["a"])
		req.Host = host
		resp, err := f.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := s.calls(); got != want {
			t.Errorf("Host %q: got call %q, want %q", host, got, want)
		}
	}
}

func TestForwarderWithoutToken(t *testing.T) {
	s := serve(t, "a", "foreign")
	f := forwarder(t, nil, s.url["a"])
	g := guard.New(validateFunc(accept), &guard.Options{AllowPreflight: true})
	optional, err := g.Optional().Check(get().WithContext(verified(t, callersToken)))
	if err != nil {
		t.Fatal(err)
	}
	preflight := httptest.NewRequest(http.MethodOptions, "/", nil)
	preflight.Header = http.Header{"Origin": {"https://app.example"}, "Access-Control-Request-Method": {"GET"}}
	let, err := g.Rule().Check(preflight)
	if err != nil {
		t.Fatal(err)
	}
	for name, ctx := range map[string]context.Context{
		"background": context.Background(), "no guard": get("Bearer " + callersToken).Context(), "optional, of another guard": optional, "preflight": let,
	} {
		req, b := request(ctx, t, s.url["a"]), &body{Reader: strings.NewReader("order")}
		req.Body = b
		if resp, err := f.RoundTrip(req); !errors.Is(err, guard.ErrNoToken) || resp != nil {
			t.Errorf("%s: got %v, %v, want %v", name, resp, err, guard.ErrNoToken)
		}
		if !b.closed {
			t.Errorf("%s: got the body open, want it closed", name)
		}
		req.Body = nil
		if _, err := (&http.Client{Transport: f}).Do(req); !errors.Is(err, guard.ErrNoToken) {
			t.Errorf("%s, by http.Client without a body: got %v, want %v", name, err, guard.ErrNoToken)
		}
		if got := s.calls(); got != "" {
			t.Errorf("%s: got call %q, want none", name, got)
		}
		resp, err := f.RoundTrip(request(ctx, t, s.url["foreign"]))
		if err != nil {
			t.Fatalf("%s, to another origin: got %v, want no error", name, err)
		}
		resp.Body.Close()
		if got := s.calls(); got != "foreign order" {
			t.Errorf("%s, to another origin: got call %q, want it without a token", name, got)
		}
	}
}

func TestForwarderRefusesASecondAuthorization(t *testing.T) {
	s := serve(t, "a", "foreign")
	f := forwarder(t, nil, s.url["a"])
	for name, header := range map[string]http.Header{
		"another token":  {"Authorization": {"Bearer another"}},
		"the same token": {"Authorization": {"Bearer " + callersToken}},
		"basic":          {"Authorization": {"Basic YTpi"}},
		"empty":          {"Authorization": {""}},
		"in odd letters": {"authorization": {"Bearer another"}},
	} {
		req, b := request(verified(t, callersToken), t, s.url["a"]), &body{Reader: strings.NewReader("order")}
		req.Header, req.Body = header, b
		resp, err := f.RoundTrip(req)
		if err == nil || resp != nil || !strings.Contains(err.Error(), "has an Authorization header") || strings.Contains(err.Error(), "another") {
			t.Errorf("%s: got %v, %v, want an error about the header, without its value", name, resp, err)
		}
		if got := s.calls(); got != "" || !b.closed {
			t.Errorf("%s: got call %q, body closed: %v; want none, and the body closed", name, got, b.closed)
		}
	}

	// http.Client makes a header of a user name in the URL.
	withUser := strings.Replace(s.url["a"], "://", "://ada:pw@", 1)
	if _, err := (&http.Client{Transport: f}).Do(request(verified(t, callersToken), t, withUser)); err == nil || s.calls() != "" {
		t.Errorf("user name in the URL: got %v, want an error and no call", err)
	}

	for name, c := range map[string]struct {
		to     string
		header http.Header
		want   string
	}{
		"to another origin": {"foreign", http.Header{"Authorization": {"Bearer another"}}, "foreign Bearer another order"},
		"without a value":   {"a", http.Header{"Authorization": nil}, "a Bearer the.callers.token order"},
	} {
		req := request(verified(t, callersToken), t, s.url[c.to])
		req.Header = c.header
		resp, err := f.RoundTrip(req)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		resp.Body.Close()
		if got := s.calls(); got != c.want {
			t.Errorf("%s: got call %q, want %q", name, got, c.want)
		}
	}
}

// FromContext and the Forwarder are of one mind about whose token it is.
func TestForwarderPassesTheInnermostTokenOn(t *testing.T) {
	s := serve(t, "a")
	f := forwarder(t, nil, s.url["a"])
	cookie := get()
	cookie.AddCookie(&http.Cookie{Name: "session", Value: "from.a.cookie"})
	fromCookie, err := guard.New(validateFunc(accept), &guard.Options{Extractors: []guard.Extractor{guard.Cookie("session")}}).Rule().Check(cookie)
	if err != nil {
		t.Fatal(err)
	}
	inner, err := guard.New(validateFunc(accept), quiet()).Rule().Check(get("Bearer inner").WithContext(verified(t, callersToken)))
	if err != nil {
		t.Fatal(err)
	}
	expired, err := guard.New(validateFunc(func(context.Context, string) (*validator.Token, error) {
		return &validator.Token{ExpiresAt: time.Now().Add(-time.Minute)}, nil
	}), quiet()).Rule().Check(get("Bearer expired.since"))
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(verified(t, "went.on"))
	cancel()
	for want, ctx := range map[string]context.Context{
		"inner": inner, "from.a.cookie": fromCookie, "expired.since": expired, "went.on": context.WithoutCancel(ended),
	} {
		resp, err := f.RoundTrip(request(ctx, t, s.url["a"]))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := s.calls(); got != "a Bearer "+want+" order" {
			t.Errorf("got call %q, want the token %s", got, want)
		}
	}
}

func TestForwarderChangesNoRequest(t *testing.T) {
	s := serve(t, "a")
	client := &http.Client{Transport: forwarder(t, nil, s.url["a"])}
	req := request(verified(t, callersToken), t, s.url["a"])
	req.Header.Set("Accept", "text/plain")
	before := req.Clone(req.Context())
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if !reflect.DeepEqual(req.Header, before.Header) || req.URL.String() != before.URL.String() || req.Host != before.Host {
		t.Errorf("got header %v, URL %v, want %v, %v", req.Header, req.URL, before.Header, before.URL)
	}
	if got := resp.Request; got != req {
		t.Errorf("Response.Request: got another request, with header %v, want the one that was made", got.Header)
	}
}

func TestForwarderErrorsHoldNoToken(t *testing.T) {
	s := serve(t, "a")
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	f := forwarder(t, nil, s.url["a"], down.URL)
	set := request(verified(t, callersToken), t, s.url["a"])
	set.Header.Set("Authorization", "Bearer "+callersToken)
	loop := request(verified(t, callersToken), t, s.url["a"]+"/?to="+strings.Repeat("a,", 20))
	ended, cancel := context.WithCancel(verified(t, callersToken))
	cancel()
	// A validator of the application's own may accept what no header can carry.
	long := strings.Repeat("a", 64<<10) + "\r\n" + callersToken
	raw := httptest.NewRequest(http.MethodGet, "/", nil)
	raw.Header["Authorization"] = []string{"Bearer " + long}
	odd, err := guard.New(validateFunc(accept), quiet()).Rule().Check(raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, req := range map[string]*http.Request{
		"no connection":     request(verified(t, callersToken), t, down.URL),
		"header set":        set,
		"endless redirects": loop,
		"request ended":     request(ended, t, s.url["a"]),
		"line break":        request(odd, t, s.url["a"]),
	} {
		_, err := (&http.Client{Transport: f}).Do(req)
		if err == nil {
			t.Errorf("%s: got no error, want one", name)
		}
		for _, text := range []string{fmt.Sprint(err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
			if strings.Contains(text, callersToken) {
				t.Errorf("%s: got the token in %s", name, text)
			}
		}
	}
}

func TestNewForwarderErrors(t *testing.T) {
	var none *http.Transport
	for name, c := range map[string]struct {
		base    http.RoundTripper
		origins []string
		want    string
	}{
		"no origins": {nil, nil, "NewForwarder: no origins"},
		"empty":      {nil, []string{"https://a.internal", ""}, "NewForwarder: origins[1]: empty"},
		"path":       {nil, []string{"https://a.internal/items"}, `origins[0]: "https://a.internal/items" has more than scheme, host and port: a path; write "https://a.internal"`},
		"plain http": {nil, []string{"https://b", "https://c", "http://a.internal"}, `origins[2]: "http://a.internal" must be https`},
		"password":   {nil, []string{"https://ada:hunter2@a.internal"}, "origins[0]: holds an @"},
		"wildcard":   {nil, []string{"https://*.internal"}, `origins[0]: "https://*.internal" has a malformed host`},
		"nil base":   {none, []string{"https://a.internal"}, "base is a nil *http.Transport"},
		"nil func":   {roundTrip(nil), []string{"https://a.internal"}, "base is a nil guard_test.roundTrip"},
	} {
		f, err := guard.NewForwarder(c.base, c.origins...)
		if err == nil || f != nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}

// closer is a base that counts.
type closer struct {
	http.RoundTripper
	closed int
}

func (c *closer) CloseIdleConnections() { c.closed++ }

func TestForwarderClosesIdleConnectionsOfItsBase(t *testing.T) {
	base := &closer{}
	(&http.Client{Transport: forwarder(t, base, "https://a.internal")}).CloseIdleConnections()
	if base.closed != 1 {
		t.Errorf("got %d calls to base, want 1", base.closed)
	}
	// One that can't is left alone.
	f := forwarder(t, roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("down") }), "https://a.internal")
	f.CloseIdleConnections()
}

// Callers at the same time never get each other's token.
func TestForwarderKeepsCallersApart(t *testing.T) {
	s := serve(t, "a")
	client := &http.Client{Transport: forwarder(t, nil, s.url["a"])}
	var wg sync.WaitGroup
	for i := range 50 {
		want := fmt.Sprintf("Bearer caller.%d", i)
		req := request(verified(t, strings.TrimPrefix(want, "Bearer ")), t, s.url["a"]+"/?to=a,a")
		wg.Go(func() {
			resp, err := client.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			if got, err := io.ReadAll(resp.Body); string(got) != want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
	wg.Wait()
}

// From one end to the other: a service calls another one, and a gateway passes
// requests through.
func TestForwarderBehindMiddleware(t *testing.T) {
	s := serve(t, "a")
	f := forwarder(t, nil, s.url["a"])
	target, err := url.Parse(s.url["a"])
	if err != nil {
		t.Fatal(err)
	}
	call := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resp, err := (&http.Client{Transport: f}).Do(request(r.Context(), t, s.url["a"]))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		_, _ = io.Copy(w, resp.Body)
	})
	gateway := &httputil.ReverseProxy{
		Transport: f,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Header.Del("Authorization")
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	g := guard.New(validateFunc(accept), quiet())
	for name, c := range map[string]struct {
		handler http.Handler
		auth    string
		status  int
		want    string // of the call to a
	}{
		"handler":                     {b2chttp.New(g, nil).Require()(call), "Bearer " + callersToken, 200, "a Bearer the.callers.token order"},
		"handler, nested guards":      {b2chttp.New(g, nil).Require()(b2chttp.New(g, nil).Require()(call)), "Bearer " + callersToken, 200, "a Bearer the.callers.token order"},
		"handler, optional":           {b2chttp.New(g, nil).Optional()(call), "Bearer " + callersToken, 200, "a Bearer the.callers.token order"},
		"handler, optional, no token": {b2chttp.New(g, nil).Optional()(call), "", 502, ""},
		"handler, no guard":           {call, "Bearer " + callersToken, 502, ""},
		"gateway":                     {b2chttp.New(g, nil).Require()(gateway), "Bearer " + callersToken, 200, "a Bearer the.callers.token"},
		"gateway, no guard":           {gateway, "Bearer " + callersToken, 502, ""},
	} {
		server := httptest.NewServer(c.handler)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.auth != "" {
			req.Header.Set("Authorization", c.auth)
		}
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		resp.Body.Close()
		server.Close()
		if got := s.calls(); resp.StatusCode != c.status || got != c.want {
			t.Errorf("%s: got status %d and call %q, want %d and %q", name, resp.StatusCode, got, c.status, c.want)
		}
	}
}
