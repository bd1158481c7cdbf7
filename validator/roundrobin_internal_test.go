// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"testing"
)

// Each has its turn, also when some are trusted no more and others are new.
func TestRoundRobin(t *testing.T) {
	a, b, c, d := new(anchor), new(anchor), new(anchor), new(anchor)
	a.audiences, b.audiences, c.audiences, d.audiences = []string{"a"}, []string{"b"}, []string{"c"}, []string{"d"}
	var r roundRobin
	for i, step := range []struct {
		of   []*anchor
		n    int
		want []*anchor
	}{
		{[]*anchor{a, b, c}, 2, []*anchor{a, b}},
		{[]*anchor{a, b, c}, 2, []*anchor{c, a}},
		{[]*anchor{a, b, c}, 1, []*anchor{b}},
		{[]*anchor{a, d}, 1, []*anchor{d}},
		{[]*anchor{a, d}, 9, []*anchor{a, d}},
	} {
		if got := r.next(step.of, step.n); !slices.Equal(got, step.want) {
			t.Errorf("step %d: got %d of %d, not those whose turn it is", i, len(got), len(step.of))
		}
	}
	if len(r.turns.of) != 2 {
		t.Errorf("got %d remembered, want the two that are trusted", len(r.turns.of))
	}

	// A crowd waits for one, until that is trusted no more.
	of := []*anchor{a, d}
	first, leave := r.join(of)
	second, leaveToo := r.join(of)
	if first != a || second != a {
		t.Errorf("got %v and %v, want the same for both", first.audiences, second.audiences)
	}
	other, leaveOther := r.join([]*anchor{b, c})
	if other == a {
		t.Error("a crowd waits for one that is trusted no more")
	}
	leave()
	leaveToo()
	leaveOther()
	first, leave = r.join(of)
	leave()
	second, leave = r.join(of)
	leave()
	if first == second {
		t.Errorf("got %v twice, want the next one for the next crowd", first.audiences)
	}

	// A crowd has its bounds, and who has left makes room.
	leaves := make([]func(), 0, mostJoined)
	for range mostJoined {
		a, leave := r.join(of)
		if a == nil {
			t.Fatal("turned away below the bound")
		}
		leaves = append(leaves, leave)
	}
	if a, _ := r.join(of); a != nil {
		t.Error("one more than may wait was let in")
	}
	leaves[0]()
	if a, _ := r.join(of); a == nil {
		t.Error("turned away though one has left")
	}
}
