// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var noon = NewInstant(time.Now(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))

// after returns the instant so much after noon, by each clock.
func after(mono, wall time.Duration) Instant { return Instant{noon.mono + mono, noon.wall + wall} }

// A token is as old as the clock says that has gone further.
func TestAgeByTwoClocks(t *testing.T) {
	token := NewToken("t", "s", noon, time.Hour) // to be renewed 12 to 10.2 minutes before the end
	for _, c := range []struct {
		mono, wall time.Duration
		want       Age
		left       time.Duration
	}{
		{0, 0, Fresh, time.Hour},
		{47 * time.Minute, 47 * time.Minute, Fresh, 13 * time.Minute},
		{47 * time.Minute, -9999 * time.Hour, Fresh, 13 * time.Minute}, // set back
		{50 * time.Minute, 0, Aging, 10 * time.Minute},
		{0, 50 * time.Minute, Aging, 10 * time.Minute}, // slept
		{time.Hour - time.Second, 0, Ending, time.Second},
		{0, time.Hour - time.Second, Ending, time.Second},
		{time.Hour, 0, Gone, 0},
		{0, time.Hour, Gone, 0},
		{time.Hour, -time.Hour, Gone, 0},
		{-time.Hour, time.Hour, Gone, 0},
	} {
		at := after(c.mono, c.wall)
		if got, left := token.Age(at), token.Left(at); got != c.want || left != c.left {
			t.Errorf("%v, %v: got age %d and %v left, want %d and %v", c.mono, c.wall, got, left, c.want, c.left)
		}
		if got, want := token.Expiry(at), at.Wall().Add(c.left); !got.Equal(want) {
			t.Errorf("%v, %v: got expiry %v, want %v", c.mono, c.wall, got, want)
		}
	}
	var none *Token
	if none.Age(noon) != Gone || none.isFresh(noon) {
		t.Error("no token is good")
	}
}

// The short look finds what the long one finds.
func TestFreshIsFresh(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	fresh := 0
	for range 100_000 {
		life := time.Duration(random.Int64N(int64(time.Second) << random.IntN(17)))
		token := NewToken("t", "", noon, life)
		near := func() time.Duration {
			return life - token.lead*time.Duration(random.IntN(2)) + time.Duration(random.Int64N(5)-2)<<random.IntN(42)
		}
		at := after(near(), near())
		if got, want := token.isFresh(at), token.Age(at) == Fresh; got != want {
			t.Fatalf("life %v, lead %v, left %v: got %v, want %v", life, token.lead, token.Left(at), got, want)
		} else if got {
			fresh++
		}
	}
	if fresh < 1000 {
		t.Errorf("%d were fresh, which is too few to see something", fresh)
	}
}

// A wall clock that is far out has tokens expire rather than live on.
func TestWallClockFarOut(t *testing.T) {
	for _, year := range []int{-1 << 20, 1, 1833, 2107, 2262, 9999, 1 << 20} {
		wall := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		start := NewInstant(time.Now(), wall)
		if got := NewToken("t", "", start, time.Hour).Age(start); got != Gone {
			t.Errorf("got in %d: age %d, want Gone", year, got)
		}
		if got := NewToken("t", "", noon, time.Hour).Age(start); (got == Gone) != (year > 2026) {
			t.Errorf("got in 2026, in %d: age %d", year, got)
		}
	}
	for _, year := range []int{1835, 1970, 2105} {
		wall := time.Date(year, 1, 1, 0, 0, 0, 5, time.UTC)
		start := NewInstant(time.Now(), wall)
		token := NewToken("t", "", start, time.Hour)
		if token.Age(start) != Fresh || !token.Begins().Equal(wall) || !token.Ends().Equal(wall.Add(time.Hour)) {
			t.Errorf("in %d: got %+v from %v to %v", year, token, token.Begins(), token.Ends())
		}
	}
}

// A token keeps nothing of the answer that it came in.
func TestTokenIsATextOfItsOwn(t *testing.T) {
	answer := strings.Repeat("x", 1<<20) + "a.b.c read write"
	text, scope := answer[1<<20:1<<20+5], answer[1<<20+6:]
	token := NewToken(text, scope, noon, time.Hour)
	if token.Text() != "a.b.c" || token.Header() != "Bearer a.b.c" || token.Scope() != "read write" {
		t.Errorf("got %q, %q, %q", token.Text(), token.Header(), token.Scope())
	}
	// Where the bytes are tells whether they are others.
	grown := testing.AllocsPerRun(10, func() { NewToken(text, scope, noon, time.Hour) })
	if grown != 2 {
		t.Errorf("got %v allocations, want 2: the token and its text", grown)
	}
}
