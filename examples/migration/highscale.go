// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// Lin is the person who uses the app all the time, and of whom B2C knows.
const (
	lin      = "lin@example.org"
	password = "Correct-horse-1"
)

var people = []emulator.User{{Name: "Lin Example", Emails: []string{lin}, Password: password}}

// highScale is the move in High Scale Compatibility mode: External ID gets endpoints
// in the same tenant, with the same users. Issuer, keys, client ids and sub are others;
// the object id stays, so the API's users do.
func highScale(ctx context.Context, s *steps) error {
	b2c := emulator.NewTenant(&emulator.Options{Users: people, Pages: true})
	external := emulator.NewTenant(&emulator.Options{Kind: emulator.ExternalID, HighScaleOf: b2c, Pages: true})
	old, err := b2cSide(b2c)
	if err != nil {
		return err
	}
	defer old.close()
	at, err := authority.ExternalID("contoso", external.ID())
	next, err := newSide(external, at, err)
	if err != nil {
		return err
	}
	defer next.close()
	api, err := newAPI(network{old, next})
	if err != nil {
		return err
	}
	defer api.close()

	s.title("High Scale Compatibility: one directory behind both")
	s.part("Before: the API takes tokens of B2C")
	if err := api.deploy(old.trusted); err != nil {
		return err
	}
	s.step("Lin signs in at B2C and writes a task", api.write(ctx, old.signIn(ctx, lin, password), "water"), "water")
	s.step("a token of External ID comes too early", api.tasksOf(ctx, next.signIn(ctx, lin, password)), "401, unknown_key")

	s.part("Both: it takes either, each for the client id it has there")
	if err := api.deploy(old.trusted, next.trusted); err != nil {
		return err
	}
	s.step("Lin signs in at External ID, with her password", api.tasksOf(ctx, next.signIn(ctx, lin, password)), "water")
	s.step("who has not moved yet still signs in at B2C", api.write(ctx, old.signIn(ctx, lin, password), "mow"), "water, mow")
	s.step("External ID, for the client id of B2C", api.tasksOf(ctx, next.forOther(old)), "401, audience")
	s.step("B2C, for the client id of External ID", api.tasksOf(ctx, old.forOther(next)), "401, audience")
	s.step("tokens so far", api.usedSince(), "B2C 2, External ID 1")

	s.part("The web app signs in at External ID now; watch who still uses B2C")
	s.step("Lin signs in once more", api.tasksOf(ctx, next.signIn(ctx, lin, password)), "water, mow")
	s.step("tokens since then", api.usedSince(), "B2C 0, External ID 1")

	return after(ctx, s, api, old, next, "water, mow")
}

// after ends both moves: the API takes tokens of External ID alone, and B2C is off.
func after(ctx context.Context, s *steps, api *api, old, next *side, tasks string) error {
	s.part("After: nobody uses B2C, and it is switched off")
	last := old.signIn(ctx, lin, password)
	if err := api.deploy(next.trusted); err != nil {
		return err
	}
	if err := old.off(); err != nil {
		return err
	}
	s.step("nobody signs in at B2C any more", old.comesIn(ctx, lin, password), "no")
	s.step("a token of B2C that was left over", api.tasksOf(ctx, last), "401, unknown_key")
	s.step("Lin signs in, and has all her tasks", api.tasksOf(ctx, next.signIn(ctx, lin, password)), tasks)
	return nil
}
