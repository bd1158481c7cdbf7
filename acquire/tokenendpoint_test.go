// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
)

type answering func(form url.Values) (status int, body string)

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	status, text := f(form)
	return &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {"7"}}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

// A token endpoint needs no App: values go in, and an answer or an error comes
// out.
func TestTokenEndpointAlone(t *testing.T) {
	const id, secret = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", "Xy7~secret.of-the_client"
	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		t.Fatal(err)
	}
	flow := tenant.Flow("B2C_1_susi")
	credential := Secret(secret)
	var got []url.Values
	status, body := 200, `{"access_token":"a","expires_in":3600,"scope":"s","refresh_token":"r"}`
	e := &tokenEndpoint{
		client: &http.Client{Transport: answering(func(form url.Values) (int, string) {
			got = append(got, form)
			return status, body
		})},
		clientID: id, credential: &credential, authStyle: oauth2.AuthStyleInParams,
		throttle: &throttle{host: flow.Host(), limiter: new(jwks.Limiter)}, log: slog.New(slog.DiscardHandler),
	}
	request := accessTokenRequest{flow: flow, grant: "refresh_token", params: url.Values{"refresh_token": {"old-refresh-token"}}, auth: authenticated}

	answer, err := e.request(t.Context(), request)
	if err != nil || answer.access.Text() != "a" || answer.access.Scope() != "s" || answer.refresh != "r" || answer.access.Left(e.clock.Now()) < 59*time.Minute {
		t.Errorf("got %+v, %v; want what was answered", answer, err)
	}
	want := url.Values{"grant_type": {"refresh_token"}, "client_id": {id}, "client_secret": {secret}, "refresh_token": {"old-refresh-token"}}
	if got[0].Encode() != want.Encode() {
		t.Errorf("got the form %v, want %v", got[0], want)
	}

	request.auth = unauthenticated
	status, body = 400, `{"error":"invalid_grant","error_description":"AADB2C90080: old-refresh-token is old."}`
	_, err = e.request(t.Context(), request)
	refusal, ok := errors.AsType[*Error](err)
	if !ok || refusal.Class != ErrReauthenticate || refusal.Description != "[redacted] is old." || refusal.Flow != "B2C_1_susi" || refusal.During != "refresh_token" {
		t.Errorf("got %+v, want the refusal without the secret", err)
	}
	if got[1].Has("client_secret") {
		t.Error("got the client secret of a request that does not authenticate")
	}

	status, body = 429, ""
	for range 2 {
		_, err = e.request(t.Context(), request)
		if e, ok := errors.AsType[*Error](err); !ok || e.Class != ErrRetry || e.Status != 429 || e.RetryAfter < 6*time.Second {
			t.Errorf("got %+v, want one to try again after 7s", err)
		}
	}
	if len(got) != 3 {
		t.Errorf("got %d requests, want 3: of the last one none is made", len(got))
	}
}
