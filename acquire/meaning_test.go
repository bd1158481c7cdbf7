// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// finishAt is the error of a return from the App's own flow with an error.
func finishAt(t *testing.T, flow, oauthError, description string) error {
	t.Helper()
	return finishWith(t, newDaemonAt(t, contoso(t).Flow(flow), acquire.Secret(clientSecret), noRequests(t), nil), oauthError, description)
}

// A person cancels with access_denied; all else that an identity provider says
// has to be mended, or waited for.
func TestProviderErrors(t *testing.T) {
	const answered, unreached = "AADB2C90273: An invalid response was received", "AADB2C90289: We encountered an"
	for _, tc := range []struct {
		oauthError, description string
		want                    acquire.Class
		advice                  string
	}{
		{"server_error", answered + " : 'Error: access_denied,Error Description: Permissions error'", acquire.ErrCancelled, "cancelled at the identity provider"},
		{"access_denied", answered + " : 'Error: access_denied'", acquire.ErrCancelled, "cancelled at the identity provider"},
		{"server_error", answered + " : 'Error: user_cancelled_authorize,Error Description: '", acquire.ErrCancelled, "cancelled at the identity provider"},
		{"server_error", answered + " : 'Error: user_cancelled_login,Error Description: The user cancelled LinkedIn login'", acquire.ErrCancelled, "cancelled at the identity provider"},
		{"server_error", answered + " : 'Error: unauthorized_client,Error Description: The client is disabled'", acquire.ErrTenantAdmin, "the error unauthorized_client; the identity provider, or what"},
		{"access_denied", answered + " : 'Error: unauthorized_client,Error Description: access_denied'", acquire.ErrTenantAdmin, "the error unauthorized_client"},
		{"server_error", answered + " : 'Error: invalid_scope, Error Description: 'Error: access_denied''", acquire.ErrTenantAdmin, "the error invalid_scope"},
		{"server_error", answered + " : 'Error: server_error'", acquire.ErrRetry, "fault of its own"},
		{"server_error", answered + " : 'Error: temporarily_unavailable,Error Description: x'", acquire.ErrRetry, "wait and try again"},
		{"server_error", answered + " : 'Error: login_required,Error Description: x'", acquire.ErrInteractionRequired, "begin a sign-in"},
		{"server_error", answered + " : 'Error Description: it said 'Error: access_denied''", acquire.ErrTenantAdmin, "sent an error"},
		{"server_error", answered + " : 'Error Description: access_denied'", acquire.ErrTenantAdmin, "sent an error"},
		{"server_error", answered + " : 'Error: <b>access_denied</b>'", acquire.ErrTenantAdmin, "sent an error"},
		{"server_error", answered + " : 'Error: " + strings.Repeat("x", 65) + "'", acquire.ErrTenantAdmin, "sent an error"},
		{"server_error", answered + ".", acquire.ErrTenantAdmin, "sent an error"},
		{"access_denied", answered + ".", acquire.ErrCancelled, "cancelled at the identity provider"},

		{"server_error", unreached + " error connecting to the identity provider. Please try again later.", acquire.ErrRetry, "wait and try again"},
		{"server_error", unreached + " 'invalid_client' error connecting to the identity provider. Please try again later.", acquire.ErrTenantAdmin, "the error invalid_client; the identity provider, or what"},
		{"invalid_client", unreached + " error connecting to the identity provider. Please try again later.", acquire.ErrTenantAdmin, "the error invalid_client"},
		{"server_error", unreached + " 'access_denied' error connecting to the identity provider.", acquire.ErrTenantAdmin, "the error access_denied"},
		{"server_error", unreached + " 'temporarily_unavailable' error connecting to the identity provider.", acquire.ErrRetry, "wait and try again"},
	} {
		e := wantClass(t, tc.description, finishAt(t, "B2C_1_susi", tc.oauthError, tc.description+"\r\n"), tc.want)
		if !strings.Contains(e.Advice, tc.advice) || !strings.HasPrefix(tc.description, e.Code+": "+e.Description) {
			t.Errorf("%s: got %s, %q, advice %q; want the code, the text and %q", tc.description, e.Code, e.Description, e.Advice, tc.advice)
		}
	}
}

// What a provider says is one line, and bounded.
func TestProviderErrorsAreQuoted(t *testing.T) {
	for _, said := range []string{
		"'Error: a\r\nlevel=ERROR msg=forged'", "'Error: \x1b[31maccess_denied'", "'Error: a,Error Description: \u202e" + strings.Repeat("d", 1<<16) + "'",
	} {
		err := finishAt(t, "B2C_1_susi", "server_error", "AADB2C90273: An invalid response was received : "+said+"\r\n")
		wantClass(t, said, err, acquire.ErrTenantAdmin)
		wantOneLine(t, err)
	}
}

// Nobody has written a user flow, so its faults are B2C's, or those of what an
// administrator has connected to it.
func TestFaultsOfFlows(t *testing.T) {
	for _, tc := range []struct {
		flow, oauthError, description string
		want                          acquire.Class
		advice                        string
	}{
		{"B2C_1_susi", "server_error", "AADB2C: An exception has occurred.", acquire.ErrRetry, "wait and try again"},
		{"B2C_1_susi", "server_error", "", acquire.ErrRetry, "wait and try again"},
		{"B2C_1_susi", unknownError, "AADB2C: An exception has occurred.", acquire.ErrRetry, "wait and try again"},
		{"B2C_1_susi", "", " AADB2C: An exception has occurred.", acquire.ErrRetry, "wait and try again"},
		{"B2C_1_susi", "access_denied", "AADB2C: An exception has occurred.", acquire.ErrUser, "refused"},
		{"B2C_1_susi", "server_error", "AADB2C90048: An unhandled exception has occurred on the server.", acquire.ErrRetry, "wait and try again"},
		{"B2C_1_susi", "server_error", "AADB2C90037: An error occurred while processing the request.", acquire.ErrTenantAdmin, "an administrator has to look"},
		{"B2C_1_susi", "server_error", "AADB2C90075: x", acquire.ErrTenantAdmin, "a REST call of the policy failed; an administrator has to look"},
		{"B2C_1A_susi", "server_error", "AADB2C: An exception has occurred.", acquire.ErrTenantAdmin, "mended by its author"},
		{"b2c_1a_susi", unknownError, "AADB2C: An exception has occurred.", acquire.ErrTenantAdmin, "mended by its author"},
		{"B2C_1A_susi", "server_error", "AADB2C90048: An unhandled exception has occurred on the server.", acquire.ErrTenantAdmin, "mended by its author"},
		{"B2C_1A_susi", "server_error", "AADB2C90037: An error occurred while processing the request.", acquire.ErrTenantAdmin, "mended by its author"},
		{"B2C_1A_susi", "server_error", "AADB2C90075: x", acquire.ErrTenantAdmin, "a REST call of the policy failed; the policy has to be mended by its author"},
	} {
		what := tc.flow + ": " + tc.oauthError + " " + tc.description
		err := finishAt(t, tc.flow, tc.oauthError, tc.description)
		e := wantClass(t, what, err, tc.want)
		if !strings.Contains(e.Advice, tc.advice) || !strings.HasPrefix(err.Error(), "acquire: return from "+tc.flow+": ") {
			t.Errorf("%s: got %v, want where the user came from, and %q", what, err, tc.advice)
		}
		if strings.Contains(err.Error(), "author") && strings.HasPrefix(tc.flow, "B2C_1_") {
			t.Errorf("%s: got %v, want no author", what, err)
		}
	}
}

// B2C has all grant types that are sent to it.
func TestUnsupportedGrants(t *testing.T) {
	for _, description := range []string{"AADB2C90086: The supplied grant_type is not supported.", "No code here."} {
		b2c := &endpoint{}
		b2c.always(refusing(http.StatusBadRequest, "unsupported_grant_type", description))
		app := newDaemon(t, b2c, nil)
		for grant, advice := range map[string]string{
			"client_credentials": "another one of the tenant",
			"password":           "made for resource owner password credentials",
			"refresh_token":      "passwords alone (ROPC), or a policy that speaks SAML",
			"authorization_code": "passwords alone (ROPC), or a policy that speaks SAML",
		} {
			e := wantClass(t, grant, byGrant(t, app, grant), acquire.ErrConfiguration)
			if !strings.Contains(e.Advice, "B2C has this grant type, but not at this flow: ") || !strings.Contains(e.Advice, advice) || e.During != grant {
				t.Errorf("%s: got advice %q during %s, want that B2C has it, and %q", grant, e.Advice, e.During, advice)
			}
		}
	}
}

// byGrant is the error of a request by a grant type.
func byGrant(t *testing.T, app *acquire.App, grant string) error {
	t.Helper()
	var err error
	switch grant {
	case "client_credentials":
		_, err = app.Token(t.Context(), tasksScope)
	case "password":
		_, err = app.SignInWithPassword(t.Context(), "ada@example.org", "password")
	case "refresh_token":
		_, err = app.ImportRefreshToken(t.Context(), "refresh")
	case "authorization_code":
		_, pending, begin := app.BeginSignIn(returnURI, nil, nil)
		if begin != nil {
			t.Fatal(begin)
		}
		_, err = app.Finish(t.Context(), pending, url.Values{"state": {pending.State}, "code": {"c0de"}})
	}
	return err
}

// What an error calls for depends on the grant: whether there is a user, and
// whether they can be asked again.
func TestMeaningsByGrant(t *testing.T) {
	const policy = "AAD_Custom_4711: Blocked.\r\nCorrelation ID: " + correlation + "\r\n"
	for _, tc := range []struct {
		grant, oauthError, description string
		want                           acquire.Class
		advice                         string
	}{
		{"refresh_token", "invalid_grant", policy, acquire.ErrReauthenticate, "sign the user in again"},
		{"authorization_code", "invalid_grant", policy, acquire.ErrReauthenticate, "sign the user in again"},
		{"password", "invalid_grant", policy, acquire.ErrPolicy, "of its own"},
		{"client_credentials", "invalid_grant", policy, acquire.ErrPolicy, "of its own"},
		{"refresh_token", "access_denied", policy, acquire.ErrPolicy, "of its own"},
		{"refresh_token", "invalid_grant", "AADB2C98765: New.", acquire.ErrReauthenticate, "sign the user in again"},
		{"password", "invalid_grant", "AADB2C98765: New.", acquire.ErrUser, "user name or password"},
		{"refresh_token", "invalid_grant", "AADB2C90085: Internal error.", acquire.ErrReauthenticate, "sign the user in again"},
		{"client_credentials", "invalid_grant", "AADB2C90085: Internal error.", acquire.ErrRetry, "wait and try again"},
		{"client_credentials", "invalid_scope", "x", acquire.ErrConfiguration, "{App ID URI}/.default"},
		{"refresh_token", "invalid_scope", "x", acquire.ErrConfiguration, "{App ID URI}/{scope}"},
		{"authorization_code", "invalid_request", "AADB2C90084: Public clients should not send a client_secret.", acquire.ErrConfiguration, "registered as that of a single-page or native application instead of Web"},
		{"refresh_token", "invalid_request", "AADB2C90084: Public clients should not send a client_secret.", acquire.ErrConfiguration, "by a public client or a password"},
	} {
		bubble(t, func(t *testing.T) {
			b2c := &endpoint{}
			b2c.always(refusing(http.StatusBadRequest, tc.oauthError, tc.description))
			what := tc.grant + ": " + tc.oauthError + " " + tc.description
			e := wantClass(t, what, byGrant(t, newDaemon(t, b2c, nil), tc.grant), tc.want)
			if !strings.Contains(e.Advice, tc.advice) {
				t.Errorf("%s: got advice %q, want %q in it", what, e.Advice, tc.advice)
			}
		})
	}
}

// A refresh token that a custom policy refuses for reasons of its own is spent
// like any other, however often somebody asks.
func TestPolicyRefusesRefreshToken(t *testing.T) {
	for _, description := range []string{"AAD_Custom_4711: Blocked.", "AADB2C98765: New.", "No code here."} {
		for name, cache := range map[string]acquire.Cache{"alone": nil, "shared": newMemory()} {
			bubble(t, func(t *testing.T) {
				b2c := emulator.NewTenant(nil)
				w := newWire(b2c)
				logger, logged := newLogs()
				app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Cache: cache, Logger: logger})
				in := signedIn(t, app, newBrowser(t, b2c), readScope)
				time.Sleep(2 * time.Hour)
				w.cutting(func(_ post, r *http.Request) (*http.Response, error) {
					body := `{"error":"invalid_grant","error_description":"` + description + `\r\n"}`
					return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
				})
				before := w.count()
				want := acquire.ErrReauthenticate
				for range 600 {
					_, err := app.User(in.Account).Token(t.Context(), readScope)
					if e := wantClass(t, description, err, want); e.Class == "" {
						return
					}
					want = acquire.ErrInteractionRequired
					time.Sleep(time.Second)
				}
				if got := w.count() - before; got != 1 {
					t.Errorf("%s, %s: got %d requests in 10 minutes, want 1", description, name, got)
				}
				if got := logged.lines(" a token failed"); got != 1 {
					t.Errorf("%s, %s: got %d lines logged, want 1", description, name, got)
				}
				w.cutting(nil)
				again := signedIn(t, app, newBrowser(t, b2c), readScope)
				if got := userToken(t, app, again.Account, readScope); got != again.Token.AccessToken {
					t.Errorf("%s, %s: after signing in again: got another token", description, name)
				}
			})
		}
	}
}
