// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// FuzzPlatformToken: whatever a client sends, the answer is JSON, tells a code or
// has a token, and repeats no secret.
func FuzzPlatformToken(f *testing.F) {
	tenant := fixedOf(emulator.EntraID)
	for _, seed := range []string{
		"", "grant_type=client_credentials&client_id=" + daemonID + "&client_secret=s3cret&scope=" + taskURI + "/.default",
		"grant_type=client_credentials&client_id=" + daemonID + "&client_secret=s3cret&scope=api://x/%25s/.default+openid",
		"grant_type=authorization_code&client_id=" + clientID + "&client_secret=s3cret&code=x&redirect_uri=https://app.example/callback&scope=+",
		"grant_type=refresh_token&client_id=" + clientID + "&client_secret=s3cret&refresh_token=x&scope=User.Read",
		"grant_type=%25!s(MISSING)&client_id=\x00&scope=/.default",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 1000 {
			return
		}
		r := httptest.NewRequest(http.MethodPost, "https://login.microsoftonline.com/common/oauth2/v2.0/token", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		tenant.ServeHTTP(w, r)
		var answer struct {
			Token string `json:"access_token"`
			Codes []int  `json:"error_codes"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || (w.Code == http.StatusOK) != (answer.Token != "") || (answer.Token == "") != (len(answer.Codes) == 1) {
			t.Errorf("%q: got %d %s", body, w.Code, w.Body)
		}
		others, _ := url.ParseQuery(body)
		others.Del("client_secret")
		if strings.Contains(w.Body.String(), "s3cret") && !strings.Contains(others.Encode(), "s3cret") {
			t.Errorf("%q: the answer has the secret: %s", body, w.Body)
		}
	})
}
