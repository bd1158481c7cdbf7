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
	if len(r.last) != 2 {
		t.Errorf("got %d remembered, want the two that are trusted", len(r.last))
	}

	// A crowd waits for one, until that is trusted no more.
	first, leave := r.join([]*anchor{a, d})
	second, leaveToo := r.join([]*anchor{a, d})
	other, leaveOther := r.join([]*anchor{b, c})
	if first != a || second != a || other == a {
		t.Errorf("got %v, %v and %v, want the first for two, and another for the third", first.audiences, second.audiences, other.audiences)
	}
	leave()
	leaveToo()
	leaveOther()
	if next, leave := r.join([]*anchor{a, d}); next != d {
		t.Errorf("got %v next, want d", next.audiences)
	} else {
		leave()
	}
}
