// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"math/rand/v2"
	"testing"
	"time"
)

// The times that a remembered token is held against are those of checkTimes, for any
// clock.
func TestSpan(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	pick := func() time.Time {
		switch r.IntN(6) {
		case 0:
			return time.Time{}
		case 1:
			return time.Unix(0, 0)
		case 2:
			return time.Unix(maxNumericDate, 0)
		}
		return time.Unix(1000+int64(r.IntN(5)), int64(r.IntN(3)-1)*int64(time.Second/2))
	}
	passed := 0
	for range 200_000 {
		c := times{exp: pick(), nbf: pick(), iat: pick(), authTime: pick()}
		if c.exp.IsZero() {
			continue // nothing without exp passes
		}
		leeway := time.Duration(r.IntN(3)) * time.Second
		now := pick().Add(time.Duration(r.IntN(5)-2)*leeway + time.Duration(r.IntN(3)-1))
		rules := accessTokenRules()
		rules.signInDecides = r.IntN(2) == 0
		rules.clock = clock{now: func() time.Time { return now }, leeway: leeway}
		v := verified{}
		v.from, v.until = rules.span(&c)
		want := rules.checkTimes(&c) == nil
		if got := v.isTimely(now); got != want {
			t.Fatalf("%+v with %v at %v: got %v, want %v", c, leeway, now, got, want)
		}
		if want {
			passed++
		}
	}
	if passed < 1000 {
		t.Errorf("only %d passed", passed)
	}
}
