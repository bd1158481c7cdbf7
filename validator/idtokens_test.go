// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

// idPayload is the payload of an ID token for the web client,
// changed.
func idPayload(mods ...mod) string {
	return payloadOf(append([]mod{drop("azp", "scp"), set("aud", quoted(webClient))}, mods...)...)
}

// staticIDTokens is staticValidator for ID tokens.
func staticIDTokens(tb testing.TB, clientID string, opts *validator.IDTokenOptions) *validator.IDTokens {
	tb.Helper()
	o := validator.IDTokenOptions{}
	if opts != nil {
		o = *opts
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Unix(corpusNow, 0) }
	}
	v, err := validator.NewIDTokensFromSources([]jwks.Source{counted(tb, "B2C_1_susi")}, clientID, &o)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// idTokensOf trusts flows with the emulated tenant's web app.
func idTokensOf(tb testing.TB, rt http.RoundTripper, web emulator.App, trusted ...authority.Authority) *validator.IDTokens {
	tb.Helper()
	v, err := validator.NewIDTokens(trusted, web.ID, &validator.IDTokenOptions{Transport: rt, Logger: quiet})
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// wantIDReason is wantReason, with the words that don't fit an app's mistake.
func wantIDReason(tb testing.TB, what string, err error, want validator.Reason) {
	tb.Helper()
	wantReason(tb, what, err, want)
	if err == nil {
		return
	}
	for _, wrong := range []string{"this API", "send the access token", "API's scopes", "AllowMissingFlow", "Options.Clients"} {
		if strings.Contains(err.Error(), wrong) {
			tb.Errorf("%s: the text says %q: %v", what, wrong, err)
		}
	}
}

func TestIDTokenRules(t *testing.T) {
	key := keysOf(t).userFlow
	v := staticIDTokens(t, webClient, nil)
	typ := func(typ string) string { return headerOf(key, set("typ", typ)) }
	plain := headerOf(key)
	two := quoted(webClient) + "," + quoted(contosoAPI)
	for _, tc := range []struct {
		name, header, payload string
		want                  validator.Reason
		text                  string // part of the error
	}{
		{"plain", plain, idPayload(), "", ""},
		{"no typ", headerOf(key, drop("typ")), idPayload(), "", ""},
		{"typ jwt", typ(`"jwt"`), idPayload(), "", ""},
		{"typ at+jwt", typ(`"at+jwt"`), idPayload(), validator.ErrNotIDToken, "its typ is at+jwt"},
		{"typ AT+JWT", typ(`"AT+JWT"`), idPayload(), validator.ErrNotIDToken, "its typ is at+jwt"},
		{"typ application/at+jwt", typ(`"application/at+jwt"`), idPayload(), validator.ErrNotIDToken, "its typ is at+jwt"},
		{"typ logout+jwt", typ(`"logout+jwt"`), idPayload(), validator.ErrHeader, "typ is not JWT"},
		{"typ a number", typ("1"), idPayload(), validator.ErrHeader, "typ is not JWT"},
		{"nested", headerOf(key, add("cty", `"JWT"`)), idPayload(), validator.ErrHeader, "cty"},

		{"one audience in an array", plain, idPayload(set("aud", "["+quoted(webClient)+"]")), "", ""},
		{"another client's", plain, idPayload(set("aud", quoted(daemonClient))), validator.ErrAudience, `the ID token is for client "` + daemonClient + `", not "` + webClient + `"`},
		{"the API's", plain, idPayload(set("aud", quoted(contosoAPI))), validator.ErrAudience, "the ID token is for client"},
		{"audience in upper case", plain, idPayload(set("aud", quoted(strings.ToUpper(webClient)))), validator.ErrAudience, ""},
		{"no audience", plain, idPayload(drop("aud")), validator.ErrClaim, "no aud"},
		{"two audiences without azp", plain, idPayload(set("aud", "["+two+"]")), validator.ErrAudience, "nobody else"},
		{"two audiences with azp", plain, idPayload(set("aud", "["+two+"]"), add("azp", quoted(webClient))), validator.ErrAudience, "nobody else"},
		{"two audiences, issued to the other", plain, idPayload(set("aud", "["+two+"]"), add("azp", quoted(contosoAPI))), validator.ErrAudience, ""},
		{"two other audiences with azp", plain, idPayload(set("aud", "["+quoted(contosoAPI)+","+quoted(daemonClient)+"]"), add("azp", quoted(webClient))), validator.ErrAudience, ""},
		{"azp", plain, idPayload(add("azp", quoted(webClient))), "", ""},
		{"azp of another", plain, idPayload(add("azp", quoted(daemonClient))), validator.ErrClient, `issued to client "` + daemonClient + `", not "` + webClient + `"`},
		{"azp of the wrong type", plain, idPayload(add("azp", "["+quoted(webClient)+"]")), validator.ErrClaim, ""},

		{"access token for the API", plain, payloadOf(), validator.ErrAudience, "with scp it looks like an access token"},
		{"access token for the app itself", plain, payloadOf(set("aud", quoted(webClient))), validator.ErrNotIDToken, "this looks like an access token: it has scp"},
		{"scp of one space", plain, idPayload(add("scp", `" "`)), "", ""}, // Validator refuses that as no access token
		{"scp of the wrong type", plain, idPayload(add("scp", `["tasks.read"]`)), validator.ErrClaim, ""},
		{"roles", plain, idPayload(add("roles", `["admin"]`)), "", ""}, // in B2C, user claims

		{"other flow", plain, idPayload(set("tfp", `"B2C_1_reset"`)), validator.ErrFlow, `flow "B2C_1_reset"`},
		{"flow in other case", plain, idPayload(set("tfp", `"b2c_1_SUSI"`)), "", ""},
		{"flow in acr", plain, idPayload(drop("tfp"), add("acr", `"b2c_1_susi"`)), "", ""},
		{"other flow in acr", plain, idPayload(drop("tfp"), add("acr", `"b2c_1_reset"`)), validator.ErrFlow, ""},
		{"no flow", plain, idPayload(drop("tfp")), validator.ErrFlow, `the ID token names no flow (neither tfp nor acr); a custom policy names itself with the output claim trustFrameworkPolicy with PartnerClaimType="tfp"`},
		{"no flow, but the policy's own name for it", plain, idPayload(drop("tfp"), add("trustFrameworkPolicy", `"B2C_1A_partner"`)), validator.ErrFlow, "under its own name"},
		{"no flow, but azp", plain, idPayload(drop("tfp"), add("azp", quoted(webClient))), validator.ErrFlow, "trustFrameworkPolicy"},
		{"acr a number beside tfp", plain, idPayload(add("acr", "1")), validator.ErrClaim, "acr"},
		{"acr a number alone", plain, idPayload(drop("tfp"), add("acr", "1")), validator.ErrClaim, "acr"},
		{"empty flow", plain, idPayload(set("tfp", `""`)), validator.ErrClaim, ""},

		{"issuer without the slash", plain, idPayload(set("iss", quoted(strings.TrimSuffix(contosoIssuer, "/")))), validator.ErrIssuer, "slash"},
		{"other tenant's issuer", plain, idPayload(set("iss", quoted("https://contoso.b2clogin.com/"+fabrikamID+"/v2.0/"))), validator.ErrIssuer, "another tenant's"},
		{"no issuer", plain, idPayload(drop("iss")), validator.ErrClaim, "no iss"},

		{"no iat", plain, idPayload(drop("iat")), validator.ErrClaim, "no iat"},
		{"no exp", plain, idPayload(drop("exp")), validator.ErrClaim, "no exp"},
		{"no nbf", plain, idPayload(drop("nbf")), "", ""},
		{"no auth_time", plain, idPayload(drop("auth_time")), "", ""},
		{"auth_time a string", plain, idPayload(set("auth_time", `"1750000000"`)), validator.ErrClaim, "auth_time"},
		{"auth_time out of range", plain, idPayload(set("auth_time", "1e400")), validator.ErrClaim, "auth_time"},
		{"auth_time ahead", plain, idPayload(set("auth_time", "1750000121")), validator.ErrNotYetValid, "signed in in the future"},
		{"expired within the leeway", plain, idPayload(set("exp", "1750000001")), "", ""},
		{"expired", plain, idPayload(set("exp", "1750000000")), validator.ErrExpired, ""},
		{"from the future", plain, idPayload(set("nbf", "1750000121")), validator.ErrNotYetValid, ""},
		{"issued in the future", plain, idPayload(set("iat", "1750000121")), validator.ErrNotYetValid, ""},
		{"issued ahead within the leeway", plain, idPayload(set("iat", "1750000120")), "", ""},

		{"odd nonce and hashes that nobody asks about", plain, idPayload(set("nonce", "1"), add("at_hash", "2"), add("c_hash", "[]")), "", ""},
		{"duplicate claim", plain, idPayload(add("aud", quoted(webClient))), validator.ErrMalformed, ""},
	} {
		token, err := v.Validate(t.Context(), signToken(key, tc.header, tc.payload), validator.Expected{})
		if tc.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
			continue
		}
		wantIDReason(t, tc.name, err, tc.want)
		if token != nil || err != nil && !strings.Contains(err.Error(), tc.text) {
			t.Errorf("%s: got %v, %v; want an error with %q", tc.name, token, err, tc.text)
		}
	}
	for name, raw := range map[string]string{"code": "a.b.c.d.e", "nothing": "", "opaque": "AQAB"} {
		want := validator.ErrMalformed
		if name == "code" {
			want = validator.ErrEncrypted
		}
		_, err := v.Validate(t.Context(), raw, validator.Expected{})
		wantIDReason(t, name, err, want)
	}
	_, err := v.Validate(t.Context(), signToken(keysOf(t).stranger, plain, idPayload()), validator.Expected{})
	wantIDReason(t, "stranger's key", err, validator.ErrSignature)
	_, err = v.Validate(t.Context(), signToken(key, headerOf(key, drop("kid")), idPayload()), validator.Expected{})
	wantIDReason(t, "no kid", err, validator.ErrHeader)
}

// The walls between tenants and flows stand for ID tokens too.
func TestIDTokenTrust(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		web := b2c.Web().ID
		stranger := emulator.NewTenant(&emulator.Options{Name: "fabrikam", ID: fabrikamID})
		v := idTokensOf(t, overNetwork(b2c, stranger), b2c.Web(), contosoTenant(t).Flows("B2C_1_susi", "B2C_1A_partner")...)
		defer v.Close()
		mint := func(s emulator.Spec) string { s.Kind = emulator.IDToken; return b2c.MustMint(s) }
		foreign := func(s emulator.Spec) string {
			s.Kind, s.ClientID = emulator.IDToken, web
			return stranger.MustMint(s)
		}
		partner := b2c.CurrentKey("B2C_1A_partner")
		for round := range 2 { // cold, then warm
			for _, tc := range []struct {
				name, raw string
				want      validator.Reason
				flow      string
			}{
				{"user flow", mint(emulator.Spec{}), "", "B2C_1_susi"},
				{"custom policy", mint(emulator.Spec{Flow: "B2C_1A_partner"}), "", "B2C_1A_partner"},
				{"flow in acr", mint(emulator.Spec{FlowClaim: emulator.ClaimACR}), "", "B2C_1_susi"},
				{"password reset", mint(emulator.Spec{Flow: "B2C_1_reset"}), validator.ErrFlow, ""},
				{"no flow", mint(emulator.Spec{FlowClaim: emulator.ClaimNone}), validator.ErrFlow, ""},
				{"another app's", mint(emulator.Spec{ClientID: b2c.Daemon().ID}), validator.ErrAudience, ""},
				{"access token", b2c.MustMint(emulator.Spec{}), validator.ErrAudience, ""},
				{"access token of one registration", b2c.MustMint(emulator.Spec{Audience: web, Scopes: []string{"tasks.read"}}), validator.ErrNotIDToken, ""},
				{"app's own token of one registration", b2c.MustMint(emulator.Spec{Kind: emulator.AppToken, Audience: web, Scopes: []string{"jobs.run"}}), validator.ErrNotIDToken, ""},
				{"app's own token without scp", b2c.MustMint(emulator.Spec{Kind: emulator.AppToken, Audience: web, Scopes: []string{}}), validator.ErrFlow, ""},
				{"other tenant under the shared key", foreign(emulator.Spec{}), validator.ErrIssuer, ""},
				{"other tenant's custom policy", foreign(emulator.Spec{Flow: "B2C_1A_partner", Claims: map[string]any{"iss": contosoIssuer}}), validator.ErrUnknownKey, ""},
				{"custom policy's key as user flow", mint(emulator.Spec{Key: partner, Header: map[string]any{"kid": partner.ID()}}), validator.ErrUnknownKey, ""},
				{"forged under the real kid", mint(emulator.Spec{Key: emulator.NewKey()}), validator.ErrSignature, ""},
				{"expired", mint(emulator.Spec{Lifetime: -time.Hour}), validator.ErrExpired, ""},
			} {
				token, err := v.Validate(t.Context(), tc.raw, validator.Expected{})
				if tc.want != "" {
					wantIDReason(t, tc.name, err, tc.want)
				} else if err != nil || token.Flow != tc.flow || token.Authority.Flow() != tc.flow {
					t.Errorf("round %d, %s: got %v, %v; want flow %q", round, tc.name, token, err, tc.flow)
				}
			}
			time.Sleep(3 * time.Minute) // the budget is full again
		}
	})
}

// An External ID tenant has no flows; roles stand in its ID tokens too.
func TestIDTokenOfExternalID(t *testing.T) {
	a, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	const issuer = "https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	key := keysOf(t).partner
	s, err := jwks.NewStatic(a, issuer, []byte(`{"keys":[`+jwkOf(&key.PublicKey)+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.NewIDTokensFromSources([]jwks.Source{s}, webClient, &validator.IDTokenOptions{Now: func() time.Time { return time.Unix(corpusNow, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	as := func(mods ...mod) string {
		return signToken(key, headerOf(key), idPayload(append([]mod{drop("tfp"), set("ver", `"2.0"`), set("iss", quoted(issuer))}, mods...)...))
	}
	for name, mods := range map[string][]mod{"plain": nil, "roles": {add("roles", `["admin"]`)}, "roles, no nonce": {drop("nonce"), add("roles", `["admin"]`)}} {
		if token, err := v.Validate(t.Context(), as(mods...), validator.Expected{}); err != nil || token.Flow != "" || token.Authority != a {
			t.Errorf("%s: got %v, %v", name, token, err)
		}
	}
	_, err = v.Validate(t.Context(), as(add("scp", `"tasks.read"`)), validator.Expected{})
	wantIDReason(t, "access token", err, validator.ErrNotIDToken)
	_, err = v.Validate(t.Context(), as(drop("nonce"), add("azp", quoted(webClient)), add("roles", `["jobs.run"]`)), validator.Expected{})
	wantIDReason(t, "app's own token", err, validator.ErrNotIDToken)
}

// No token is good for both, whatever is wrong with it: the corpus, validated as
// ID tokens of an app that is the API as well.
func TestCorpusAsIDTokens(t *testing.T) {
	asBefore := []validator.Reason{
		validator.ErrMalformed, validator.ErrTooLarge, validator.ErrEncrypted, validator.ErrAlgorithm, validator.ErrHeader,
		validator.ErrUnknownKey, validator.ErrSignature, validator.ErrClaim, validator.ErrIssuer, validator.ErrAudience,
		validator.ErrExpired, validator.ErrNotYetValid,
	}
	// Some causes come to light only after the kind of the token.
	mayBeLater := []validator.Reason{validator.ErrIssuer, validator.ErrUnknownKey}
	count := map[string]int{}
	for _, vec := range readCorpus(t) {
		v, err := validator.NewIDTokensFromSources(corpusSources(t), corpusAudience, &validator.IDTokenOptions{
			Now: func() time.Time { return time.Unix(vec.now, 0) },
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = v.Validate(t.Context(), vec.token, validator.Expected{})
		got := validator.Reason(verdictOf(err))
		count[vec.expect+" -> "+got.Error()]++
		if err != nil {
			wantIDReason(t, vec.name, err, got)
		}
		switch {
		case vec.expect == acceptVerdict && err == nil:
			t.Errorf("%s: an access token passes as ID token", vec.name)
		case got == validator.ErrNotIDToken && slices.Contains(mayBeLater, validator.Reason(vec.expect)):
		case slices.Contains(asBefore, validator.Reason(vec.expect)) && vec.expect != got.Error():
			t.Errorf("%s: got %s, want %s: %v", vec.name, got, vec.expect, err)
		}
	}
	if count["not_access_token -> accept"] == 0 || count["accept -> not_id_token"] == 0 {
		t.Errorf("got verdicts %v, want some ID tokens and some access tokens among them", count)
	}
	t.Log(count)
}

func TestNewIDTokensRefuses(t *testing.T) {
	susi := contosoTenant(t).Flows("B2C_1_susi")
	for _, tc := range []struct {
		name     string
		trusted  []authority.Authority
		clientID string
		opts     *validator.IDTokenOptions
		want     string // part of the error; "" if it is fine
	}{
		{"fine", susi, webClient, nil, ""},
		{"upper case", susi, strings.ToUpper(webClient), &validator.IDTokenOptions{Leeway: -1}, ""},
		{"no authorities", nil, webClient, nil, "trusted: empty"},
		{"bad flow", contosoTenant(t).Flows("signin"), webClient, nil, `flow: "signin"`},
		{"twice", contosoTenant(t).Flows("B2C_1_susi", "b2c_1_SUSI"), webClient, nil, "named twice"},
		{"no client", susi, "", nil, "validator: clientID: empty, or with space around it; want the app's own application (client) id"},
		{"client no GUID", susi, "my app", nil, `validator: clientID: "my app": not a GUID; want the app's own application (client) id`},
		{"App ID URI", susi, "https://contoso.onmicrosoft.com/web", nil, "validator: clientID: "},
		{"audiences are for APIs", contosoTenant(t).WithAudiences("tasks-api").Flows("B2C_1_susi"), webClient, nil, ""},
		{"audiences are for APIs, and the client is still needed", contosoTenant(t).WithAudiences(contosoAPI).Flows("B2C_1_susi"), "", nil, "validator: clientID: empty, or with space around it; want the app's own"},
		{"leeway without its unit", susi, webClient, &validator.IDTokenOptions{Leeway: 5}, "validator: IDTokenOptions.Leeway: 5 has lost its unit"},
		{"size that no token fits in", susi, webClient, &validator.IDTokenOptions{MaxTokenBytes: 342}, "validator: IDTokenOptions.MaxTokenBytes: no token fits"},
		{"leeway", susi, webClient, &validator.IDTokenOptions{Leeway: time.Hour}, "validator: IDTokenOptions.Leeway: "},
		{"size", susi, webClient, &validator.IDTokenOptions{MaxTokenBytes: -1}, "validator: IDTokenOptions.MaxTokenBytes: "},
		{"keys", susi, webClient, &validator.IDTokenOptions{Keys: &jwks.Options{MaxStale: -1}}, "MaxStale"},
	} {
		v, err := validator.NewIDTokens(tc.trusted, tc.clientID, tc.opts)
		if tc.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			} else if err := v.Close(); err != nil {
				t.Errorf("%s: Close: %v", tc.name, err)
			}
			continue
		}
		if err == nil || v != nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, %v; want an error with %q", tc.name, v, err, tc.want)
		}
	}
	for name, opts := range map[string]*validator.IDTokenOptions{
		"IDTokenOptions.Transport": {Transport: http.DefaultTransport}, "Logger": {Logger: quiet}, "Keys": {Keys: &jwks.Options{}},
	} {
		source := counted(t, "B2C_1_susi")
		v, err := validator.NewIDTokensFromSources([]jwks.Source{source}, webClient, opts)
		if err == nil || v != nil || !strings.Contains(err.Error(), name) || source.closed != 0 {
			t.Errorf("%s: got %v, %v, closed %d times; want an error that names it", name, v, err, source.closed)
		}
	}
}

func TestIDTokenOptions(t *testing.T) {
	key := keysOf(t).userFlow
	raw := signToken(key, headerOf(key), idPayload())
	at := func(now int64) func() time.Time { return func() time.Time { return time.Unix(now, 0) } }
	for _, tc := range []struct {
		name string
		opts validator.IDTokenOptions
		want validator.Reason
	}{
		{"last second of the default leeway", validator.IDTokenOptions{Now: at(1750003659)}, ""},
		{"past the default leeway", validator.IDTokenOptions{Now: at(1750003660)}, validator.ErrExpired},
		{"past no leeway", validator.IDTokenOptions{Now: at(1750003600), Leeway: -1}, validator.ErrExpired},
		{"within ten minutes", validator.IDTokenOptions{Now: at(1750004199), Leeway: 10 * time.Minute}, ""},
		{"too large", validator.IDTokenOptions{MaxTokenBytes: len(raw) - 1}, validator.ErrTooLarge},
		{"just small enough", validator.IDTokenOptions{MaxTokenBytes: len(raw)}, ""},
	} {
		_, err := staticIDTokens(t, webClient, &tc.opts).Validate(t.Context(), raw, validator.Expected{})
		if got := verdictOf(err); tc.want == "" && err != nil || tc.want != "" && got != tc.want.Error() {
			t.Errorf("%s: got %v, want %q", tc.name, err, tc.want)
		}
	}
	_, err := new(validator.IDTokens).Validate(t.Context(), raw, validator.Expected{})
	wantIDReason(t, "zero IDTokens", err, validator.ErrUnavailable)
	var e *validator.Error
	if !errors.As(err, &e) || !strings.Contains(e.Detail, "constructor") {
		t.Errorf("got %v, want a word about the constructor", err)
	}
}
