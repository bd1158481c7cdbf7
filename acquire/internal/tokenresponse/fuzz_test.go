// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokenresponse_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/b2ckit/b2ckit/acquire/internal/redact"
	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
)

// FuzzParseSuccess: an answer that is taken holds a token; the access token can
// stand in a header and is what encoding/json reads; lives are within bounds;
// a refusal quotes nothing.
func FuzzParseSuccess(f *testing.F) {
	for _, s := range []string{
		`{"access_token":"a","token_type":"Bearer","id_token":"i","refresh_token":"r","client_info":"c","scope":"s","expires_in":"3600","refresh_token_expires_in":86400}`,
		`{"access_token":"a","expires_in":1e300}`, `{"access_token":"a","expires_in":-1}`, `{"access_token":"a","expires_in":"NaN"}`, `{"access_token":"a","not_before":1000,"expires_on":"1060"}`,
		`{"access_token":"a b"}`, `{"access_token":"a\r\nX: y"}`, `{"access_token":"","id_token":"i"}`, `{"access_token":null,"refresh_token":"r"}`, `{"access_token":"a","access_token":"b"}`, `{"Access_Token":"a"}`, `{"access_token":"\u0061"}`,
		`{"access_token":"a","token_type":"DPoP"}`, "<html>", "", "{}", `{"access_token":"a","expires_in":1e400}`, `{"access_token":"a","expires_in":"0x10"}`, `{"access_token":"a","expires_in":"1_0"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, err := tokenresponse.ParseSuccess(body)
		if err != nil {
			if got != (tokenresponse.Success{}) || len(err.Error()) > 200 || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Fatalf("%q: got %+v, %v", body, got, err)
			}
			return
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &members); err != nil {
			t.Fatalf("%q is taken, but for encoding/json %v", body, err)
		}
		for name, text := range map[string]string{"access_token": got.AccessToken, "id_token": got.IDToken, "refresh_token": got.RefreshToken, "client_info": got.ClientInfo} {
			var want string
			if raw := members[name]; raw != nil && json.Unmarshal(raw, &want) != nil || want != text || len(text) > tokenresponse.MaxToken {
				t.Fatalf("%q: %s is %q, for encoding/json %q", body, name, text, want)
			}
		}
		if got.AccessToken == "" && got.IDToken == "" && got.RefreshToken == "" || strings.ContainsFunc(got.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Fatalf("%q: got %+v", body, got)
		}
		if got.Life <= 0 || got.Life > 24*time.Hour || got.RefreshLife < 0 || got.RefreshLife > 366*24*time.Hour {
			t.Fatalf("%q: got lives of %v and %v", body, got.Life, got.RefreshLife)
		}
	})
}

// FuzzParseRefusal: whatever a server says, what is kept of it is short, can be
// seen, holds no secret, and is read the same again from what is written of it.
func FuzzParseRefusal(f *testing.F) {
	for _, s := range []string{
		`{"error":"invalid_grant","error_description":"AADB2C90080: The provided grant has expired.\r\nCorrelation ID: 11111111-1111-1111-1111-111111111111\r\nTimestamp: 2025-06-15 15:00:00Z\r\n"}`,
		`{"error":"x","error_description":"s3cr3t-s3cr3t"}`, `{"error":"s3cr3t-s3cr3t"}`, "<html><title>503</title>s3cr3t-s3cr3t", "", "{}", `{"error":1}`, "\x00\xff", strings.Repeat("é", 5000), `{"error":"a","error_description":"AAD_Custom_1: x"}`,
		`{"error":"a","error_description":"s%33cr3t-s3cr3t"}`, "AADB2C90088", `{"error":"\u001b[2J"}`,
		`{"error":"invalid_client","error_description":"AADSTS7000215: Wrong. Trace ID: 11111111-1111-1111-1111-111111111111 Correlation ID: 22222222-2222-2222-2222-222222222222 Timestamp: 2025-06-15 15:00:00Z","error_codes":[7000215],"trace_id":"11111111-1111-1111-1111-111111111111","correlation_id":"33333333-3333-3333-3333-333333333333"}`,
		`{"error":"interaction_required","error_description":"","error_codes":["50076",1e99,-1,0.5,{}],"suberror":"basic_action","claims":"{\"access_token\":{}}"}`,
		`{"error":"x","error_codes":"50076","suberror":["a"],"trace_id":1,"claims":{"a":1}}`, `{"suberror":"s3cr3t-s3cr3t","claims":"{\"a\":\"s3cr3t-s3cr3t\"}"}`,
	} {
		f.Add(s)
	}
	const secret = "s3cr3t-s3cr3t"
	secrets := redact.New(secret)
	f.Fuzz(func(t *testing.T, body string) {
		got := tokenresponse.ParseRefusal(body, secrets)
		for _, text := range []string{got.OAuthError, got.SubError, got.Code, got.Description, got.TraceID, got.CorrelationID} {
			if !utf8.ValidString(text) || len(text) > 4096 || strings.Contains(text, secret) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Fatalf("%q: got %q", body, text)
			}
		}
		if len(got.Codes) > 8 || len(got.Claims) > 4<<10 || strings.Contains(got.Claims, secret) || got.Claims != "" && !json.Valid([]byte(got.Claims)) {
			t.Fatalf("%q: got codes %v, claims %q", body, got.Codes, got.Claims)
		}
		written := got.Body()
		if len(written) > 48<<10 || strings.Contains(string(written), secret) {
			t.Fatalf("%q is written as %q", body, written)
		}
		if again := tokenresponse.ParseRefusal(string(written), secrets); again.Code != got.Code || again.CorrelationID != got.CorrelationID || again.OAuthError != got.OAuthError ||
			again.SubError != got.SubError || again.TraceID != got.TraceID || again.Claims != got.Claims || !slices.Equal(again.Codes, got.Codes) {
			t.Fatalf("%q is read as %+v, written as %q, and read as %+v", body, got, written, again)
		}
	})
}

// FuzzParseClientInfo: what is read is what stands there for encoding/json.
func FuzzParseClientInfo(f *testing.F) {
	for _, s := range []string{"", `{"uid":"u","utid":"t"}`, `{"uid":"u"}`, `{"uid":1,"utid":"t"}`, `{"uid":"a","uid":"b","utid":"t"}`, `{"UID":"u","utid":"t"}`} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(s)))
		f.Add(base64.URLEncoding.EncodeToString([]byte(s)))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		uid, utid := tokenresponse.ParseClientInfo(raw)
		if uid == "" && utid == "" {
			return
		}
		b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(raw, "="))
		var want map[string]any
		if err != nil || json.Unmarshal(b, &want) != nil || uid != "" && want["uid"] != uid || utid != "" && want["utid"] != utid {
			t.Fatalf("%q: got %q, %q of %s", raw, uid, utid, b)
		}
	})
}
