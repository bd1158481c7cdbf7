// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// parsed returns an authority with contoso's GUID.
func parsed(tb testing.TB, address string) authority.Authority {
	tb.Helper()
	at, err := authority.Parse(address)
	if err == nil && at.TenantID() == "" {
		at, err = at.WithTenantID(contosoID)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

// s256 is the challenge of RFC 7636 section 4.2.
func s256(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func query(tb testing.TB, address string) url.Values {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// TestAuthorizationURL holds the whole address to https://learn.microsoft.com/azure/active-directory-b2c/b2clogin and https://learn.microsoft.com/azure/active-directory-b2c/authorization-code-flow.
func TestAuthorizationURL(t *testing.T) {
	for name, c := range map[string]struct{ authority, want string }{
		"path":          {"https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize?"},
		"GUID":          {"https://contoso.b2clogin.com/" + contosoID + "/B2C_1_susi", "https://contoso.b2clogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/B2C_1_susi/oauth2/v2.0/authorize?"},
		"tfp":           {"https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi", "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/authorize?"},
		"query":         {"https://contoso.b2clogin.com/contoso.onmicrosoft.com?p=B2C_1_susi", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1_susi&"},
		"custom domain": {"https://login.contoso.com/contoso.onmicrosoft.com/B2C_1A_Partner", "https://login.contoso.com/contoso.onmicrosoft.com/B2C_1A_Partner/oauth2/v2.0/authorize?"},
	} {
		app, err := acquire.NewPublic(parsed(t, c.authority), strings.ToUpper(nativeID), over(newWire(emulator.NewTenant(nil)), nil))
		if err != nil {
			t.Fatal(err)
		}
		defer app.Close()
		address, p, err := app.BeginSignIn(returnURI, []string{writeScope, "openid", readScope, writeScope, "profile"}, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := fmt.Sprintf("%sclient_id=e7a1c8d2-4b7f-4d0e-8a36-1f5f6c2b9d41&code_challenge=%s&code_challenge_method=S256&nonce=%s"+
			"&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A8400%%2Fcallback&response_mode=query&response_type=code"+
			"&scope=openid+offline_access+https%%3A%%2F%%2Fcontoso.onmicrosoft.com%%2Ftasks%%2Ftasks.read+https%%3A%%2F%%2Fcontoso.onmicrosoft.com%%2Ftasks%%2Ftasks.write&state=%s",
			c.want, s256(p.Verifier), p.Nonce, p.State)
		if address != want {
			t.Errorf("%s:\n got %s\nwant %s", name, address, want)
		}
	}
}

// TestAuthorizationURLOfLink: the same request to another flow, in the form
// that the App's own authority has.
func TestAuthorizationURLOfLink(t *testing.T) {
	own := "https://contoso.b2clogin.com/contoso.onmicrosoft.com"
	app, err := acquire.NewConfidential(parsed(t, own+"?p=B2C_1_susi"), webID, acquire.Secret(webSecret),
		over(newWire(emulator.NewTenant(nil)), &acquire.Options{Links: []authority.Authority{parsed(t, own+"?p=B2C_1_edit")}}))
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	address, p, err := app.BeginFlow("b2c_1_EDIT", returnURI, &acquire.AuthorizeOptions{LoginHint: "ada@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1_edit&client_id=2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"+
		"&code_challenge=%s&code_challenge_method=S256&login_hint=ada%%40example.org&nonce=%s"+
		"&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A8400%%2Fcallback&response_mode=query&response_type=code&scope=openid+offline_access&state=%s",
		s256(p.Verifier), p.Nonce, p.State)
	if address != want {
		t.Errorf("\n got %s\nwant %s", address, want)
	}
	if p.Flow != "B2C_1_edit" {
		t.Errorf("Pending.Flow: got %q, want the name as configured", p.Flow)
	}
}

// TestAttempts: what protects an attempt is its own, long enough (RFC 7636
// section 7.1 asks for 256 bits of the verifier), and the state tells nothing.
func TestAttempts(t *testing.T) {
	app := newWeb(t, newWire(emulator.NewTenant(nil)), "B2C_1_susi", nil)
	seen := map[string]bool{}
	for range 50 {
		address, p, err := app.BeginSignIn(returnURI, []string{readScope}, &acquire.AuthorizeOptions{Data: "/inbox/7"})
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{"state": p.State, "nonce": p.Nonce, "verifier": p.Verifier} {
			if seen[value] {
				t.Errorf("%s %s: got it twice", name, value)
			}
			seen[value] = true
		}
		for name, c := range map[string]struct{ value, pattern string }{
			"state": {p.State, `^[A-Z2-7]{26,}$`}, "nonce": {p.Nonce, `^[A-Z2-7]{26,}$`}, "verifier": {p.Verifier, `^[A-Za-z0-9_-]{43,128}$`},
		} {
			if !regexp.MustCompile(c.pattern).MatchString(c.value) {
				t.Errorf("%s: got %q, want %s", name, c.value, c.pattern)
			}
		}
		q := query(t, address)
		if q.Get("state") != p.State || q.Get("nonce") != p.Nonce {
			t.Errorf("got state %s and nonce %s in the address, want %s and %s", q.Get("state"), q.Get("nonce"), p.State, p.Nonce)
		}
		for name, secret := range map[string]string{"verifier": p.Verifier, "client secret": webSecret, "data": "inbox"} {
			if strings.Contains(address, secret) {
				t.Errorf("the address tells the %s", name)
			}
		}
	}
}

// TestPending: what is kept, also as JSON in an app's own store.
func TestPending(t *testing.T) {
	bubble(t, func(t *testing.T) {
		app := newWeb(t, newWire(emulator.NewTenant(nil)), "B2C_1_SUSI", nil)
		_, p, err := app.BeginSignIn(returnURI, []string{writeScope, "profile", readScope}, &acquire.AuthorizeOptions{
			ResponseMode: acquire.FormPost, MaxAge: time.Hour, Data: "/inbox/7",
		})
		if err != nil {
			t.Fatal(err)
		}
		want := acquire.Pending{
			State: p.State, Nonce: p.Nonce, Verifier: p.Verifier, Flow: "B2C_1_SUSI", Authority: p.Authority, ClientID: webID,
			RedirectURI: returnURI, ResponseMode: "form_post", Scopes: []string{readScope, writeScope}, MaxAge: time.Hour,
			Expires: time.Now().Add(15 * time.Minute).Round(0), Data: "/inbox/7",
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		wanted, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != string(wanted) {
			t.Errorf("\n got %s\nwant %s", text, wanted)
		}
		var back acquire.Pending
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if !back.Expires.Equal(p.Expires) {
			t.Errorf("Expires by JSON: got %v, want %v", back.Expires, p.Expires)
		}
		back.Expires = p.Expires
		if !reflect.DeepEqual(back, *p) {
			t.Errorf("what comes back from JSON %s differs", text)
		}
	})
}

func TestAuthorizeOptions(t *testing.T) {
	type options = acquire.AuthorizeOptions
	app := newWeb(t, newWire(emulator.NewTenant(nil)), "B2C_1_susi", nil)
	always := []string{"client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "response_mode", "response_type", "scope", "state"}
	for name, c := range map[string]struct {
		opts *options
		want url.Values
	}{
		"nil":              {nil, form("response_mode", "query", "scope", "openid offline_access")},
		"zero":             {&options{}, form("response_mode", "query", "response_type", "code")},
		"query":            {&options{ResponseMode: acquire.Query}, form("response_mode", "query")},
		"form post":        {&options{ResponseMode: acquire.FormPost}, form("response_mode", "form_post")},
		"prompt":           {&options{Prompt: "select_account"}, form("prompt", "select_account")},
		"login hint":       {&options{LoginHint: "ada+b2c&x=y@example.org"}, form("login_hint", "ada+b2c&x=y@example.org")},
		"domain hint":      {&options{DomainHint: "google.com"}, form("domain_hint", "google.com")},
		"languages":        {&options{UILocales: "de fr"}, form("ui_locales", "de fr")},
		"ID token hint":    {&options{IDTokenHint: "e.y.J"}, form("id_token_hint", "e.y.J")},
		"max age":          {&options{MaxAge: 90 * time.Second}, form("max_age", "90")},
		"max age at once":  {&options{MaxAge: -time.Second}, form("max_age", "0")},
		"max age negative": {&options{MaxAge: -1}, form("max_age", "0")},
		"extra":            {&options{Extra: url.Values{"campaign": {"spring 26"}, "acr_values": {"a", "b"}}}, url.Values{"campaign": {"spring 26"}, "acr_values": {"a", "b"}}},
		"data is not sent": {&options{Data: "/inbox"}, url.Values{}},
	} {
		address, _, err := app.BeginSignIn(returnURI, nil, c.opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := query(t, address)
		for param, want := range c.want {
			if !reflect.DeepEqual(got[param], want) {
				t.Errorf("%s: %s: got %q, want %q", name, param, got[param], want)
			}
		}
		for _, param := range always {
			if len(got[param]) != 1 || got[param][0] == "" {
				t.Errorf("%s: %s: got %q, want one value", name, param, got[param])
			}
			delete(got, param)
			delete(c.want, param)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: got further parameters %v, want %v", name, got, c.want)
		}
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	type options = acquire.AuthorizeOptions
	extra := func(name string) *options { return &options{Extra: form(name, "x")} }
	app := newWeb(t, newWire(emulator.NewTenant(nil)), "B2C_1_susi", nil)
	for name, c := range map[string]struct {
		scopes []string
		opts   *options
		names  string // what the error must name
	}{
		"fragment":          {nil, &options{ResponseMode: "fragment"}, "ResponseMode"},
		"no such mode":      {nil, &options{ResponseMode: "QUERY"}, "ResponseMode"},
		"broken max age":    {nil, &options{MaxAge: 1500 * time.Millisecond}, "MaxAge"},
		"tiny max age":      {nil, &options{MaxAge: 1}, "MaxAge"},
		"extra state":       {nil, extra("state"), "Extra"},
		"extra nonce":       {nil, extra("nonce"), "Extra"},
		"extra client":      {nil, extra("client_id"), "Extra"},
		"extra redirect":    {nil, extra("redirect_uri"), "Extra"},
		"extra scope":       {nil, extra("scope"), "Extra"},
		"extra challenge":   {nil, extra("code_challenge"), "Extra"},
		"extra method":      {nil, extra("code_challenge_method"), "Extra"},
		"extra type":        {nil, extra("response_type"), "Extra"},
		"extra mode":        {nil, extra("response_mode"), "Extra"},
		"extra flow":        {nil, extra("p"), "Extra"},
		"extra flow, case":  {nil, extra("P"), "Extra"},
		"extra state, case": {nil, extra("State"), "Extra"},
		"request object":    {nil, extra("request"), "Extra"},
		"request URI":       {nil, extra("request_uri"), "Extra"},
		"prompt twice":      {nil, &options{Prompt: "login", Extra: form("prompt", "none")}, "Extra"},
		"unchecked max age": {nil, extra("max_age"), "Extra"},
		"two in one scope":  {[]string{"openid " + readScope}, nil, "scope"},
		"empty scope":       {[]string{readScope, ""}, nil, "scope"},
		"scope with quotes": {[]string{`tasks"read`}, nil, "scope"},
		"scope with break":  {[]string{"tasks\nread"}, nil, "scope"},
	} {
		address, p, err := app.BeginSignIn(returnURI, c.scopes, c.opts)
		if address != "" || p != nil {
			t.Errorf("%s: got %q, %v, want nothing", name, address, p)
		}
		if e := wantClass(t, name, err, acquire.ErrConfiguration); !strings.Contains(e.Error(), c.names) {
			t.Errorf("%s: got %v, want it to name %s", name, e, c.names)
		}
	}
}

// TestRedirectURIs: https, http on loopback, and a native app's own scheme
// (RFC 8252 section 7).
func TestRedirectURIs(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	web, native := newWeb(t, newWire(b2c), "B2C_1_susi", nil), newNative(t, newWire(b2c), "B2C_1_susi", nil)
	for uri, c := range map[string]struct{ web, native bool }{
		"https://app.contoso.example/callback":    {true, true},
		"https://app.contoso.example:8443/cb?x=y": {true, true},
		"http://localhost:8400/callback":          {true, true},
		"http://127.0.0.1:8400/callback":          {true, true},
		"http://[::1]:8400/callback":              {true, true},
		"http://app.contoso.example/callback":     {false, false},
		"http://localhost.contoso.example/":       {false, false},
		"http://127.0.0.1.contoso.example/":       {false, false},
		"http://192.0.2.7/callback":               {false, false},
		"msale7a1c8d2://auth":                     {false, true},
		"com.contoso.app:/callback":               {false, true},
		"urn:ietf:wg:oauth:2.0:oob":               {false, true},
		"javascript:alert(1)":                     {false, false},
		"JavaScript:alert(1)":                     {false, false},
		"data:text/html,x":                        {false, false},
		"file:///etc/passwd":                      {false, false},
		"https://app.contoso.example/cb#part":     {false, false},
		"https://ada:pw@app.contoso.example/cb":   {false, false},
		"https:///callback":                       {false, false},
		"https:callback":                          {false, false},
		"/callback":                               {false, false},
		"//app.contoso.example/callback":          {false, false},
		"":                                        {false, false},
		"https://app.contoso.example/\ncallback":  {false, false},
		"https://app.contoso.example/%zz":         {false, false},
	} {
		for kind, app := range map[string]*acquire.App{"web": web, "native": native} {
			want := c.web
			if app == native {
				want = c.native
			}
			address, _, err := app.BeginSignIn(uri, nil, nil)
			switch {
			case want && (err != nil || query(t, address).Get("redirect_uri") != uri):
				t.Errorf("%s, %s: got %s, %v, want it sent as it is", kind, uri, address, err)
			case !want:
				wantClass(t, kind+", "+uri, err, acquire.ErrConfiguration)
			}
		}
	}
}

func TestBeginFlowUnknown(t *testing.T) {
	app := newWeb(t, newWire(emulator.NewTenant(nil)), "B2C_1_susi", &acquire.Options{Links: links(t, "B2C_1_edit")})
	for _, name := range []string{"B2C_1_reset", "", "B2C_1_susi", "B2C_1_edit ", "B2C_1_ſusi", "B2C_1_edit/../B2C_1_reset"} {
		address, p, err := app.BeginFlow(name, returnURI, nil)
		if address != "" || p != nil {
			t.Errorf("%q: got %s, %v, want nothing", name, address, p)
		}
		wantClass(t, name, err, acquire.ErrConfiguration)
	}
	if _, _, err := app.BeginFlow("B2C_1_edit", "http://contoso.example/", nil); err == nil {
		t.Error("BeginFlow checks no redirect URI")
	}
}

// TestBeginAfterClose tells early what Finish would tell late.
func TestBeginAfterClose(t *testing.T) {
	app := newWeb(t, newWire(emulator.NewTenant(nil)), "B2C_1_susi", nil)
	if err := app.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err := app.BeginSignIn("https://app.contoso.example/callback", nil, nil)
	wantClass(t, "BeginSignIn", err, acquire.ErrClosed)
}
