// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

// Of an account that was removed no token stays in memory, whoever holds it.
func TestRemovedAccountKeepsNoEntry(t *testing.T) {
	c := newCachedAccount("u", newRemovals(10), func(string) *tokencache.Entry { return new(tokencache.Home).NewEntry(false, nil) })
	c.put(map[string]*tokencache.Token{"a": tokencache.NewToken("t", "a", tokencache.Clock{}.Now(), time.Hour)})
	if got := c.entries.find("a"); got == nil || got != c.entry("a") {
		t.Fatalf("got %v and %v, want one entry", got, c.entry("a"))
	}
	c.remove()
	if got := c.entries.all(); len(got) != 0 || c.entry("a") != nil {
		t.Errorf("got %v", got)
	}
}

// Scopes beyond the limit begin anew, and never share an entry.
func TestEntriesAreBounded(t *testing.T) {
	c := newCachedAccount("u", newRemovals(10), func(string) *tokencache.Entry { return new(tokencache.Home).NewEntry(false, nil) })
	seen := map[*tokencache.Entry]bool{}
	for i := range 3 * maxScopeSets {
		scopes := string(rune('a' + i))
		e := c.entry(scopes)
		if seen[e] || c.entry(scopes) != e || len(c.entries.all()) > maxScopeSets {
			t.Fatalf("%d: got an entry of others, or %d entries", i, len(c.entries.all()))
		}
		seen[e] = true
	}
}
