// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// wantError checks an error as MSAL passes it on: B2C's words, whole, with the
// line ends that must not get into a header or a log.
func wantError(t *testing.T, what string, got *result, code, b2c string) {
	t.Helper()
	if got.Error != code || !strings.HasPrefix(got.ErrorDescription, b2c+": ") {
		t.Errorf("%s: got %v, want %s, %s", what, got, code, b2c)
	}
	if !strings.Contains(got.ErrorDescription, "\r\nCorrelation ID: ") || !strings.HasSuffix(got.ErrorDescription, "Z\r\n") {
		t.Errorf("%s: got description %q, want B2C's three lines", what, got.ErrorDescription)
	}
	if got.AccessToken+got.IDToken+got.RefreshToken != "" {
		t.Errorf("%s: got %v, want no token beside the error", what, got)
	}
}

// testWithoutCA shows that all the rest of this is TLS that MSAL has checked.
func testWithoutCA(t *testing.T, p *script, _ *emulator.Server) {
	r, got := p.run(t, "without_the_ca_file", nil).get(t, "app")
	if got.Raised != "SSLError" || r.Requests != (emulator.Counts{}) {
		t.Errorf("with the CAs of the system: got %v and %s, want an SSLError and none", got, requests(r.Requests))
	}
}

func testErrors(t *testing.T, p *script, _ *emulator.Server) {
	steps := p.run(t, "errors", nil)
	for _, row := range []struct{ label, code, b2c string }{
		{"wrong secret", "invalid_client", "AADB2C90081"},
		{"wrong secret again", "invalid_client", "AADB2C90081"},
		{"scope without .default", "invalid_request", "AADB2C99068"},
		{"unknown API", "invalid_request", "AADB2C90117"},
		{"unknown scope", "invalid_request", "AADB2C90117"},
		{"cancelled", "access_denied", "AADB2C90091"},
		{"forgot password", "access_denied", "AADB2C90118"},
		{"no session", "interaction_required", "AADB2C90077"},
		{"unregistered redirect URI", "redirect_uri_mismatch", "AADB2C90006"},
	} {
		_, got := steps.get(t, row.label)
		wantError(t, row.label, got, row.code, row.b2c)
	}
	// A secret that was put right at B2C is still wrong for MSAL for a minute.
	p.note(t, "the same wrong secret again", requests(steps["wrong secret again"].Requests), "no request")
	_, reserved := steps.get(t, "reserved scope")
	p.note(t, "openid named as a scope", reserved.Raised, "ValueError")
}

// throttle has the next request for a token refused. Without a time, none is
// said: whether B2C does isn't known.
func throttle(b2c *emulator.Server, retryAfter time.Duration) {
	b2c.MustSetFaults(emulator.Fault{Kind: emulator.FaultThrottled, Endpoint: emulator.TokenEndpoint, RetryAfter: retryAfter, Times: 1})
}

// testThrottled shows that MSAL obeys Retry-After: it answers by itself until
// then, and for a minute if there is none.
func testThrottled(t *testing.T, p *script, b2c *emulator.Server) {
	defer b2c.MustSetFaults()
	for _, retryAfter := range []time.Duration{7 * time.Second, 0} {
		throttle(b2c, retryAfter)
		steps := p.run(t, "throttled", nil)
		r, got := steps.get(t, "first")
		wantError(t, "first", got, "temporarily_unavailable", "AADB2C90229")
		if r.Requests.Token != 1 {
			t.Errorf("first: got %s, want one for a token", requests(r.Requests))
		}
		r, got = steps.get(t, "again")
		wantError(t, "again", got, "temporarily_unavailable", "AADB2C90229")
		p.note(t, fmt.Sprintf("again, Retry-After %v", retryAfter), requests(r.Requests), "no request")
	}
}

// testUnsupported is what B2C hasn't got, see also acquire.ErrUnsupported.
func testUnsupported(t *testing.T, p *script, _ *emulator.Server) {
	steps := p.run(t, "unsupported", nil)
	_, obo := steps.get(t, "on behalf of")
	wantError(t, "on behalf of", obo, "unsupported_grant_type", "AADB2C90086")
	_, assertion := steps.get(t, "client assertion")
	wantError(t, "client assertion", assertion, "invalid_request", "AADB2C99027")
	// The metadata names no endpoint for it, so MSAL makes one up.
	r, device := steps.get(t, "device code")
	p.note(t, "device code", device.Raised, "JSONDecodeError")
	p.note(t, "device code", r.Requests.NotFound, 1)
}
