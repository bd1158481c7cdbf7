// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
)

// B2C sends some errors without the state, so the operator is told them. Anyone
// can send them, so nothing is decided by one: it has the class, and no field, of
// a return that belongs to nothing.
func TestErrorWithoutState(t *testing.T) {
	app := newDaemon(t, noRequests(t), nil)
	_, pending, err := app.BeginSignIn(returnURI, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	const whoever = `, which the sign-in page or anyone else may have sent`
	for name, tc := range map[string]struct {
		params url.Values
		want   string
	}{
		"code":         {form("error", "invalid_request", "error_description", "AADB2C90046: Stale page.\r\nCorrelation ID: "+correlation+"\r\n"), `; it came with "AADB2C90046" "Stale page." (correlation ID ` + correlation + `)` + whoever},
		"policy":       {form("error", "access_denied", "error_description", "AAD_Custom_4711: Too young."), `; it came with "AAD_Custom_4711" "Too young."` + whoever},
		"no code":      {form("error", "server_error", "error_description", "x"), `; it came with error "server_error" "x"` + whoever},
		"no text":      {form("error", "access_denied"), `; it came with error "access_denied"` + whoever},
		"forgot":       {form("error", "access_denied", "error_description", "AADB2C90118: Forgotten."), `"AADB2C90118" "Forgotten."` + whoever},
		"other state":  {form("state", "x", "error", "access_denied", "error_description", "AADB2C90118: Forgotten."), `"AADB2C90118" "Forgotten."` + whoever},
		"forged lines": {form("error", "x", "error_description", "a\" level=ERROR\x1b[31m\u202e\r\nmsg=forged"), `; it came with error "x" "a\" level=ERROR\x1b[31m\u202e"` + whoever},
		"long":         {form("error", strings.Repeat("e", 1<<16), "error_description", strings.Repeat("d", 1<<16)), whoever},
		"secrets":      {form("error", pending.Verifier, "error_description", pending.Nonce+" "+jwtAccess), `; it came with error "[redacted]" "[redacted] [redacted]"` + whoever},
	} {
		for kept, p := range map[string]*acquire.Pending{"pending": pending, "none": nil} {
			if name == "secrets" && p == nil {
				continue
			}
			_, err := app.Finish(t.Context(), p, tc.params)
			e := wantClass(t, name+", "+kept, err, acquire.ErrState)
			if !strings.HasSuffix(e.Advice, tc.want) {
				t.Errorf("%s, %s: got advice %q, want it to end in %q", name, kept, e.Advice, tc.want)
			}
			if e.Code != "" || e.OAuthError != "" || e.Description != "" || e.CorrelationID != "" || !e.Timestamp.IsZero() {
				t.Errorf("%s, %s: got %+v, want nothing of it in the fields", name, kept, *e)
			}
			wantOneLine(t, err)
		}
	}
	_, err = app.Finish(t.Context(), nil, form("code", "c0de", "state", "x"))
	if e := wantClass(t, "a code", err, acquire.ErrState); strings.Contains(e.Advice, "it came with") {
		t.Errorf("a code: got advice %q, want none of an error", e.Advice)
	}
}
