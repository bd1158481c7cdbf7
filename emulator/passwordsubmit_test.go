// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/b2ckit/b2ckit/emulator"
)

// moved is a tenant with pages to which the users of another one have come over.
func moved(t *testing.T, from *emulator.Tenant, submit func(emulator.PasswordSubmit) emulator.PasswordAnswer) *emulator.Tenant {
	t.Helper()
	to := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, Pages: true, Users: []emulator.User{}, OnPasswordSubmit: submit})
	if _, err := to.ImportUsers(from.Users(), ""); err != nil {
		t.Fatal(err)
	}
	return to
}

// typed signs in on the first page.
func typed(t *testing.T, tenant *emulator.Tenant, name, password string) reply {
	t.Helper()
	c := browser(t, tenant.Transport())
	return read(t, visit(t, c, ciamURL+"/oauth2/v2.0/authorize", "scope", "openid profile "+defaultScope)).send(t, c, "username", name, "password", password)
}

// TestPasswordsOf: a password is asked of the old tenant once, and known from then
// on.
func TestPasswordsOf(t *testing.T) {
	old := emulator.NewTenant(&emulator.Options{Name: "fabrikam", Users: []emulator.User{
		{Name: "Kim", Username: "kim", Password: "Correct-horse"},
		{Name: "Ada", Emails: []string{"ada@example.org"}, IDP: "google.com"},
	}})
	kim := old.Users()[0]
	b2c := moved(t, old, emulator.PasswordsOf(old))
	if kim.ToBeMigrated || !b2c.Users()[0].ToBeMigrated || b2c.Users()[1].ToBeMigrated {
		t.Errorf("got %+v", b2c.Users())
	}
	equal(t, "wrong", read(t, typed(t, b2c, "kim", "wrong")).problems(), "Your password is incorrect.")
	equal(t, "nobody", read(t, typed(t, b2c, "nobody", "Correct-horse")).problems(), "We can't seem to find your account.")
	if _, ok := b2c.CheckPassword("kim", "Correct-horse"); ok {
		t.Error("the password came along")
	}

	equal(t, "oid", idToken(t, b2c, b2c.TokenURL(""), typed(t, b2c, "KIM", "Correct-horse"))["oid"], any(b2c.Users()[0].ObjectID))
	equal(t, "to be migrated", b2c.Users()[0].ToBeMigrated, false)
	if err := old.RemoveUser(kim.ObjectID); err != nil {
		t.Fatal(err)
	}
	if landed(t, typed(t, b2c, "kim", "Correct-horse")).Get("code") == "" {
		t.Error("the password is forgotten")
	}
	equal(t, "wrong at last", read(t, typed(t, b2c, "kim", "wrong")).problems(), "Your password is incorrect.")
}

// TestPasswordActions: what the other system says decides, and what it is told is
// whom and what it is asked about.
func TestPasswordActions(t *testing.T) {
	old := emulator.NewTenant(nil)
	lin := old.Users()[1]
	var asked []emulator.PasswordSubmit
	answer := emulator.PasswordAnswer{}
	b2c := moved(t, old, func(s emulator.PasswordSubmit) emulator.PasswordAnswer {
		asked = append(asked, s)
		return answer
	})
	equal(t, "retry", read(t, typed(t, b2c, "LIN@example.org", "Correct-horse")).problems(), "Your password is incorrect.")
	equal(t, "number of questions", len(asked), 1)
	equal(t, "user name", asked[0].Username, "LIN@example.org")
	equal(t, "password", asked[0].Password, "Correct-horse")
	equal(t, "user", asked[0].User.ObjectID, b2c.Users()[1].ObjectID)
	if asked[0].User.ObjectID == lin.ObjectID {
		t.Error("the object id is the old one")
	}

	answer = emulator.PasswordAnswer{Action: emulator.Block, Message: "Call <us>."}
	blocked := read(t, typed(t, b2c, "lin@example.org", "Correct-horse"))
	equal(t, "title", blocked.title(), "You can't sign in")
	equal(t, "message", strings.Contains(blocked.body, "Call &lt;us&gt;."), true)
	answer.Message = ""
	equal(t, "default message", strings.Contains(typed(t, b2c, "lin@example.org", "Correct-horse").body, "Your sign-in was blocked."), true)

	for _, c := range []struct {
		action   emulator.PasswordAction
		password string
	}{{emulator.UpdatePassword, "Correct-horse"}, {emulator.MigratePassword, "weak"}} {
		answer = emulator.PasswordAnswer{Action: c.action}
		equal(t, "to change", read(t, typed(t, b2c, "lin@example.org", c.password)).title(), "Choose a new password")
		equal(t, "to be migrated", b2c.Users()[1].ToBeMigrated, true)
	}

	c := browser(t, b2c.Transport())
	change := read(t, read(t, visit(t, c, ciamURL+"/oauth2/v2.0/authorize")).send(t, c, "username", "lin@example.org", "password", "weak"))
	r := change.send(t, c, "newPassword", "Better-horse", "reenterPassword", "Better-horse")
	if landed(t, r).Get("code") == "" {
		t.Errorf("got %+v", r)
	}
	equal(t, "to be migrated once changed", b2c.Users()[1].ToBeMigrated, false)
	before := len(asked)
	equal(t, "old password", read(t, typed(t, b2c, "lin@example.org", "weak")).problems(), "Your password is incorrect.")
	if landed(t, typed(t, b2c, "lin@example.org", "Better-horse")).Get("code") == "" {
		t.Error("the new password isn't known")
	}
	equal(t, "questions once changed", len(asked), before)
}

// TestPasswordSubmitAtOnce: of several sign-ins at once each ends well, whoever
// was first.
func TestPasswordSubmitAtOnce(t *testing.T) {
	old := emulator.NewTenant(&emulator.Options{Users: []emulator.User{{Name: "Kim", Username: "kim", Password: "Correct-horse"}}})
	b2c := moved(t, old, emulator.PasswordsOf(old))
	var all sync.WaitGroup
	codes := make([]string, 8)
	for i := range codes {
		all.Go(func() {
			codes[i] = landed(t, typed(t, b2c, "kim", "Correct-horse")).Get("code")
		})
	}
	all.Wait()
	for i, code := range codes {
		if code == "" {
			t.Errorf("%d: no code", i)
		}
	}
}
