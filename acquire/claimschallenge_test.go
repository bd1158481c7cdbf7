// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/validator"
)

// stepUp is a claims request, and challenge that in base64, by
// https://learn.microsoft.com/entra/identity-platform/claims-challenge.
const (
	stepUp          = `{"access_token":{"acrs":{"essential":true,"value":"cp1"}}}`
	stepUpChallenge = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiY3AxIn19fQ=="`
)

func TestClaimsChallenge(t *testing.T) {
	of := func(claims string) string {
		return `Bearer error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte(claims)) + `"`
	}
	long := `{"a":"` + strings.Repeat("a", 4<<10) + `"}`
	for name, tc := range map[string]struct {
		status int
		fields []string
		want   string
	}{
		"Microsoft's example":       {401, []string{stepUpChallenge}, stepUp},
		"of several fields":         {401, []string{`Basic realm="x"`, stepUpChallenge}, stepUp},
		"of several in one field":   {401, []string{`Basic realm="x", ` + of(stepUp)}, stepUp},
		"not 401":                   {403, []string{stepUpChallenge}, ""},
		"none":                      {401, nil, ""},
		"another error":             {401, []string{strings.Replace(stepUpChallenge, "insufficient_claims", "invalid_token", 1)}, ""},
		"another scheme":            {401, []string{strings.Replace(stepUpChallenge, "Bearer", "DPoP", 1)}, ""},
		"the error in a quote":      {401, []string{`Bearer error_description="error=\"insufficient_claims\"", ` + strings.TrimPrefix(of(stepUp), `Bearer error="insufficient_claims", `)}, ""},
		"claims twice":              {401, []string{of(stepUp) + `, claims="e30="`}, ""},
		"no claims":                 {401, []string{`Bearer error="insufficient_claims"`}, ""},
		"empty claims":              {401, []string{`Bearer error="insufficient_claims", claims=""`}, ""},
		"not base64":                {401, []string{`Bearer error="insufficient_claims", claims="{}"`}, ""},
		"base64url":                 {401, []string{`Bearer error="insufficient_claims", claims="eyJhIjoiPz8_In0="`}, ""},
		"base64 without padding":    {401, []string{`Bearer error="insufficient_claims", claims="e30"`}, ""},
		"base64 that is not strict": {401, []string{`Bearer error="insufficient_claims", claims="e31="`}, ""},
		"no object":                 {401, []string{of(`["a"]`)}, ""},
		"two of a name":             {401, []string{of(`{"access_token":{},"access_token":{}}`)}, ""},
		"deep inside":               {401, []string{of(`{"access_token":{"a":1,"a":2}}`)}, ""},
		"too long":                  {401, []string{of(long)}, ""},
		"longer than any":           {401, []string{of(long + long + long + long)}, ""},
		"not well-formed":           {401, []string{stepUpChallenge + ` x`}, ""},
	} {
		e, ok := acquire.ClaimsChallenge(&http.Response{StatusCode: tc.status, Header: http.Header{"Www-Authenticate": tc.fields}})
		switch {
		case ok != (tc.want != "") || ok != (e != nil):
			t.Errorf("%s: got %v", name, e)
		case ok && (e.Claims != tc.want || e.ClaimsRequest() != tc.want || !errors.Is(e, acquire.ErrInteractionRequired) || strings.Contains(e.Error(), "access_token")):
			t.Errorf("%s: got %v with claims %s, want %s", name, e, e.Claims, tc.want)
		}
	}
	if _, ok := errors.AsType[validator.ClaimsChallenge](error(&acquire.Error{})); !ok {
		t.Error("the error is no validator.ClaimsChallenge")
	}
	if got := (&acquire.Error{Class: acquire.ErrReauthenticate, Claims: stepUp}).ClaimsRequest(); got != "" {
		t.Errorf("where claims don't help: got %s", got)
	}
}

// Azure AD B2C knows no claims requests, so none are sent there.
func TestB2CHasNoClaimsChallenges(t *testing.T) {
	flow := contoso(t).Flow("B2C_1_susi")
	_, err := acquire.NewPublic(flow, clientID, &acquire.Options{ClientCapabilities: []string{"cp1"}})
	if err == nil || !strings.Contains(err.Error(), "Options.ClientCapabilities: Azure AD B2C has no claims challenges") {
		t.Errorf("capabilities: got %v", err)
	}
	e := &endpoint{}
	app := newDaemon(t, e, nil)
	if _, _, err := app.BeginSignIn("https://app.contoso.com/return", nil, &acquire.AuthorizeOptions{Claims: stepUp}); !errors.Is(err, acquire.ErrUnsupported) {
		t.Errorf("sign-in: got %v", err)
	}
	if _, err := app.ReplaceWithClaims(t.Context(), nil, stepUp, tasksScope); !errors.Is(err, acquire.ErrUnsupported) {
		t.Errorf("App: got %v", err)
	}
	if _, err := app.User(acquire.Account{ID: "a"}).ReplaceWithClaims(t.Context(), nil, stepUp, tasksScope); !errors.Is(err, acquire.ErrUnsupported) {
		t.Errorf("User: got %v", err)
	}
	tr, err := app.Transport("https://stock.internal", tasksScope)
	if err != nil {
		t.Fatal(err)
	}
	tr.Base = tripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {stepUpChallenge}}, Body: http.NoBody}, nil
	})
	resp, err := (&http.Client{Transport: tr}).Get("https://stock.internal/items")
	if err != nil || resp.StatusCode != 401 || len(e.posts) != 1 {
		t.Errorf("Transport: got %v, %v after %d requests, want the answer after one", resp, err, len(e.posts))
	}
}

func TestClientCapabilities(t *testing.T) {
	external, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = acquire.NewPublic(external, clientID, &acquire.Options{ClientCapabilities: []string{"", "cp1", `cp"1`}})
	for _, want := range []string{`Options.ClientCapabilities: "" is none`, `Options.ClientCapabilities: "cp\"1" is none; want letters and digits, as in cp1`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %s", err, want)
		}
	}
}

// challenging is an API that takes one token alone, and else answers with a claims
// challenge.
func challenging(takes string, calls *[]string) tripper {
	return func(r *http.Request) (*http.Response, error) {
		*calls = append(*calls, r.Header.Get("Authorization"))
		resp := &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: r}
		if r.Header.Get("Authorization") != "Bearer "+takes {
			resp.StatusCode = 401
			resp.Header.Set("WWW-Authenticate", stepUpChallenge)
		}
		return resp, nil
	}
}

// A claims challenge is answered with a token that was asked for with the claims, on
// whosever behalf.
func TestTransportAnswersClaimsChallenges(t *testing.T) {
	const both = `{"access_token":{"acrs":{"essential":true,"value":"cp1"},"xms_cc":{"values":["cp1"]}}}`
	for _, who := range []string{"app", "on behalf of a user"} {
		bubble(t, func(t *testing.T) {
			var sts endpoint
			app := newMiddleTier(t, &sts, &acquire.Options{ClientCapabilities: []string{"cp1"}})
			tr, err := app.Transport("https://stock.internal", "api://stock/.default")
			if who != "app" {
				tr, err = app.OnBehalfOf("opaque-ada").Transport("https://stock.internal", stockRead)
			}
			if err != nil {
				t.Fatal(err)
			}
			var calls []string
			tr.Base = challenging("token-2", &calls)
			client := &http.Client{Transport: tr}
			for range 3 {
				resp, err := client.Post("https://stock.internal/items", "text/plain", strings.NewReader("item"))
				if err != nil || resp.StatusCode != 200 {
					t.Fatalf("%s: got %v, %v", who, resp, err)
				}
			}
			if want := []string{"Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-2"}; !slices.Equal(calls, want) {
				t.Errorf("%s: the API got %v, want %v", who, calls, want)
			}
			posts := sts.since(0)
			if len(posts) != 2 || posts[0].form.Get("claims") != `{"access_token":{"xms_cc":{"values":["cp1"]}}}` || posts[1].form.Get("claims") != both {
				t.Errorf("%s: got requests %v", who, posts)
			}
			if who != "app" && posts[1].form.Get("assertion") != "opaque-ada" {
				t.Errorf("got form %v", posts[1].form)
			}
			// Once the token is renewed, nobody asks for the claims.
			time.Sleep(50 * time.Minute)
			if _, err := client.Get("https://stock.internal/items"); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if posts = sts.since(2); len(posts) != 1 || posts[0].form.Get("claims") != `{"access_token":{"xms_cc":{"values":["cp1"]}}}` {
				t.Errorf("%s: renewed by %v", who, posts)
			}
		})
	}
}

// Where no token helps, the caller gets the challenge, and the endpoint is asked no more
// often than law and back-off allow.
func TestTransportCantAnswerClaimsChallenges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		refuse := false
		sts.play(func(p post) reply {
			if refuse {
				return stsRefusing("interaction_required", "50076", "")
			}
			return reply{}
		})
		app := newMiddleTier(t, &sts, nil)
		tr, err := app.OnBehalfOf("opaque-ada").Transport("https://stock.internal", stockRead)
		if err != nil {
			t.Fatal(err)
		}
		var calls []string
		tr.Base = challenging("none", &calls)
		call := func(what string, wantCalls int) {
			t.Helper()
			calls = nil
			resp, err := (&http.Client{Transport: tr}).Get("https://stock.internal/items")
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := acquire.ClaimsChallenge(resp); !ok || e.Claims != stepUp || len(calls) != wantCalls {
				t.Errorf("%s: got %v after %d calls, want the challenge after %d", what, e, len(calls), wantCalls)
			}
		}
		call("the new one is refused too", 2)
		for range 10 {
			call("less than 30 seconds later", 1)
			time.Sleep(time.Second)
		}
		wantPosts(t, "so far", &sts, 2)
		time.Sleep(30 * time.Second)
		refuse = true
		call("only the user helps", 1)
		wantPosts(t, "at last", &sts, 3)
		if p := sts.since(2)[0]; p.form.Get("claims") != stepUp {
			t.Errorf("got form %v", p.form)
		}
	})
}

// What can't be sent twice gets another token for the next time.
func TestClaimsChallengeOfWhatCantBeSentTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		tr, err := newMiddleTier(t, &sts, nil).Transport("https://stock.internal", "api://stock/.default")
		if err != nil {
			t.Fatal(err)
		}
		var calls []string
		tr.Base = challenging("token-2", &calls)
		for _, want := range []int{401, 200} {
			resp, err := (&http.Client{Transport: tr}).Post("https://stock.internal/items", "text/plain", io.MultiReader(strings.NewReader("item")))
			if err != nil || resp.StatusCode != want {
				t.Fatalf("got %v, %v, want %d", resp, err, want)
			}
			synctest.Wait()
		}
		if posts := sts.since(0); len(posts) != 2 || posts[1].form.Get("claims") != stepUp {
			t.Errorf("got requests %v", posts)
		}
	})
}

func TestReplaceWithClaims(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		app := newMiddleTier(t, &sts, nil)
		const api = "api://stock/.default"
		for _, bad := range []string{"", "{", "[]", "eyJhIjoxfQ==", `{"a":1,"a":2}`, `{"a":"` + strings.Repeat("a", 4<<10) + `"}`} {
			_, err := app.ReplaceWithClaims(t.Context(), nil, bad, api)
			wantClass(t, bad, err, acquire.ErrConfiguration)
		}
		wantPosts(t, "bad claims", &sts, 0)
		for i, step := range []struct {
			rejected string
			want     string
			claims   string // of the request, if there was one
		}{
			{"", "token-1", stepUp},               // there was none
			{"", "token-2", stepUp},               // whichever there is
			{"token-1", "token-2", ""},            // replaced already
			{"token-2", "", ""},                   // a moment ago
			{"of another life", "token-2", ""},    // not this one
			{"token-2 after a while", "", "wait"}, // see below
			{"token-2", "token-3", stepUp},
		} {
			if step.claims == "wait" {
				time.Sleep(31 * time.Second)
				continue
			}
			before := sts.count()
			var rejected *oauth2.Token
			if step.rejected != "" {
				rejected = &oauth2.Token{AccessToken: step.rejected}
			}
			token, err := app.ReplaceWithClaims(t.Context(), rejected, stepUp, api)
			if step.want == "" {
				wantClass(t, fmt.Sprint(i), err, acquire.ErrRetry)
			} else if err != nil || token.AccessToken != step.want {
				t.Errorf("step %d: got %v, %v, want %s", i, token, err, step.want)
			}
			switch posts := sts.since(before); {
			case step.claims == "" && len(posts) > 0, step.claims != "" && (len(posts) != 1 || posts[0].form.Get("claims") != step.claims):
				t.Errorf("step %d: got requests %v", i, posts)
			}
		}
	})
}

func TestSignInWithClaims(t *testing.T) {
	claimsOf := func(app *acquire.App, opts *acquire.AuthorizeOptions) (string, error) {
		address, _, err := app.BeginSignIn(returnURI, nil, opts)
		if err != nil {
			return "", err
		}
		u, err := url.Parse(address)
		if err != nil {
			return "", err
		}
		if n := len(u.Query()["claims"]); n > 1 {
			t.Errorf("got claims %d times", n)
		}
		return u.Query().Get("claims"), nil
	}
	plain := newMiddleTier(t, noRequests(t), nil)
	capable := newMiddleTier(t, noRequests(t), &acquire.Options{ClientCapabilities: []string{"cp1"}})
	const own = `{"access_token":{"xms_cc":{"values":["cp2"]}},"id_token":{"acr":null}}`
	for name, tc := range map[string]struct {
		app  *acquire.App
		opts *acquire.AuthorizeOptions
		want string
	}{
		"nothing":            {plain, nil, ""},
		"claims":             {plain, &acquire.AuthorizeOptions{Claims: stepUp}, stepUp},
		"a capability":       {capable, nil, `{"access_token":{"xms_cc":{"values":["cp1"]}}}`},
		"both":               {capable, &acquire.AuthorizeOptions{Claims: stepUp}, `{"access_token":{"acrs":{"essential":true,"value":"cp1"},"xms_cc":{"values":["cp1"]}}}`},
		"of another token":   {capable, &acquire.AuthorizeOptions{Claims: `{"id_token":{"acr":null}}`}, `{"access_token":{"xms_cc":{"values":["cp1"]}},"id_token":{"acr":null}}`},
		"null":               {capable, &acquire.AuthorizeOptions{Claims: `{"access_token":null}`}, `{"access_token":{"xms_cc":{"values":["cp1"]}}}`},
		"one's own":          {capable, &acquire.AuthorizeOptions{Claims: own}, own},
		"no object":          {capable, &acquire.AuthorizeOptions{Claims: `{"access_token":1}`}, `{"access_token":1}`},
		"further parameters": {plain, &acquire.AuthorizeOptions{Extra: url.Values{"claims": {"{}"}}}, "{}"},
	} {
		if got, err := claimsOf(tc.app, tc.opts); err != nil || got != tc.want {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, tc.want)
		}
	}
	for name, tc := range map[string]struct {
		app  *acquire.App
		opts *acquire.AuthorizeOptions
	}{
		"no JSON":             {plain, &acquire.AuthorizeOptions{Claims: "e30="}},
		"twice":               {plain, &acquire.AuthorizeOptions{Claims: "{}", Extra: url.Values{"Claims": {"{}"}}}},
		"beside a capability": {capable, &acquire.AuthorizeOptions{Extra: url.Values{"claims": {"{}"}}}},
	} {
		_, err := claimsOf(tc.app, tc.opts)
		wantClass(t, name, err, acquire.ErrConfiguration)
	}
}
