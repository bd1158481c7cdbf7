// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/validator"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// routed sends requests to the emulated tenant of the host and remembers
// every URL that was asked for.
type routed struct {
	tenants []*emulator.Tenant
	asked   chan string
}

func (r routed) RoundTrip(req *http.Request) (*http.Response, error) {
	select {
	case r.asked <- req.URL.String():
	default:
	}
	for _, t := range r.tenants {
		if slices.Contains(t.Hosts(), req.URL.Host) {
			return t.Transport().RoundTrip(req)
		}
	}
	return r.tenants[0].Transport().RoundTrip(req) // fails like a name that doesn't exist
}

func overNetwork(tenants ...*emulator.Tenant) routed {
	return routed{tenants, make(chan string, 10_000)}
}

func trusting(tb testing.TB, rt http.RoundTripper, opts *validator.Options, trusted ...authority.Authority) *validator.Validator {
	tb.Helper()
	o := validator.Options{}
	if opts != nil {
		o = *opts
	}
	o.Transport, o.Logger = rt, quiet
	v, err := validator.New(trusted, contosoAPI, &o)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// bubble runs a test in virtual time. The keys that all tenants share are
// made before, since making them takes real time.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	emulator.NewTenant(nil).CurrentKey("B2C_1_susi")
	emulator.NewTenant(nil).CurrentKey("B2C_1A_partner")
	synctest.Test(t, f)
}

func TestTrustAcrossAuthorities(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(&emulator.Options{
			Hosts: []string{"contoso.b2clogin.com", "login.contoso.com"},
			Flows: []emulator.Flow{
				{Name: "B2C_1_susi"},
				{Name: "B2C_1_edit"},
				{Name: "B2C_1_reset"},
				{Name: "B2C_1A_partner"},
				{Name: "B2C_1_legacy", Issuer: emulator.IssuerTFP},
				{Name: "B2C_1A_tfp", Issuer: emulator.IssuerTFP, FlowClaim: emulator.ClaimTFP},
			},
		})
		stranger := emulator.NewTenant(&emulator.Options{Name: "fabrikam", ID: fabrikamID})
		tenant, err := contosoTenant(t).WithHosts("login.contoso.com", "contoso.b2clogin.com")
		if err != nil {
			t.Fatal(err)
		}
		oneHost := contosoTenant(t)
		trusted := append(tenant.Flows("B2C_1_susi", "B2C_1A_partner"), oneHost.Flows("B2C_1_legacy", "B2C_1A_tfp", "B2C_1_edit")...)
		daemon := b2c.Daemon().ID
		v := trusting(t, overNetwork(b2c, stranger), &validator.Options{AllowMissingFlow: []string{daemon}}, trusted...)
		defer v.Close()
		const custom = "https://login.contoso.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0/"
		key := func(flow string) *emulator.Key { return b2c.CurrentKey(flow) }
		kid := func(flow string) map[string]any { return map[string]any{"kid": key(flow).ID()} }
		mint := func(s emulator.Spec) string { return b2c.MustMint(s) }

		for round := range 2 { // cold, then warm
			for _, tc := range []struct {
				name, raw string
				want      validator.Reason
				flow      string
			}{
				{"user flow", mint(emulator.Spec{}), "", "B2C_1_susi"},
				{"user flow on the custom domain", mint(emulator.Spec{Host: "login.contoso.com"}), "", "B2C_1_susi"},
				{"custom policy", mint(emulator.Spec{Flow: "B2C_1A_partner"}), "", "B2C_1A_partner"},
				{"custom policy on the custom domain", mint(emulator.Spec{Flow: "B2C_1A_partner", Host: "login.contoso.com"}), "", "B2C_1A_partner"},
				{"tfp issuer beside GUID issuer", mint(emulator.Spec{Flow: "B2C_1_legacy"}), "", "B2C_1_legacy"},
				{"custom policy with tfp issuer", mint(emulator.Spec{Flow: "B2C_1A_tfp"}), "", "B2C_1A_tfp"},
				{"flow on one host only", mint(emulator.Spec{Flow: "B2C_1_edit"}), "", "B2C_1_edit"},
				{"that flow on the other host", mint(emulator.Spec{Flow: "B2C_1_edit", Host: "login.contoso.com"}), validator.ErrFlow, ""},
				{"tfp issuer on the other host", mint(emulator.Spec{Flow: "B2C_1_legacy", Host: "login.contoso.com"}), validator.ErrIssuer, ""},
				{"password reset", mint(emulator.Spec{Flow: "B2C_1_reset"}), validator.ErrFlow, ""},
				{"ID token", mint(emulator.Spec{Kind: emulator.IDToken, Audience: contosoAPI}), validator.ErrNotAccessToken, ""},
				{"app-only, allowed", mint(emulator.Spec{Kind: emulator.AppToken}), "", ""},
				{"app-only of the custom policy", mint(emulator.Spec{Kind: emulator.AppToken, Flow: "B2C_1A_partner"}), "", ""},
				{"app-only of another client", mint(emulator.Spec{Kind: emulator.AppToken, ClientID: webClient}), validator.ErrFlow, ""},
				{"user token of that client without flow", mint(emulator.Spec{FlowClaim: emulator.ClaimNone}), validator.ErrFlow, ""},

				// The walls between tenants and flows.
				{"other tenant under the shared key", stranger.MustMint(emulator.Spec{Audience: contosoAPI}), validator.ErrIssuer, ""},
				{"other tenant naming our host", stranger.MustMint(emulator.Spec{Audience: contosoAPI, Claims: map[string]any{"iss": "https://contoso.b2clogin.com/" + fabrikamID + "/v2.0/"}}), validator.ErrIssuer, ""},
				{"other tenant's custom policy", stranger.MustMint(emulator.Spec{Flow: "B2C_1A_partner", Audience: contosoAPI, Claims: map[string]any{"iss": contosoIssuer}}), validator.ErrUnknownKey, ""},
				{"custom policy's key as user flow", mint(emulator.Spec{Key: key("B2C_1A_partner"), Header: kid("B2C_1A_partner")}), validator.ErrUnknownKey, ""},
				{"user flow's key as custom policy", mint(emulator.Spec{Flow: "B2C_1A_partner", Key: key("B2C_1_susi"), Header: kid("B2C_1_susi")}), validator.ErrUnknownKey, ""},
				{"one custom policy's key as another", mint(emulator.Spec{Flow: "B2C_1A_tfp", Key: key("B2C_1A_partner"), Header: kid("B2C_1A_partner")}), validator.ErrUnknownKey, ""},
				{"custom policy's key under the user flow's kid", mint(emulator.Spec{Key: key("B2C_1A_partner")}), validator.ErrSignature, ""},
				{"GUID issuer for a flow with a tfp issuer", mint(emulator.Spec{Flow: "B2C_1_legacy", Claims: map[string]any{"iss": contosoIssuer}}), validator.ErrIssuer, ""},
				{"tfp issuer for a flow with the GUID issuer", mint(emulator.Spec{Claims: map[string]any{"iss": legacyIssuer}}), validator.ErrFlow, ""},
				{"tfp issuer that the metadata does not have", mint(emulator.Spec{Claims: map[string]any{"iss": strings.Replace(legacyIssuer, "legacy", "susi", 1)}}), validator.ErrIssuer, ""},
			} {
				token, err := v.Validate(t.Context(), tc.raw)
				if tc.want != "" {
					wantReason(t, tc.name, err, tc.want)
					continue
				}
				if err != nil || token.Flow != tc.flow {
					t.Errorf("round %d, %s: got %+v, %v; want flow %q", round, tc.name, token, err, tc.flow)
					continue
				}
				if want := "contoso.b2clogin.com"; token.Issuer == custom && token.Authority.Host() != "login.contoso.com" || token.Issuer != custom && token.Authority.Host() != want {
					t.Errorf("round %d, %s: issuer %s under the authority %v", round, tc.name, token.Issuer, token.Authority)
				}
			}
			time.Sleep(3 * time.Minute) // the budget is full again
		}
	})
}

// While an authority's metadata is not known, a token may name either form of
// its issuer; once it is, only the one that the metadata has.
func TestColdAuthorityAndTheOtherIssuerForm(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		for _, warm := range []bool{false, true} {
			v := trusting(t, b2c.Transport(), nil, contosoTenant(t).Flows("B2C_1_susi", "B2C_1_edit")...)
			if warm { // the shared key is known, from another flow
				if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{})); err != nil {
					t.Fatal(err)
				}
			}
			foreign := b2c.MustMint(emulator.Spec{Flow: "B2C_1_edit", Claims: map[string]any{"iss": strings.Replace(legacyIssuer, "legacy", "edit", 1)}})
			for range 2 {
				if token, err := v.Validate(t.Context(), foreign); err == nil {
					t.Errorf("warm %v: accepted with the issuer %s", warm, token.Issuer)
				} else if e, _ := errors.AsType[*validator.Error](err); e.Reason.Kind() != validator.InvalidToken {
					t.Errorf("warm %v: got %v", warm, err)
				}
			}
			if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Flow: "B2C_1_edit"})); err != nil {
				t.Errorf("warm %v: %v", warm, err)
			}
			v.Close()
		}
	})
}

// The same kid with other material in two sets is two keys, each good for its
// own authority alone.
func TestSameKeyIDTwice(t *testing.T) {
	k := keysOf(t)
	source := func(flow, document string) jwks.Source {
		s, err := jwks.NewStatic(contosoTenant(t).Flow(flow), contosoIssuer, []byte(`{"keys":[`+document+`]}`))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	same := set("kid", `"same"`)
	for name, sources := range map[string][]jwks.Source{
		"one order":   {source("B2C_1_susi", jwkOf(&k.userFlow.PublicKey, same)), source("B2C_1A_partner", jwkOf(&k.partner.PublicKey, same))},
		"other order": {source("B2C_1A_partner", jwkOf(&k.partner.PublicKey, same)), source("B2C_1_susi", jwkOf(&k.userFlow.PublicKey, same))},
	} {
		v, err := validator.NewFromSources(sources, contosoAPI, &validator.Options{Now: func() time.Time { return time.Unix(corpusNow, 0) }})
		if err != nil {
			t.Fatal(err)
		}
		header := headerOf(k.userFlow, same)
		partner := payloadOf(set("tfp", `"B2C_1A_partner"`))
		for _, tc := range []struct {
			name, raw string
			want      validator.Reason
		}{
			{"user flow", signToken(k.userFlow, header, payloadOf()), ""},
			{"partner", signToken(k.partner, header, partner), ""},
			{"user flow's key as partner", signToken(k.userFlow, header, partner), validator.ErrUnknownKey},
			{"partner's key as user flow", signToken(k.partner, header, payloadOf()), validator.ErrUnknownKey},
			{"stranger", signToken(k.stranger, header, payloadOf()), validator.ErrSignature},
		} {
			_, err := v.Validate(t.Context(), tc.raw)
			if tc.want == "" && err != nil {
				t.Errorf("%s: %s: %v", name, tc.name, err)
			} else if tc.want != "" {
				wantReason(t, name+": "+tc.name, err, tc.want)
			}
		}
	}
}

func TestExternalID(t *testing.T) {
	a, err := authority.ExternalID("contoso", contosoID)
	if err != nil {
		t.Fatal(err)
	}
	const issuer = "https://775527ff-9a37-4307-8b3d-cc311f58d925.ciamlogin.com/775527ff-9a37-4307-8b3d-cc311f58d925/v2.0"
	k := keysOf(t)
	external, err := jwks.NewStatic(a, issuer, []byte(`{"keys":[`+jwkOf(&k.partner.PublicKey)+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	susi, err := jwks.NewStatic(contosoTenant(t).Flow("B2C_1_susi"), contosoIssuer, []byte(`{"keys":[`+jwkOf(&k.userFlow.PublicKey)+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.NewFromSources([]jwks.Source{susi, external}, contosoAPI, &validator.Options{Now: func() time.Time { return time.Unix(corpusNow, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	as := func(mods ...mod) string {
		mods = append([]mod{drop("tfp"), set("ver", `"2.0"`), set("iss", quoted(issuer))}, mods...)
		return signToken(k.partner, headerOf(k.partner), payloadOf(mods...))
	}
	token, err := v.Validate(t.Context(), as(add("roles", `["admin","ops"]`)))
	if err != nil {
		t.Fatal(err)
	}
	if token.Flow != "" || !token.HasRole("admin") || token.Authority != a || validator.Role("admin", "ops").Check(t.Context(), token) != nil {
		t.Errorf("got %+v", token)
	}
	if _, err := v.Validate(t.Context(), as(drop("scp", "nonce"), add("roles", `["jobs.run"]`))); err != nil {
		t.Errorf("app-only with roles: %v", err)
	}
	for name, mods := range map[string][]mod{
		"an ID token with a nonce":   {drop("scp"), add("roles", `["admin"]`)},
		"an ID token with a hash":    {drop("scp", "nonce"), add("at_hash", `"x"`), add("roles", `["admin"]`)},
		"roles, issued to nobody":    {drop("scp", "nonce", "azp"), add("roles", `["admin"]`)},
		"roles is an empty text":     {drop("scp", "nonce"), add("roles", `""`)},
		"roles holds an empty text":  {drop("scp", "nonce"), add("roles", `[""]`)},
		"scp is empty, and no roles": {drop("nonce"), set("scp", `""`)},
	} {
		_, err := v.Validate(t.Context(), as(mods...))
		wantReason(t, name, err, validator.ErrNotAccessToken)
	}
	_, err = v.Validate(t.Context(), as(drop("scp")))
	wantReason(t, "neither scp nor roles", err, validator.ErrNotAccessToken)
	_, err = v.Validate(t.Context(), as(drop("scp"), add("roles", `[]`)))
	wantReason(t, "no scp, empty roles", err, validator.ErrNotAccessToken)
	_, err = v.Validate(t.Context(), as(set("iss", quoted(issuer+"/"))))
	wantReason(t, "slash", err, validator.ErrIssuer)
	_, err = v.Validate(t.Context(), as(set("iss", quoted(contosoIssuer)), set("tfp", `"B2C_1_susi"`)))
	wantReason(t, "External ID's key as B2C flow", err, validator.ErrUnknownKey)
	_, err = v.Validate(t.Context(), signToken(k.userFlow, headerOf(k.userFlow), payloadOf(set("ver", `"2.0"`), set("iss", quoted(issuer)))))
	wantReason(t, "B2C's key as External ID", err, validator.ErrUnknownKey)
	_, err = v.Validate(t.Context(), signToken(k.userFlow, headerOf(k.userFlow), payloadOf(drop("scp"), add("roles", `["admin"]`))))
	wantReason(t, "roles do not mark a B2C token", err, validator.ErrNotAccessToken)
}
