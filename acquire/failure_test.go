// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
)

const correlation = "3f0c8a0c-0c3a-4d3c-9a3e-1c5b7c1f2a11"

// expired is B2C's answer to an old grant.
const expired = "AADB2C90080: The provided grant has expired. Please re-authenticate and try again. Current time: 1750000000, Grant issued time: 1748000000, Grant expiration time: 1749209600\r\nCorrelation ID: " + correlation + "\r\nTimestamp: 2025-06-15 15:00:00Z\r\n"

func TestFailureHasAllThatB2CSaid(t *testing.T) {
	b2c := &endpoint{}
	r := refusing(http.StatusBadRequest, "invalid_grant", expired)
	r.header = map[string]string{"X-Ms-Gateway-Requestid": "gateway-1", "Set-Cookie": "x-ms-cpim-trans=abc"}
	b2c.always(r)
	_, err := newDaemon(t, b2c, nil).Token(t.Context(), tasksScope)
	e := wantClass(t, "an expired grant", err, acquire.ErrReauthenticate)
	const text = "The provided grant has expired. Please re-authenticate and try again. Current time: 1750000000, Grant issued time: 1748000000, Grant expiration time: 1749209600"
	want := acquire.Error{
		Class: acquire.ErrReauthenticate, During: "client_credentials", Flow: "B2C_1_susi", Code: "AADB2C90080", OAuthError: "invalid_grant",
		Description: text, Advice: "the code or refresh token has expired; sign the user in again", Status: 400,
		CorrelationID: correlation, Timestamp: time.Date(2025, 6, 15, 15, 0, 0, 0, time.UTC),
	}
	if got := e; got.Class != want.Class || got.During != want.During || got.Flow != want.Flow || got.Code != want.Code ||
		got.OAuthError != want.OAuthError || got.Description != want.Description || got.Advice != want.Advice || got.Status != want.Status ||
		got.CorrelationID != want.CorrelationID || !got.Timestamp.Equal(want.Timestamp) || got.RetryAfter != 0 || got.Err != nil {
		t.Errorf("got  %+v,\nwant %+v", *got, want)
	}
	const line = `acquire: client_credentials at B2C_1_susi: AADB2C90080 "` + text + `": the code or refresh token has expired; sign the user in again (correlation ID ` + correlation + `)`
	if err.Error() != line {
		t.Errorf("got  %s,\nwant %s", err, line)
	}

	// The ecosystem's error, for those who have code for it.
	var retrieve *oauth2.RetrieveError
	if !errors.As(err, &retrieve) {
		t.Fatalf("got %T without an *oauth2.RetrieveError, want one", err)
	}
	if retrieve.ErrorCode != "invalid_grant" || retrieve.ErrorDescription != expired || !strings.Contains(string(retrieve.Body), "AADB2C90080") {
		t.Errorf("RetrieveError: got %q, %q, %q; want what B2C said", retrieve.ErrorCode, retrieve.ErrorDescription, retrieve.Body)
	}
	resp := retrieve.Response
	if resp.StatusCode != 400 || resp.Status != "400 Bad Request" || resp.Header.Get("X-Ms-Gateway-Requestid") != "gateway-1" || resp.Header.Get("Set-Cookie") != "" {
		t.Errorf("RetrieveError.Response: got %s, %v; want status and headers without cookies", resp.Status, resp.Header)
	}
	if resp.Request != nil {
		t.Errorf("RetrieveError.Response.Request: got one, want none: it has the secret")
	}
	if body, err := io.ReadAll(resp.Body); err != nil || len(body) != 0 {
		t.Errorf("RetrieveError.Response.Body: got %q, %v; want one that is read to its end", body, err)
	}
	if retrieve.Error() == "" {
		t.Error("RetrieveError.Error: got nothing, want a text")
	}
}

// page is an HTML page as B2C and proxies send them.
func page(text string) string {
	return "<!DOCTYPE html>\r\n<html><head><title>Error</title></head><body><p>" + text + "</p></body></html>\r\n"
}

func TestFailureShapes(t *testing.T) {
	long := strings.Repeat("é", 4000)
	for name, tc := range map[string]struct {
		status int
		body   string
		class  acquire.Class
		want   acquire.Error // Code, OAuthError, Description and CorrelationID
	}{
		"the same code, CRLF":         {400, `{"error":"invalid_grant","error_description":"AADB2C90080: Old.\r\nCorrelation ID: ` + correlation + `\r\n"}`, "reauthenticate", acquire.Error{Code: "AADB2C90080", OAuthError: "invalid_grant", Description: "Old.", CorrelationID: correlation}},
		"LF alone":                    {400, `{"error":"invalid_grant","error_description":"AADB2C90080: Old.\nCorrelation ID: ` + correlation + `\n"}`, "reauthenticate", acquire.Error{Code: "AADB2C90080", OAuthError: "invalid_grant", Description: "Old.", CorrelationID: correlation}},
		"CR alone":                    {400, `{"error":"invalid_grant","error_description":"AADB2C90080: Old.\rCorrelation ID: ` + correlation + `\r"}`, "reauthenticate", acquire.Error{Code: "AADB2C90080", OAuthError: "invalid_grant", Description: "Old.", CorrelationID: correlation}},
		"no such correlation id":      {400, `{"error":"invalid_grant","error_description":"AADB2C90080: Old.\r\nCorrelation ID: 3f0c\r\nTimestamp: soon"}`, "reauthenticate", acquire.Error{Code: "AADB2C90080", OAuthError: "invalid_grant", Description: "Old."}},
		"correlation id, upper case":  {400, `{"error":"invalid_grant","error_description":"AADB2C90080: Old.\r\nCorrelation ID: 3F0C8A0C-0C3A-4D3C-9A3E-1C5B7C1F2A11\r\n"}`, "reauthenticate", acquire.Error{Code: "AADB2C90080", OAuthError: "invalid_grant", Description: "Old.", CorrelationID: correlation}},
		"error alone":                 {400, `{"error":"invalid_scope"}`, "configuration", acquire.Error{OAuthError: "invalid_scope"}},
		"description alone":           {400, `{"error_description":"AADB2C90080: Old."}`, "reauthenticate", acquire.Error{Code: "AADB2C90080", Description: "Old."}},
		"members of Entra":            {400, `{"error":"invalid_grant","error_description":"AADB2C90080: Old.","error_codes":[90080],"trace_id":"x","error_uri":null}`, "reauthenticate", acquire.Error{Code: "AADB2C90080", OAuthError: "invalid_grant", Description: "Old."}},
		"numbers":                     {400, `{"error":400,"error_description":90080}`, "unexpected_answer", acquire.Error{}},
		"arrays":                      {400, `{"error":["invalid_grant"],"error_description":["AADB2C90080: Old."]}`, "unexpected_answer", acquire.Error{}},
		"objects":                     {400, `{"error":{"code":"invalid_grant"},"error_description":{}}`, "unexpected_answer", acquire.Error{}},
		"null":                        {400, `{"error":null,"error_description":null}`, "unexpected_answer", acquire.Error{}},
		"odd error, good description": {400, `{"error":1,"error_description":"AADB2C90080: Old."}`, "reauthenticate", acquire.Error{Code: "AADB2C90080", Description: "Old."}},
		"empty texts":                 {400, `{"error":"","error_description":""}`, "unexpected_answer", acquire.Error{}},
		"empty object":                {400, `{}`, "unexpected_answer", acquire.Error{}},
		"array":                       {400, `[{"error":"invalid_grant"}]`, "unexpected_answer", acquire.Error{}},
		"members twice":               {400, `{"error":"invalid_grant","error":"access_denied"}`, "unexpected_answer", acquire.Error{}},
		"members twice, with a code":  {400, `{"error":"invalid_grant","error":"access_denied","error_description":"AADB2C90091: Bye."}`, "cancelled", acquire.Error{Code: "AADB2C90091"}},
		"bad UTF-8":                   {400, "{\"error\":\"invalid_grant\",\"error_description\":\"AADB2C90080: \xff\xfe\"}", "reauthenticate", acquire.Error{Code: "AADB2C90080"}},
		"bad UTF-8, no code":          {400, "{\"error\":\"invalid_grant\xff\"}", "unexpected_answer", acquire.Error{}},
		"bad UTF-8 in plain text":     {400, "AADB2C90080: Old\xff.\r\n", "reauthenticate", acquire.Error{Code: "AADB2C90080", Description: `Old\xff.`}},
		"cut JSON with a code":        {400, `{"error":"invalid_grant","error_description":"AADB2C90080: O`, "reauthenticate", acquire.Error{Code: "AADB2C90080"}},
		"JSON after a BOM":            {400, "\xef\xbb\xbf" + `{"error":"invalid_grant"}`, "unexpected_answer", acquire.Error{}},
		"plain CRLF text":             {400, "AADB2C90080: Old.\r\nCorrelation ID: " + correlation + "\r\n", "reauthenticate", acquire.Error{Code: "AADB2C90080", Description: "Old.", CorrelationID: correlation}},
		"custom plain text":           {400, "AAD_Custom_17: Not today.\r\n", "policy", acquire.Error{Code: "AAD_Custom_17", Description: "Not today."}},
		"custom code on a page":       {400, page("AAD_Custom_17: Not today."), "unexpected_answer", acquire.Error{}},
		"page":                        {400, page("Bad Request"), "unexpected_answer", acquire.Error{}},
		"page with a code":            {400, page("AADB2C90018: The client id … is not known.<br>Correlation ID: " + correlation), "configuration", acquire.Error{Code: "AADB2C90018", CorrelationID: correlation}},
		"page with an unknown code":   {400, page("AADB2C98765: What is it?"), "unexpected_answer", acquire.Error{Code: "AADB2C98765"}},
		"page 404":                    {404, page("The resource you are looking for has been removed."), "configuration", acquire.Error{}},
		"JSON 404":                    {404, `{"error":"invalid_client"}`, "configuration", acquire.Error{OAuthError: "invalid_client"}},
		"empty 400":                   {400, "", "unexpected_answer", acquire.Error{}},
		"empty 404":                   {404, "", "configuration", acquire.Error{}},
		"201, with a good answer":     {201, `{"access_token":"abc","token_type":"Bearer","expires_in":3600}`, "unexpected_answer", acquire.Error{}},
		"204":                         {204, "", "unexpected_answer", acquire.Error{}},
		"304":                         {304, "", "unexpected_answer", acquire.Error{}},
		"401, empty":                  {401, "", "unexpected_answer", acquire.Error{}},
		"401, invalid_client":         {401, `{"error":"invalid_client","error_description":"AADB2C90081: Wrong."}`, "configuration", acquire.Error{Code: "AADB2C90081", OAuthError: "invalid_client", Description: "Wrong."}},
		"403, page":                   {403, page("Forbidden"), "unexpected_answer", acquire.Error{}},
		"407, page":                   {407, page("Proxy Authentication Required"), "unexpected_answer", acquire.Error{}},
		"429":                         {429, "Too many requests", "retry", acquire.Error{}},
		"429, with a code":            {429, `{"error":"invalid_request","error_description":"AADB2C90229: Slow down."}`, "retry", acquire.Error{Code: "AADB2C90229", OAuthError: "invalid_request", Description: "Slow down."}},
		"429, with another code":      {429, `{"error":"invalid_grant","error_description":"AADB2C90080: Old."}`, "retry", acquire.Error{Code: "AADB2C90080", OAuthError: "invalid_grant", Description: "Old."}},
		"500, page":                   {500, page("Runtime Error"), "retry", acquire.Error{}},
		"500, server_error":           {500, `{"error":"server_error","error_description":"AADB2C90037: Contact an administrator."}`, "tenant_admin", acquire.Error{Code: "AADB2C90037", OAuthError: "server_error", Description: "Contact an administrator."}},
		"500, no code":                {500, `{"error":"invalid_request","error_description":"Oops."}`, "retry", acquire.Error{OAuthError: "invalid_request", Description: "Oops."}},
		"502, page":                   {502, page("Bad Gateway"), "retry", acquire.Error{}},
		"503, page":                   {503, page("Service Unavailable"), "retry", acquire.Error{}},
		"503, empty":                  {503, "", "retry", acquire.Error{}},
		"504, page with a code":       {504, page("AADB2C90289: We can't reach the provider."), "retry", acquire.Error{Code: "AADB2C90289"}},
		"status that doesn't exist":   {599, "", "retry", acquire.Error{}},
		"status far too high":         {999, "", "retry", acquire.Error{}},
		"control characters":          {400, `{"error":"invalid_grant\u001b[31m\u009b\u2028\u202e","error_description":"AAD_Custom_\u001b[0m\u2029\u202e\u0085x\u0000: a\u0007b\tc\u2028d\u202ee"}`, "policy", acquire.Error{Code: `AAD_Custom_\x1b[0m\u2029\u202e\u0085x\x00`, OAuthError: `invalid_grant\x1b[31m\u009b\u2028\u202e`, Description: `a\ab\tc\u2028d\u202ee`}},
		"long texts":                  {400, `{"error":"` + long + `","error_description":"` + long + `"}`, "unexpected_answer", acquire.Error{OAuthError: long[:1020] + "…", Description: long[:1020] + "…"}},
		"long custom code":            {400, `{"error":"access_denied","error_description":"AAD_Custom_` + strings.Repeat("x", 101) + `: no code"}`, "user", acquire.Error{OAuthError: "access_denied", Description: "AAD_Custom_" + strings.Repeat("x", 101) + ": no code"}},
		"megabyte of text":            {400, strings.Repeat("AADB2C 90080 ", 100_000), "unexpected_answer", acquire.Error{}},
		"megabytes of a gateway":      {503, strings.Repeat("x", 3<<20), "retry", acquire.Error{}},
		"deep JSON":                   {400, strings.Repeat(`{"a":`, 5000) + `"AADB2C90080: x"` + strings.Repeat(`}`, 5000), "unexpected_answer", acquire.Error{}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b2c := &endpoint{}
				b2c.always(reply{status: tc.status, body: tc.body})
				_, err := newDaemon(t, b2c, nil).Token(t.Context(), tasksScope)
				e := wantClass(t, name, err, tc.class)
				if e.Code != tc.want.Code || e.OAuthError != tc.want.OAuthError || e.Description != tc.want.Description || e.CorrelationID != tc.want.CorrelationID {
					t.Errorf("got  Code %q, OAuthError %q, Description %q, CorrelationID %q;\nwant Code %q, OAuthError %q, Description %q, CorrelationID %q",
						e.Code, e.OAuthError, e.Description, e.CorrelationID, tc.want.Code, tc.want.OAuthError, tc.want.Description, tc.want.CorrelationID)
				}
				if e.Status != tc.status || e.Advice == "" || e.During != "client_credentials" || e.Flow != "B2C_1_susi" {
					t.Errorf("got Status %d, Advice %q, During %q, Flow %q; want %d, some advice, client_credentials and the flow", e.Status, e.Advice, e.During, e.Flow, tc.status)
				}
				wantOneLine(t, err)
				retrieve, ok := errors.AsType[*oauth2.RetrieveError](err)
				if !ok || retrieve.Response.StatusCode != tc.status || retrieve.Response.Request != nil || len(retrieve.Body) > 16<<10 || retrieve.Error() == "" {
					t.Errorf("got RetrieveError %v, want one of the status, without the request and bounded", retrieve)
				}
			})
		})
	}
}

// wantOneLine fails unless the error's text is short, and one line of what can
// be seen.
func wantOneLine(t *testing.T, err error) {
	t.Helper()
	if text := err.Error(); len(text) > 2000 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("got %d bytes, %q; want one short line that can be printed", len(text), text)
	}
}

// What is no JSON has no members, wherever it goes wrong.
func TestRetrieveErrorOfBrokenJSON(t *testing.T) {
	for _, body := range []string{
		`{"error":"invalid_grant","error_description":"AADB2C90080: Old.","error":"x"}`,
		`{"error":"invalid_grant","error_description":"AADB2C90080: Old."`,
		`{"error":"invalid_grant","error_description":"AADB2C90080: Old."} x`,
	} {
		b2c := &endpoint{}
		b2c.always(reply{status: http.StatusBadRequest, body: body})
		_, err := newDaemon(t, b2c, nil).Token(t.Context(), tasksScope)
		wantClass(t, body, err, acquire.ErrReauthenticate) // the code is there
		retrieve, ok := errors.AsType[*oauth2.RetrieveError](err)
		if !ok || retrieve.ErrorCode != "" || retrieve.ErrorDescription != "" || string(retrieve.Body) != "AADB2C90080: " {
			t.Errorf("%s: got %+v, want a body of the code alone", body, retrieve)
		}
	}
}

// Of a response nothing is kept but what was read of it.
func TestRetrieveErrorHoldsNothingForeign(t *testing.T) {
	at := time.Date(2025, 6, 15, 15, 0, 0, 0, time.UTC).Format(http.TimeFormat)
	for name, tc := range map[string]struct {
		r      reply
		body   string
		header http.Header
	}{
		"page":                    {reply{body: page("Hello")}, "", http.Header{}},
		"page with a code":        {reply{body: page("AADB2C90080: Hello Correlation ID: " + correlation)}, "AADB2C90080: \r\nCorrelation ID: " + correlation + "\r\n", http.Header{}},
		"text":                    {reply{body: "AADB2C90080: Hello.\r\nand more"}, "AADB2C90080: Hello.", http.Header{}},
		"JSON":                    {reply{body: `{"x":"y","error":"a","error_description":"b\r\nc"}`}, `{"error":"a","error_description":"b"}`, http.Header{}},
		"known header":            {reply{header: map[string]string{"Date": at, "Retry-After": "7", "X-Ms-Request-Id": "a-1", "X-Azure-Ref": "b/2="}}, "", http.Header{"Date": {at}, "Retry-After": {"7"}, "X-Ms-Request-Id": {"a-1"}, "X-Azure-Ref": {"b/2="}}},
		"media type":              {reply{header: map[string]string{"Content-Type": "Text/HTML; charset=x"}}, "", http.Header{"Content-Type": {"text/html"}}},
		"unknown header":          {reply{header: map[string]string{"Server": "x", "Location": "/x", "Www-Authenticate": "x", "X-Ms-Other": "x", "Set-Cookie": "x=y"}}, "", http.Header{}},
		"known header, no values": {reply{header: map[string]string{"Date": "x", "Retry-After": "soon", "X-Ms-Request-Id": "a b", "Content-Type": "a b"}}, "", http.Header{}},
	} {
		tc.r.status = http.StatusBadRequest
		b2c := &endpoint{}
		b2c.always(tc.r)
		_, err := newDaemon(t, b2c, nil).Token(t.Context(), tasksScope)
		retrieve, ok := errors.AsType[*oauth2.RetrieveError](err)
		if !ok {
			t.Errorf("%s: got %v, want an *oauth2.RetrieveError in it", name, err)
			continue
		}
		if tc.header.Get("Content-Type") == "" {
			retrieve.Response.Header.Del("Content-Type") // the endpoint's
		}
		if string(retrieve.Body) != tc.body || !maps.EqualFunc(retrieve.Response.Header, tc.header, slices.Equal) {
			t.Errorf("%s: got %q, %v; want %q, %v", name, retrieve.Body, retrieve.Response.Header, tc.body, tc.header)
		}
	}
}

func TestTimestamp(t *testing.T) {
	app := newDaemon(t, noRequests(t), nil)
	for line, want := range map[string]string{
		"Timestamp: 2025-06-15 15:00:00Z":    "2025-06-15T15:00:00Z",
		"Timestamp:2025-06-15 15:00:00Z":     "2025-06-15T15:00:00Z",
		"Timestamp: 2025-02-30 15:00:00Z":    "0001-01-01T00:00:00Z",
		"Timestamp: 2025-06-15 15:00:00":     "0001-01-01T00:00:00Z",
		"Timestamp: 06/15/2025 3:00:00 PM":   "0001-01-01T00:00:00Z",
		"Timestamp: 99999-06-15 15:00:00Z":   "0001-01-01T00:00:00Z",
		"no time stands here, nor elsewhere": "0001-01-01T00:00:00Z",
	} {
		err := finishWith(t, app, "access_denied", "AADB2C90091: Bye.\r\n"+line+"\r\n")
		e := wantClass(t, line, err, acquire.ErrCancelled)
		if got := e.Timestamp.Format(time.RFC3339); got != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
		for value, want := range map[string]time.Duration{
			"":                           0,
			"30":                         30 * time.Second,
			"1.5":                        1500 * time.Millisecond,
			"0":                          time.Second,
			"0.001":                      time.Second,
			"-1":                         time.Second,
			"599":                        599 * time.Second,
			"86400":                      10 * time.Minute,
			"1e300":                      10 * time.Minute,
			"99999999999999999999":       10 * time.Minute,
			"NaN":                        0,
			"soon":                       0,
			"30 seconds":                 0,
			at(90 * time.Second):         90 * time.Second,
			at(-90 * time.Second):        time.Second,
			at(48 * time.Hour):           10 * time.Minute,
			"Sun, 06 Nov 2044 08:49:37":  0,
			"Sunday, 06-Nov-44 08:49:37": 0,
		} {
			for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusBadGateway} {
				b2c := &endpoint{}
				r := reply{status: status, body: "Too many requests"}
				if value == "30" {
					r.body = strings.Repeat("x", 2<<20) // the header counts all the same
				}
				if value != "" {
					r.header = map[string]string{"Retry-After": value}
				}
				b2c.always(r)
				_, err := newDaemon(t, b2c, &acquire.Options{Timeout: time.Millisecond}).Token(t.Context(), tasksScope)
				e := wantClass(t, value, err, acquire.ErrRetry)
				// Without a time from B2C it is the App's own.
				own := want == 0 && e.RetryAfter >= 800*time.Millisecond && e.RetryAfter <= 1200*time.Millisecond
				if e.RetryAfter != want && !own {
					t.Errorf("%d, Retry-After %q: got %v, want %v", status, value, e.RetryAfter, want)
				}
			}
		}
	})
}

// An answer that breaks off may have been a good one: the same again may help.
func TestFailureBreaksOff(t *testing.T) {
	broken := errors.New("connection reset by peer")
	for _, status := range []int{200, 400, 404, 429, 503} {
		rt := tripper(func(r *http.Request) (*http.Response, error) {
			body := io.MultiReader(strings.NewReader(`{"access_token":"abc",`), failingReader{broken})
			return &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {"7"}}, Body: io.NopCloser(body), Request: r}, nil
		})
		_, err := newDaemon(t, rt, &acquire.Options{Timeout: 100 * time.Millisecond}).Token(t.Context(), tasksScope)
		e := wantClass(t, "broken off", err, acquire.ErrRetry)
		if e.Status != status || !errors.Is(err, broken) || e.RetryAfter != 7*time.Second {
			t.Errorf("got Status %d, RetryAfter %v, %v; want %d, 7s and the reason", e.Status, e.RetryAfter, err, status)
		}
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

func TestUnreachable(t *testing.T) {
	bubble(t, func(t *testing.T) {
		refused := errors.New("connection refused")
		b2c := &endpoint{}
		b2c.always(reply{err: refused})
		_, err := newDaemon(t, b2c, nil).Token(t.Context(), tasksScope)
		e := wantClass(t, "refused", err, acquire.ErrRetry)
		if !errors.Is(err, refused) || e.Status != 0 || e.During != "client_credentials" || !strings.Contains(err.Error(), "the token endpoint can't be reached") {
			t.Errorf("got %v, want the reason and no status", err)
		}
		if _, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
			t.Error("got an *oauth2.RetrieveError, want none: nothing answered")
		}
	})
	bubble(t, func(t *testing.T) {
		b2c := &endpoint{}
		b2c.always(hanging())
		start := time.Now()
		_, err := newDaemon(t, b2c, &acquire.Options{Timeout: 3 * time.Second}).Token(t.Context(), tasksScope)
		e := wantClass(t, "hanging", err, acquire.ErrRetry)
		if took := time.Since(start); took != 3*time.Second || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(e.Advice, "did not answer in time") {
			t.Errorf("got %v after %v, want that it did not answer within 3s", err, took)
		}
	})
}

// What a redirect points to gets nothing, and the secret least of all.
func TestRedirectIsNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{"https://evil.test/token", "https://contoso.b2clogin.com/elsewhere", "/elsewhere", "//evil.test", ""} {
			b2c := &endpoint{}
			b2c.always(reply{status: status, header: map[string]string{"Location": location}})
			_, err := newDaemon(t, b2c, nil).Token(t.Context(), tasksScope)
			e := wantClass(t, location, err, acquire.ErrUnexpected)
			if e.Status != status || !strings.Contains(e.Advice, "redirect") {
				t.Errorf("%d to %q: got Status %d, Advice %q", status, location, e.Status, e.Advice)
			}
			posts := b2c.since(0)
			if len(posts) != 1 || posts[0].url != contosoToken {
				t.Errorf("%d to %q: got requests %v, want one to the token endpoint", status, location, posts)
			}
		}
	}
}

// A real listener, as http.Transport is what decompresses.
func TestGzipBomb(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	if _, err := z.Write(bytes.Repeat([]byte(" "), 16<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, status := range []int{200, 400, 503} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(status)
			_, _ = w.Write(bomb.Bytes())
		}))
		defer server.Close()
		address, err := url.Parse(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		var read, requests atomic.Int64
		rt := tripper(func(r *http.Request) (*http.Response, error) {
			requests.Add(1)
			r = r.Clone(r.Context())
			r.URL.Scheme, r.URL.Host = "http", address.Host
			resp, err := server.Client().Transport.RoundTrip(r)
			if resp != nil {
				resp.Body = &countingBody{resp.Body, &read}
			}
			return resp, err
		})
		_, err = newDaemon(t, rt, &acquire.Options{Timeout: time.Minute}).Token(t.Context(), tasksScope)
		e, ok := errors.AsType[*acquire.Error](err)
		if !ok || e.Status != status {
			t.Errorf("%d: got %v, want an error of the status", status, err)
		}
		if got, most := read.Load(), requests.Load()*(2<<20); got == 0 || got > most {
			t.Errorf("%d: got %d bytes read, want some and no more than %d, 2 MiB a request", status, got, most)
		}
	}
}

type countingBody struct {
	io.ReadCloser
	read *atomic.Int64
}

func (b *countingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Add(int64(n))
	return n, err
}

func TestErrorTexts(t *testing.T) {
	for _, tc := range []struct {
		want string
		e    acquire.Error
	}{
		{"acquire: retry", acquire.Error{Class: acquire.ErrRetry}},
		{"acquire: password: AADB2C90225 \"Wrong.\": ask again (try again in 1.9s) (correlation ID abc)", acquire.Error{Class: acquire.ErrUser, During: "password", Code: "AADB2C90225", OAuthError: "access_denied", Description: "Wrong.", Advice: "ask again", RetryAfter: 1900 * time.Millisecond, CorrelationID: "abc"}},
		{"acquire: password at B2C_1_ropc: access_denied \"\\\"<\\x1b>\\\"\"", acquire.Error{Class: acquire.ErrUser, During: "password", Flow: "B2C_1_ropc", OAuthError: "access_denied", Description: "\"<\x1b>\""}},
		{"acquire: retry: EOF: try later", acquire.Error{Class: acquire.ErrRetry, Err: io.EOF, Advice: "try later"}},
		{"acquire: retry \"" + strings.Repeat("x", 1021) + "\u2026\"", acquire.Error{Class: acquire.ErrRetry, Description: strings.Repeat("x", 1025)}},
		{"acquire: unsupported: Azure AD B2C does not have token introspection; validate it", acquire.Error{Class: acquire.ErrUnsupported, Flow: "B2C_1_susi", Advice: "Azure AD B2C does not have token introspection; validate it"}},
		{"acquire: authorize: AAD_Custom_1 \"Too young.\": ask the author of the policy (correlation ID abc)", acquire.Error{Class: acquire.ErrPolicy, During: "authorize", Code: "AAD_Custom_1", Description: "Too young.", Advice: "ask the author of the policy", CorrelationID: "abc"}},
	} {
		want, e := tc.want, &tc.e
		if got := e.Error(); got != want {
			t.Errorf("got  %s,\nwant %s", got, want)
		}
		if !errors.Is(e, e.Class) || e.Err != nil && !errors.Is(e, e.Err) {
			t.Errorf("%s: got neither class nor reason by errors.Is", want)
		}
		for _, other := range []acquire.Class{acquire.ErrState, acquire.ErrClosed, ""} {
			if errors.Is(e, other) {
				t.Errorf("%s: got class %q by errors.Is, want %q alone", want, other, e.Class)
			}
		}
	}
}

// TestUntrustedCertificate: waiting mends nothing.
func TestUntrustedCertificate(t *testing.T) {
	rt := roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: contosoToken, Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}
	})
	_, err := newDaemon(t, rt, nil).Token(t.Context(), tasksScope)
	if e := wantClass(t, "untrusted", err, acquire.ErrConfiguration); !strings.Contains(e.Advice, "Options.Transport") {
		t.Errorf("got advice %q, want it to name Options.Transport", e.Advice)
	}
}
