// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokenresponse_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokenresponse"
)

func TestParseSuccess(t *testing.T) {
	const day = 24 * time.Hour
	for name, tc := range map[string]struct {
		body string
		want tokenresponse.Success
	}{
		"all": {
			`{"access_token":"a","token_type":"bearer","id_token":"i","refresh_token":"r","client_info":"c","scope":"s","expires_in":3600,"refresh_token_expires_in":86400}`,
			tokenresponse.Success{AccessToken: "a", IDToken: "i", RefreshToken: "r", ClientInfo: "c", Scope: "s", Life: time.Hour, RefreshLife: day},
		},
		"texts for numbers":   {`{"access_token":"a","expires_in":"3600"}`, tokenresponse.Success{AccessToken: "a", Life: time.Hour}},
		"dates":               {`{"access_token":"a","not_before":1000,"expires_on":"1060"}`, tokenresponse.Success{AccessToken: "a", Life: time.Minute}},
		"no life":             {`{"access_token":"a","expires_in":"soon"}`, tokenresponse.Success{AccessToken: "a", Life: time.Minute}},
		"no number":           {`{"access_token":"a","expires_in":"NaN"}`, tokenresponse.Success{AccessToken: "a", Life: time.Minute}},
		"too long a life":     {`{"access_token":"a","expires_in":1e9,"refresh_token_expires_in":1e12}`, tokenresponse.Success{AccessToken: "a", Life: day, RefreshLife: 365 * day}},
		"null":                {`{"access_token":null,"token_type":null,"id_token":"i"}`, tokenresponse.Success{IDToken: "i", Life: time.Minute}},
		"refresh token alone": {`{"refresh_token":"r"}`, tokenresponse.Success{RefreshToken: "r", Life: time.Minute}},
	} {
		if got, err := tokenresponse.ParseSuccess(tc.body); err != nil || got != tc.want {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, err, tc.want)
		}
	}
	for name, body := range map[string]string{
		"no JSON":                   `x`,
		"a name twice":              `{"access_token":"a","access_token":"b"}`,
		"a number for a token":      `{"access_token":1}`,
		"a number for a type":       `{"access_token":"a","token_type":1}`,
		"empty":                     `{"access_token":""}`,
		"a space":                   `{"access_token":"a b"}`,
		"a line":                    `{"access_token":"a\n"}`,
		"another type":              `{"access_token":"a","token_type":"DPoP"}`,
		"too long":                  `{"access_token":"` + strings.Repeat("a", tokenresponse.MaxToken+1) + `"}`,
		"too long an ID token":      `{"id_token":"` + strings.Repeat("a", tokenresponse.MaxToken+1) + `"}`,
		"too long a refresh token":  `{"refresh_token":"` + strings.Repeat("a", tokenresponse.MaxToken+1) + `"}`,
		"nothing":                   `{"scope":"s","client_info":"c"}`,
		"a list for a client_info,": `{"access_token":"a","client_info":[]}`,
	} {
		if got, err := tokenresponse.ParseSuccess(body); err == nil || got != (tokenresponse.Success{}) || strings.Contains(err.Error(), "aaaa") {
			t.Errorf("%s: got %+v, %v; want an error that quotes nothing", name, got, err)
		}
	}
}

func TestParseClientInfo(t *testing.T) {
	encoded := func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }
	for raw, want := range map[string][2]string{
		encoded(`{"uid":"ada-b2c_1_susi","utid":"t"}`):            {"ada-b2c_1_susi", "t"},
		strings.TrimRight(encoded(`{"uid":"a","utid":"t"}`), "="): {"a", "t"},
		encoded(`{"uid":"a","uid":"b","utid":"t"}`):               {},
		encoded(`{"uid":1}`):                                      {},
		encoded(`x`):                                              {},
		"%":                                                       {},
		"":                                                        {},
	} {
		if uid, utid := tokenresponse.ParseClientInfo(raw); uid != want[0] || utid != want[1] {
			t.Errorf("%q: got %q, %q; want %q", raw, uid, utid, want)
		}
	}
}
