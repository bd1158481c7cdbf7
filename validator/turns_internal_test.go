// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever can't be asked keeps its place for a while, and whoever has answered goes
// to the end.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := make([]*anchor, 5)
		for i := range all {
			all[i] = new(anchor)
			all[i].audiences = []string{string(rune('a' + i))}
		}
		turns := newTurns(all)
		want := func(what string, n int, want string) {
			t.Helper()
			got := ""
			for _, a := range turns.next(n, nobody) {
				got += a.audiences[0]
			}
			if got != want {
				t.Errorf("%s: got %q, want %q", what, got, want)
			}
		}
		want("at first", 2, "ab")
		turns.end(all[0])
		want("one has answered", 2, "bc")
		time.Sleep(5 * time.Second)
		want("five seconds later", 2, "bc")
		time.Sleep(time.Second)
		want("neither was to be asked for six seconds", 2, "de")
		turns.end(all[3])
		turns.end(all[4])
		want("again", 2, "ab")
		time.Sleep(time.Minute)
		want("once is not enough, however long ago", 2, "ab")
		time.Sleep(time.Second)
		want("twice is", 3, "cde")
		time.Sleep(time.Minute)
		want("all in turn, though all are away", 5, "cdeab"[:5])
		if got := turns.next(5, func(a *anchor) bool { return a != all[1] }); !slices.Equal(got, all[1:2]) {
			t.Errorf("got %d, want the one that is not passed over", len(got))
		}
		if got := newTurns(nil).next(3, nobody); len(got) != 0 {
			t.Errorf("got %d of none", len(got))
		}
	})
}
