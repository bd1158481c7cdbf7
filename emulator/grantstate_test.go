// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/json"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

const revokedText = "AADB2C90129: The provided grant has been revoked. Please reauthenticate and try again."

// TestStateRefreshTokens: after a restart an app stays signed in, with tokens
// that say what they said, for as long as it would have.
func TestStateRefreshTokens(t *testing.T) {
	clock := &clock{noon.Add(-time.Hour)}
	options := func() *emulator.Options {
		o := fresh()
		o.Now = clock.Now
		return o
	}
	before := emulator.NewTenant(options())
	before.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		u := before.User()
		u.Claims = map[string]any{"extension_Since": noon, "given_name": emulator.Absent}
		return emulator.SignIn{User: &u, Claims: map[string]any{"loyalty": 12345678901234567, "idp": emulator.Absent}}, nil
	})
	browsing := browser(t, before.Transport())
	visit(t, browsing, authorizeURL)
	clock.now = noon // by single sign-on, so that auth_time is before iat
	first := redeem(t, before.Client(), tokenURL, redemption(codeFor(t, browsing, authorizeURL)))
	clock.now = clock.now.Add(time.Hour)
	want := redeem(t, before.Client(), tokenURL, refreshing(first.RefreshToken))
	state := stateOf(t, before)
	for _, token := range []string{first.RefreshToken, want.RefreshToken} {
		equal(t, "the token is in the state", strings.Contains(state, token), false)
	}

	after := emulator.NewTenant(options())
	restore(t, after, state)
	equal(t, "state again", stateOf(t, after), state)
	got := redeem(t, after.Client(), tokenURL, refreshing(first.RefreshToken))
	equal(t, "access token", parse(t, got.AccessToken).payload, parse(t, want.AccessToken).payload)
	id, wantID := claimsOf(t, got.IDToken), claimsOf(t, want.IDToken)
	delete(id, "at_hash")
	delete(wantID, "at_hash")
	equal(t, "ID token", maps.EqualFunc(id, wantID, func(a, b any) bool { return mustEncode(t, a) == mustEncode(t, b) }), true)
	equal(t, "scope", got.Scope, want.Scope)
	equal(t, "refresh_token_expires_in", got.RefreshExpires, want.RefreshExpires)
	redeem(t, after.Client(), tokenURL, refreshing(got.RefreshToken))

	clock.now = noon.Add(14 * 24 * time.Hour)
	wantError(t, "after 14 days", post(t, after.Client(), tokenURL, refreshing(first.RefreshToken)), "invalid_grant",
		"AADB2C90080: The provided grant has expired. Please re-authenticate and try again. "+
			"Current time: 1751209600, Grant issued time: 1750000000, Grant expiration time: 1751209600")
	redeem(t, after.Client(), tokenURL, refreshing(want.RefreshToken)) // an hour younger
}

func mustEncode(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStateRefreshTokensEnded: what was used up or taken back stays so.
func TestStateRefreshTokensEnded(t *testing.T) {
	options := func() *emulator.Options {
		return &emulator.Options{Flows: []emulator.Flow{{Name: "B2C_1_susi", RefreshOnce: true}}}
	}
	before := emulator.NewTenant(options())
	used := signedIn(t, before).RefreshToken
	next := redeem(t, before.Client(), tokenURL, refreshing(used)).RefreshToken
	other := before.Users()[1]
	before.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) { return emulator.SignIn{User: &other}, nil })
	orphan := signedIn(t, before).RefreshToken
	if err := before.RemoveUser(other.ObjectID); err != nil {
		t.Fatal(err)
	}
	if _, err := before.AddUser(other); err != nil { // who comes back is a new account
		t.Fatal(err)
	}
	after := emulator.NewTenant(options())
	restore(t, after, stateOf(t, before))
	wantError(t, "used", post(t, after.Client(), tokenURL, refreshing(used)), "invalid_grant", revokedText)
	wantError(t, "of someone removed", post(t, after.Client(), tokenURL, refreshing(orphan)), "invalid_grant", goneText)
	redeem(t, after.Client(), tokenURL, refreshing(next))
	wantError(t, "used since", post(t, after.Client(), tokenURL, refreshing(next)), "invalid_grant", revokedText)

	before = emulator.NewTenant(nil)
	taken := signedIn(t, before).RefreshToken
	before.Revoke("")
	after = emulator.NewTenant(nil)
	restore(t, after, stateOf(t, before))
	wantError(t, "revoked", post(t, after.Client(), tokenURL, refreshing(taken)), "invalid_grant", revokedText)
}

// TestStateForgets: browsers sign in again, and nobody redeems a code across a
// restart.
func TestStateForgets(t *testing.T) {
	before, after := emulator.NewTenant(nil), emulator.NewTenant(nil)
	browsing := browser(t, before.Transport())
	code := codeFor(t, browsing, authorizeURL)
	equal(t, "signed in", silent(t, browsing), true)
	restore(t, after, stateOf(t, before))
	browsing.Transport = after.Transport()
	equal(t, "still signed in", silent(t, browsing), false)
	wantError(t, "a code", post(t, after.Client(), tokenURL, redemption(code)), "invalid_grant", internalError)
}

// TestStateTwice: a token that is restored again is the same one.
func TestStateTwice(t *testing.T) {
	before, after := emulator.NewTenant(nil), emulator.NewTenant(nil)
	signedIn(t, before)
	state := stateOf(t, before)
	restore(t, after, state)
	restore(t, after, state)
	equal(t, "state again", stateOf(t, after), state)
}

// TestStateOfOddClaims: a claim that is no JSON is an error where it is given
// out, and costs nobody the state.
func TestStateOfOddClaims(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	b2c.OnSignIn(func(emulator.SignInRequest) (emulator.SignIn, error) {
		return emulator.SignIn{Claims: map[string]any{"loyalty": math.NaN()}}, nil
	})
	code := codeFor(t, browser(t, b2c.Transport()), authorizeURL, "scope", "offline_access "+readScope)
	equal(t, "status", post(t, b2c.Client(), tokenURL, changed(redemption(code), "scope", "offline_access")).status, 500)
	stateOf(t, b2c)
}

// TestStateOfChangedConfiguration: a grant that this tenant wouldn't make is
// forgotten, and the state is good all the same.
func TestStateOfChangedConfiguration(t *testing.T) {
	options := func(change func(o *emulator.Options)) *emulator.Options {
		o := &emulator.Options{
			Flows: []emulator.Flow{{Name: "B2C_1_susi"}, {Name: "B2C_1_other"}},
			Users: []emulator.User{{Name: "Kim"}},
			Apps: []emulator.App{
				{Name: "api", URI: "https://contoso.onmicrosoft.com/tasks", Scopes: []string{"tasks.read", "tasks.write"}},
				{Name: "web", ID: webID, Secret: webSecret, RedirectURIs: []string{callback}, Granted: []string{readScope}},
			},
		}
		change(o)
		return o
	}
	before := emulator.NewTenant(options(func(*emulator.Options) {}))
	token := signedIn(t, before).RefreshToken
	for _, c := range []struct {
		name, line string
		change     func(o *emulator.Options)
	}{
		{"flow", "AADB2C90085", func(o *emulator.Options) { o.Flows = o.Flows[1:] }},
		{"app", "AADB2C90018", func(o *emulator.Options) { o.Apps = o.Apps[:1] }},
		{"permission", "AADB2C90085", func(o *emulator.Options) { o.Apps[1].Granted = nil }},
		{"nothing", "", func(*emulator.Options) {}},
	} {
		after := emulator.NewTenant(options(c.change))
		restore(t, after, stateOf(t, before))
		endpoint := strings.Replace(tokenURL, "B2C_1_susi", after.Flows()[0].Name, 1)
		r := post(t, after.Client(), endpoint, refreshing(token))
		if c.line == "" {
			equal(t, c.name, r.status, 200)
			continue
		}
		if r.status != 400 || !strings.Contains(r.body, c.line+": ") {
			t.Errorf("%s: got %d %s, want %s", c.name, r.status, r.body, c.line)
		}
		equal(t, c.name+": kept", strings.Contains(stateOf(t, after), `"refreshTokens"`), false)
	}

	var s map[string]any
	if err := json.Unmarshal([]byte(stateOf(t, before)), &s); err != nil {
		t.Fatal(err)
	}
	s["users"] = []any{}
	after := emulator.NewTenant(options(func(o *emulator.Options) { o.Users = []emulator.User{{Name: "Lou"}} }))
	restore(t, after, mustEncode(t, s))
	wantError(t, "user", post(t, after.Client(), tokenURL, refreshing(token)), "invalid_grant", goneText)
}

// TestRefreshTokensAreBounded: the oldest goes first, and a restart keeps fewer.
// A refresh that asks for nothing else costs no signature.
func TestRefreshTokensAreBounded(t *testing.T) {
	const kept, keptByState = 10_000, 1000
	b2c := emulator.NewTenant(nil)
	nothingElse := func(token string) tokens {
		t.Helper()
		return redeem(t, b2c.Client(), tokenURL, changed(refreshing(token), "scope", "offline_access"))
	}
	all := []string{signedIn(t, b2c, "scope", "offline_access "+readScope).RefreshToken}
	for len(all) < kept {
		all = append(all, nothingElse(all[0]).RefreshToken)
	}
	last := nothingElse(all[1]).RefreshToken // the one too many
	wantError(t, "the oldest", post(t, b2c.Client(), tokenURL, refreshing(all[0])), "invalid_grant", internalError)
	redeem(t, b2c.Client(), tokenURL, refreshing(all[2]))

	all = append(all, last)
	after := emulator.NewTenant(nil)
	restore(t, after, stateOf(t, b2c))
	oldest := len(all) - keptByState + 1 // one has come since
	wantError(t, "one too many", post(t, after.Client(), tokenURL, refreshing(all[oldest-1])), "invalid_grant", internalError)
	redeem(t, after.Client(), tokenURL, refreshing(all[oldest]))
	redeem(t, after.Client(), tokenURL, refreshing(last))
}
