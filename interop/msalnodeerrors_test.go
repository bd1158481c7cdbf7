// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// wantThrown checks an error of the token endpoint as MSAL Node throws it: B2C's
// words stand within words of its own, as it knows the members of Entra alone.
func wantThrown(t *testing.T, what string, got *result, code, b2c string) {
	t.Helper()
	if got.Raised != "ServerError" || got.Error != code || !strings.Contains(got.ErrorDescription, " - Description: "+b2c+": ") {
		t.Errorf("%s: got %v, want a ServerError, %s, %s", what, got, code, b2c)
	}
	if !strings.Contains(got.ErrorDescription, "\r\nCorrelation ID: ") {
		t.Errorf("%s: got description %q, want B2C's three lines", what, got.ErrorDescription)
	}
	if got.AccessToken+got.IDToken+got.RefreshToken != "" {
		t.Errorf("%s: got %v, want no token beside the error", what, got)
	}
}

func testNodeErrors(t *testing.T, p *script, _ *emulator.Server) {
	steps := p.run(t, "errors", nil)
	for _, row := range []struct{ label, code, b2c string }{
		{"wrong secret", "invalid_client", "AADB2C90081"},
		{"scope without .default", "invalid_request", "AADB2C99068"},
		{"unknown API", "invalid_request", "AADB2C90117"},
	} {
		_, got := steps.get(t, row.label)
		wantThrown(t, row.label, got, row.code, row.b2c)
	}
	// These come to the app in the user's browser, and it has to see them itself.
	for _, row := range []struct{ label, code, b2c string }{
		{"unknown scope", "invalid_request", "AADB2C90117"},
		{"cancelled", "access_denied", "AADB2C90091"},
		{"forgot password", "access_denied", "AADB2C90118"},
		{"no session", "interaction_required", "AADB2C90077"},
		{"unregistered redirect URI", "redirect_uri_mismatch", "AADB2C90006"},
	} {
		r, got := steps.get(t, row.label)
		wantError(t, row.label, got, row.code, row.b2c)
		if r.Requests.Token != 0 {
			t.Errorf("%s: got %s, want none for a token", row.label, requests(r.Requests))
		}
	}
	// B2C answers both with a page, which MSAL reports as it reports everything.
	for _, label := range []string{"unknown flow", "unknown tenant"} {
		r, got := steps.get(t, label)
		if got.Raised == "" || r.Requests != (emulator.Counts{NotFound: 1}) {
			t.Errorf("%s: got %v and %s, want an error and one not found", label, got, requests(r.Requests))
		}
		p.note(t, label, got.Raised+", "+got.Error, "ClientAuthError, "+unresolved)
	}
}

// testNodeUnsupported is what B2C hasn't got, see also acquire.ErrUnsupported.
func testNodeUnsupported(t *testing.T, p *script, _ *emulator.Server) {
	steps := p.run(t, "unsupported", nil)
	_, obo := steps.get(t, "on behalf of")
	wantThrown(t, "on behalf of", obo, "unsupported_grant_type", "AADB2C90086")
	_, assertion := steps.get(t, "client assertion")
	wantThrown(t, "client assertion", assertion, "invalid_request", "AADB2C99027")
	// The metadata names no endpoint for it, so MSAL makes one up.
	r, device := steps.get(t, "device code")
	p.note(t, "device code", device.Error, "token_parsing_error")
	p.note(t, "device code", r.Requests.NotFound, 1)
}

// testNodeThrottled shows that MSAL obeys Retry-After: it answers by itself
// until then, but no longer says with what.
func testNodeThrottled(t *testing.T, p *script, b2c *emulator.Server) {
	throttle(b2c, 7*time.Second)
	defer b2c.MustSetFaults()
	steps := p.run(t, "throttled", nil)
	r, first := steps.get(t, "first")
	wantThrown(t, "first", first, "temporarily_unavailable", "AADB2C90229")
	if first.Status != 429 || r.Requests.Token != 1 {
		t.Errorf("first: got status %d and %s, want 429 and one for a token", first.Status, requests(r.Requests))
	}
	r, again := steps.get(t, "again")
	if again.Raised != "ServerError" || !strings.HasPrefix(again.ErrorDescription, "AADB2C90229: ") || r.Requests != (emulator.Counts{}) {
		t.Errorf("again: got %v and %s, want B2C's words and none", again, requests(r.Requests))
	}
	p.note(t, "error code while throttled", `"`+again.Error+`"`, `""`)
}
