// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
)

func TestRemovedKeyIsGoneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		old := b2c.CurrentKey("").ID()
		b2c.Rotate("", false)
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Fatal("the new key is missing")
		}
		if _, ok := c.Current().Key(old); ok || slices.Contains(c.State().KeyIDs, old) {
			t.Error("the removed key is still used")
		}
	})
}

func TestRemovedKeyServesForTheGraceAndNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, &jwks.Options{KeyGrace: time.Hour})
		old := b2c.CurrentKey("").ID()
		time.Sleep(10 * time.Minute)
		b2c.Rotate("", false)
		missed := time.Now()
		kid := b2c.CurrentKey("").ID()
		if !finds(t, c, kid) {
			t.Fatal("the new key is missing")
		}
		set := c.Current() // held by a caller: the end of the grace holds for it too
		for time.Since(missed) < time.Hour {
			_, current := c.Current().Key(old)
			_, held := set.Key(old)
			if !current || !held || !slices.Contains(c.State().KeyIDs, old) {
				t.Fatalf("the key is gone %v after it was missed", time.Since(missed))
			}
			time.Sleep(time.Minute) // refreshes happen in between and must not prolong it
		}
		_, current := c.Current().Key(old)
		_, held := set.Key(old)
		if current || held || !slices.Equal(c.State().KeyIDs, []string{kid}) {
			t.Errorf("the key still serves %v after it was missed", time.Since(missed))
		}
		time.Sleep(3 * time.Hour)
		if finds(t, c, old) || !finds(t, c, kid) {
			t.Error("the set is wrong after the grace")
		}
	})
}

// A key that returns is an ordinary key again; one whose kid now names other
// material is replaced at once.
func TestGraceOfReturningKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two, other := jwk("one", 2048), jwk("two", 2048), jwk("one", 2048)
		var published atomic.Value
		published.Store(keySet(one, two))
		c := open(t, documentsOf(&published), &jwks.Options{KeyGrace: time.Hour, MaxRefresh: 10 * time.Minute})
		if !finds(t, c, "one") {
			t.Fatal("not warm")
		}
		first, _ := c.Current().Key("one")
		change := func(keys ...string) {
			published.Store(keySet(keys...))
			time.Sleep(10 * time.Minute)
		}
		change(two)
		if k, ok := c.Current().Key("one"); !ok || !k.SameAs(first) {
			t.Error("no grace")
		}
		change(one, two)
		time.Sleep(3 * time.Hour)
		if _, ok := c.Current().Key("one"); !ok {
			t.Error("a key that returned ended with its old grace")
		}
		change(other, two)
		if k, ok := c.Current().Key("one"); !ok || k.SameAs(first) {
			t.Error("the old material still serves under a kid that names another key")
		}
	})
}

// A failed fetch removes no key and starts no grace.
func TestFailureStartsNoGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, &jwks.Options{KeyGrace: time.Minute})
		interceptKeys(b2c, body(`{"keys":[]}`))
		time.Sleep(5 * time.Hour)
		if !finds(t, c, b2c.CurrentKey("").ID()) {
			t.Error("the key is gone")
		}
	})
}

// The grace is for keys that left the set, not for those that are still in it
// and no longer fit for use.
func TestNoGraceForRefusedKeys(t *testing.T) {
	for name, next := range map[string]string{
		"use enc":   keySet(jwk("good", 2048), with("kid", "use", `"enc"`)),
		"ambiguous": keySet(jwk("good", 2048), jwk("kid", 2048), jwk("kid", 2048)),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var published atomic.Value
				published.Store(keySet(jwk("good", 2048), jwk("kid", 2048)))
				c := open(t, documentsOf(&published), &jwks.Options{KeyGrace: 24 * time.Hour})
				if !finds(t, c, "kid") {
					t.Fatal("not warm")
				}
				published.Store(next)
				time.Sleep(time.Hour)
				if finds(t, c, "kid") || !finds(t, c, "good") {
					t.Errorf("got %+v", c.State())
				}
			})
		})
	}
}
