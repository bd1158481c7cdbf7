// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// staticNow is the time at which the tokens of the corpus are good.
func staticNow() time.Time { return time.Unix(corpusNow, 0) }

// hinted returns the hint of an error, and its text.
func hinted(err error) (validator.Hint, string) {
	if e, ok := errors.AsType[*validator.Error](err); ok {
		return e.Hint, e.Detail
	}
	return "", ""
}

// What is usually behind a refusal is told in a word and in a sentence.
func TestHints(t *testing.T) {
	keys := keysOf(t)
	user, stranger := keys.userFlow, keys.stranger
	sign := func(mods ...mod) string { return signToken(user, headerOf(user), payloadOf(mods...)) }
	unknown := func(mods ...mod) string { return signToken(stranger, headerOf(stranger), payloadOf(mods...)) }
	issuer := func(s string) mod { return set("iss", quoted(s)) }
	audience := func(s string) mod { return set("aud", quoted(s)) }
	tfp := func(s string) mod { return set("tfp", quoted(s)) }
	good := sign()
	head, rest, _ := strings.Cut(good, ".")
	const entraV2 = "https://login.microsoftonline.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	all := []struct {
		name, raw string
		want      validator.Hint
		text      string
	}{
		{"opaque", "3f2c9e1ab5d54c7e", "opaque_token", "no dots"},
		{"undefined", "undefined", "placeholder", "had no token"},
		{"[object Object]", "[object Object]", "placeholder", "had no token"},
		{"nothing", "", "placeholder", "had no token"},
		{"cut in the payload", head + "." + rest[:40], "truncated", "one dot"},
		{"cut in the signature", good[:len(good)-42], "truncated", "the signature has 225 bytes"},
		{"cut within a byte", good[:len(good)-40], "truncated", "shorter than any signature"},
		{"cut by one", good[:len(good)-1], "truncated", "shorter than any signature"},
		{"scheme", "Bearer " + good, "scheme_in_front", "stands in front"},
		{"scheme, in lower case", "bearer " + good, "scheme_in_front", "stands in front"},
		{"header", "Authorization: Bearer " + good, "header_line", "behind Bearer"},
		{"curl", "curl -H 'Authorization: Bearer " + good + "' https://api.contoso.com", "header_line", "behind Bearer"},
		{"quotes", `"` + good + `"`, "quoted", "in quotes"},
		{"space behind", good + " ", "white_space", "white space"},
		{"end of line", good + "\n", "white_space", "white space"},
		{"answer", `{"access_token":"` + good + `","token_type":"Bearer"}`, "token_response", "the value of access_token"},
		{"answer with two tokens", `{"access_token":"` + good + `","id_token":"` + good + `"}`, "token_response", "the value of access_token"},
		{"JWE", "eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d", "refresh_token_or_code", "refresh tokens and codes"},

		{"ID token", sign(drop("scp", "azp"), audience(webClient)), "id_token", "looks like an ID token"},
		{"ID token of client and API in one", sign(drop("scp", "azp")), "id_token", "looks like an ID token"},
		{"no scope", sign(drop("scp", "nonce")), "no_scope", "must ask for one of the API's scopes"},
		{"Graph by audience", unknown(issuer("https://sts.windows.net/x/"), audience("00000003-0000-0000-c000-000000000000")), "microsoft_graph", "Microsoft Graph"},
		{"Graph by its header", signToken(stranger, headerOf(stranger, add("nonce", `"x"`)), payloadOf(issuer(entraV2))), "microsoft_graph", "Microsoft Graph"},
		{"Entra v1", unknown(issuer("https://sts.windows.net/775527ff-9a37-4307-8b3d-cc311f58d925/")), "entra_v1", "Entra ID, not of B2C"},
		{"Entra v2", unknown(issuer(entraV2)), "entra_v2", "Entra ID, not of B2C"},
		{"Entra v2 under a key of ours", sign(issuer(entraV2)), "entra_v2", "Entra ID, not of B2C"},
		{"External ID", unknown(issuer("https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0")), "external_id", "External ID"},

		{"another tenant under the shared key", sign(issuer("https://fabrikam.b2clogin.com/" + fabrikamID + "/v2.0/")), "other_tenant", "another tenant's, and B2C's user flows of all tenants sign with one key"},
		{"another tenant", unknown(issuer("https://fabrikam.b2clogin.com/" + fabrikamID + "/v2.0/")), "other_tenant", "issuer is not trusted"},
		{"another host", sign(issuer("https://login.contoso.com/" + contosoID + "/v2.0/")), "other_host", "another host or issuer form"},
		{"the other form", sign(issuer("https://contoso.b2clogin.com/tfp/" + contosoID + "/b2c_1_susi/v2.0/")), "issuer_form", "issuer setting"},
		{"no slash", sign(issuer(strings.TrimSuffix(contosoIssuer, "/"))), "issuer_slash", "slash at the end"},
		{"App ID URI", sign(audience("https://contoso.onmicrosoft.com/tasks")), "app_id_uri", "App ID URI"},
		{"client as audience", sign(audience(webClient)), "client_as_audience", "the client itself"},
		{"another API", sign(audience("11111111-2222-4333-8444-555555555555")), "other_audience", "another API"},
		{"another flow", sign(tfp("B2C_1_kiosk_for_partners")), "other_flow", `flow "B2C_1_kiosk_for_partners"; trusted: "B2C_1_susi"`},
		{"another flow, unknown key", unknown(tfp("B2C_1_kiosk_for_partners")), "other_flow", `its flow is not trusted, which is, unverified, "B2C_1_kiosk_for_partners"`},
		{"hostile flow, unknown key", unknown(tfp(`B2C_1_\u001b[31m\nroot`)), "other_flow", `unverified, "B2C_1_\x1b[31m\nroot"`},
		{"reset", sign(tfp("B2C_1_reset")), "reset_flow", "resets passwords"},
		{"reset, unknown key", unknown(tfp("B2C_1A_PasswordReset")), "reset_flow", "resets passwords"},
		{"edit", sign(tfp("B2C_1A_ProfileEdit")), "edit_flow", "edits profiles"},
		{"sign-in with a reset inside", sign(tfp("B2C_1A_signup_signin_reset")), "other_flow", "is of flow"},
		{"typo", sign(tfp("B2C_1_sisu")), "flow_spelling", `is it "B2C_1_susi" that is meant`},
		{"typo, unknown key", unknown(tfp("B2C_1_sisu")), "flow_spelling", `is it "B2C_1_susi" that is meant`},
		{"no flow", sign(drop("tfp")), "no_flow", "AllowMissingFlow"},
		{"no flow, unknown key", unknown(drop("tfp")), "no_flow", "its flow is missing"},
		{"flow under the policy's name", sign(drop("tfp"), add("trustFrameworkPolicy", `"B2C_1A_x"`)), "unmapped_flow", "PartnerClaimType"},
		{"unknown key, all fits", unknown(), "unpublished_key", "publishes kid"},
		{"expired a minute ago", sign(set("exp", "1749999970")), "clock", "expired 1m30s ago, at 2025-06-15T15:06:10Z; the client must renew it in time, or is this machine's clock ahead?"},
		{"expired yesterday", sign(set("exp", "1749900000")), "", "expired 27h47m40s ago, at 2025-06-14T11:20:00Z"},
		{"early", sign(set("nbf", "1750000360")), "clock", "5m0s ahead"},
	}
	v := staticValidator(t, nil)
	for _, tc := range all {
		_, err := v.Validate(t.Context(), tc.raw)
		got, text := hinted(err)
		if got != tc.want || !strings.Contains(text, tc.text) {
			t.Errorf("%s: got hint %q in %q, want %q with %q", tc.name, got, text, tc.want, tc.text)
		}
		checkErrorText(t, tc.name, err)
	}

	// Two authorities, for what needs another one.
	two := corpusValidator(t, &vector{now: corpusNow})
	_, err := two.Validate(t.Context(), signToken(keys.partner, headerOf(keys.partner), payloadOf()))
	if got, text := hinted(err); got != validator.HintKeyOfAnother {
		t.Errorf("the partner's key: got hint %q in %q", got, text)
	}
	tenant := contosoTenant(t)
	var sources []jwks.Source
	for flow, aud := range map[string]string{"B2C_1_susi": contosoAPI, "B2C_1_edit": webClient} {
		s, err := jwks.NewStatic(tenant.Flow(flow).WithAudiences(aud), contosoIssuer, []byte(`{"keys":[`+jwkOf(&user.PublicKey)+`]}`))
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, s)
	}
	audiences, err := validator.NewFromSources(sources, "", &validator.Options{Now: staticNow})
	if err != nil {
		t.Fatal(err)
	}
	_, err = audiences.Validate(t.Context(), sign(audience(webClient)))
	if got, text := hinted(err); got != validator.HintOtherAuthority {
		t.Errorf("the other flow's audience: got hint %q in %q", got, text)
	}

	// ID tokens.
	ids := staticIDTokens(t, webClient, nil)
	for _, raw := range []string{sign(audience(webClient)), sign(), signToken(user, headerOf(user, set("typ", `"at+jwt"`)), payloadOf())} {
		_, err := ids.Validate(t.Context(), raw, validator.Expected{})
		if got, text := hinted(err); got != validator.HintAccessToken {
			t.Errorf("an access token at an app: got hint %q in %q", got, text)
		}
	}
}

// answering is a server that answers, or doesn't.
type answering func(*http.Request) (*http.Response, error)

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

// Why keys are away is told in a word.
func TestHintsOfOutages(t *testing.T) {
	key := keysOf(t).userFlow
	good := signToken(key, headerOf(key), payloadOf())
	status := func(code int, mediaType string) answering {
		return func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {mediaType}}, Body: http.NoBody, Request: r}, nil
		}
	}
	fails := func(err error) answering {
		return func(*http.Request) (*http.Response, error) { return nil, err }
	}
	for name, tc := range map[string]struct {
		rt   answering
		want validator.Hint
	}{
		"no such host":      {fails(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "contoso.b2clogin.com", IsNotFound: true}}), "dns"},
		"nobody listens":    {fails(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), "connect"},
		"something else":    {fails(errors.New("unexpected EOF")), "connect"},
		"private CA":        {fails(x509.UnknownAuthorityError{}), "tls"},
		"another's name":    {fails(x509.HostnameError{Certificate: new(x509.Certificate), Host: "contoso.b2clogin.com"}), "tls"},
		"no answer":         {func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }, "timeout"},
		"no such flow":      {status(404, "text/html"), "no_such_flow"},
		"too many requests": {status(429, "text/plain"), "throttled"},
		"server error":      {status(503, "text/plain"), "http_status"},
		"a proxy's page":    {status(200, "text/html"), "document"},
	} {
		synctest.Test(t, func(t *testing.T) {
			v, err := validator.New([]authority.Authority{contosoTenant(t).Flow("B2C_1_susi")}, contosoAPI, &validator.Options{Transport: tc.rt, Logger: quiet, Now: staticNow})
			if err != nil {
				t.Fatal(err)
			}
			defer v.Close()
			x := v.Explain(t.Context(), good)
			if x.Verdict != validator.Undecided || x.Err.Hint != tc.want {
				t.Errorf("%s: got %s, %q: %v", name, x.Verdict, x.Err.Hint, x.Err)
			}
			if got, want := outcomes(x), "key… (signature) (authority)"; got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
			_, err = v.Validate(t.Context(), good)
			if got, _ := hinted(err); got != tc.want && got != validator.HintHeldBack {
				t.Errorf("%s, again: got %q: %v", name, got, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		v, err := validator.New([]authority.Authority{contosoTenant(t).Flow("B2C_1_susi")}, contosoAPI, &validator.Options{Transport: fails(errors.New("away")), Logger: quiet, Now: staticNow})
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		x := v.Explain(ctx, good)
		if x.Err.Hint != validator.HintTimeout && x.Err.Hint != validator.HintConnect {
			t.Errorf("a caller that has gone: got %q: %v", x.Err.Hint, x.Err)
		}
	})
}
