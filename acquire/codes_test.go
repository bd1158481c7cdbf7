// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/acquire"
)

// codeClasses are the codes of https://learn.microsoft.com/azure/active-directory-b2c/error-codes, with the class's text,
// at a user flow and without more of a text than the code. See meaning_test.go
// for those whose class depends on more.
const codeClasses = `
	90006 configuration
	90007 configuration
	90008 configuration
	90010 configuration
	90011 configuration
	90012 configuration
	90013 configuration
	90014 configuration
	90016 configuration
	90017 configuration
	90018 configuration
	90019 tenant_admin
	90035 retry
	90036 configuration
	90037 tenant_admin
	90039 configuration
	90043 configuration
	90046 interaction_required
	90048 retry
	90051 configuration
	90052 user
	90053 user
	90054 user
	90055 configuration
	90057 configuration
	90058 configuration
	90067 configuration
	90068 configuration
	90075 tenant_admin
	90077 interaction_required
	90079 configuration
	90080 reauthenticate
	90081 configuration
	90083 configuration
	90084 configuration
	90085 reauthenticate
	90086 configuration
	90087 configuration
	90088 configuration
	90090 reauthenticate
	90091 cancelled
	90092 configuration
	90107 configuration
	90110 configuration
	90111 user
	90114 user
	90115 configuration
	90117 configuration
	90118 forgot_password
	90120 configuration
	90122 user
	90128 reauthenticate
	90129 reauthenticate
	90146 configuration
	90151 user
	90157 user
	90182 configuration
	90183 configuration
	90184 configuration
	90205 configuration
	90208 configuration
	90209 configuration
	90210 configuration
	90211 interaction_required
	90212 interaction_required
	90220 tenant_admin
	90224 configuration
	90225 user
	90229 retry
	90232 configuration
	90233 configuration
	90235 configuration
	90237 configuration
	90238 configuration
	90239 configuration
	90240 configuration
	90243 tenant_admin
	90244 retry
	90248 configuration
	90255 tenant_admin
	90261 tenant_admin
	90272 configuration
	90273 tenant_admin
	90279 configuration
	90284 configuration
	90285 configuration
	90287 configuration
	90288 tenant_admin
	90289 retry
	90296 configuration
	99005 configuration
	99006 tenant_admin
	99013 configuration
	99015 tenant_admin
	99027 configuration
	99059 configuration
`

// eachCode calls f for every row of the table.
func eachCode(t *testing.T, f func(code string, want acquire.Class)) {
	t.Helper()
	n := 0
	for row := range strings.Lines(codeClasses) {
		code, class, ok := strings.Cut(strings.TrimSpace(row), " ")
		if !ok {
			continue
		}
		f("AADB2C"+code, acquire.Class(class))
		n++
	}
	if n != 96 {
		t.Errorf("the table has %d codes, want 96", n)
	}
}

// unknownError is an OAuth error that tells nothing, so that the class is that
// of the code alone.
const unknownError = "no_such_error"

func TestCodesOfTokenEndpoint(t *testing.T) {
	bubble(t, func(t *testing.T) {
		eachCode(t, func(code string, want acquire.Class) {
			if code == "AADB2C90085" { // there is no user to sign in
				want = acquire.ErrRetry
			}
			b2c := &endpoint{}
			b2c.always(refusing(http.StatusBadRequest, unknownError, code+": What B2C says.\r\nCorrelation ID: 3F0C8a0c-0c3a-4d3c-9a3e-1c5b7c1f2a11\r\nTimestamp: 2025-06-15 15:00:00Z\r\n"))
			_, err := newDaemon(t, b2c, nil).Token(t.Context(), tasksScope)
			e := wantClass(t, code, err, want)
			if e.Code != code || e.Description != "What B2C says." || e.Advice == "" {
				t.Errorf("%s: got Code %q, Description %q, Advice %q; want the code, the text and some advice", code, e.Code, e.Description, e.Advice)
			}
		})
	})
}

func TestCodesOfAuthorizeEndpoint(t *testing.T) {
	app := newDaemon(t, noRequests(t), nil)
	eachCode(t, func(code string, want acquire.Class) {
		err := finishWith(t, app, unknownError, code+": What B2C says.\r\nCorrelation ID: 3F0C8a0c-0c3a-4d3c-9a3e-1c5b7c1f2a11\r\nTimestamp: 2025-06-15 15:00:00Z\r\n")
		e := wantClass(t, code, err, want)
		if e.Code != code || e.Description != "What B2C says." || e.Advice == "" || e.During != "authorize" || e.Flow != "B2C_1_susi" || e.Status != 0 {
			t.Errorf("%s: got %+v, want code, text, advice and flow, and no status", code, *e)
		}
	})
}

// A code decides over the OAuth error, which B2C uses in more than one sense.
func TestCodeDecides(t *testing.T) {
	app := newDaemon(t, noRequests(t), nil)
	for _, tc := range []struct {
		oauthError, description string
		want                    acquire.Class
		code, text              string
	}{
		{"access_denied", "AADB2C90118: The user has forgotten their password.\r\n", acquire.ErrForgotPassword, "AADB2C90118", "The user has forgotten their password."},
		{"access_denied", "AADB2C90118: The user has forgotten their password.\r\nlogin_hint: ada@example.org\r\n", acquire.ErrForgotPassword, "AADB2C90118", "The user has forgotten their password."},
		{"access_denied", "AADB2C90091: The user has cancelled.", acquire.ErrCancelled, "AADB2C90091", "The user has cancelled."},
		{"access_denied", "  AADB2C90225:Wrong.", acquire.ErrUser, "AADB2C90225", "Wrong."},
		{"invalid_grant", "AADB2C90088: Another flow.", acquire.ErrConfiguration, "AADB2C90088", "Another flow."},
		{"server_error", "AADB2C90037: An error.", acquire.ErrTenantAdmin, "AADB2C90037", "An error."},
		{"access_denied", "AAD_Custom_4711: Too young.\r\nCorrelation ID: x", acquire.ErrPolicy, "AAD_Custom_4711", "Too young."},
		{"server_error", "AAD_Custom_two words - and AADB2C90118: text", acquire.ErrPolicy, "AAD_Custom_two words - and AADB2C90118", "text"},
		{"access_denied", "AAD_Custom_4711: AADB2C90118: text", acquire.ErrPolicy, "AAD_Custom_4711", "AADB2C90118: text"},
		// A code that the table doesn't have leaves it to the OAuth error.
		{"access_denied", "AADB2C98765: Something new.", acquire.ErrUser, "AADB2C98765", "Something new."},
		{"invalid_grant", "AADB2C98765: Something new.", acquire.ErrReauthenticate, "AADB2C98765", "Something new."},
		{"temporarily_unavailable", "AADB2C98765: Something new.", acquire.ErrRetry, "AADB2C98765", "Something new."},
		{unknownError, "An exception has occurred. AADB2C: x", acquire.ErrUnexpected, "", "An exception has occurred. AADB2C: x"},
		{unknownError, "AADB2C98765: Something new.", acquire.ErrUnexpected, "AADB2C98765", "Something new."},
		// So does a text without a code, or with one elsewhere than in front.
		{"access_denied", "It looks like AADB2C90118: but is not.", acquire.ErrUser, "", "It looks like AADB2C90118: but is not."},
		{"invalid_request", "AADB2C9011: four digits", acquire.ErrConfiguration, "", "AADB2C9011: four digits"},
		{"invalid_request", "AADB2C901180: six digits", acquire.ErrConfiguration, "", "AADB2C901180: six digits"},
		{"invalid_request", "aadb2c90118: lower case", acquire.ErrConfiguration, "", "aadb2c90118: lower case"},
		{"invalid_request", "AADB2C90118", acquire.ErrConfiguration, "", "AADB2C90118"},
		{"invalid_request", "AAD_Custom_: nothing", acquire.ErrConfiguration, "", "AAD_Custom_: nothing"},
		{"invalid_request", "AAD_Custom_a\r\n: two lines", acquire.ErrConfiguration, "", "AAD_Custom_a"},
		{"invalid_request", "", acquire.ErrConfiguration, "", ""},
		{"", "", acquire.ErrUnexpected, "", ""},
	} {
		e := wantClass(t, tc.oauthError+" "+tc.description, finishWith(t, app, tc.oauthError, tc.description), tc.want)
		if e.Code != tc.code || e.OAuthError != tc.oauthError || e.Description != tc.text || e.Advice == "" {
			t.Errorf("%s %q: got Code %q, OAuthError %q, Description %q, Advice %q; want %q, %[1]q, %q and some advice",
				tc.oauthError, tc.description, e.Code, e.OAuthError, e.Description, e.Advice, tc.code, tc.text)
		}
	}
}

func TestOAuthErrors(t *testing.T) {
	for oauthError, want := range map[string]acquire.Class{
		"invalid_request":           "configuration",
		"invalid_client":            "configuration",
		"unauthorized_client":       "configuration",
		"unsupported_grant_type":    "configuration",
		"unsupported_response_type": "configuration",
		"invalid_scope":             "configuration",
		"invalid_grant":             "reauthenticate",
		"interaction_required":      "interaction_required",
		"login_required":            "interaction_required",
		"consent_required":          "interaction_required",
		"access_denied":             "user",
		"server_error":              "retry",
		"temporarily_unavailable":   "retry",
		unknownError:                "unexpected_answer",
		"INVALID_GRANT":             "unexpected_answer", // RFC 6749 section 5.2: case matters
	} {
		bubble(t, func(t *testing.T) {
			b2c := &endpoint{}
			b2c.always(refusing(http.StatusBadRequest, oauthError, "No code here."))
			_, err := newDaemon(t, b2c, nil).Token(t.Context(), tasksScope)
			e := wantClass(t, oauthError, err, want)
			if e.OAuthError != oauthError || e.Code != "" || e.Description != "No code here." {
				t.Errorf("%s: got OAuthError %q, Code %q, Description %q", oauthError, e.OAuthError, e.Code, e.Description)
			}
		})
	}
}

// The classes' texts are stable: they are labels of metrics and log fields.
func TestClassTexts(t *testing.T) {
	for class, want := range map[acquire.Class]string{
		acquire.ErrConfiguration:       "configuration",
		acquire.ErrTenantAdmin:         "tenant_admin",
		acquire.ErrUser:                "user",
		acquire.ErrInteractionRequired: "interaction_required",
		acquire.ErrReauthenticate:      "reauthenticate",
		acquire.ErrCancelled:           "cancelled",
		acquire.ErrForgotPassword:      "forgot_password",
		acquire.ErrRetry:               "retry",
		acquire.ErrPolicy:              "policy",
		acquire.ErrUnexpected:          "unexpected_answer",
		acquire.ErrUnsupported:         "unsupported",
		acquire.ErrNoAccessToken:       "no_access_token",
		acquire.ErrState:               "state",
		acquire.ErrCrossSite:           "cross_site",
		acquire.ErrIDToken:             "id_token",
		acquire.ErrClosed:              "closed",
	} {
		if got := class.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// finishWith returns the error of a return from B2C with an error.
func finishWith(t *testing.T, app *acquire.App, oauthError, description string) error {
	t.Helper()
	_, pending, err := app.BeginSignIn("https://app.contoso.example/callback", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	ret, err := app.Finish(t.Context(), pending, url.Values{"state": {pending.State}, "error": {oauthError}, "error_description": {description}})
	if ret != nil || err == nil {
		t.Fatalf("Finish: got %v, %v; want an error", ret, err)
	}
	return err
}

// tripper is a network made of one function.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// noRequests is a network that nobody may use.
func noRequests(t *testing.T) tripper {
	t.Helper()
	return func(r *http.Request) (*http.Response, error) {
		t.Errorf("got a request to %s, want none", r.URL)
		return nil, http.ErrServerClosed
	}
}
