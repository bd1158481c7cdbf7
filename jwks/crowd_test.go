// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

// A start without keys has a crowd wait, which is served, round after round; who
// comes on top is told at once to come again. Where B2C hangs it is the same, but
// that nobody is served.
func TestCrowdIsBounded(t *testing.T) {
	const most, more = 2000, 300
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		slowly(b2c, time.Second) // each document
		c := open(t, b2c.Transport(), nil)
		for round := range 2 {
			if round == 1 {
				b2c.Rotate("", true)
			}
			kid := b2c.CurrentKey("").ID()
			served, turnedAway := crowdOf(t, c, most+more, kid)
			if served != most || turnedAway != more {
				t.Errorf("round %d: %d served and %d turned away, want %d and %d", round, served, turnedAway, most, more)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		hang(b2c)
		c := open(t, b2c.Transport(), nil)
		served, turnedAway := crowdOf(t, c, most+more, "kid")
		if served != 0 || turnedAway != more {
			t.Errorf("hanging: %d served and %d turned away at once, want none and %d", served, turnedAway, more)
		}
	})
}

// crowdOf has so many look for a key at once. It counts who was served, and who
// was turned away without a wait.
func crowdOf(t *testing.T, c *jwks.Cache, n int, kid string) (served, turnedAway int) {
	var good, refused atomic.Int64
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			start := time.Now()
			_, err := c.Find(t.Context(), jwks.Query{KeyID: kid})
			switch {
			case err == nil:
				good.Add(1)
			case time.Since(start) == 0:
				refused.Add(1)
				if e := unavailable(t, err); e.RetryAfter != time.Second {
					t.Errorf("got %+v, want when to come again", e)
				}
			}
		})
	}
	wg.Wait()
	return int(good.Load()), int(refused.Load())
}

// Programs are not kept out by a crowd of tokens.
func TestCrowdKeepsNoProgramOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		slowly(b2c, time.Second)
		c := open(t, b2c.Transport(), nil)
		var wg sync.WaitGroup
		for range 2500 {
			wg.Go(func() { _, _ = c.Find(t.Context(), jwks.Query{KeyID: "made-up"}) })
		}
		time.Sleep(100 * time.Millisecond)
		if err := errors.Join(ready(t.Context(), c), c.Refresh(t.Context())); err != nil {
			t.Errorf("a program among the crowd: %v", err)
		}
		wg.Wait()
	})
}

// Whatever changes a set is counted, and nothing else.
func TestGeneration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := open(t, b2c.Transport(), nil)
		before := jwks.Generation()
		changed := func(what string, want bool) {
			t.Helper()
			now := jwks.Generation()
			if (now != before) != want {
				t.Errorf("%s: changed %v, want %v", what, now != before, want)
			}
			before = now
		}
		if err := ready(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		changed("the first keys", true)
		_, _ = c.Current(), c.State()
		finds(t, c, b2c.CurrentKey("").ID())
		changed("looks", false)
		b2c.Rotate("", true)
		changed("a rotation that nobody has seen", false)
		finds(t, c, b2c.CurrentKey("").ID())
		changed("a rotation", true)
		c.Close()
		changed("the end", true)
	})
}
