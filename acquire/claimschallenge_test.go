// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"

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
