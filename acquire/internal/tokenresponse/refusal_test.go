// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokenresponse_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
)

const correlation = "3f0c8a0c-0c3a-4d3c-9a3e-1c5b7c1f2a11"

func TestParseRefusal(t *testing.T) {
	at := time.Date(2025, 6, 15, 15, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		body, code, oauthError, description, correlation string
		at                                               time.Time
		written                                          string // the body, anew
	}{
		"of B2C": {
			`{"error":"invalid_grant","error_description":"AADB2C90080: Old.\r\nCorrelation ID: ` + strings.ToUpper(correlation) + `\r\nTimestamp: 2025-06-15 15:00:00Z\r\n","more":1}`,
			"AADB2C90080", "invalid_grant", "Old.", correlation, at,
			`{"error":"invalid_grant","error_description":"AADB2C90080: Old.\r\nCorrelation ID: ` + correlation + `\r\nTimestamp: 2025-06-15 15:00:00Z\r\n"}`,
		},
		"of a policy":      {`{"error":"x","error_description":"AAD_Custom_7: No.\nMore."}`, "AAD_Custom_7", "x", "No.", "", time.Time{}, `{"error":"x","error_description":"AAD_Custom_7: No."}`},
		"empty":            {`{}`, "", "", "", "", time.Time{}, `{"error":"","error_description":""}`},
		"no strings":       {`{"error":1,"error_description":{}}`, "", "", "", "", time.Time{}, `{"error":"","error_description":""}`},
		"text":             {"AADB2C90080: Old.\r\nMore.", "AADB2C90080", "", "Old.", "", time.Time{}, "AADB2C90080: Old."},
		"page":             {"<p>AADB2C90080, Correlation ID: " + correlation + "</p>", "AADB2C90080", "", "", correlation, time.Time{}, "AADB2C90080: \r\nCorrelation ID: " + correlation + "\r\n"},
		"page, no code":    {"<p>Hello</p>", "", "", "", "", time.Time{}, ""},
		"secrets":          {`{"error":"s3cret","error_description":"AAD_Custom_s3cret: s3cret\nCorrelation ID: x"}`, "AAD_Custom_[redacted]", "[redacted]", "[redacted]", "", time.Time{}, `{"error":"[redacted]","error_description":"AAD_Custom_[redacted]: [redacted]"}`},
		"secret at a cut":  {`{"error":"x","error_description":"` + strings.Repeat("x", 4<<10-3) + ` s3cret"}`, "", "x", strings.Repeat("x", 1021) + "…", "", time.Time{}, `{"error":"x","error_description":"` + strings.Repeat("x", 1021) + `…"}`},
		"controls":         {`{"error":"a\u001b","error_description":"b\u202e"}`, "", `a\x1b`, `b\u202e`, "", time.Time{}, `{"error":"a\\x1b","error_description":"b\\u202e"}`},
		"a time of no day": {`{"error_description":"x\nTimestamp: 2025-02-30 15:00:00Z"}`, "", "", "x", "", time.Time{}, `{"error":"","error_description":"x"}`},
	} {
		r := tokenresponse.ParseRefusal(tc.body, redact.New("s3cret"))
		if r.Code != tc.code || r.OAuthError != tc.oauthError || r.Description != tc.description || r.CorrelationID != tc.correlation || !r.Timestamp.Equal(tc.at) {
			t.Errorf("%s: got %+v", name, r)
		}
		if got := string(r.Body()); got != tc.written {
			t.Errorf("%s: got body %q, want %q", name, got, tc.written)
		}
		oauthError, description := r.Members()
		if isJSON := strings.HasPrefix(tc.body, "{"); !isJSON && oauthError+description != "" || isJSON && (oauthError != r.OAuthError || !strings.Contains(description, r.Description)) {
			t.Errorf("%s: got members %q, %q", name, oauthError, description)
		}
	}
}

// Secrets go before a text is cut: half of one would not be found.
func TestSecretsGoBeforeTheCut(t *testing.T) {
	secret := "s3cret" + strings.Repeat("0123456789", 12)
	r := tokenresponse.Describe("x", strings.Repeat(secret+" ", 100), redact.New(secret))
	if strings.Contains(r.Description, "s3cret") || !strings.HasPrefix(r.Description, "[redacted] [redacted]") {
		t.Errorf("got %s, want nothing of the secret", r.Description)
	}
}

func TestHeader(t *testing.T) {
	const date = "Sun, 15 Jun 2025 15:00:00 GMT"
	for name, tc := range map[string]struct{ in, want http.Header }{
		"known":   {http.Header{"Date": {date}, "Retry-After": {"1.5"}, "Content-Type": {"Application/JSON; charset=utf-8"}, "X-Ms-Gateway-Requestid": {"gateway-1"}}, http.Header{"Date": {date}, "Retry-After": {"1.5"}, "Content-Type": {"application/json"}, "X-Ms-Gateway-Requestid": {"gateway-1"}}},
		"a date":  {http.Header{"Retry-After": {date}}, http.Header{"Retry-After": {date}}},
		"unknown": {http.Header{"Set-Cookie": {"a=b"}, "Location": {"/"}, "X-Ms-Cpim": {"x"}}, http.Header{}},
		"odd":     {http.Header{"Date": {"x"}, "Retry-After": {"soon"}, "Content-Type": {"a b"}, "X-Ms-Request-Id": {"a b"}, "X-Azure-Ref": {strings.Repeat("x", 101)}}, http.Header{}},
		"secrets": {http.Header{"Retry-After": {"12345678"}, "Content-Type": {"text/s3cret"}, "X-Ms-Request-Id": {"s3cret"}, "X-Azure-Ref": {"x-s3cret-x"}}, http.Header{}},
	} {
		if got := tokenresponse.Header(tc.in, redact.New("s3cret", "12345678")); !maps.EqualFunc(got, tc.want, slices.Equal) {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
	}
}
