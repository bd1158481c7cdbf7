// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

func stateOf(t *testing.T, b2c *emulator.Tenant) string {
	t.Helper()
	state, err := b2c.State()
	if err != nil {
		t.Fatal(err)
	}
	return string(state)
}

func restore(t *testing.T, b2c *emulator.Tenant, state string) {
	t.Helper()
	if err := b2c.Restore([]byte(state)); err != nil {
		t.Fatal(err)
	}
}

func userNames(b2c *emulator.Tenant) []string {
	var names []string
	for _, u := range b2c.Users() {
		names = append(names, u.Name)
	}
	return names
}

// fresh are options of which each tenant has policy keys of its own, as in
// another process.
func fresh(users ...emulator.User) *emulator.Options {
	return &emulator.Options{Users: users, Flows: []emulator.Flow{{Name: "B2C_1_susi", KeyContainer: "own"}, {Name: "B2C_1A_partner"}}}
}

// TestStateKeys: what was signed before a restart verifies after it, and the
// same keys are published.
func TestStateKeys(t *testing.T) {
	before := emulator.NewTenant(fresh())
	before.Rotate("own", true)
	before.Rotate("B2C_1A_partner", false)
	token, policyToken := mint(t, before, emulator.Spec{}), mint(t, before, emulator.Spec{Flow: "B2C_1A_partner"})
	document := get(t, before.Client(), keysURL).body

	after := emulator.NewTenant(fresh())
	after.Rotate("own", false)
	after.Rotate("B2C_1A_partner", false)
	restore(t, after, stateOf(t, before))
	equal(t, "key set", get(t, after.Client(), keysURL).body, document)
	equal(t, "a token verifies", verifiedBy(t, after.Client(), keysURL, token) != "", true)
	equal(t, "a policy's token verifies", verifiedBy(t, after.Client(), partnerKeys, policyToken) != "", true)
	equal(t, "signing key", after.CurrentKey("").ID(), before.CurrentKey("").ID())
	equal(t, "state again", stateOf(t, after), stateOf(t, before))
}

// TestStateOfUnusedKeys: a key that nobody has seen isn't made for the state.
func TestStateOfUnusedKeys(t *testing.T) {
	o := fresh()
	o.ID = "11111111-1111-1111-1111-111111111111"
	equal(t, "no key", strings.Contains(stateOf(t, emulator.NewTenant(o)), `"keys":{}`), true)
}

func TestStateSharedKeys(t *testing.T) {
	pair := func() (contoso, fabrikam *emulator.Tenant) {
		contoso = emulator.NewTenant(nil)
		return contoso, emulator.NewTenant(&emulator.Options{Name: "fabrikam", SharedKeysWith: contoso})
	}
	contoso, fabrikam := pair()
	contoso.Rotate(emulator.UserFlowKeys, true)
	again, alsoAgain := pair()
	restore(t, again, stateOf(t, contoso))
	restore(t, alsoAgain, stateOf(t, fabrikam))
	equal(t, "restored", again.CurrentKey("").ID(), contoso.CurrentKey("").ID())
	equal(t, "shared", alsoAgain.CurrentKey("").ID(), again.CurrentKey("").ID())
	alsoAgain.Rotate(emulator.UserFlowKeys, false)
	equal(t, "shared after a rotation", alsoAgain.CurrentKey("").ID(), again.CurrentKey("").ID())
}

// TestStateSharedKeysOfOld: a tenant that was away doesn't bring old keys back.
func TestStateSharedKeysOfOld(t *testing.T) {
	pair := func() (contoso, fabrikam *emulator.Tenant) {
		contoso = emulator.NewTenant(nil)
		return contoso, emulator.NewTenant(&emulator.Options{Name: "fabrikam", SharedKeysWith: contoso})
	}
	contoso, fabrikam := pair()
	contoso.Keys(emulator.UserFlowKeys)
	old := stateOf(t, fabrikam)
	contoso.Rotate(emulator.UserFlowKeys, false)
	want, latest := contoso.CurrentKey("").ID(), stateOf(t, contoso)

	contoso, fabrikam = pair()
	restore(t, contoso, latest)
	restore(t, fabrikam, old)
	equal(t, "the latest first", contoso.CurrentKey("").ID(), want)
	contoso, fabrikam = pair()
	restore(t, fabrikam, old)
	restore(t, contoso, latest)
	equal(t, "the latest last", fabrikam.CurrentKey("").ID(), want)
}

// TestStateAbsentClaims: a claim that was taken from a user stays away.
func TestStateAbsentClaims(t *testing.T) {
	b2c, again := emulator.NewTenant(nil), emulator.NewTenant(nil)
	u := b2c.User()
	u.Claims = map[string]any{"name": emulator.Absent, "extension_Tier": "gold", "emails": []string{"a@b.example"}}
	if err := b2c.SetUser(u); err != nil {
		t.Fatal(err)
	}
	restore(t, again, stateOf(t, b2c))
	equal(t, "state again", stateOf(t, again), stateOf(t, b2c))
	claims := claimsOf(t, mint(t, again, emulator.Spec{Kind: emulator.IDToken}))
	equal(t, "name", claims["name"], nil)
	equal(t, "tier", claims["extension_Tier"], any("gold"))
}

// TestStateUsers: the state wins, what is new in the options is added, and who
// was removed stays away, also over two restarts.
func TestStateUsers(t *testing.T) {
	ada := emulator.User{Name: "Ada", Username: "ada", Password: "first-password"}
	kim := emulator.User{Name: "Kim", Username: "kim", Password: "other-password"}
	before := emulator.NewTenant(fresh(ada, kim))
	changed := before.Users()[0]
	changed.Emails, changed.Password, changed.FamilyName = []string{"ada@example.org"}, "second-password", "Example"
	changed.Claims = map[string]any{"extension_Plan": "gold", "n": 12345678901234567, "list": []any{"a", 1.5}}
	if err := before.SetUser(changed); err != nil {
		t.Fatal(err)
	}
	if _, err := before.AddUser(emulator.User{Name: "Lou", IDP: "google.com"}); err != nil {
		t.Fatal(err)
	}
	if err := before.RemoveUser(before.Users()[1].ObjectID); err != nil {
		t.Fatal(err)
	}
	state := stateOf(t, before)
	for _, password := range []string{"first-password", "second-password", "other-password"} {
		equal(t, password+" is in the state", strings.Contains(state, password), false)
	}
	for range 2 {
		after := emulator.NewTenant(fresh(ada, kim, emulator.User{Name: "New"}))
		restore(t, after, state)
		equalList(t, "users", userNames(after), []string{"Ada", "Lou", "New"})
		_, old := after.CheckPassword("ada", "first-password")
		_, good := after.CheckPassword("ada@example.org", "second-password")
		equal(t, "old password", old, false)
		equal(t, "new password", good, true)
		equal(t, "IDP", after.Users()[1].IDP, "google.com")
		claims := claimsOf(t, mint(t, after, emulator.Spec{}))
		equal(t, "family_name", claims["family_name"], any("Example"))
		equal(t, "claim", claims["extension_Plan"], any("gold"))
		payload := parse(t, mint(t, after, emulator.Spec{})).payload
		equal(t, "number", strings.Contains(payload, `"n":12345678901234567`), true)
		state = stateOf(t, after)
	}
}

func TestRestoreRefuses(t *testing.T) {
	source := emulator.NewTenant(fresh(emulator.User{Name: "Kim", Username: "kim", Password: "hush-hush"}))
	source.Rotate("own", false)
	signedIn(t, source)
	good := stateOf(t, source)
	change := func(old, replacement string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("there is no %q in the state", old)
		}
		return strings.Replace(good, old, replacement, 1)
	}
	for _, c := range []struct{ state, want string }{
		{"", "unexpected end of JSON input"},
		{good[:len(good)/2], "unexpected end of JSON input"},
		{good + "x", "invalid character"},
		{"{}", "version 0 is not 2"},
		{change(`"version":2`, `"version":1`), "version 1 is not 2, the one that is read here"},
		{change(`"version":2`, `"version":3,"new":1`), "version 3 is not 2, the one that is read here"},
		{change(`"version":2`, `"version":2,"other":1`), `unknown field "other"`},
		{change(tenantID, "11111111-1111-1111-1111-111111111111"), "it is of the tenant 11111111-1111-1111-1111-111111111111, this is " + tenantID},
		{change(`"name":"Kim"`, `"name":""`), "users[0].Name is empty"},
		{change(`"username":"kim"`, `"username":"ADA"`), `users[1] signs in as "ada", as another user does`},
		{change(`pbkdf2-sha256$1000$`, `pbkdf2-sha256$1000$AAAA`), "a passwordHash that wasn't made here"},
		{change(`pbkdf2-sha256$1000$`, `md5$`), "a passwordHash that wasn't made here"},
		{change(`"pkcs8":"MII`, `"pkcs8":"MAA`), `keys of the container "own": key 0: `},
		{`{"version":2,"tenant":"` + tenantID + `","users":[],"keys":{"own":[]}}`, `keys of the container "own": there is none`},
		{change(`"refreshTokens":[{"sha256":"`, `"refreshTokens":[{"sha256":"AAAA`), "refreshTokens[0]: the hash is of 35 bytes and not 32"},
		{change(`"grant":0`, `"grant":1`), "refreshTokens[0]: there is no grant 1"},
		{change(`"grant":0`, `"grant":-1`), "refreshTokens[0]: there is no grant -1"},
		{change(`"authTime":"`, `"authTime":"x`), "parsing time"},
	} {
		b2c := emulator.NewTenant(fresh(emulator.User{Name: "Ada", Username: "ada", Password: "p"}))
		before := stateOf(t, b2c)
		err := b2c.Restore([]byte(c.state))
		if err == nil || !strings.HasPrefix(err.Error(), "emulator: state: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want one with %q", err, c.want)
		}
		equal(t, "unchanged after "+c.want, stateOf(t, b2c), before)
	}
}

// TestRestoreUnknownContainer: a flow may have gone since.
func TestRestoreUnknownContainer(t *testing.T) {
	before := emulator.NewTenant(fresh())
	before.CurrentKey("")
	after := emulator.NewTenant(nil)
	restore(t, after, stateOf(t, before))
	equal(t, "its keys are gone", strings.Contains(stateOf(t, after), `"own"`), false)
}
