// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package guard_test

import (
	"errors"
	"testing"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/guard/guardtest"
)

// The token as it came is there for the request that a guard let pass, and nowhere else.
func TestRawToken(t *testing.T) {
	g := guard.New(validateFunc(accept), quiet())
	passed, err := g.Rule().Check(get("Bearer good"))
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := guard.RawToken(passed); raw != "good" || err != nil {
		t.Errorf("behind a guard: got %q, %v", raw, err)
	}
	made := guardtest.Context(t.Context(), guardtest.Token(t, map[string]any{"scp": "a"}))
	if raw, err := guard.RawToken(made); raw != guardtest.Raw || err != nil {
		t.Errorf("made up: got %q, %v", raw, err)
	}
	anonymous, err := g.Optional().Check(get().WithContext(passed)) // the request carries none
	if err != nil {
		t.Fatal(err)
	}
	other, err := guard.New(validateFunc(accept), quiet()).Optional().Check(get().WithContext(passed))
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := guard.RawToken(anonymous); raw != "good" || err != nil {
		t.Errorf("nested, and taken off on the way: got %q, %v", raw, err)
	}
	for name, ctx := range map[string]error{"no guard": second(guard.RawToken(t.Context())), "optional, of another guard": second(guard.RawToken(other))} {
		if !errors.Is(ctx, guard.ErrNoToken) {
			t.Errorf("%s: got %v", name, ctx)
		}
	}
}

func second(_ string, err error) error { return err }
