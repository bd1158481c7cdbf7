// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"strings"
	"testing"

	"github.com/b2ckit/b2ckit/validator"
)

// A token that is remembered costs the copy that its caller gets: itself and its lists.
func TestAllocationsOfARecalledToken(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates too
	}
	r := newRecaller(t, validator.Options{Requirements: []validator.Requirement{validator.Scope("tasks.read"), validator.Client(webClient)}})
	for name, raw := range map[string]string{
		"usual": goodToken(t), "long": goodToken(t, add("padding", quoted(strings.Repeat("x", 9000)))),
	} {
		if _, err := r.Validate(t.Context(), raw); err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(200, func() {
			if _, err := r.Validate(t.Context(), raw); err != nil {
				t.Fatal(err)
			}
		}); n > 2 {
			t.Errorf("%s: got %v allocations, want at most 2", name, n)
		}
	}
	if s := r.State().Memory; s.Misses != 2 {
		t.Errorf("got %+v, want two misses", s)
	}
}
