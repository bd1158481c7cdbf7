// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// inProcess serves requests to an origin without a network.
func inProcess(h http.HandlerFunc) tripper {
	return func(r *http.Request) (*http.Response, error) {
		rec := httptest.NewRecorder()
		h(rec, r)
		resp := rec.Result()
		resp.Request = r
		return resp, nil
	}
}

// protected is a handler behind a guard.
func protected(t *testing.T, tenant *emulator.Tenant, audience string, next func(rule *guard.Rule, w http.ResponseWriter, r *http.Request), reqs ...validator.Requirement) http.HandlerFunc {
	t.Helper()
	v, err := validator.New([]authority.Authority{external(t)}, audience, &validator.Options{Transport: tenant.Transport()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	rule := guard.New(v, nil).Rule(reqs...)
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, err := rule.Check(r)
		if err != nil {
			rule.Deny(w, r, err)
			return
		}
		next(rule, w, r.WithContext(ctx))
	}
}

// A user signs in, calls an API, and that calls another one on their behalf, which wants
// a second factor: the challenge comes back to the app by way of the first API's guard,
// the user signs in with it, and the same call passes.
func TestStepUpThroughAnAPI(t *testing.T) {
	const (
		tasksURI, stockURI = "https://contoso.onmicrosoft.com/tasks", "https://contoso.onmicrosoft.com/stock"
		tasksID, stockID   = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", "6a9b4c1e-3d27-4f85-a0be-92c7d1e6f348"
		shopID             = "44444444-5555-4666-8777-888888888888"
	)
	bubble(t, func(t *testing.T) {
		tenant := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Apps: []emulator.App{
			{Name: "tasks", ID: tasksID, URI: tasksURI, Scopes: []string{"tasks.read"}, Secret: clientSecret, Granted: []string{stockURI + "/stock.read"}, OptionalClaims: []emulator.OptionalClaim{emulator.Capabilities}},
			{Name: "stock", ID: stockID, URI: stockURI, Scopes: []string{"stock.read"}, ConditionalAccess: emulator.RequireMFA},
			{Name: "shop", ID: shopID, Secret: clientSecret, RedirectURIs: []string{returnURI}, Granted: []string{tasksURI + "/tasks.read"}},
		}})
		newApp := func(id string, opts acquire.Options) *acquire.App {
			opts.Transport = tenant.Transport()
			app, err := acquire.NewConfidential(external(t), id, acquire.Secret(clientSecret), &opts)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = app.Close() })
			return app
		}

		// The other API tells whose token it got, the first one passes that on.
		stock := inProcess(protected(t, tenant, stockID, func(_ *guard.Rule, w http.ResponseWriter, r *http.Request) {
			token, _ := guard.FromContext(r.Context())
			_, _ = io.WriteString(w, token.ObjectID+" by "+token.ClientID)
		}, validator.Scope("stock.read")))
		toStock, err := newApp(tasksID, acquire.Options{}).OnBehalfOfCaller(guard.RawToken).Transport("https://stock.internal", stockURI+"/stock.read")
		if err != nil {
			t.Fatal(err)
		}
		toStock.Base = stock
		tasks := inProcess(protected(t, tenant, tasksID, func(rule *guard.Rule, w http.ResponseWriter, r *http.Request) {
			out, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "https://stock.internal/items", nil)
			if err != nil {
				t.Error(err)
				return
			}
			resp, err := (&http.Client{Transport: toStock}).Do(out)
			if err != nil {
				rule.Deny(w, r, err)
				return
			}
			defer func() { _ = resp.Body.Close() }()
			w.WriteHeader(resp.StatusCode)
			_, _ = io.Copy(w, resp.Body)
		}, validator.Scope("tasks.read")))

		call := func(app *acquire.App, account acquire.Account) (*http.Response, string) {
			t.Helper()
			toTasks, err := app.User(account).Transport("https://tasks.internal", tasksURI+"/tasks.read")
			if err != nil {
				t.Fatal(err)
			}
			toTasks.Base = tasks
			resp, err := (&http.Client{Transport: toTasks}).Get("https://tasks.internal/stock")
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			return resp, string(body)
		}
		browser := newBrowser(t, tenant)

		unaware := newApp(shopID, acquire.Options{})
		in := signedIn(t, unaware, browser, tasksURI+"/tasks.read")
		if resp, body := call(unaware, in.Account); resp.StatusCode != http.StatusForbidden {
			t.Errorf("a client that understands no challenge: got %d %s", resp.StatusCode, body)
		}

		shop := newApp(shopID, acquire.Options{ClientCapabilities: []string{"cp1"}})
		in = signedIn(t, shop, browser, tasksURI+"/tasks.read")
		resp, body := call(shop, in.Account)
		e, ok := acquire.ClaimsChallenge(resp)
		if !ok || e.Claims == "" {
			t.Fatalf("got %d %s with %v, want a challenge", resp.StatusCode, body, resp.Header["Www-Authenticate"])
		}
		time.Sleep(time.Minute) // a person takes longer than a back-off
		pending, params := begun(t, shop, browser, &acquire.AuthorizeOptions{Claims: e.Claims}, tasksURI+"/tasks.read")
		ret, err := shop.Finish(t.Context(), pending, params)
		if err != nil {
			t.Fatal(err)
		}
		want := in.IDToken.ObjectID + " by " + tasksID
		if resp, body = call(shop, ret.SignIn.Account); resp.StatusCode != http.StatusOK || body != want {
			t.Errorf("after the second factor: got %d %q, want %q", resp.StatusCode, body, want)
		}
	})
}

// On behalf of whom is decided by the context of each request, and of nobody's there is
// none.
func TestOnBehalfOfNobody(t *testing.T) {
	app := newMiddleTier(t, noRequests(t), nil)
	_, err := app.OnBehalfOfCaller(guard.RawToken).Token(context.Background(), stockRead)
	if !errors.Is(err, guard.ErrNoToken) || !errors.Is(err, acquire.ErrConfiguration) {
		t.Errorf("got %v", err)
	}
}
