// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// Literals of the emulated tenant.
const (
	webID      = "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"
	webSecret  = "emulated-web-secret"
	nativeID   = "e7a1c8d2-4b7f-4d0e-8a36-1f5f6c2b9d41"
	apiID      = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	returnURI  = "http://localhost:8400/callback"
	readScope  = "https://contoso.onmicrosoft.com/tasks/tasks.read"
	writeScope = "https://contoso.onmicrosoft.com/tasks/tasks.write"

	adaID      = "c7efba82-c747-491c-b669-d4a981268755"
	adaAccount = "c7efba82-c747-491c-b669-d4a981268755-b2c_1_susi.775527ff-9a37-4307-8b3d-cc311f58d925"
	linID      = "541ce58e-d234-4cea-8a0f-68d1ebfa09a7"
	linAccount = "541ce58e-d234-4cea-8a0f-68d1ebfa09a7-b2c_1_susi.775527ff-9a37-4307-8b3d-cc311f58d925"
)

// wire is what is between an App and B2C: it keeps the token requests, and may
// change the answers to them or put another in their place.
type wire struct {
	b2c *emulator.Tenant

	mu    sync.Mutex
	posts []post
	alter func(p post, answer map[string]any)                            // of good answers
	cut   func(p post, r *http.Request) (resp *http.Response, err error) // nil, nil lets the request through
}

func newWire(b2c *emulator.Tenant) *wire { return &wire{b2c: b2c} }

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return w.b2c.Transport().RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	p := post{n: len(w.posts) + 1, at: time.Now(), url: r.URL.String(), header: r.Header.Clone(), form: form, ctx: r.Context()}
	w.posts = append(w.posts, p)
	alter, cut := w.alter, w.cut
	w.mu.Unlock()
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	if cut != nil {
		if resp, err := cut(p, r); resp != nil || err != nil {
			return resp, err
		}
	}
	resp, err := w.b2c.Transport().RoundTrip(r)
	if err != nil || alter == nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	return altered(p, resp, alter)
}

func altered(p post, resp *http.Response, alter func(post, map[string]any)) (*http.Response, error) {
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	alter(p, answer)
	if text, err = json.Marshal(answer); err != nil {
		return nil, err
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	return resp, nil
}

// altering sets what happens to good answers from now on.
func (w *wire) altering(f func(p post, answer map[string]any)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.alter = f
}

// cutting sets what stands in for B2C from now on.
func (w *wire) cutting(f func(p post, r *http.Request) (*http.Response, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = f
}

// count returns how many token requests there were.
func (w *wire) count() int { return len(w.since(0)) }

// since returns the token requests after the first n.
func (w *wire) since(n int) []post {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]post(nil), w.posts[n:]...)
}

// last returns the latest token request.
func (w *wire) last(tb testing.TB) post {
	tb.Helper()
	all := w.since(0)
	if len(all) == 0 {
		tb.Fatal("got no token request, want one")
	}
	return all[len(all)-1]
}

// wantCount fails unless there were exactly so many token requests.
func (w *wire) wantCount(tb testing.TB, what string, want int) {
	tb.Helper()
	if got := w.count(); got != want {
		tb.Errorf("%s: got %d token requests, want %d", what, got, want)
	}
}

// newWeb returns an App of the tenant's web app at a flow, over the wire. Of
// opts, which may be nil, the Transport is replaced.
func newWeb(tb testing.TB, rt http.RoundTripper, flow string, opts *acquire.Options) *acquire.App {
	tb.Helper()
	app, err := acquire.NewConfidential(contoso(tb).Flow(flow), webID, acquire.Secret(webSecret), over(rt, opts))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = app.Close() })
	return app
}

// newNative is newWeb for the native app, which has no secret.
func newNative(tb testing.TB, rt http.RoundTripper, flow string, opts *acquire.Options) *acquire.App {
	tb.Helper()
	app, err := acquire.NewPublic(contoso(tb).Flow(flow), nativeID, over(rt, opts))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = app.Close() })
	return app
}

func over(rt http.RoundTripper, opts *acquire.Options) *acquire.Options {
	o := acquire.Options{}
	if opts != nil {
		o = *opts
	}
	o.Transport = rt
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &o
}

// links returns the authorities of flows that users are sent to besides.
func links(tb testing.TB, flows ...string) []authority.Authority {
	tb.Helper()
	return contoso(tb).Flows(flows...)
}

// browser is a user's: it keeps cookies.
type browser struct{ client *http.Client }

func newBrowser(tb testing.TB, b2c *emulator.Tenant) *browser {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &browser{&http.Client{
		Transport: b2c.Transport(), Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// visit opens an authorization URL and returns what comes back with the user,
// in the query or in a form.
func (b *browser) visit(tb testing.TB, address string) url.Values {
	tb.Helper()
	resp, err := b.client.Get(address)
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}
	location := resp.Header.Get("Location")
	if resp.StatusCode == http.StatusOK && strings.Contains(string(page), `action="`+returnURI+`"`) {
		params := url.Values{}
		for _, m := range hiddenField.FindAllStringSubmatch(string(page), -1) {
			params.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
		}
		return params
	}
	query, home := strings.CutPrefix(location, returnURI+"?")
	params, err := url.ParseQuery(query)
	if resp.StatusCode != http.StatusFound || !home || err != nil {
		tb.Fatalf("got HTTP %d to %q, want a redirect home: %s", resp.StatusCode, location, page)
	}
	return params
}

// begun begins a sign-in and lets the browser go through with it.
func begun(tb testing.TB, app *acquire.App, b *browser, opts *acquire.AuthorizeOptions, scopes ...string) (*acquire.Pending, url.Values) {
	tb.Helper()
	address, pending, err := app.BeginSignIn(returnURI, scopes, opts)
	if err != nil {
		tb.Fatal(err)
	}
	return pending, b.visit(tb, address)
}

// linked is begun for a link.
func linked(tb testing.TB, app *acquire.App, b *browser, flow string) (*acquire.Pending, url.Values) {
	tb.Helper()
	address, pending, err := app.BeginFlow(flow, returnURI, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return pending, b.visit(tb, address)
}

// signedIn signs the browser's user in.
func signedIn(tb testing.TB, app *acquire.App, b *browser, scopes ...string) *acquire.SignIn {
	tb.Helper()
	pending, params := begun(tb, app, b, nil, scopes...)
	ret, err := app.Finish(tb.Context(), pending, params)
	if err != nil {
		tb.Fatal(err)
	}
	if ret.SignIn == nil {
		tb.Fatal("got no SignIn, want one")
	}
	return ret.SignIn
}

// everyoneIs makes a user of the tenant sign in from now on, with claims of the
// caller's own.
func everyoneIs(b2c *emulator.Tenant, objectID string, claims map[string]any) {
	users := b2c.Users()
	i := slices.IndexFunc(users, func(u emulator.User) bool { return u.ObjectID == objectID })
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{User: &users[i], Claims: maps.Clone(claims)}, nil
	})
}

// withoutKeys makes metadata and key sets unavailable, until it is called with
// false.
func withoutKeys(b2c *emulator.Tenant, away bool) {
	if !away {
		b2c.Intercept(nil)
		return
	}
	b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/keys") || strings.HasSuffix(r.URL.Path, "/openid-configuration") {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// userToken returns the access token of a user, which must be had.
func userToken(tb testing.TB, app *acquire.App, account acquire.Account, scopes ...string) string {
	tb.Helper()
	token, err := app.User(account).Token(tb.Context(), scopes...)
	if err != nil {
		tb.Fatal(err)
	}
	return token.AccessToken
}

// wantNothingKept fails if an App knows any account, or gives out a token for
// Ada or Lin.
func wantNothingKept(tb testing.TB, what string, app *acquire.App) {
	tb.Helper()
	if got := app.Accounts(); len(got) != 0 {
		tb.Errorf("%s: got accounts %v, want none", what, got)
	}
	for _, id := range []string{adaAccount, linAccount} {
		token, err := app.User(acquire.Account{ID: id}).Token(tb.Context(), readScope)
		if token != nil {
			tb.Errorf("%s: got a token of %s, want none", what, id)
		}
		wantClass(tb, what+": Token of "+id, err, acquire.ErrInteractionRequired)
	}
}

// known returns the account without the user's id, which has to be the first
// part of its own, and the time of the sign-in, which has to be there.
func known(tb testing.TB, a acquire.Account) acquire.Account {
	tb.Helper()
	if !strings.HasPrefix(a.ID, a.UserID+"-b2c_1") || a.UserID == "" || a.SignedInAt.IsZero() {
		tb.Errorf("got account %s of user %q, signed in at %v", a.ID, a.UserID, a.SignedInAt)
	}
	a.UserID, a.SignedInAt = "", time.Time{}
	return a
}

// claimsOf returns the claims of a token, unverified.
func claimsOf(tb testing.TB, token string) map[string]any {
	tb.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		tb.Fatalf("got a token of %d parts, want 3", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		tb.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(text, &claims); err != nil {
		tb.Fatal(err)
	}
	return claims
}

// wantClaims fails unless a token has these claims.
func wantClaims(tb testing.TB, what, token string, want map[string]any) {
	tb.Helper()
	got := claimsOf(tb, token)
	for name, value := range want {
		if got[name] != value {
			tb.Errorf("%s: claim %s: got %v, want %v", what, name, got[name], value)
		}
	}
}

// wantForm fails unless a token request went to this address with this form.
func wantForm(tb testing.TB, what string, p post, address string, want url.Values) {
	tb.Helper()
	if p.url != address {
		tb.Errorf("%s:\n got a request to %s\nwant one to          %s", what, p.url, address)
	}
	if got, want := p.form.Encode(), want.Encode(); got != want {
		tb.Errorf("%s:\n got form %s\nwant form %s", what, got, want)
	}
}

// form makes a form of names and values.
func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// wantReason fails unless the ID token was refused for this reason.
func wantReason(tb testing.TB, what string, err error, want validator.Reason) {
	tb.Helper()
	if !errors.Is(err, want) {
		tb.Errorf("%s: got %v, want reason %s", what, err, want)
	}
}
