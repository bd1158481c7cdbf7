// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/validator"
)

// Home account ids: {oid}-{flow}.{tenant id}.
const (
	adaSusi = "11111111-aaaa-4aaa-8aaa-111111111111-b2c_1_susi.775527ff-9a37-4307-8b3d-cc311f58d925"
	adaEdit = "11111111-aaaa-4aaa-8aaa-111111111111-b2c_1_edit.775527ff-9a37-4307-8b3d-cc311f58d925"
	linROPC = "22222222-bbbb-4bbb-8bbb-222222222222-b2c_1_ropc.775527ff-9a37-4307-8b3d-cc311f58d925"
)

// signedIn checks what MSAL got for a user, with our validators.
func signedIn(t *testing.T, b2c *emulator.Server, at authority.Authority, client emulator.App, user string, got *result, scopes ...string) *validator.Token {
	t.Helper()
	token := accept(t, api(t, b2c, apiID, at), got.AccessToken, validator.Scope(scopes...))
	if token.ObjectID != user || token.ClientID != client.ID || token.Flow != at.Flow() {
		t.Errorf("got %v, want user %s, client %s, flow %s", token, user, client.ID, at.Flow())
	}
	if !slices.Equal(token.Scopes, scopes) {
		t.Errorf("scopes: got %q, want %q", token.Scopes, scopes)
	}
	id := acceptID(t, b2c, at, client.ID, got.IDToken, validator.Expected{Nonce: got.Nonce, AccessToken: got.AccessToken})
	if id.ObjectID != user {
		t.Errorf("user of the ID token: got %s, want %s", id.ObjectID, user)
	}
	if c := got.IDTokenClaims; c["oid"] != user || c["iss"] != token.Issuer || c["tfp"] != at.Flow() || c["aud"] != client.ID {
		t.Errorf("id_token_claims: got %v, want the user, issuer, flow and client of the token", c)
	}
	if got.RefreshToken == "" || got.ClientInfo == "" {
		t.Errorf("got %v, want a refresh token and client_info", got)
	}
	return token
}

// wantSilent wants a silent call to have got the token there was, and no new one.
func (s steps) wantSilent(t *testing.T, got *result) {
	t.Helper()
	r, silent := s.get(t, "silent")
	if silent.AccessToken != got.AccessToken || r.Requests != (emulator.Counts{}) {
		t.Errorf("silent: got %v and %s, want the same token and none", silent, requests(r.Requests))
	}
}

// wantEditAddress wants the way to another flow to lead to its endpoint.
func (s steps) wantEditAddress(t *testing.T) {
	t.Helper()
	_, link := s.get(t, "address")
	got, _, _ := strings.Cut(link.Address, "?")
	if want := "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_edit/oauth2/v2.0/authorize"; got != want {
		t.Errorf("address: got %s, want %s", got, want)
	}
}

func testCodeFlow(t *testing.T, p *script, b2c *emulator.Server) {
	want := emulator.Counts{Authorize: 1, Token: 1}
	for _, row := range []struct {
		step   string
		client emulator.App
		scopes []string
	}{
		{"code_flow_web", b2c.Web(), []string{"tasks.read", "tasks.write"}},
		{"code_flow_native", b2c.Native(), []string{"tasks.read"}},
	} {
		r, got := p.run(t, row.step, nil).get(t, "sign-in")
		if r.Requests != want {
			t.Errorf("%s: got %s, want %s", row.step, requests(r.Requests), requests(want))
		}
		signedIn(t, b2c, contoso(t).Flow("B2C_1_susi"), row.client, ada, got, row.scopes...)
	}

	custom, err := contoso(t).WithHosts(customHost)
	if err != nil {
		t.Fatal(err)
	}
	_, got := p.run(t, "code_flow_custom_domain", nil).get(t, "sign-in")
	token := signedIn(t, b2c, custom.Flow("B2C_1_susi"), b2c.Web(), ada, got, "tasks.read")
	if token.Issuer != customIssuer {
		t.Errorf("issuer: got %s, want %s", token.Issuer, customIssuer)
	}
}

func testCodeFlowChecks(t *testing.T, p *script, _ *emulator.Server) {
	steps := p.run(t, "code_flow_checks", nil)
	r, state := steps.get(t, "other state")
	if state.Raised != "ValueError" || r.Requests.Token != 0 {
		t.Errorf("another state: got %v and %s, want a ValueError and none", state, requests(r.Requests))
	}
	_, verifier := steps.get(t, "other verifier")
	wantError(t, "another verifier", verifier, "invalid_grant", "AADB2C90182")
	if _, right := steps.get(t, "right one"); right.AccessToken == "" {
		t.Errorf("after two wrong tries: got %v, want tokens", right)
	}
	_, used := steps.get(t, "used code")
	wantError(t, "a used code", used, "invalid_grant", "AADB2C90085")
	if _, nonce := steps.get(t, "other nonce"); nonce.Raised != "RuntimeError" || !strings.Contains(nonce.Message, "nonce") {
		t.Errorf("another nonce: got %v, want a RuntimeError about it", nonce)
	}
	// MSAL puts tokens into its cache before it looks at the nonce.
	_, kept := steps.get(t, "accounts")
	p.note(t, "accounts after a refused nonce", kept, "account "+adaSusi+` of user name ""`)
}

func testOnlyOpenID(t *testing.T, p *script, b2c *emulator.Server) {
	steps := p.run(t, "openid_only", nil)
	_, got := steps.get(t, "sign-in")
	if got.AccessToken != "" || got.RefreshToken == "" {
		t.Errorf("got %v, want an ID token and a refresh token, and no access token", got)
	}
	acceptID(t, b2c, contoso(t).Flow("B2C_1_susi"), b2c.Web().ID, got.IDToken, validator.Expected{Nonce: got.Nonce})
	// A silent call finds no access token, refreshes, gets none, and is content.
	for _, label := range []string{"silent", "silent again"} {
		r, silent := steps.get(t, label)
		p.note(t, "what "+label+" returns without scopes", silent, "ID token, refresh token")
		p.note(t, label, requests(r.Requests), "requests: 1 token")
	}
}

// testOwnClientID asks for the app's own client id as scope, which B2C allows.
// Whether such a token has scp is not known; the emulator's has none, and then
// it opens no API.
func testOwnClientID(t *testing.T, p *script, b2c *emulator.Server) {
	steps := p.run(t, "own_client_id", nil)
	_, got := steps.get(t, "sign-in")
	if got.AccessToken == "" {
		t.Fatalf("got %v, want an access token", got)
	}
	refuse(t, api(t, b2c, b2c.Web().ID, contoso(t).Flow("B2C_1_susi")), got.AccessToken, validator.ErrNotAccessToken)
	steps.wantSilent(t, got)
}

func testROPC(t *testing.T, p *script, b2c *emulator.Server) {
	at, native := contoso(t).Flow("B2C_1_ropc"), b2c.Native()
	steps := p.run(t, "ropc", nil)

	r, got := steps.get(t, "right password")
	signedIn(t, b2c, at, native, lin, got, "tasks.read")
	// MSAL asks the host for the user's realm, once, and takes 404 for an answer.
	if want := (emulator.Counts{Token: 1, NotFound: 1}); r.Requests != want {
		t.Errorf("requests: got %s, want %s", requests(r.Requests), requests(want))
	}
	_, accounts := steps.get(t, "accounts")
	if want := "account " + linROPC + ` of user name "lin@example.org"`; accounts.String() != want {
		t.Errorf("accounts: got %s, want %s", accounts, want)
	}
	steps.wantSilent(t, got)
	_, refreshed := steps.get(t, "refresh")
	signedIn(t, b2c, at, native, lin, refreshed, "tasks.read")

	r, wrong := steps.get(t, "wrong password")
	wantError(t, "a wrong password", wrong, "access_denied", "AADB2C90225")
	if r.Requests.Token != 1 || r.Requests.NotFound != 0 {
		t.Errorf("a wrong password: got %s, want one for a token", requests(r.Requests))
	}
	// For a minute MSAL answers the same bad request by itself.
	r, wrong = steps.get(t, "wrong again")
	wantError(t, "a wrong password again", wrong, "access_denied", "AADB2C90225")
	p.note(t, "the same wrong password again", requests(r.Requests), "no request")
	_, again := steps.get(t, "right again")
	signedIn(t, b2c, at, native, lin, again, "tasks.read")
}

// testROPCWithAPort shows why an emulator on a port of its own is not enough
// for MSAL's ROPC: the port is lost on the way to the user's realm.
func testROPCWithAPort(t *testing.T, p *script, _ *emulator.Server) {
	r, got := p.run(t, "ropc_with_a_port", nil).get(t, "sign-in")
	p.note(t, "raised", got.Raised, "ConnectionError")
	p.note(t, "looked for", strings.Join(r.UnknownNames, " "), "127.0.0.1:443")
}

func testRefresh(t *testing.T, p *script, b2c *emulator.Server) {
	at, web := contoso(t).Flow("B2C_1_susi"), b2c.Web()
	steps := p.run(t, "refresh", nil)
	_, got := steps.get(t, "sign-in")
	signedIn(t, b2c, at, web, ada, got, "tasks.read")
	steps.wantSilent(t, got)
	for _, label := range []string{"forced", "forced again", "by refresh token"} {
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
	if _, accounts := steps.get(t, "accounts"); len(accounts.Accounts) != 1 || accounts.Accounts[0].HomeAccountID != adaSusi {
		t.Errorf("accounts by a refresh token: got %v, want %s", accounts, adaSusi)
	}
	_, used := steps.get(t, "used one")
	wantError(t, "a refresh token that was used", used, "invalid_grant", "AADB2C90129")
}

func testAccounts(t *testing.T, p *script, b2c *emulator.Server) {
	steps := p.run(t, "accounts", nil)
	_, got := steps.get(t, "sign-in")
	_, all := steps.get(t, "all")
	if len(all.Accounts) != 1 {
		t.Fatalf("accounts: got %v, want one", all)
	}
	a := all.Accounts[0]
	if a.HomeAccountID != adaSusi || a.LocalAccountID != ada || a.Environment != host || a.Realm != domain {
		t.Errorf("account: got %+v, want %s, %s, %s, %s", a, adaSusi, ada, host, domain)
	}
	// The known flaw: B2C sends no preferred_username, and MSAL looks at no other
	// claim but upn.
	p.note(t, "user name", fmt.Sprintf("%q", a.Username), `""`)
	_, found := steps.get(t, "by user name")
	p.note(t, "accounts by the user's address", len(found.Accounts), 0)

	steps.wantSilent(t, got)
	// A scope that the sign-in didn't ask for: the answer to the refresh has no
	// access token, and MSAL passes that on as a success.
	_, other := steps.get(t, "other scope")
	p.note(t, "silent, another scope", other, "ID token, refresh token")

	if _, left := steps.get(t, "after removal"); len(left.Accounts) != 0 {
		t.Errorf("accounts after removal: got %v, want none", left)
	}
	if r := steps["silent after removal"]; r.Result != nil || r.Requests != (emulator.Counts{}) {
		t.Errorf("silent after removal: got %v and %s, want None and none", r.Result, requests(r.Requests))
	}
}

// testEditProfile sends a user to another flow and back. What comes back is
// that flow's, and must not open what only a sign-in may open.
func testEditProfile(t *testing.T, p *script, b2c *emulator.Server) {
	susi, edit := contoso(t).Flow("B2C_1_susi"), contoso(t).Flow("B2C_1_edit")
	steps := p.run(t, "edit_profile", nil)
	_, first := steps.get(t, "sign-in")
	signedIn(t, b2c, susi, b2c.Web(), ada, first, "tasks.read")
	steps.wantEditAddress(t)
	_, plain := steps.get(t, "edited")
	plain.Nonce = "n"
	_, pkce := steps.get(t, "edited with PKCE")
	for _, got := range []*result{plain, pkce} {
		signedIn(t, b2c, edit, b2c.Web(), ada, got, "tasks.read")
		refuse(t, api(t, b2c, apiID, susi), got.AccessToken, validator.ErrFlow)
	}

	// The app of B2C_1_susi lists the account of B2C_1_edit too, and hands out
	// that flow's token.
	_, accounts := steps.get(t, "accounts")
	var ids []string
	for _, a := range accounts.Accounts {
		ids = append(ids, a.HomeAccountID)
	}
	p.note(t, "accounts of the app of B2C_1_susi", ids, []string{adaSusi, adaEdit})
	_, silent := steps.get(t, "silent")
	var tokens map[string]*result
	if err := json.Unmarshal(silent.raw, &tokens); err != nil {
		t.Fatal(err)
	}
	if got := tokens[adaEdit]; got != nil {
		p.note(t, "silent token for the other account is that of B2C_1_edit", got.AccessToken == pkce.AccessToken, true)
	}
	if got := tokens[adaSusi]; got == nil || got.AccessToken != first.AccessToken {
		t.Errorf("silent token for the own account: got %v, want the one of the sign-in", got)
	}
}

func testCodeAtAnotherFlow(t *testing.T, p *script, _ *emulator.Server) {
	_, got := p.run(t, "code_at_another_flow", nil).get(t, "redeemed")
	wantError(t, "a code of B2C_1_edit at B2C_1_susi", got, "invalid_grant", "AADB2C90088")
}
