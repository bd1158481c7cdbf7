// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/authority"
)

// externalToken is the token endpoint of contoso's external tenant.
const externalToken = "https://contoso.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/oauth2/v2.0/token"

// external returns contoso's external tenant.
func external(tb testing.TB) authority.Authority {
	tb.Helper()
	a, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// stsRefusing is an answer of External ID or Entra.
func stsRefusing(oauthError, code, members string) reply {
	const trace, correlation = "255d1aef-8c98-452f-ac51-23d051240864", "3f0c8a0c-0c3a-4d3c-9a3e-1c5b7c1f2a11"
	body := fmt.Sprintf(`{"error":%q,"error_description":"AADSTS%s: What it says. Trace ID: %s Correlation ID: %s Timestamp: 2025-06-15 15:00:00Z","error_codes":[%s],"timestamp":"2025-06-15 15:00:00Z","trace_id":%[3]q,"correlation_id":%[4]q,"error_uri":"https://login.microsoftonline.com/error?code=%[2]s"%[6]s}`,
		oauthError, code, trace, correlation, code, members)
	return reply{status: http.StatusBadRequest, body: body}
}

// stsClasses are the codes of the facts sheet, section 2, at a client-credentials
// request and beside an OAuth error that tells nothing; in a return from the sign-in page
// they mean the same, but for those behind the stroke.
const stsClasses = `
	700016 configuration
	7000215 configuration
	7000222 configuration
	70011 configuration
	1002012 configuration
	28000 configuration
	700024 configuration
	700027 configuration
	50196 retry
	90033 retry
	50087 retry
	53003 tenant_admin
	65001 interaction_required | configuration
	50105 tenant_admin
	54005 reauthenticate
	70008 reauthenticate
	700082 reauthenticate
	50076 interaction_required
	50079 interaction_required
	50158 interaction_required
	50020 user
	90023 configuration
	50011 configuration
	9002326 configuration
	9010010 configuration
	7000218 configuration
	700021 configuration
	700023 configuration
	700025 configuration
	700211 configuration
	700212 configuration
	700213 configuration
	50013 configuration
	500131 configuration
	500133 reauthenticate
	70016 retry
	65004 cancelled
	90094 configuration
	50058 interaction_required
	50173 reauthenticate
	90055 retry
`

func TestCodesOfSTS(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := 0
		for row := range strings.Lines(stsClasses) {
			code, classes, ok := strings.Cut(strings.TrimSpace(row), " ")
			if !ok {
				continue
			}
			n++
			class, atPage, isOther := strings.Cut(classes, " | ")
			if !isOther {
				atPage = class
			}
			var sts endpoint
			sts.always(stsRefusing(unknownError, code, ""))
			app := newDaemonAt(t, external(t), acquire.Secret(clientSecret), &sts, nil)
			_, err := app.Token(t.Context(), "api://tasks/.default")
			e := wantClass(t, code, err, acquire.Class(class))
			want := acquire.Error{
				Code: "AADSTS" + code, Description: "What it says.", During: "client_credentials", Status: http.StatusBadRequest,
				TraceID: "255d1aef-8c98-452f-ac51-23d051240864", CorrelationID: "3f0c8a0c-0c3a-4d3c-9a3e-1c5b7c1f2a11", Timestamp: time.Date(2025, 6, 15, 15, 0, 0, 0, time.UTC),
			}
			if e.Code != want.Code || e.Description != want.Description || e.Advice == "" || e.Flow != "" || e.During != want.During || e.Status != want.Status ||
				e.TraceID != want.TraceID || e.CorrelationID != want.CorrelationID || !e.Timestamp.Equal(want.Timestamp) || len(e.Codes) != 1 || fmt.Sprint(e.Codes[0]) != code {
				t.Errorf("%s: got %+v, want %+v, and some advice", code, *e, want)
			}
			if strings.Contains(e.Advice, "B2C") || !strings.HasPrefix(err.Error(), "acquire: client_credentials: AADSTS"+code+` "What it says.": `) {
				t.Errorf("%s: got %v, want its code, text and advice, and no word of B2C", code, err)
			}
			wantClass(t, code+" of the page", finishWith(t, app, unknownError, "AADSTS"+code+": What it says."), acquire.Class(atPage))
		}
		if n != 41 {
			t.Errorf("the table has %d codes, want 41", n)
		}
	})
}

// Numbers of the one product mean nothing at the other, and both are in one process.
func TestTwoVocabularies(t *testing.T) {
	atExternal := newDaemonAt(t, external(t), acquire.Secret(clientSecret), noRequests(t), nil)
	atB2C := newDaemon(t, noRequests(t), nil)
	for _, tc := range []struct {
		app         *acquire.App
		description string
		want        acquire.Class
		advice      string
	}{
		{atB2C, "AADB2C90006: x", acquire.ErrConfiguration, "register the redirect URI"},
		{atExternal, "AADSTS90006: x", acquire.ErrRetry, "a fault of its own"},
		{atB2C, "AADSTS90006: x", acquire.ErrUser, "the user, or the policy, refused"}, // by the OAuth error
		{atExternal, "AADB2C90006: x", acquire.ErrUser, "the user, or an administrator's policy, refused"},
		{atExternal, "AADB2C90118: x", acquire.ErrUser, "administrator's policy"},
		{atExternal, "AADSTS99999999: x", acquire.ErrUser, "administrator's policy"},
		{atExternal, "AAD_Custom_1: x", acquire.ErrUser, "administrator's policy"},
	} {
		e := wantClass(t, tc.description, finishWith(t, tc.app, "access_denied", tc.description), tc.want)
		if code, _, _ := strings.Cut(tc.description, ":"); e.Code != code || !strings.Contains(e.Advice, tc.advice) {
			t.Errorf("%s: got code %s, advice %q; want %q", tc.description, e.Code, e.Advice, tc.advice)
		}
	}
}

// What has no code that is known goes by the OAuth error, and what only the user can
// mend is told as that, whatever the code.
func TestOAuthErrorsOfSTS(t *testing.T) {
	for _, tc := range []struct {
		r     reply
		grant string
		want  acquire.Class
	}{
		{stsRefusing("interaction_required", "99999", ""), "refresh_token", acquire.ErrInteractionRequired},
		{stsRefusing("login_required", "99999", ""), "refresh_token", acquire.ErrInteractionRequired},
		{stsRefusing("consent_required", "99999", ""), "refresh_token", acquire.ErrInteractionRequired},
		{stsRefusing("invalid_grant", "99999", ""), "refresh_token", acquire.ErrReauthenticate},
		{stsRefusing("invalid_client", "99999", ""), "refresh_token", acquire.ErrConfiguration},
		{stsRefusing("invalid_resource", "99999", ""), "refresh_token", acquire.ErrConfiguration},
		{stsRefusing("temporarily_unavailable", "99999", ""), "refresh_token", acquire.ErrRetry},
		{stsRefusing("server_error", "99999", ""), "refresh_token", acquire.ErrRetry},
		{stsRefusing("invalid_grant", "53003", ""), "refresh_token", acquire.ErrTenantAdmin},
		{stsRefusing("interaction_required", "53003", ""), "refresh_token", acquire.ErrInteractionRequired},
		{stsRefusing("interaction_required", "53003", ""), "client_credentials", acquire.ErrTenantAdmin}, // nobody is there
		{stsRefusing("invalid_grant", "65001", ""), "refresh_token", acquire.ErrInteractionRequired},
		{stsRefusing("invalid_grant", "65001", ""), "authorization_code", acquire.ErrConfiguration},
		{reply{status: http.StatusTooManyRequests, header: map[string]string{"Retry-After": "7"}, body: "{}"}, "refresh_token", acquire.ErrRetry},
		{reply{status: http.StatusServiceUnavailable, body: "<html>"}, "refresh_token", acquire.ErrRetry},
		{reply{status: http.StatusNotFound, body: "<html>"}, "refresh_token", acquire.ErrConfiguration},
		{reply{status: http.StatusBadRequest, body: `{"error":1,"error_codes":{"a":[]},"error_description":[]}`}, "refresh_token", acquire.ErrUnexpected},
		{reply{status: http.StatusBadRequest, body: `{"error_codes":[50076]}`}, "refresh_token", acquire.ErrInteractionRequired},
		{reply{status: http.StatusBadRequest, body: `{"error":"x","error_codes":["` + strings.Repeat("5", 1<<20) + `"]}`}, "refresh_token", acquire.ErrUnexpected},
	} {
		bubble(t, func(t *testing.T) {
			var sts endpoint
			sts.always(tc.r)
			err := byGrant(t, newDaemonAt(t, external(t), acquire.Secret(clientSecret), &sts, nil), tc.grant)
			e := wantClass(t, tc.grant+", "+tc.r.body[:min(len(tc.r.body), 80)], err, tc.want)
			if strings.Contains(e.Advice, "B2C") || len(err.Error()) > 2000 {
				t.Errorf("got %v, want a short text and no word of B2C", err)
			}
		})
	}
}

// What is said beside the code is passed on; the claims are not for the text.
func TestSubErrorAndClaims(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		sts.always(stsRefusing("interaction_required", "50076", `,"suberror":"basic_action","claims":"{\"access_token\":{\"polids\":{\"essential\":true}}}"`))
		err := byGrant(t, newDaemonAt(t, external(t), acquire.Secret(clientSecret), &sts, nil), "refresh_token")
		e := wantClass(t, "step up", err, acquire.ErrInteractionRequired)
		if e.SubError != "basic_action" || e.Claims != `{"access_token":{"polids":{"essential":true}}}` || !slices.Equal(e.Codes, []int{50076}) {
			t.Errorf("got suberror %q, claims %q, codes %v", e.SubError, e.Claims, e.Codes)
		}
		if !strings.Contains(err.Error(), `AADSTS50076 (basic_action) "What it says."`) || strings.Contains(err.Error(), "polids") {
			t.Errorf("got %v, want the suberror and not the claims", err)
		}
	})
}

// A loop is no reason to hold back others, nor one to ask again at once.
func TestLoop(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var sts endpoint
		sts.play(func(p post) reply {
			if p.form.Get("scope") == "api://loop/.default" {
				return stsRefusing("invalid_grant", "50196", "")
			}
			return reply{}
		})
		app := newDaemonAt(t, external(t), acquire.Secret(clientSecret), &sts, nil)
		_, err := app.Token(t.Context(), "api://loop/.default")
		wantClass(t, "loop", err, acquire.ErrRetry)
		wantPosts(t, "a loop", &sts, 1)
		mustToken(t, app, "api://tasks/.default")
	})
}
