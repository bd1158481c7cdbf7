// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// The attributes of the new tenant. The first one is written by the import alone. The
// second one is asked for when somebody signs up, and nobody checks what they type.
const (
	oldObjectID    = "oldObjectId"
	customerNumber = "customerNumber"
)

// standard is the move to a new tenant. Users are copied in bulk and get other object
// ids; the old one is kept in an attribute, which tokens have as a claim. Passwords
// can't be copied: each comes over when its user signs in for the first time.
func standard(ctx context.Context, s *steps) error {
	b2c := emulator.NewTenant(&emulator.Options{Users: people, Pages: true})
	asked, passwordsOfB2C := 0, emulator.PasswordsOf(b2c)
	external := emulator.NewTenant(&emulator.Options{
		Kind: emulator.ExternalID, Name: "contosonext", Pages: true, Users: []emulator.User{},
		Attributes: []emulator.Attribute{{Name: oldObjectID}, {Name: customerNumber, Collected: true}},
		OnPasswordSubmit: func(p emulator.PasswordSubmit) emulator.PasswordAnswer {
			asked++
			return passwordsOfB2C(p)
		},
	})
	old, err := b2cSide(b2c)
	if err != nil {
		return err
	}
	defer old.close()
	at, err := authority.ExternalID("contosonext", external.ID())
	next, err := newSide(external, at.WithUserIDClaim(external.AttributeClaim(oldObjectID)), err)
	if err != nil {
		return err
	}
	defer next.close()
	api, err := newAPI(network{old, next})
	if err != nil {
		return err
	}
	defer api.close()

	s.title("\nStandard migration: a new tenant, with copies of the users")
	s.part("Before: the API takes tokens of B2C")
	if err := api.deploy(old.trusted); err != nil {
		return err
	}
	s.step("Lin signs in at B2C and writes a task", api.write(ctx, old.signIn(ctx, lin, password), "water"), "water")

	s.part("The users are copied")
	before := userOf(b2c, lin)
	if _, err := external.ImportUsers(b2c.Users(), oldObjectID); err != nil {
		return err
	}
	s.step("Lin's object id is another one now", fmt.Sprint(userOf(external, lin).ObjectID != before.ObjectID), "true")

	s.part("Both: of External ID the user's id is the claim with the old one")
	if err := api.deploy(old.trusted, next.trusted); err != nil {
		return err
	}
	s.step("Lin signs in at External ID, with her password", api.tasksOf(ctx, next.signIn(ctx, lin, password)), "water")
	s.step("and again; B2C was asked for her password", times(asked, api.tasksOf(ctx, next.signIn(ctx, lin, password))), "1 time, water")
	s.step("who has not moved yet still signs in at B2C", api.write(ctx, old.signIn(ctx, lin, password), "mow"), "water, mow")
	s.step("External ID, for the client id of B2C", api.tasksOf(ctx, next.forOther(old)), "401, audience")
	s.step("B2C, for the client id of External ID", api.tasksOf(ctx, old.forOther(next)), "401, audience")

	if err := takeover(ctx, s, api, old, next, before.ObjectID); err != nil {
		return err
	}

	s.part("The web app signs in at External ID now; watch who still uses B2C")
	api.usedSince()
	s.step("Lin signs in once more", api.tasksOf(ctx, next.signIn(ctx, lin, password)), "water, mow")
	s.step("tokens since then", api.usedSince(), "B2C 0, External ID 1")

	return after(ctx, s, api, old, next, "water, mow")
}

// takeover is Mallory, who has signed up at External ID and typed Lin's object id as
// her customer number. It is no secret: it stands in URLs, logs and tokens.
func takeover(ctx context.Context, s *steps, api *api, old, next *side, linsID string) error {
	const mallory = "mallory@example.org"
	_, err := next.tenant.AddUser(emulator.User{
		Name: "Mallory", Username: mallory, Password: password,
		Claims: map[string]any{next.tenant.AttributeClaim(customerNumber): linsID},
	})
	if err != nil {
		return err
	}
	s.part("Mallory writes Lin's id into an attribute that people can edit")
	s.step("she gets", api.tasksOf(ctx, next.signIn(ctx, mallory, password)), "no tasks")

	// What not to do: any claim that users collect or edit makes them anybody.
	wrong := *next
	wrong.trusted = next.trusted.WithUserIDClaim(next.tenant.AttributeClaim(customerNumber))
	if err := api.deploy(old.trusted, wrong.trusted); err != nil {
		return err
	}
	s.step("from an API that goes by that attribute", api.tasksOf(ctx, next.signIn(ctx, mallory, password)), "water, mow")
	return api.deploy(old.trusted, next.trusted)
}

// userOf returns who signs in by that name.
func userOf(tenant *emulator.Tenant, name string) (found emulator.User) {
	for _, u := range tenant.Users() {
		if u.Username == name || len(u.Emails) > 0 && u.Emails[0] == name {
			found = u
		}
	}
	return found
}

func times(n int, rest string) string {
	if n == 1 {
		return "1 time, " + rest
	}
	return fmt.Sprintf("%d times, %s", n, rest)
}
