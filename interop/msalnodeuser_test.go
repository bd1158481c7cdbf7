// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"fmt"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

func testNodeCodeFlow(t *testing.T, p *script, b2c *emulator.Server) {
	susi := contoso(t).Flow("B2C_1_susi")
	steps := p.run(t, "code_flow_web", nil)
	r, got := steps.get(t, "sign-in")
	if want := (emulator.Counts{Metadata: 1, Authorize: 1, Token: 1}); r.Requests != want {
		t.Errorf("web: got %s, want %s", requests(r.Requests), requests(want))
	}
	token := signedIn(t, b2c, susi, b2c.Web(), ada, got, "tasks.read", "tasks.write")
	lasts(t, got, token.ExpiresAt)

	_, got = p.run(t, "code_flow_native", nil).get(t, "sign-in")
	signedIn(t, b2c, susi, b2c.Native(), ada, got, "tasks.read")

	custom, err := contoso(t).WithHosts(customHost)
	if err != nil {
		t.Fatal(err)
	}
	_, got = p.run(t, "code_flow_custom_domain", nil).get(t, "sign-in")
	token = signedIn(t, b2c, custom.Flow("B2C_1_susi"), b2c.Web(), ada, got, "tasks.read")
	if token.Issuer != customIssuer {
		t.Errorf("issuer: got %s, want %s", token.Issuer, customIssuer)
	}

	// A custom policy: its own key, "acr" in place of "tfp", numbers as strings.
	partner := contoso(t).Flow("B2C_1A_partner")
	steps = p.run(t, "code_flow_custom_policy", nil)
	_, got = steps.get(t, "sign-in")
	nonce := got.Nonce
	for _, label := range []string{"sign-in", "forced"} {
		_, got := steps.get(t, label)
		token := accept(t, api(t, b2c, apiID, partner), got.AccessToken, validator.Scope("tasks.read"))
		acceptID(t, b2c, partner, b2c.Web().ID, got.IDToken, validator.Expected{Nonce: nonce, AccessToken: got.AccessToken})
		lasts(t, got, token.ExpiresAt)
	}
}

func testNodeCodeFlowChecks(t *testing.T, p *script, _ *emulator.Server) {
	steps := p.run(t, "code_flow_checks", nil)
	r, state := steps.get(t, "other state")
	if state.Error != "state_mismatch" || r.Requests.Token != 0 {
		t.Errorf("another state: got %v and %s, want state_mismatch and none", state, requests(r.Requests))
	}
	_, verifier := steps.get(t, "other verifier")
	wantThrown(t, "another verifier", verifier, "invalid_grant", "AADB2C90182")
	if _, right := steps.get(t, "right one"); right.AccessToken == "" {
		t.Errorf("after two wrong tries: got %v, want tokens", right)
	}
	_, used := steps.get(t, "used code")
	wantThrown(t, "a used code", used, "invalid_grant", "AADB2C90085")
	for _, label := range []string{"other nonce", "no nonce"} {
		if _, nonce := steps.get(t, label); nonce.Error != "nonce_mismatch" {
			t.Errorf("%s: got %v, want nonce_mismatch", label, nonce)
		}
	}
	_, unexpected := steps.get(t, "unexpected nonce")
	p.note(t, "a nonce that the app forgot to check", unexpected.Error, "nonce_mismatch")
	_, kept := steps.get(t, "accounts")
	p.note(t, "accounts after a refused nonce", len(kept.Accounts), 0)
}

func testNodeOnlyOpenID(t *testing.T, p *script, b2c *emulator.Server) {
	steps := p.run(t, "openid_only", nil)
	_, got := steps.get(t, "sign-in")
	if got.AccessToken != "" || got.RefreshToken == "" {
		t.Errorf("got %v, want an ID token and a refresh token, and no access token", got)
	}
	acceptID(t, b2c, contoso(t).Flow("B2C_1_susi"), b2c.Web().ID, got.IDToken, validator.Expected{Nonce: got.Nonce})
	r, silent := steps.get(t, "silent")
	p.note(t, "silent without scopes: an access token", silent.AccessToken != "", false)
	p.note(t, "silent without scopes", requests(r.Requests), "requests: 1 token")
}

func testNodeRefresh(t *testing.T, p *script, b2c *emulator.Server) {
	at, web := contoso(t).Flow("B2C_1_susi"), b2c.Web()
	steps := p.run(t, "refresh", nil)
	_, got := steps.get(t, "sign-in")
	signedIn(t, b2c, at, web, ada, got, "tasks.read")
	steps.wantSilent(t, got)
	for _, label := range []string{"forced", "forced again"} {
		r, refreshed := steps.get(t, label)
		if r.Requests.Token != 1 {
			t.Errorf("%s: got %s, want one for a token", label, requests(r.Requests))
		}
		refreshed.Nonce = got.Nonce
		signedIn(t, b2c, at, web, ada, refreshed, "tasks.read")
	}
	if _, rotation := steps.get(t, "rotation"); !rotation.Rotated {
		t.Error("the refresh token in MSAL's cache is the old one")
	}
	_, by := steps.get(t, "by refresh token")
	accept(t, api(t, b2c, apiID, at), by.AccessToken, validator.Scope("tasks.read"))
	acceptID(t, b2c, at, web.ID, by.IDToken, validator.Expected{Nonce: got.Nonce, AccessToken: by.AccessToken})
	if len(by.Accounts) != 1 || by.Accounts[0].HomeAccountID != adaSusi {
		t.Errorf("account by a refresh token: got %v, want %s", by.Accounts, adaSusi)
	}
	_, kept := steps.get(t, "accounts")
	p.note(t, "accounts in the cache after it", len(kept.Accounts), 0)
	_, used := steps.get(t, "used one")
	wantThrown(t, "a refresh token that was used", used, "invalid_grant", "AADB2C90129")
}

func testNodeAccounts(t *testing.T, p *script, _ *emulator.Server) {
	steps := p.run(t, "accounts", nil)
	_, all := steps.get(t, "all")
	if len(all.Accounts) != 1 {
		t.Fatalf("accounts: got %v, want one", all)
	}
	a := all.Accounts[0]
	if a.HomeAccountID != adaSusi || a.LocalAccountID != ada || a.Environment != host {
		t.Errorf("account: got %+v, want %s, %s, %s", a, adaSusi, ada, host)
	}
	// There is no tid in B2C's tokens, and MSAL Node takes the flow for a tenant.
	p.note(t, "tenant id", a.Realm, "B2C_1_susi")
	p.note(t, "user name", fmt.Sprintf("%q", a.Username), `""`)
	if _, left := steps.get(t, "after removal"); len(left.Accounts) != 0 {
		t.Errorf("accounts after removal: got %v, want none", left)
	}
	r, silent := steps.get(t, "silent after removal")
	if silent.Raised != "InteractionRequiredAuthError" || r.Requests != (emulator.Counts{}) {
		t.Errorf("silent after removal: got %v and %s, want an InteractionRequiredAuthError and none", silent, requests(r.Requests))
	}
}

func testNodeROPC(t *testing.T, p *script, b2c *emulator.Server) {
	at, native := contoso(t).Flow("B2C_1_ropc"), b2c.Native()
	steps := p.run(t, "ropc", nil)
	r, got := steps.get(t, "right password")
	signedIn(t, b2c, at, native, lin, got, "tasks.read")
	if want := (emulator.Counts{Metadata: 1, Token: 1}); r.Requests != want {
		t.Errorf("requests: got %s, want %s", requests(r.Requests), requests(want))
	}
	if _, accounts := steps.get(t, "accounts"); len(accounts.Accounts) != 1 || accounts.Accounts[0].HomeAccountID != linROPC {
		t.Errorf("accounts: got %s, want %s", accounts, linROPC)
	}
	steps.wantSilent(t, got)
	_, refreshed := steps.get(t, "refresh")
	signedIn(t, b2c, at, native, lin, refreshed, "tasks.read")
	_, wrong := steps.get(t, "wrong password")
	wantThrown(t, "a wrong password", wrong, "access_denied", "AADB2C90225")
	_, again := steps.get(t, "right again")
	signedIn(t, b2c, at, native, lin, again, "tasks.read")
}

// testNodeEditProfile sends a user to another flow with the same app.
func testNodeEditProfile(t *testing.T, p *script, b2c *emulator.Server) {
	susi, edit := contoso(t).Flow("B2C_1_susi"), contoso(t).Flow("B2C_1_edit")
	steps := p.run(t, "edit_profile", nil)
	_, first := steps.get(t, "sign-in")
	signedIn(t, b2c, susi, b2c.Web(), ada, first, "tasks.read")
	steps.wantEditAddress(t)
	_, wrong := steps.get(t, "at the wrong flow")
	wantThrown(t, "a code of B2C_1_edit at B2C_1_susi", wrong, "invalid_grant", "AADB2C90088")
	_, edited := steps.get(t, "edited")
	signedIn(t, b2c, edit, b2c.Web(), ada, edited, "tasks.read")
	refuse(t, api(t, b2c, apiID, susi), edited.AccessToken, validator.ErrFlow)

	// One account for each flow, and each gets its own flow's token.
	_, accounts := steps.get(t, "accounts")
	var ids []string
	for _, a := range accounts.Accounts {
		ids = append(ids, a.HomeAccountID)
	}
	if got, want := fmt.Sprint(ids), fmt.Sprint([]string{adaSusi, adaEdit}); got != want {
		t.Errorf("accounts: got %s, want %s", got, want)
	}
	for _, row := range []struct {
		id   string
		want *result
	}{{adaSusi, first}, {adaEdit, edited}} {
		if _, silent := steps.get(t, "silent "+row.id); silent.AccessToken != row.want.AccessToken {
			t.Errorf("silent for %s: got another token, want the one of its sign-in", row.id)
		}
	}
}
