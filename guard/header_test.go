// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// ownHeader is where the token comes in the tests of Options.Header.
const ownHeader = "X-Api-Authorization"

// platforms is what a platform writes into Authorization.
const platforms = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL3NpdGUuZXhhbXBsZSJ9.c2ln"

// reading returns options that read this header.
func reading(name string, bare bool) *guard.Options {
	opts := quiet()
	opts.Header, opts.BareToken = name, bare
	return opts
}

// own returns a request with these values of the own header, and the
// platform's Authorization.
func own(values ...string) *http.Request {
	req := get(platforms)
	req.Header[ownHeader] = values
	return req
}

// recording is a validator that remembers what it was asked for, and names the
// token after it.
type recording struct{ raw []string }

func (r *recording) Validate(_ context.Context, raw string) (*validator.Token, error) {
	r.raw = append(r.raw, raw)
	return &validator.Token{Subject: raw}, nil
}

func TestOwnHeader(t *testing.T) {
	for _, c := range []struct {
		name   string
		bare   bool
		values []string
		want   string // the token that is validated, or the reason of the refusal
		detail string
	}{
		{"token", false, []string{"Bearer a.b.c"}, "a.b.c", ""},
		{"none", false, nil, "no_credential", "no X-Api-Authorization header"},
		{"empty", false, []string{""}, "no_credential", "the X-Api-Authorization header is empty"},
		{"two", false, []string{"Bearer a.b.c", "Bearer a.b.c"}, "several_credentials", "several X-Api-Authorization headers"},
		{"two, one empty", false, []string{"Bearer a.b.c", ""}, "several_credentials", ""},
		{"joined", false, []string{"Bearer a.b.c, Bearer a.b.c"}, "malformed_credential", "comma"},
		{"another scheme", false, []string{"Basic YTpi"}, "no_credential", "of another scheme than Bearer"},
		{"scheme alone", false, []string{"Bearer"}, "malformed_credential", "the X-Api-Authorization header has no token"},
		{"no scheme", false, []string{"eyJhbGciOiJSUzI1NiJ9.e30.AAAA"}, "no_credential", "or set Options.BareToken"},

		{"bare: token", true, []string{"a.b.c"}, "a.b.c", ""},
		{"bare: none", true, nil, "no_credential", ""},
		{"bare: empty", true, []string{" "}, "no_credential", "is empty"},
		{"bare: two", true, []string{"a.b.c", "a.b.c"}, "several_credentials", ""},
		{"bare: joined", true, []string{"a.b.c, a.b.c"}, "malformed_credential", "comma"},
		{"bare: with a scheme", true, []string{"Bearer a.b.c"}, "malformed_credential", "one Bearer too many"},
		{"bare: another scheme", true, []string{"Basic YTpi"}, "malformed_credential", ""},
		{"bare: quoted", true, []string{`"a.b.c"`}, "malformed_credential", "quotes"},
		{"bare: line break", true, []string{"a.b.c\r\nX: y"}, "malformed_credential", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := &recording{}
			rule := guard.New(v, reading(ownHeader, c.bare)).Rule()
			ctx, err := rule.Check(own(c.values...))
			got, detail := strings.Join(v.raw, "|"), ""
			if err != nil {
				r := err.(*guard.Refusal)
				got, detail = r.Reason(), r.Detail()
			} else if token, _ := guard.FromContext(ctx); token.Subject != c.want {
				t.Errorf("got the token of %q, want that of %q", token.Subject, c.want)
			}
			if got != c.want || !strings.Contains(detail, c.detail) {
				t.Errorf("got %q (%s), want %q with %q", got, detail, c.want, c.detail)
			}
		})
	}
}

// Whatever stands in Authorization, it is neither read nor counted, and it
// opens nothing.
func TestOwnHeaderLeavesAuthorizationAlone(t *testing.T) {
	opts := reading("x-api-authorization", false) // names match in any case
	opts.Extractors = []guard.Extractor{guard.Cookie("token")}
	g := guard.New(validateFunc(accept), opts)
	for _, values := range [][]string{nil, {platforms}, {"Bearer a", "Bearer b"}, {"Bearer"}, {"\x00"}, {"Basic a, Bearer b"}} {
		req := get(values...)
		if got := refuse(t, g.Rule(), req); got.Reason() != "no_credential" {
			t.Errorf("Authorization %q alone: got %s, want no_credential", values, got.Reason())
		}
		req.Header.Set(ownHeader, "Bearer a")
		if _, err := g.Rule().Check(req); err != nil {
			t.Errorf("Authorization %q beside the own header: got %v, want no error", values, err)
		}
		req.AddCookie(&http.Cookie{Name: "token", Value: "a"})
		if got := refuse(t, g.Rule(), req); got.Reason() != "several_credentials" {
			t.Errorf("Authorization %q, own header and cookie: got %s, want several_credentials", values, got.Reason())
		}
		req.Header.Del(ownHeader)
		if _, err := g.Rule().Check(req); err != nil {
			t.Errorf("Authorization %q beside a cookie: got %v, want no error", values, err)
		}
	}
}

func TestHeaderThatCantBe(t *testing.T) {
	for _, c := range []struct {
		name string
		bare bool
		want string // "" if it can be
	}{
		{"", false, ""},
		{"Authorization", false, ""},
		{"authorization", false, ""},
		{"X-Api-Token", true, ""},
		{"x_ms_token", true, ""},
		{"", true, "Options.BareToken"},
		{"AUTHORIZATION", true, "Options.BareToken"},
		{"X Api", false, `Options.Header "X Api": not the name of a header`},
		{"X-Api:", false, "not the name"},
		{":authority", false, "not the name"},
		{"X-Api\r\n", false, "not the name"},
		{"Ä", false, "not the name"},
		{"cookie", false, `Options.Header "Cookie": servers, browsers or proxies use it`},
		{"Sec-WebSocket-Protocol", true, "Options.Extractors"},
		{"Proxy-Authorization", false, "use it themselves"},
		{"host", true, "use it themselves"},
		{"TE", true, "use it themselves"},
		{"content-length", true, "use it themselves"},
		{"Transfer-Encoding", true, "use it themselves"},
		{"Connection", true, "use it themselves"},
		{"Origin", true, "use it themselves"},
		{"Access-Control-Request-Method", true, "use it themselves"},
		{"Accept", true, "use it themselves"},
		{"WWW-Authenticate", false, "use it themselves"},
	} {
		got := panicText(func() { guard.New(validateFunc(accept), reading(c.name, c.bare)) })
		if !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("Header %q, BareToken %v: got panic %q, want %q", c.name, c.bare, got, c.want)
		}
	}
}

// The nested rule compares what comes in the own header. What the platform
// writes into Authorization, or a gateway for the next service, is not it.
func TestNestedRuleFollowsTheOwnHeader(t *testing.T) {
	v := &recording{}
	rule := guard.New(v, reading(ownHeader, false)).Rule()
	outer, err := rule.Check(own("Bearer ada"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, want string
		req        *http.Request
	}{
		{"the same", "ada", own("Bearer ada")},
		{"taken off", "ada", own()},
		{"emptied", "ada", own("")},
		{"taken off, no Authorization", "ada", get()},
		{"taken off, the same in Authorization", "ada", get("Bearer ada")},
		{"taken off, bob's in Authorization", "ada", get("Bearer bob")},
		{"another's", "bob", own("Bearer bob")},
	} {
		ctx, err := rule.Check(c.req.WithContext(outer))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if token, _ := guard.FromContext(ctx); token.Subject != c.want {
			t.Errorf("%s: got the token of %q, want that of %q", c.name, token.Subject, c.want)
		}
	}
	if got := refuse(t, rule, own("Basic YTpi").WithContext(outer)).Reason(); got != "no_credential" {
		t.Errorf("another scheme inside: got %s, want no_credential", got)
	}
	if want := []string{"ada", "bob"}; !slices.Equal(v.raw, want) {
		t.Errorf("validated %q, want %q: the same token once", v.raw, want)
	}
}

// A gateway behind a platform: ReverseProxy copies the platform's token and
// the caller's. With both removed, the service gets the caller's once.
func TestForwarderFollowsTheOwnHeader(t *testing.T) {
	var got []http.Header
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.Header) }))
	defer service.Close()
	target, err := url.Parse(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	gateway := func(remove ...string) http.Handler {
		proxy := &httputil.ReverseProxy{
			Transport: forwarder(t, nil, service.URL),
			Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(target)
				for _, name := range remove {
					r.Out.Header.Del(name)
				}
			},
			ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		}
		return b2chttp.New(guard.New(validateFunc(accept), reading(ownHeader, false)), nil).Require()(proxy)
	}
	for _, c := range []struct {
		name   string
		h      http.Handler
		status int
		calls  int
	}{
		{"both removed", gateway("Authorization", ownHeader), 200, 1},
		{"the platform's left", gateway(ownHeader), 502, 0}, // never mistaken for the caller's
	} {
		got = nil
		rec := httptest.NewRecorder()
		c.h.ServeHTTP(rec, own("Bearer "+callersToken))
		if rec.Code != c.status || len(got) != c.calls {
			t.Fatalf("%s: got status %d and %d calls, want %d and %d", c.name, rec.Code, len(got), c.status, c.calls)
		}
		for _, h := range got {
			if sent := h["Authorization"]; !slices.Equal(sent, []string{"Bearer " + callersToken}) {
				t.Errorf("%s: got Authorization %q, want the caller's token alone", c.name, sent)
			}
			if sent := h[ownHeader]; sent != nil {
				t.Errorf("%s: got %s %q, want none", c.name, ownHeader, sent)
			}
		}
	}
}
