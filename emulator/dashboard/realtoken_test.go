// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/dashboard"
)

const formType = "application/x-www-form-urlencoded"

// explaining serves a dashboard with a page for tokens of real tenants.
func explaining(t *testing.T, f func(context.Context, dashboard.RealToken) (string, error)) site {
	t.Helper()
	tenants := []*emulator.Tenant{emulator.NewTenant(nil)}
	s, err := emulator.Start(&emulator.ServerOptions{Plain: true, Fallback: dashboard.NewWithOptions(tenants, &dashboard.Options{Explain: f})}, tenants...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return site{s, t}
}

func TestRealTokens(t *testing.T) {
	var asked []dashboard.RealToken
	s := explaining(t, func(_ context.Context, r dashboard.RealToken) (string, error) {
		asked = append(asked, r)
		if r.TenantID == "" {
			return "", errors.New("the GUID <b>is</b> missing")
		}
		return "refused: <audience>", nil
	})
	if got := s.get("/"); !strings.Contains(got.body, "/emulator/explain?tenant=contoso") {
		t.Error("the tenant's page has no link to the page for real tokens")
	}
	page := s.get("/emulator/explain?tenant=contoso")
	if page.status != 200 || !strings.Contains(page.body, "over the internet") || !strings.Contains(page.body, "nothing is kept") {
		t.Errorf("the page: got %d, %s", page.status, page.body)
	}
	form := url.Values{
		"tenant": {"contoso"}, "realTenant": {" fabrikam "}, "host": {""}, "tenantId": {"99999999-9999-4999-8999-999999999999"},
		"flows": {"B2C_1_susi  B2C_1A_partner"}, "audience": {"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6"}, "token": {"eyJhead.eyJbody.signature"},
	}
	got := s.send(http.MethodPost, "/emulator/forms/explain", form.Encode(), "Content-Type", formType)
	if got.status != 200 || !strings.Contains(got.body, "refused: &lt;audience&gt;") || !strings.Contains(got.body, `value="fabrikam"`) {
		t.Errorf("the answer: got %d, %s", got.status, got.body)
	}
	if strings.Contains(got.body, "eyJ"+"head") || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the token is written back, or may be stored: %v", got.header)
	}
	want := dashboard.RealToken{
		Tenant: "fabrikam", TenantID: "99999999-9999-4999-8999-999999999999", Audience: "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6",
		Flows: []string{"B2C_1_susi", "B2C_1A_partner"}, Token: "eyJhead.eyJbody.signature",
	}
	if len(asked) != 1 || asked[0].Token != want.Token || asked[0].Tenant != want.Tenant || asked[0].TenantID != want.TenantID ||
		asked[0].Audience != want.Audience || asked[0].Host != "" || !slices.Equal(asked[0].Flows, want.Flows) {
		t.Errorf("got %d questions, want one with all fields", len(asked))
	}
	if text := fmt.Sprintf("%v %+v %#v", want, want, want); strings.Contains(text, "eyJ") {
		t.Errorf("printed: got %s", text)
	}

	form.Del("tenantId")
	got = s.send(http.MethodPost, "/emulator/forms/explain", form.Encode(), "Content-Type", formType)
	if got.status != 400 || !strings.Contains(got.body, "the GUID &lt;b&gt;is") {
		t.Errorf("a mistake: got %d, %s", got.status, got.body)
	}
	// Only the dashboard's own page may ask, and by its form.
	asked = nil
	for name, headers := range map[string][]string{
		"another origin": {"Content-Type", formType, "Origin", "https://evil.example"},
		"another site":   {"Content-Type", formType, "Sec-Fetch-Site", "cross-site"},
		"another host":   {"Content-Type", formType, "Host", "evil.example"},
	} {
		if got := s.send(http.MethodPost, "/emulator/forms/explain", form.Encode(), headers...); got.status != 403 && got.status != 404 {
			t.Errorf("%s: got %d", name, got.status)
		}
	}
	if got := s.send(http.MethodPost, "/emulator/forms/explain", "{}", "Content-Type", "application/json"); got.status != 415 {
		t.Errorf("no form: got %d", got.status)
	}
	if got := s.get("/emulator/forms/explain?" + form.Encode()); got.status != 404 && got.status != 405 {
		t.Errorf("a token in the address: got %d", got.status)
	}
	if len(asked) != 0 {
		t.Errorf("%d of these were answered", len(asked))
	}
}

// Without somebody to ask there is no such page.
func TestNoRealTokens(t *testing.T) {
	s := serve(t, emulator.NewTenant(nil))
	if got := s.get("/"); strings.Contains(got.body, "/emulator/explain") {
		t.Error("there is a link to a page that isn't there")
	}
	if got := s.get("/emulator/explain"); got.status != 404 {
		t.Errorf("the page: got %d", got.status)
	}
	if got := s.send(http.MethodPost, "/emulator/forms/explain", "tenant=contoso", "Content-Type", formType); got.status != 404 {
		t.Errorf("the form: got %d", got.status)
	}
}
