// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// TestImportUsers: users come over under other object ids, the same on every run,
// with the old one in an attribute.
func TestImportUsers(t *testing.T) {
	old := emulator.NewTenant(nil)
	fresh := func() *emulator.Tenant {
		return emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Name: "fabrikam", Users: []emulator.User{}})
	}
	to := fresh()
	got, err := to.ImportUsers(old.Users(), "oldObjectId")
	if err != nil {
		t.Fatal(err)
	}
	claim := to.AttributeClaim("oldObjectId")
	for i, u := range old.Users() {
		is := to.Users()[i]
		if is.ObjectID == u.ObjectID || is.ObjectID != got[i].ObjectID || is.Name != u.Name || is.Claims[claim] != u.ObjectID {
			t.Errorf("got %+v of %+v", is, u)
		}
		equal(t, "claim in a token", claimsOf(t, mint(t, to, emulator.Spec{User: &is}))[claim], any(u.ObjectID))
		if u.Claims != nil {
			t.Errorf("the old user has %v", u.Claims)
		}
	}
	if again, err := fresh().ImportUsers(old.Users(), ""); err != nil || again[0].ObjectID != got[0].ObjectID || again[0].Claims != nil {
		t.Errorf("got %+v, %v", again, err)
	}
}

func TestAttributeClaim(t *testing.T) {
	if got := emulator.NewTenant(nil).AttributeClaim("plan"); !strings.HasPrefix(got, "extension_") || !strings.HasSuffix(got, "_plan") || len(got) != len("extension_0123456789abcdef0123456789abcdef_plan") {
		t.Errorf("got %s", got)
	}
}

// TestImportMistakes: it is all or nothing.
func TestImportMistakes(t *testing.T) {
	to := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID})
	before := len(to.Users())
	fresh := emulator.User{Name: "Kim", ObjectID: "0c2b8d3e-6a51-4f0c-9d57-3f1e8a7b6c5d"}
	if _, err := to.ImportUsers([]emulator.User{fresh, {ObjectID: "0c2b8d3e-6a51-4f0c-9d57-3f1e8a7b6c5e"}}, ""); err == nil || err.Error() != "emulator: User[1].Name is empty" {
		t.Errorf("got %v", err)
	}
	if _, err := to.ImportUsers([]emulator.User{fresh, fresh}, ""); err == nil {
		t.Error("the same user twice is no error")
	}
	if _, err := to.ImportUsers([]emulator.User{fresh}, "old id"); err == nil || !strings.Contains(err.Error(), `"old id" is no name of an attribute`) {
		t.Errorf("got %v", err)
	}
	equal(t, "users", len(to.Users()), before)
}

// TestCollectedAttribute: what anyone can type at sign-up is in the token, an
// object id of another person too. That is how accounts are taken over.
func TestCollectedAttribute(t *testing.T) {
	to := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Pages: true, Attributes: []emulator.Attribute{
		{Name: "oldObjectId", Label: "Customer number", Collected: true}, {Name: "plan"},
	}})
	claim := to.AttributeClaim("oldObjectId")
	victim := to.Users()[1].ObjectID
	c := browser(t, to.Transport())
	page := read(t, visit(t, c, ciamURL+"/oauth2/v2.0/authorize"))
	signUp := read(t, page.follow(t, c, "Sign up now"))
	equal(t, "label", strings.Contains(signUp.body, "Customer number"), true)
	equal(t, "not collected", signUp.fields.Has(to.AttributeClaim("plan")), false)
	claims := idToken(t, to, to.TokenURL(""), signUp.send(t, c, append(append([]string{}, kim...), claim, victim)...))
	equal(t, "claim", claims[claim], any(victim))
	if claims["oid"] == any(victim) {
		t.Error("the object id is the victim's too")
	}

	c = browser(t, to.Transport())
	signUp = read(t, read(t, visit(t, c, ciamURL+"/oauth2/v2.0/authorize")).follow(t, c, "Sign up now"))
	lee := append(append([]string{}, kim...), "email", "lee@example.org")
	if claims := idToken(t, to, to.TokenURL(""), signUp.send(t, c, lee...)); claims[claim] != nil {
		t.Errorf("left empty: got %v", claims[claim])
	}
}
