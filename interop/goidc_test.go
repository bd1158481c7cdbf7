// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// TestGoOIDC has go-oidc, which knows nothing of B2C, read the tenant's metadata
// and validate its ID tokens.
func TestGoOIDC(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, *emulator.Server)
	}{
		{"discovery", testOIDCDiscovery},
		{"ID tokens", testOIDCIDTokens},
		{"rotation", testOIDCRotation},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.run(t, newTenant(t, emulator.Flow{Name: "B2C_1_tfp", Issuer: emulator.IssuerTFP}))
		})
	}
}

// TestOIDCUserInfo has go-oidc ask a custom policy that has a UserInfo endpoint.
func TestOIDCUserInfo(t *testing.T) {
	b2c := newTenant(t, emulator.Flow{Name: "B2C_1A_profile", UserInfo: []string{"sub", "email", "displayName"}})
	ctx, p := oidcContext(t, b2c), provider(t, b2c, "B2C_1A_profile")
	source := func(token string) oauth2.TokenSource {
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
	}
	info, err := p.UserInfo(ctx, source(b2c.MustMint(emulator.Spec{Flow: "B2C_1A_profile"})))
	if err != nil {
		t.Fatal(err)
	}
	var more struct {
		DisplayName string `json:"displayName"`
	}
	if err := info.Claims(&more); err != nil || info.Subject != ada || info.Email != "ada@example.org" || more.DisplayName != "Ada Example" {
		t.Errorf("got %+v, %q, %v", info, more.DisplayName, err)
	}
	if _, err := p.UserInfo(ctx, source(b2c.MustMint(emulator.Spec{Flow: "B2C_1A_partner"}))); err == nil || !strings.Contains(err.Error(), "401 Unauthorized") {
		t.Errorf("got %v, want 401 for another policy's token", err)
	}
}

// oidcContext is what go-oidc and x/oauth2 take an HTTP client from.
func oidcContext(t *testing.T, b2c *emulator.Server) context.Context {
	t.Helper()
	return oidc.ClientContext(t.Context(), b2c.Client())
}

// provider discovers a flow the only way there is for most of them.
func provider(t *testing.T, b2c *emulator.Server, flow string) *oidc.Provider {
	t.Helper()
	ctx := oidc.InsecureIssuerURLContext(oidcContext(t, b2c), issuer)
	p, err := oidc.NewProvider(ctx, b2c.AuthorityURL(flow)+"/v2.0")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func testOIDCDiscovery(t *testing.T, b2c *emulator.Server) {
	ctx := oidcContext(t, b2c)
	const susi, tfpIssuer = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_susi/v2.0", "https://contoso.b2clogin.com/tfp/775527ff-9a37-4307-8b3d-cc311f58d925/b2c_1_tfp/v2.0/"
	overridden := oidc.InsecureIssuerURLContext(ctx, issuer)
	for _, row := range []struct {
		name, from string
		ctx        context.Context
		want       string // in the error
	}{
		{"a flow's address", susi, ctx, "did not match the issuer URL returned by provider"},
		{"the issuer", issuer, ctx, "404 Not Found"},
		{"a flow's address, issuer overridden", susi, overridden, ""},
		{"custom policy, issuer overridden", "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1A_partner/v2.0", overridden, ""},
		{"issuer of the other pattern", tfpIssuer, ctx, ""},
		{"custom domain, issuer of the primary host", "https://login.contoso.example/contoso.onmicrosoft.com/B2C_1_susi/v2.0", overridden, ""},
	} {
		p, err := oidc.NewProvider(row.ctx, row.from)
		if row.want != "" {
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s: got %v, want an error with %q", row.name, err, row.want)
			} else {
				t.Logf("noted: %s: %v", row.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: got %v, want a provider", row.name, err)
			continue
		}
		// B2C has one more member of use than go-oidc keeps.
		var more struct {
			EndSession string `json:"end_session_endpoint"`
		}
		if err := p.Claims(&more); err != nil || more.EndSession == "" {
			t.Errorf("%s: got end_session_endpoint %q, %v, want one", row.name, more.EndSession, err)
		}
		if p.UserInfoEndpoint() != "" || p.Endpoint().DeviceAuthURL != "" {
			t.Errorf("%s: got %q and %q, want neither a userinfo nor a device endpoint", row.name, p.UserInfoEndpoint(), p.Endpoint().DeviceAuthURL)
		}
	}
}

func testOIDCIDTokens(t *testing.T, b2c *emulator.Server) {
	ctx, client := oidcContext(t, b2c), b2c.Web().ID
	tfp, err := oidc.NewProvider(ctx, b2c.Issuer("B2C_1_tfp"))
	if err != nil {
		t.Fatal(err)
	}
	config := &oidc.Config{ClientID: client}
	verifiers := map[string]*oidc.IDTokenVerifier{
		"B2C_1_susi":     provider(t, b2c, "B2C_1_susi").VerifierContext(ctx, config),
		"B2C_1A_partner": provider(t, b2c, "B2C_1A_partner").VerifierContext(ctx, config),
		"B2C_1_tfp":      tfp.VerifierContext(ctx, config),
	}
	for flow, verifier := range verifiers {
		raw := b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: flow})
		token, err := verifier.Verify(ctx, raw)
		if err != nil {
			t.Errorf("%s: %v", flow, err)
			continue
		}
		if token.Issuer != b2c.Issuer(flow) || token.Subject != ada || token.Audience[0] != client {
			t.Errorf("%s: got issuer %s, subject %s, audience %q, want %s, %s, %s", flow, token.Issuer, token.Subject, token.Audience, b2c.Issuer(flow), ada, client)
		}
		acceptID(t, b2c, contoso(t).Flow(flow), client, raw, validator.Expected{})
	}

	fabrikam := emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	good := b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_susi"})
	head, rest, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	for _, row := range []struct{ name, raw, want string }{
		{"key of another flow", b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1A_partner"}), "failed to verify id token signature"},
		{"key of nobody", b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_susi", Key: emulator.NewKey()}), "failed to verify id token signature"},
		{"tampered", head + "." + payload + "." + signature[:10] + swapped(signature[10:]), "failed to verify id token signature"},
		{"expired", b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_susi", Lifetime: -time.Minute}), "token is expired"},
		{"another client's", b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_susi", ClientID: b2c.Native().ID}), "expected audience"},
		{"access token", b2c.MustMint(emulator.Spec{Flow: "B2C_1_susi"}), "expected audience"},
		{"issuer of the other pattern", b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_tfp"}), "id token issued by a different provider"},
		{"issuer of the custom domain", b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_susi", Host: customHost}), "id token issued by a different provider"},
		// B2C: the key is the same, so all depends on the issuer.
		{"another tenant's", fabrikam.MustMint(emulator.Spec{Kind: emulator.IDToken, ClientID: fabrikam.Web().ID, Claims: map[string]any{"aud": client}}), "id token issued by a different provider"},
	} {
		if _, err := verifiers["B2C_1_susi"].Verify(ctx, row.raw); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want an error with %q", row.name, err, row.want)
		}
	}

	// Key, issuer and audience are those of B2C_1_susi; go-oidc doesn't know of
	// flows.
	edited := b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_edit"})
	_, err = verifiers["B2C_1_susi"].Verify(ctx, edited)
	noted(t, "error of the verifier for B2C_1_susi on an ID token of B2C_1_edit", err, nil)
}

// swapped changes the first character of some base64.
func swapped(s string) string {
	if strings.HasPrefix(s, "A") {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}

// testOIDCRotation rolls the key, as B2C does without notice.
func testOIDCRotation(t *testing.T, b2c *emulator.Server) {
	ctx := oidcContext(t, b2c)
	verifier := provider(t, b2c, "B2C_1_susi").VerifierContext(ctx, &oidc.Config{ClientID: b2c.Web().ID})
	mint := func() string { return b2c.MustMint(emulator.Spec{Kind: emulator.IDToken, Flow: "B2C_1_susi"}) }
	check := func(what, raw string, fetches int, want string) {
		t.Helper()
		before := b2c.Counts().Keys
		switch _, err := verifier.Verify(ctx, raw); {
		case want == "" && err != nil:
			t.Errorf("%s: got %v, want it accepted", what, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want an error with %q", what, err, want)
		}
		noted(t, "fetches of keys for "+what, b2c.Counts().Keys-before, fetches)
	}

	first := mint()
	check("the first token", first, 1, "")
	check("the first token again", first, 0, "")
	b2c.Rotate(emulator.UserFlowKeys, true)
	second := mint()
	check("a token of the new key, with overlap", second, 1, "")
	check("a token of the old key, with overlap", first, 0, "")
	b2c.Rotate(emulator.UserFlowKeys, false)
	check("a token of a key that is gone, before a new one is seen", second, 0, "")
	check("a token of the new key, all at once", mint(), 1, "")
	check("a token of a key that is gone", second, 1, "failed to verify id token signature")
}

// TestGoOIDCSuccessors verifies ID tokens with go-oidc by discovery. The issuer of
// External ID is no address that it can ask at another host, so that it has to be told.
func TestGoOIDCSuccessors(t *testing.T) {
	eachSuccessor(t, func(t *testing.T, s *successor) {
		ctx := oidc.ClientContext(t.Context(), s.Client())
		at := []struct {
			name, address string
			told          bool
		}{{"the issuer", s.issuer, false}}
		if s.Kind() == emulator.ExternalID {
			at = append(at, struct {
				name, address string
				told          bool
			}{"host of the name", "https://" + ciamHost + "/" + tenantID + "/v2.0", true})
		}
		raw := s.MustMint(emulator.Spec{Kind: emulator.IDToken, ClientID: webID})
		for _, row := range at {
			if row.told {
				_, err := oidc.NewProvider(ctx, row.address)
				noted(t, row.name+", not told: an error", err != nil && strings.Contains(err.Error(), "did not match the issuer URL"), true)
			}
			in := ctx
			if row.told {
				in = oidc.InsecureIssuerURLContext(ctx, s.issuer)
			}
			provider, err := oidc.NewProvider(in, row.address)
			if err != nil {
				t.Errorf("%s: %v", row.name, err)
				continue
			}
			token, err := provider.Verifier(&oidc.Config{ClientID: webID}).Verify(ctx, raw)
			if err != nil {
				t.Errorf("%s: %v", row.name, err)
				continue
			}
			ours := acceptID(t, s.Server, s.trusted, webID, raw, validator.Expected{})
			if token.Issuer != s.issuer || ours.Subject != token.Subject {
				t.Errorf("%s: got issuer %s and subject %s, want %s and %s", row.name, token.Issuer, token.Subject, s.issuer, ours.Subject)
			}
		}
	})
}
