// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package middlewaretest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/validator"
)

// choosy is a validator of which no token has the scope tasks.erase.
type choosy struct{ script }

func (*choosy) CanSatisfy(r validator.Requirement) error {
	if err := r.Check(context.Background(), &validator.Token{Scopes: []string{"tasks.read"}}); err != nil {
		return errors.New("tasks.erase is not to be had")
	}
	return nil
}

// testImpossible: a rule that no token can satisfy panics when it is registered,
// and not at the first request.
func testImpossible(t *testing.T, adapter Adapter) {
	g := guard.New(&choosy{}, &guard.Options{Logger: slog.New(slog.DiscardHandler)})
	for _, c := range []struct {
		name string
		rule Rule
		want string // "" for no panic
	}{
		{"possible", Rule{Guard: g, Requirements: []validator.Requirement{validator.Scope("tasks.read")}}, ""},
		{"impossible", Rule{Guard: g, Requirements: []validator.Requirement{validator.Scope("tasks.read"), validator.Scope("tasks.erase")}}, "tasks.erase is not to be had"},
		{"impossible, optional", Rule{Guard: g, Optional: true, Requirements: []validator.Requirement{validator.Scope("tasks.erase")}}, "tasks.erase is not to be had"},
		{"invalid", Rule{Guard: g, Requirements: []validator.Requirement{validator.Scope("")}}, "requirement 1 is invalid"},
	} {
		for place, route := range map[string]Route{
			"route": get("/any", c.rule),
			"group": {Method: "GET", Prefix: "/group", Group: []Rule{c.rule}, Path: "/any", Handler: greet},
		} {
			got := panicOf(func() { adapter.Router([]Route{route}) })
			if !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
				t.Errorf("%s, on a %s: got panic %q at registration, want %q", c.name, place, got, c.want)
			}
		}
	}
}

// panicOf returns what f panics with, "" if it does not.
func panicOf(f func()) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprint(p)
		}
	}()
	f()
	return ""
}
