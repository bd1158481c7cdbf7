// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// What an API asks for decides about its own token alone: an API whose claims the
// endpoint refuses, in whatever words, does not sign the user out of all others.
func TestRefusedClaimsKeepSignIn(t *testing.T) {
	for name, answer := range map[string]string{
		"an unknown code":  `{"error":"invalid_grant","error_description":"AADSTS999999: no"}`,
		"expired":          `{"error":"invalid_grant","error_description":"AADSTS70043: no"}`,
		"no such API":      `{"error":"invalid_grant","error_description":"AADSTS65005: no"}`,
		"one more step":    `{"error":"invalid_grant","error_description":"AADSTS50076: no","claims":"{}"}`,
		"the client's own": `{"error":"invalid_request","error_description":"AADSTS9002313: no"}`,
	} {
		t.Run(name, func(t *testing.T) {
			emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID}).CurrentKey("")
			bubble(t, func(t *testing.T) {
				tenant, w := newSTS(emulator.ExternalID)
				app := newWebOf(t, tenant, external(t), w, nil)
				in := signedIn(t, app, newBrowser(t, tenant), readScope)
				w.cutting(func(p post, r *http.Request) (*http.Response, error) {
					if p.form.Get("claims") == "" {
						return nil, nil
					}
					return &http.Response{
						StatusCode: http.StatusBadRequest, Header: http.Header{}, Request: r,
						Body: io.NopCloser(strings.NewReader(answer)),
					}, nil
				})
				user := app.User(in.Account)
				n := w.count()
				rejected := &oauth2.Token{AccessToken: in.Token.AccessToken}
				if token, err := user.ReplaceWithClaims(t.Context(), rejected, stepUp, readScope); err == nil {
					t.Errorf("got %v, want the endpoint's refusal", token)
				}
				w.wantCount(t, "with claims", n+1)
				time.Sleep(2 * time.Hour)
				userToken(t, app, acquire.Account{ID: in.Account.ID}, readScope)
			})
		})
	}
}
