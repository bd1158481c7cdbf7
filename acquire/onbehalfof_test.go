// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
)

const (
	onBehalfOfGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	stockRead       = "api://stock/stock.read"
)

// assertion is an access token of a user, as far as acquire looks into one. It ends then.
func assertion(user string, end time.Time) string {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return part(`{"alg":"RS256","kid":"k"}`) + "." + part(fmt.Sprintf(`{"oid":%q,"exp":%d}`, user, end.Unix())) + "." + part("signature of "+user)
}

// newMiddleTier returns an App of the external tenant with a secret.
func newMiddleTier(tb testing.TB, rt http.RoundTripper, opts *acquire.Options) *acquire.App {
	tb.Helper()
	return newDaemonAt(tb, external(tb), acquire.Secret(clientSecret), rt, opts)
}

func TestOnBehalfOf(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		app := newMiddleTier(t, &sts, nil)
		ada := assertion("ada", time.Now().Add(2*time.Hour))
		obo := app.OnBehalfOf(ada)
		get := func(o *acquire.OnBehalfOf, scopes ...string) string {
			t.Helper()
			token, err := o.Token(t.Context(), scopes...)
			if err != nil {
				t.Fatal(err)
			}
			return token.AccessToken
		}
		// By https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow.
		first := get(obo, stockRead)
		wantForm(t, "on behalf of ada", sts.since(0)[0], externalToken, form(
			"grant_type", onBehalfOfGrant, "client_id", clientID, "client_secret", clientSecret,
			"assertion", ada, "requested_token_use", "on_behalf_of", "scope", "openid profile "+stockRead))
		for name, again := range map[string]string{
			"the same":                    get(obo, stockRead),
			"another of the same":         get(app.OnBehalfOf(ada), stockRead),
			"in the protocol's scopes":    get(obo, "openid", stockRead, "offline_access"),
			"by a function":               get(app.OnBehalfOfCaller(func(context.Context) (string, error) { return ada, nil }), stockRead),
			"as a source":                 mustSourceToken(t, obo.TokenSource(t.Context(), stockRead)),
			"in place of another's token": mustReplace(t, obo, "not mine"),
		} {
			if again != first {
				t.Errorf("%s: got %s, want %s", name, again, first)
			}
		}
		wantPosts(t, "again", &sts, 1)
		others := map[string]bool{
			first: true, get(obo, "api://stock/stock.write"): true, get(obo, "api://stock/stock.write", stockRead): true,
			get(app.OnBehalfOf(assertion("eve", time.Now().Add(2*time.Hour))), stockRead): true,
			get(app.OnBehalfOf(ada+"A"), stockRead):                                       true,
			mustToken(t, app, "api://stock/.default").AccessToken:                         true,
		}
		if len(others) != 6 || sts.count() != 6 {
			t.Errorf("got %v by %d requests, want six tokens", others, sts.count())
		}
	})
}

func mustSourceToken(t *testing.T, s oauth2.TokenSource) string {
	t.Helper()
	token, err := s.Token()
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

func mustReplace(t *testing.T, o *acquire.OnBehalfOf, rejected string) string {
	t.Helper()
	token, err := o.Replace(t.Context(), &oauth2.Token{AccessToken: rejected}, stockRead)
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// However many wait on behalf of one user, there is one request.
func TestOnBehalfOfOneRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		sts.always(reply{after: time.Second})
		app := newMiddleTier(t, &sts, nil)
		ada := assertion("ada", time.Now().Add(time.Hour))
		tokens, errs := herd(100, func() (*oauth2.Token, error) { return app.OnBehalfOf(ada).Token(t.Context(), stockRead) })
		wantGood(t, "herd", &sts, tokens, errs)
		wantPosts(t, "herd", &sts, 1)
	})
}

// A token is kept no longer than what it was got for, give or take what clocks may
// differ, and there is no request on its behalf afterwards.
func TestOnBehalfOfEndsWithTheUsersToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		app := newMiddleTier(t, &sts, nil)
		obo := app.OnBehalfOf(assertion("ada", time.Now().Add(10*time.Minute)))
		start := time.Now()
		for since := time.Duration(0); since < 11*time.Minute; since += 10 * time.Second {
			time.Sleep(time.Until(start.Add(since)))
			token, err := obo.Token(t.Context(), stockRead)
			if err != nil || token.AccessToken != "token-1" || token.Expiry.After(start.Add(11*time.Minute)) {
				t.Fatalf("after %v: got %v, %v", since, token, err)
			}
			synctest.Wait()
		}
		wantPosts(t, "as long as it lasts, there is no use in a newer one", &sts, 1)
		time.Sleep(time.Until(start.Add(11 * time.Minute)))
		_, err := obo.Token(t.Context(), stockRead)
		if e := wantClass(t, "after the end", err, acquire.ErrReauthenticate); !strings.Contains(e.Advice, "the user's token has expired") {
			t.Errorf("got %v", err)
		}
		_, err = app.OnBehalfOf(assertion("eve", start)).Token(t.Context(), stockRead)
		wantClass(t, "of one that ended long ago", err, acquire.ErrReauthenticate)
		wantPosts(t, "after the end", &sts, 1)
	})
}

// While the user's token is good, a new one is got for it ahead of the end of the old one.
func TestOnBehalfOfIsRenewedAhead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, name := range []string{"jwt", "opaque"} {
			ada := "opaque-ada"
			if name == "jwt" {
				ada = assertion("ada", time.Now().Add(3*time.Hour))
			}
			var sts endpoint
			app := newMiddleTier(t, &sts, nil)
			obo := app.OnBehalfOf(ada)
			start := time.Now()
			for since := time.Duration(0); since < 170*time.Minute; since += time.Minute {
				time.Sleep(time.Until(start.Add(since)))
				token, err := obo.Token(t.Context(), stockRead)
				if err != nil {
					t.Fatal(err)
				}
				wantUnexpired(t, name, &sts, token)
				synctest.Wait()
			}
			posts := sts.since(0)
			if len(posts) != 4 { // after four fifths of each hour, or a little later
				t.Errorf("%s: got %d requests in 170 minutes, want 4", name, len(posts))
			}
			for _, p := range posts {
				if p.form.Get("assertion") != ada || p.form.Get("grant_type") != onBehalfOfGrant {
					t.Errorf("%s: got form %v", name, p.form)
				}
			}
		}
	})
}

// What the user has to do is told to the caller, and asked for no more often than before.
func TestOnBehalfOfNeedsTheUser(t *testing.T) {
	const claims = `{"access_token":{"polids":{"essential":true,"values":["9ab03e19-ed42-4168-b6b7-7001fb3e933a"]}}}`
	bubble(t, func(t *testing.T) {
		var sts endpoint
		sts.always(stsRefusing("interaction_required", "50079", `,"suberror":"basic_action","claims":"{\"access_token\":{\"polids\":{\"essential\":true,\"values\":[\"9ab03e19-ed42-4168-b6b7-7001fb3e933a\"]}}}"`))
		app := newMiddleTier(t, &sts, nil)
		obo := app.OnBehalfOf(assertion("ada", time.Now().Add(time.Hour)))
		for range 20 {
			_, err := obo.Token(t.Context(), stockRead)
			e := wantClass(t, "a second factor", err, acquire.ErrInteractionRequired)
			if e.Claims != claims || e.ClaimsRequest() != claims || e.SubError != "basic_action" || e.Code != "AADSTS50079" {
				t.Errorf("got %v, suberror %s, claims %s", e, e.SubError, e.Claims)
			}
			time.Sleep(time.Second)
		}
		if n := sts.count(); n > 6 {
			t.Errorf("got %d requests in 20 seconds, want few", n)
		}
		sts.always(reply{})
		if _, err := app.OnBehalfOf(assertion("ada", time.Now().Add(2*time.Hour))).Token(t.Context(), stockRead); err != nil {
			t.Errorf("with another token of the user: got %v", err)
		}
	})
}

func TestOnBehalfOfIsRefused(t *testing.T) {
	for code, want := range map[string]acquire.Class{"50013": acquire.ErrConfiguration, "500131": acquire.ErrConfiguration, "500133": acquire.ErrReauthenticate, "65001": acquire.ErrInteractionRequired} {
		bubble(t, func(t *testing.T) {
			var sts endpoint
			sts.always(stsRefusing("invalid_grant", code, ""))
			_, err := newMiddleTier(t, &sts, nil).OnBehalfOf("opaque-ada").Token(t.Context(), stockRead)
			if e := wantClass(t, code, err, want); e.Code != "AADSTS"+code || strings.Contains(err.Error(), "B2C") {
				t.Errorf("%s: got %v", code, err)
			}
		})
	}
}

// Where there is no on-behalf-of, or nobody to act for, no request is made.
func TestOnBehalfOfUnsupported(t *testing.T) {
	none := noRequests(t)
	public, err := acquire.NewPublic(external(t), clientID, &acquire.Options{Transport: none})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = public.Close() }()
	app := newMiddleTier(t, none, nil)
	noToken := errors.New("guard: no token")
	for name, tc := range map[string]struct {
		obo    *acquire.OnBehalfOf
		scopes string
		class  acquire.Class
		text   string
	}{
		"B2C":               {newDaemon(t, none, nil).OnBehalfOf("a"), tasksScope, acquire.ErrUnsupported, "Azure AD B2C has no on-behalf-of"},
		"public":            {public.OnBehalfOf("a"), stockRead, acquire.ErrUnsupported, "use NewConfidential"},
		"no API":            {app.OnBehalfOf("a"), "openid", acquire.ErrNoAccessToken, "no scope of an API"},
		"no scope":          {app.OnBehalfOf("a"), `a"b`, acquire.ErrConfiguration, "not a scope"},
		"two APIs":          {app.OnBehalfOf("a"), "api://a/.default api://b/.default", acquire.ErrConfiguration, "one API"},
		"empty":             {app.OnBehalfOf(""), stockRead, acquire.ErrConfiguration, "is empty"},
		"two words":         {app.OnBehalfOf("Bearer a"), stockRead, acquire.ErrConfiguration, "not one word"},
		"too long":          {app.OnBehalfOf(strings.Repeat("a", 65<<10)), stockRead, acquire.ErrConfiguration, "one word"},
		"nobody in context": {app.OnBehalfOfCaller(func(context.Context) (string, error) { return "", noToken }), stockRead, acquire.ErrConfiguration, "behind a guard"},
	} {
		_, err := tc.obo.Token(t.Context(), strings.Fields(tc.scopes)...)
		if e := wantClass(t, name, err, tc.class); !strings.Contains(e.Advice, tc.text) {
			t.Errorf("%s: got %v, want %q", name, err, tc.text)
		}
		if name == "nobody in context" && !errors.Is(err, noToken) {
			t.Errorf("got %v, want what the function said", err)
		}
		if _, err := tc.obo.Transport("https://stock.internal", strings.Fields(tc.scopes)...); (err != nil) != (name != "empty" && name != "two words" && name != "too long" && name != "nobody in context") {
			t.Errorf("%s: Transport: got %v", name, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("no function is no panic")
		}
	}()
	app.OnBehalfOfCaller(nil)
}

type callerKey struct{}

// One transport serves the requests of all users, each by its own context.
func TestOnBehalfOfTransport(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		sts.play(func(p post) reply { return reply{token: "for-" + p.form.Get("assertion")} })
		app := newMiddleTier(t, &sts, nil)
		obo := app.OnBehalfOfCaller(func(ctx context.Context) (string, error) {
			user, _ := ctx.Value(callerKey{}).(string)
			return user, nil
		})
		tr, err := obo.Transport("https://stock.internal", stockRead)
		if err != nil {
			t.Fatal(err)
		}
		tr.Base = tripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"Seen": r.Header["Authorization"]}, Body: http.NoBody}, nil
		})
		client := &http.Client{Transport: tr}
		call := func(ctx context.Context, url string) (string, error) {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := client.Do(r)
			if err != nil {
				return "", err
			}
			_ = resp.Body.Close()
			return resp.Header.Get("Seen"), nil
		}
		for _, user := range []string{"ada", "eve", "ada"} {
			seen, err := call(context.WithValue(t.Context(), callerKey{}, user), "https://stock.internal/items")
			if err != nil || seen != "Bearer for-"+user {
				t.Errorf("%s: got %q, %v", user, seen, err)
			}
		}
		wantPosts(t, "two users", &sts, 2)
		if seen, err := call(t.Context(), "https://elsewhere.example/"); seen != "" || err != nil {
			t.Errorf("another origin: got %q, %v", seen, err)
		}
		if _, err := call(t.Context(), "https://stock.internal/items"); !errors.Is(err, acquire.ErrConfiguration) {
			t.Errorf("nobody's request: got %v", err)
		}
	})
}

// A fleet shares these tokens too, and what is shared says nothing of the user's token.
func TestOnBehalfOfInAFleet(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		cache := newMemory()
		ada := assertion("ada", time.Now().Add(30*time.Minute))
		var apps []*acquire.App
		for range 2 {
			apps = append(apps, newMiddleTier(t, &sts, &acquire.Options{Cache: cache}))
		}
		for range 2 {
			for _, app := range apps {
				token, err := app.OnBehalfOf(ada).Token(t.Context(), stockRead)
				if err != nil || token.AccessToken != "token-1" {
					t.Errorf("got %v, %v", token, err)
				}
			}
		}
		if _, err := apps[1].OnBehalfOf(assertion("eve", time.Now().Add(time.Hour))).Token(t.Context(), stockRead); err != nil {
			t.Error(err)
		}
		mustToken(t, apps[0], "api://stock/.default")
		wantPosts(t, "fleet", &sts, 3)
		secrets := newSecrets(t, "ada", ada, "her signature", strings.Split(ada, ".")[2])
		kinds := map[string]int{}
		for key, value := range cache.entries() {
			kinds[strings.Join(strings.Split(key, ":")[:2], ":")]++
			wantNoSecrets(t, "the cache", key+" "+string(value.value), secrets)
		}
		if kinds["1:obo"] != 2 || kinds["1:app"] != 1 {
			t.Errorf("got entries %v", kinds)
		}
		time.Sleep(29 * time.Minute) // the other process does not go beyond its end either
		third := newMiddleTier(t, &sts, &acquire.Options{Cache: cache})
		token, err := third.OnBehalfOf(ada).Token(t.Context(), stockRead)
		if err != nil || token.AccessToken != "token-1" || time.Until(token.Expiry) > 2*time.Minute {
			t.Errorf("near the end: got %v, %v", token, err)
		}
		time.Sleep(2 * time.Minute)
		_, err = third.OnBehalfOf(ada).Token(t.Context(), stockRead)
		wantClass(t, "after the end", err, acquire.ErrReauthenticate)
	})
}

// The user's token is in no text, whatever happens.
func TestOnBehalfOfTellsNoToken(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		logger, lines := newLogs()
		app := newMiddleTier(t, &sts, &acquire.Options{Logger: logger, OnAcquisition: func(ctx context.Context, a acquire.Acquisition) { logger.Info("hook", "acquisition", a) }})
		const ada = "Opaque-assertion_of.ada~0123456789" // what looks like a JWT is taken out anyway
		secrets := newSecrets(t, "ada", ada)
		sts.play(func(p post) reply {
			return refusing(400, "invalid_grant", "AADSTS500131: "+p.form.Get("assertion")+" is for another")
		})
		obo := app.OnBehalfOf(ada)
		_, err := obo.Token(t.Context(), stockRead)
		wantNoSecrets(t, "refused", textsOf(err), secrets)
		sts.play(func(p post) reply { return reply{err: fmt.Errorf("proxy: %s", p.form.Encode())} })
		time.Sleep(time.Minute)
		_, err = obo.Token(t.Context(), stockRead)
		wantNoSecrets(t, "unreachable", textsOf(err), secrets)
		_, err = app.OnBehalfOf(ada+" "+ada).Token(t.Context(), stockRead)
		wantNoSecrets(t, "two words", textsOf(err), secrets)
		logger.Info("printed", "obo", obo, "text", fmt.Sprintf("%v %+v %#v %s %q", obo, obo, obo, obo, obo), "state", app.State())
		synctest.Wait()
		wantNoSecrets(t, "the log", lines.String(), secrets)
		if !strings.Contains(lines.String(), "on behalf of a user") {
			t.Errorf("got log %s", lines)
		}
	})
}

// The user's token lives in the request alone: once it is over, nothing here keeps it.
func TestOnBehalfOfKeepsNoToken(t *testing.T) {
	var sts endpoint
	app := newMiddleTier(t, &sts, &acquire.Options{Logger: slog.New(slog.DiscardHandler)})
	for name, what := range map[string]reply{"good": {}, "refused": refusing(400, "invalid_grant", "AADSTS500131: for another")} {
		sts.always(what)
		gone := make(chan struct{})
		func() {
			ada := assertion(name, time.Now().Add(time.Hour))
			runtime.AddCleanup(unsafe.StringData(ada), func(gone chan struct{}) { close(gone) }, gone)
			_, err := app.OnBehalfOf(ada).Token(t.Context(), stockRead)
			if (err == nil) != (name == "good") {
				t.Fatalf("%s: got %v", name, err)
			}
		}()
		for start, kept := time.Now(), true; kept; {
			runtime.GC()
			select {
			case <-gone:
				kept = false
			case <-time.After(time.Millisecond):
				if time.Since(start) > time.Minute {
					t.Fatalf("%s: the App keeps the user's token", name)
				}
			}
		}
	}
}

// OnBehalfOf is bounded as accounts are.
func TestOnBehalfOfIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		app := newMiddleTier(t, &sts, &acquire.Options{MaxAccounts: 10})
		for i := range 30 {
			if _, err := app.OnBehalfOf(fmt.Sprint("user-", i)).Token(t.Context(), stockRead); err != nil {
				t.Fatal(err)
			}
		}
		for i := 29; i > 20; i-- {
			if _, err := app.OnBehalfOf(fmt.Sprint("user-", i)).Token(t.Context(), stockRead); err != nil {
				t.Fatal(err)
			}
		}
		wantPosts(t, "the latest are kept", &sts, 30)
		if _, err := app.OnBehalfOf("user-0").Token(t.Context(), stockRead); err != nil {
			t.Fatal(err)
		}
		wantPosts(t, "the first is not", &sts, 31)
	})
}
