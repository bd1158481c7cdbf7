// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// fabrikamAPI is the API's client id in the second tenant.
const fabrikamAPI = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"

func fabrikamTenant(tb testing.TB) authority.Tenant {
	tb.Helper()
	tenant, err := authority.B2C("fabrikam", fabrikamID)
	if err != nil {
		tb.Fatal(err)
	}
	return tenant
}

// audiencesOnly returns a validator whose authorities name their audiences.
func audiencesOnly(tb testing.TB, rt routed, opts *validator.Options, trusted ...authority.Authority) *validator.Validator {
	tb.Helper()
	o := validator.Options{}
	if opts != nil {
		o = *opts
	}
	o.Transport, o.Logger = rt, quiet
	v, err := validator.New(trusted, "", &o)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// An API that is registered in two tenants: the audience of one is nothing to
// the other, though user flows of both sign with one key.
func TestAudiencesOfTwoTenants(t *testing.T) {
	bubble(t, func(t *testing.T) {
		contoso := emulator.NewTenant(nil)
		fabrikam := emulator.NewTenant(&emulator.Options{Name: "fabrikam", ID: fabrikamID})
		network := overNetwork(contoso, fabrikam)
		daemon := contoso.Daemon().ID
		v := audiencesOnly(t, network, &validator.Options{AllowMissingFlow: []string{daemon}}, append(
			contosoTenant(t).WithAudiences(contosoAPI).Flows("B2C_1_susi", "B2C_1A_partner"),
			fabrikamTenant(t).WithAudiences(strings.ToUpper(fabrikamAPI)).Flows("B2C_1_susi", "B2C_1A_partner")...)...)
		defer v.Close()
		unknown := func(s emulator.Spec) emulator.Spec { // by a key nobody has published
			s.Key = emulator.NewKey()
			s.Header = map[string]any{"kid": s.Key.ID()}
			return s
		}
		app := emulator.Spec{Kind: emulator.AppToken, ClientID: daemon}
		of := func(s emulator.Spec, audience string) emulator.Spec { s.Audience = audience; return s }
		for round := range 2 { // cold, then warm
			for _, tc := range []struct {
				name    string
				tenant  *emulator.Tenant
				spec    emulator.Spec
				want    validator.Reason
				text    string // part of the error
				noFetch bool   // once there are keys
			}{
				{"contoso's", contoso, of(emulator.Spec{}, contosoAPI), "", "", true},
				{"fabrikam's", fabrikam, of(emulator.Spec{}, fabrikamAPI), "", "", true},
				{"contoso's custom policy", contoso, of(emulator.Spec{Flow: "B2C_1A_partner"}, contosoAPI), "", "", true},
				{"fabrikam's custom policy", fabrikam, of(emulator.Spec{Flow: "B2C_1A_partner"}, fabrikamAPI), "", "", true},
				{"contoso's for fabrikam's audience", contoso, of(emulator.Spec{}, fabrikamAPI), validator.ErrAudience, `audience is "` + fabrikamAPI + `", not "` + contosoAPI + `": that is the audience of https://fabrikam.b2clogin.com/fabrikam.onmicrosoft.com/B2C_1_susi`, true},
				{"fabrikam's for contoso's audience", fabrikam, of(emulator.Spec{}, contosoAPI), validator.ErrAudience, `audience is "` + contosoAPI + `", not "` + fabrikamAPI + `": that is the audience of https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi`, true},
				{"fabrikam's custom policy for contoso's audience", fabrikam, of(emulator.Spec{Flow: "B2C_1A_partner"}, contosoAPI), validator.ErrAudience, `not "` + fabrikamAPI + `"`, true},
				{"contoso's for neither", contoso, of(emulator.Spec{}, webClient), validator.ErrAudience, `audience is "` + webClient + `", not "` + contosoAPI + `": the client asked`, true},
				{"contoso's password reset", contoso, of(emulator.Spec{Flow: "B2C_1_reset"}, contosoAPI), validator.ErrFlow, `trusted: "B2C_1_susi", "B2C_1A_partner"`, true},
				{"contoso's password reset for fabrikam's audience", contoso, of(emulator.Spec{Flow: "B2C_1_reset"}, fabrikamAPI), validator.ErrAudience, `not "` + contosoAPI + `"`, true},
				{"contoso's daemon", contoso, of(app, contosoAPI), "", "", true},
				{"contoso's daemon for fabrikam's audience", contoso, of(app, fabrikamAPI), validator.ErrAudience, "", true},
				{"unknown kid, for the other audience", fabrikam, unknown(of(emulator.Spec{}, contosoAPI)), validator.ErrUnknownKey, "none was asked again, since by its unverified claims the token can't be accepted: its audience", true},
				{"unknown kid, for the other audience the other way round", contoso, unknown(of(emulator.Spec{}, fabrikamAPI)), validator.ErrUnknownKey, "its audience", true},
				{"unknown kid of another flow, for the other audience", contoso, unknown(of(emulator.Spec{Flow: "B2C_1_reset"}, fabrikamAPI)), validator.ErrUnknownKey, "its audience", true},
				{"unknown kid of another flow", contoso, unknown(of(emulator.Spec{Flow: "B2C_1_reset"}, contosoAPI)), validator.ErrUnknownKey, "its flow", true},
				{"unknown kid that fits", fabrikam, unknown(of(emulator.Spec{}, fabrikamAPI)), validator.ErrUnknownKey, "when last asked", false},
			} {
				before := len(network.asked)
				token, err := v.Validate(t.Context(), tc.tenant.MustMint(tc.spec))
				if fetched := len(network.asked) - before; round > 0 && tc.noFetch != (fetched == 0) {
					t.Errorf("%s: made %d requests, want none: %v", tc.name, fetched, tc.noFetch)
				}
				if tc.want != "" {
					if wantReason(t, tc.name, err, tc.want); err != nil && !strings.Contains(err.Error(), tc.text) {
						t.Errorf("%s: got %v, want %q in it", tc.name, err, tc.text)
					}
					continue
				}
				if err != nil || token.Authority.TenantID() != tc.tenant.ID() || !slices.Equal(token.Audience, token.Authority.Audiences()) {
					t.Errorf("round %d, %s: got %v, %v", round, tc.name, token, err)
				}
			}
			time.Sleep(3 * time.Minute) // the budget is full again
		}
	})
}

// Two APIs in one tenant, each with a flow of its own: issuer and key are the
// same, so only the pair of flow and audience tells what is right.
func TestAudiencesOfTwoFlows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		tenant, network := contosoTenant(t), overNetwork(b2c)
		daemon := b2c.Daemon().ID
		v := audiencesOnly(t, network, &validator.Options{AllowMissingFlow: []string{daemon}},
			tenant.Flow("B2C_1_susi").WithAudiences(contosoAPI), tenant.Flow("B2C_1_edit").WithAudiences(fabrikamAPI, webClient))
		defer v.Close()
		for _, tc := range []struct {
			name string
			spec emulator.Spec
			want validator.Reason
			text string // part of the error, or of the token's authority
		}{
			{"susi's", emulator.Spec{Audience: contosoAPI}, "", "B2C_1_susi"},
			{"edit's", emulator.Spec{Flow: "B2C_1_edit", Audience: fabrikamAPI}, "", "B2C_1_edit"},
			{"edit's second", emulator.Spec{Flow: "B2C_1_edit", Audience: webClient}, "", "B2C_1_edit"},
			{"susi's for edit", emulator.Spec{Audience: fabrikamAPI}, validator.ErrAudience, `not "` + contosoAPI + `": that is the audience of https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_edit`},
			{"edit's for susi", emulator.Spec{Flow: "B2C_1_edit", Audience: contosoAPI}, validator.ErrAudience, `not "` + fabrikamAPI + `", "` + webClient + `"`},
			{"another flow, susi's audience", emulator.Spec{Flow: "B2C_1_reset", Audience: contosoAPI}, validator.ErrFlow, `flow "B2C_1_reset"; trusted: "B2C_1_susi"`},
			{"another flow, edit's audience", emulator.Spec{Flow: "B2C_1_reset", Audience: fabrikamAPI}, validator.ErrFlow, `trusted: "B2C_1_edit"`},
			{"another flow and audience", emulator.Spec{Flow: "B2C_1_reset", Audience: daemonClient}, validator.ErrAudience, `not "` + contosoAPI + `", "` + fabrikamAPI + `", "` + webClient + `"`},
			// A daemon's token names no flow, so its audience picks the authority.
			{"a daemon's for susi", emulator.Spec{Kind: emulator.AppToken, Audience: contosoAPI}, "", "B2C_1_susi"},
			{"a daemon's for edit", emulator.Spec{Kind: emulator.AppToken, Audience: fabrikamAPI}, "", "B2C_1_edit"},
			{"a daemon's for neither", emulator.Spec{Kind: emulator.AppToken, Audience: daemonClient}, validator.ErrAudience, `not "` + contosoAPI + `", "` + fabrikamAPI + `"`},
			{"no flow, from a client that must name one", emulator.Spec{FlowClaim: emulator.ClaimNone, Audience: contosoAPI}, validator.ErrFlow, "names no flow"},
		} {
			token, err := v.Validate(t.Context(), b2c.MustMint(tc.spec))
			if tc.want != "" {
				if wantReason(t, tc.name, err, tc.want); err != nil && !strings.Contains(err.Error(), tc.text) {
					t.Errorf("%s: got %v, want %q in it", tc.name, err, tc.text)
				}
				continue
			}
			if err != nil || token.Authority.Flow() != tc.text {
				t.Errorf("%s: got %v, %v; want the authority of %s", tc.name, token, err, tc.text)
			}
		}
	})
}

// A daemon's token is accepted only with the key of an authority that takes its
// audience.
func TestMissingFlowNeedsTheAudiencesOwnKey(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		tenant := contosoTenant(t)
		v := audiencesOnly(t, overNetwork(b2c), &validator.Options{AllowMissingFlow: []string{b2c.Daemon().ID}},
			tenant.Flow("B2C_1_susi").WithAudiences(contosoAPI), tenant.Flow("B2C_1A_partner").WithAudiences(fabrikamAPI))
		defer v.Close()
		for _, tc := range []struct {
			name, flow, audience string
			want                 validator.Reason
		}{
			{"susi's key, susi's audience", "B2C_1_susi", contosoAPI, ""},
			{"partner's key, partner's audience", "B2C_1A_partner", fabrikamAPI, ""},
			{"susi's key, partner's audience", "B2C_1_susi", fabrikamAPI, validator.ErrUnknownKey},
			{"partner's key, susi's audience", "B2C_1A_partner", contosoAPI, validator.ErrUnknownKey},
		} {
			_, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Kind: emulator.AppToken, Flow: tc.flow, Audience: tc.audience}))
			if tc.want != "" {
				wantReason(t, tc.name, err, tc.want)
			} else if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
		}
	})
}

// The audience given to New is that of the authorities which name none.
func TestAudienceOfNewFillsIn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		contoso := emulator.NewTenant(nil)
		fabrikam := emulator.NewTenant(&emulator.Options{Name: "fabrikam", ID: fabrikamID})
		v := trusting(t, overNetwork(contoso, fabrikam), nil, contosoTenant(t).Flow("B2C_1_susi"), fabrikamTenant(t).WithAudiences(fabrikamAPI).Flow("B2C_1_susi"))
		defer v.Close()
		for _, tc := range []struct {
			name     string
			tenant   *emulator.Tenant
			audience string
			want     validator.Reason
		}{
			{"the one of New", contoso, contosoAPI, ""},
			{"its own", fabrikam, fabrikamAPI, ""},
			{"the other's own", contoso, fabrikamAPI, validator.ErrAudience},
			{"the one of New where there is an own", fabrikam, contosoAPI, validator.ErrAudience},
		} {
			_, err := v.Validate(t.Context(), tc.tenant.MustMint(emulator.Spec{Audience: tc.audience}))
			if tc.want != "" {
				wantReason(t, tc.name, err, tc.want)
			} else if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
		}
	})
}

// ID tokens are for the app, whatever audiences its authorities name for APIs.
func TestAudiencesAndIDTokens(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		v := idTokensOf(t, overNetwork(b2c), b2c.Web(), contosoTenant(t).WithAudiences(contosoAPI).Flows("B2C_1_susi")...)
		defer v.Close()
		if _, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Kind: emulator.IDToken}), validator.Expected{}); err != nil {
			t.Error(err)
		}
		_, err := v.Validate(t.Context(), b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Audience: contosoAPI}), validator.Expected{})
		wantIDReason(t, "the API's", err, validator.ErrAudience)
	})
}
