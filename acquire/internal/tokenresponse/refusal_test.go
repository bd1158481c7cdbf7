// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokenresponse_test

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
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

// External ID and Entra have members for what else they tell, and a description
// that need not have lines.
func TestParseRefusalOfSTS(t *testing.T) {
	const trace = "255d1aef-8c98-452f-ac51-23d051240864"
	at := time.Date(2025, 6, 15, 15, 0, 0, 0, time.UTC)
	const trailer = "Trace ID: " + trace + "SPACECorrelation ID: " + correlation + "SPACETimestamp: 2025-06-15 15:00:00Z"
	lines, line := strings.ReplaceAll(trailer, "SPACE", `\r\n`), strings.ReplaceAll(trailer, "SPACE", " ")
	whole := tokenresponse.Refusal{
		OAuthError: "invalid_client", Code: "AADSTS7000215", Codes: []int{7000215},
		Description: "Invalid client secret provided.", TraceID: trace, CorrelationID: correlation, Timestamp: at,
	}
	only := func(change func(r *tokenresponse.Refusal)) tokenresponse.Refusal {
		r := tokenresponse.Refusal{OAuthError: "x"}
		change(&r)
		return r
	}
	nothing := only(func(*tokenresponse.Refusal) {})
	for name, tc := range map[string]struct {
		body string
		want tokenresponse.Refusal
	}{
		"on lines":                  {`{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\n` + lines + `","error_codes":[7000215],"timestamp":"2025-06-15 15:00:00Z","trace_id":"` + trace + `","correlation_id":"` + correlation + `","error_uri":"https://login.microsoftonline.com/error?code=7000215"}`, whole},
		"on one line":               {`{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. ` + line + `","error_codes":[7000215]}`, whole},
		"the description's ids win": {`{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. ` + line + `","error_codes":["7000215"],"trace_id":"` + correlation + `","correlation_id":"` + trace + `"}`, whole},
		"members alone": {
			`{"error":"x","error_codes":[50076,50079],"trace_id":"` + strings.ToUpper(trace) + `","correlation_id":"` + correlation + `","suberror":"basic_action","claims":"{\"access_token\":{\"polids\":{\"essential\":true}}}"}`,
			only(func(r *tokenresponse.Refusal) {
				r.Code, r.Codes, r.TraceID, r.CorrelationID = "AADSTS50076", []int{50076, 50079}, trace, correlation
				r.SubError, r.Claims = "basic_action", `{"access_token":{"polids":{"essential":true}}}`
			}),
		},
		"wrong types":        {`{"error":"x","error_codes":"50076","suberror":{},"trace_id":[1],"correlation_id":true,"claims":{"a":1}}`, nothing},
		"codes of all kinds": {`{"error":"x","error_codes":[null,-1,0,0.5,1e99,"","x",{},[7],true,50076]}`, nothing},
		"codes as strings":   {`{"error":"x","error_codes":["50076"]}`, only(func(r *tokenresponse.Refusal) { r.Code, r.Codes = "AADSTS50076", []int{50076} })},
		"many codes":         {`{"error":"x","error_codes":[1,2,3,4,5,6,7,8,9]}`, only(func(r *tokenresponse.Refusal) { r.Code, r.Codes = "AADSTS1", []int{1, 2, 3, 4, 5, 6, 7, 8} })},
		"too many codes":     {`{"error":"x","error_codes":[` + strings.Repeat("1,", 1<<10) + `1]}`, nothing},
		"no GUIDs":           {`{"error":"x","trace_id":"a\r\nb","correlation_id":"1"}`, nothing},
		"suberror, no word":  {`{"error":"x","suberror":"Two words"}`, nothing},
		"long suberror":      {`{"error":"x","suberror":"` + strings.Repeat("a", 65) + `"}`, nothing},
		"secret suberror":    {`{"error":"x","suberror":"s3cret"}`, nothing},
		"claims, no object":  {`{"error":"x","claims":"[1]"}`, nothing},
		"claims, twice":      {`{"error":"x","claims":"{\"a\":1,\"a\":2}"}`, nothing},
		"secret claims":      {`{"error":"x","claims":"{\"a\":\"s3cret\"}"}`, nothing},
		"long claims":        {`{"error":"x","claims":"{\"a\":\"` + strings.Repeat("a", 4<<10) + `\"}"}`, nothing},
	} {
		got := tokenresponse.ParseRefusal(tc.body, redact.New("s3cret"))
		again := tokenresponse.ParseRefusal(string(got.Body()), redact.New("s3cret"))
		if !reflect.DeepEqual(got, again) {
			t.Errorf("%s: got %+v, and what is written of it is read as %+v", name, got, again)
		}
		if got, want := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", tc.want); strings.ReplaceAll(got, "isJSON:true", "isJSON:false") != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if got := tokenresponse.ParseRefusal("<p>AADSTS50011: The redirect URI…</p>", redact.New()); got.Code != "AADSTS50011" {
		t.Errorf("a page: got %+v, want its code", got)
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
