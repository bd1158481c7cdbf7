// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

const (
	contosoID = "775527ff-9a37-4307-8b3d-cc311f58d925"
	apiID     = "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"
	webID     = "2fdd06f3-7b34-49a3-a78b-545da6bd4d4b"
)

// reply is a response with its body read.
type reply struct {
	status int
	header http.Header
	body   string
}

// site is a server with a dashboard.
type site struct {
	*emulator.Server
	t *testing.T
}

// serve starts a plain server with a dashboard over tenants.
func serve(t *testing.T, tenants ...*emulator.Tenant) site {
	t.Helper()
	s, err := emulator.Start(&emulator.ServerOptions{Plain: true, Fallback: dashboard.New(tenants...)}, tenants...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return site{s, t}
}

// send sends a request, with headers given as name and value in turn. Redirects
// aren't followed.
func (s site) send(method, path, body string, headers ...string) reply {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	res, err := s.Transport().RoundTrip(req)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return reply{res.StatusCode, res.Header, string(text)}
}

func (s site) get(path string) reply {
	s.t.Helper()
	return s.send(http.MethodGet, path, "")
}

// api calls a route of the API and wants a status.
func (s site) api(method, route, body string, status int) string {
	s.t.Helper()
	r := s.send(method, "/emulator/v1/"+route, body, "Content-Type", "application/json")
	if r.status != status {
		s.t.Fatalf("%s %s %s: got %d %s, want %d", method, route, body, r.status, r.body, status)
	}
	if status != http.StatusNoContent && r.header.Get("Content-Type") != "application/json" {
		s.t.Errorf("%s %s: got content type %q, want application/json", method, route, r.header.Get("Content-Type"))
	}
	return r.body
}

// form posts a form of the pages.
func (s site) form(name string, values ...string) reply {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	return s.send(http.MethodPost, "/emulator/forms/"+name, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// clientCredentials has the daemon fetch a token, with a secret.
func (s site) clientCredentials(secret string) reply {
	s.t.Helper()
	daemon := s.Daemon()
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {daemon.ID}, "client_secret": {secret}, "scope": {s.API().URI + "/.default"},
	}
	return s.send(http.MethodPost, "/contoso.onmicrosoft.com/B2C_1_susi/oauth2/v2.0/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// holds wants texts in a page.
func holds(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("got a page without %q:\n%s", text, page)
		}
	}
}

// lacks wants texts not to be in a page.
func lacks(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			t.Errorf("got a page with %q:\n%s", text, page)
		}
	}
}
