// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// noon is the wall clock of these tests, and its version.
var (
	noon        = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	noonVersion = version(noon.UnixMilli())
)

func brought(name, refresh string) grant {
	g := grant{refresh: refresh, refreshUntil: noon.Add(time.Hour)}
	if name != "" {
		g.account = Account{ID: "u", Name: name, SignedInAt: noon}
	}
	return g
}

func inFleet(v version, name, refresh string) accountState {
	return accountState{grant: brought(name, refresh), version: v}
}

func tombstone(v version) accountState { return accountState{version: v, removed: true} }

// The table in the comment of accountTokens, row by row.
func TestWhoWins(t *testing.T) {
	const v = 1000 // what is greater or less than noonVersion by this is newer or older
	for name, tt := range map[string]struct {
		do   func(a *accountTokens)
		want string // refresh token, name, version after noon; or "removed"
	}{
		"nothing":                                  {func(*accountTokens) {}, "none of  at none"},
		"a sign-in":                                {func(a *accountTokens) { a.signedIn(brought("new", "r1"), noon) }, "r1 of new at 0"},
		"a sign-in without a refresh token":        {func(a *accountTokens) { a.signedIn(brought("new", ""), noon) }, "none of new at none"},
		"a sign-in after a sign-in":                {func(a *accountTokens) { signInTwice(a, noon.Add(time.Second)) }, "r2 of newer at 1000"},
		"one by a clock that was set back":         {func(a *accountTokens) { signInTwice(a, noon.Add(-time.Hour)) }, "r2 of newer at 1"},
		"one without a refresh token":              {func(a *accountTokens) { a.signedIn(brought("new", "r1"), noon); a.signedIn(brought("newer", ""), noon) }, "r1 of newer at 0"},
		"a refresh":                                {func(a *accountTokens) { signIn(a); a.refreshed("r1", brought("renamed", "r2")) }, "r2 of renamed at 1"},
		"a refresh that brings no refresh token":   {func(a *accountTokens) { signIn(a); a.refreshed("r1", brought("renamed", "")) }, "r1 of renamed at 0"},
		"a refresh without keys for its ID token":  {func(a *accountTokens) { signIn(a); a.refreshed("r1", brought("", "r2")) }, "r2 of new at 1"},
		"a refresh that a sign-in has overtaken":   {func(a *accountTokens) { signInTwice(a, noon); a.refreshed("r1", brought("late", "r3")) }, "r2 of newer at 1"},
		"a refresh that a removal has overtaken":   {func(a *accountTokens) { signIn(a); a.remove(); a.refreshed("r1", brought("late", "r3")) }, "removed"},
		"a refusal":                                {func(a *accountTokens) { signIn(a); a.refuse("r1") }, "none of new at 0"},
		"a refusal that a sign-in has overtaken":   {func(a *accountTokens) { signInTwice(a, noon); a.refuse("r1") }, "r2 of newer at 1"},
		"a removal":                                {func(a *accountTokens) { signIn(a); a.remove() }, "removed"},
		"a sign-in begun before a removal":         {func(a *accountTokens) { a.remove(); signIn(a) }, "removed"},
		"a removal that found nothing here":        {func(a *accountTokens) { a.removals.record("u"); signIn(a) }, "removed"},
		"a removal of another":                     {func(a *accountTokens) { signIn(a); a.removals.record("v") }, "r1 of new at 0"},
		"the fleet, for one that knows nothing":    {func(a *accountTokens) { a.adopt(inFleet(1, "there", "f1")) }, "f1 of there at old"},
		"the fleet, newer":                         {func(a *accountTokens) { signIn(a); a.adopt(inFleet(noonVersion+v, "there", "f1")) }, "f1 of there at 1000"},
		"the fleet, as new":                        {func(a *accountTokens) { signIn(a); a.adopt(inFleet(noonVersion, "there", "f1")) }, "r1 of new at 0"},
		"the fleet, older":                         {func(a *accountTokens) { signIn(a); a.adopt(inFleet(noonVersion-v, "there", "f1")) }, "r1 of new at 0"},
		"the fleet, older, after a refusal":        {func(a *accountTokens) { signIn(a); a.refuse("r1"); a.adopt(inFleet(noonVersion-v, "there", "f1")) }, "f1 of there at -1000"},
		"the fleet with what was refused":          {func(a *accountTokens) { signIn(a); a.refuse("r1"); a.adopt(inFleet(noonVersion, "there", "r1")) }, "none of new at 0"},
		"the fleet without a refresh token, older": {func(a *accountTokens) { signIn(a); a.refuse("r1"); a.adopt(inFleet(noonVersion-v, "there", "")) }, "none of new at 0"},
		"the fleet after a removal":                {func(a *accountTokens) { signIn(a); a.remove(); a.adopt(inFleet(noonVersion+v, "there", "f1")) }, "removed"},
		"a newer tombstone":                        {func(a *accountTokens) { signIn(a); a.adopt(tombstone(noonVersion + 1)) }, "removed"},
		"a tombstone as new":                       {func(a *accountTokens) { signIn(a); a.adopt(tombstone(noonVersion)) }, "r1 of new at 0"},
		"an older tombstone after a refusal":       {func(a *accountTokens) { signIn(a); a.refuse("r1"); a.adopt(tombstone(noonVersion)) }, "none of new at 0"},
		"published beside something newer":         {func(a *accountTokens) { signIn(a); publish(a, inFleet(noonVersion+v, "there", "f1"), false) }, "f1 of there at 1000"},
		"published beside a newer tombstone":       {func(a *accountTokens) { signIn(a); publish(a, tombstone(noonVersion+v), false) }, "removed"},
		"a sign-in published beside newer":         {func(a *accountTokens) { signIn(a); publish(a, inFleet(noonVersion+v, "there", "f1"), true) }, "r1 of new at 1001"},
		"a sign-in published beside a tombstone":   {func(a *accountTokens) { signIn(a); publish(a, tombstone(noonVersion+v), true) }, "r1 of new at 1001"},
		"published beside something older":         {func(a *accountTokens) { signIn(a); publish(a, inFleet(noonVersion-v, "there", "f1"), false) }, "r1 of new at 0"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccountTokens("u", newRemovals(10))
			tt.do(a)
			if got := describe(a); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func signIn(a *accountTokens) { a.signedIn(brought("new", "r1"), noon) }

func signInTwice(a *accountTokens, second time.Time) {
	signIn(a)
	a.signedIn(brought("newer", "r2"), second)
}

func publish(a *accountTokens, there accountState, isSignIn bool) { a.publish(&there, isSignIn) }

func describe(a *accountTokens) string {
	s := a.now()
	if a.isRemoved() && s.refresh == "" {
		return "removed"
	}
	refresh, at := s.refresh, fmt.Sprint(int64(s.version-noonVersion))
	switch {
	case s.version == 0:
		at = "none"
	case s.version < noonVersion/2:
		at = "old"
	}
	if refresh == "" {
		refresh = "none"
	}
	return refresh + " of " + s.account.Name + " at " + at
}

// Where a sign-in brings a refresh token, the time of the sign-in stays until
// the next one, whatever refreshes say.
func TestRefreshLeavesTheTimeOfTheSignIn(t *testing.T) {
	a := newAccountTokens("u", newRemovals(10))
	signIn(a)
	late := brought("renamed", "r2")
	late.account.SignedInAt = noon.Add(time.Hour)
	a.refreshed("r1", late)
	if got := a.now().account.SignedInAt; !got.Equal(noon) {
		t.Errorf("got %v, want %v", got, noon)
	}
	if !a.isBefore(noon.Add(time.Second)) || a.isBefore(noon) {
		t.Error("isBefore does not compare with the sign-in")
	}
}

func TestRedeemable(t *testing.T) {
	a := newAccountTokens("u", newRemovals(10))
	g := brought("new", "r1")
	g.noSecret = true
	a.signedIn(g, noon)
	for at, want := range map[time.Time]string{noon: "r1", noon.Add(time.Hour - 1): "r1", noon.Add(time.Hour): ""} {
		if got, noSecret := a.redeemable(at); got != want || noSecret != (want != "") {
			t.Errorf("at %v: got %q, %v", at, got, noSecret)
		}
	}
}

// A world is two processes and the cache between them, as far as the five
// verbs go.
type world struct {
	removals  *removals
	here      *accountTokens
	there     *accountState // in the cache
	redeeming string        // the refresh token that is being redeemed here
	serial    int
}

func (w *world) refreshToken() string {
	w.serial++
	return fmt.Sprint("r", w.serial)
}

// steps are what can happen, by name.
var steps = map[string]func(w *world){
	"sign in": func(w *world) {
		if w.here.isRemoved() { // as accountCache does
			w.here = newAccountTokens("u", w.removals)
		}
		w.here.signedIn(brought("here", w.refreshToken()), noon.Add(time.Duration(w.serial%3)*time.Minute))
		w.share(true)
	},
	"begin refresh": func(w *world) { w.redeeming, _ = w.here.redeemable(noon) },
	"end refresh": func(w *world) {
		if w.redeeming != "" && w.here.refreshed(w.redeeming, brought("here", w.refreshToken())) {
			w.share(false)
		}
		w.redeeming = ""
	},
	"refused": func(w *world) {
		w.here.refuse(w.redeeming)
		w.redeeming = ""
	},
	"remove": func(w *world) {
		w.removals.record("u")
		v := newRemoval(noon, time.Time{}, w.here.remove()).version
		if w.there != nil {
			v = max(v, w.there.version)
		}
		stone := tombstone(v.after(noon))
		w.there = &stone
	},
	"adopt": func(w *world) {
		if w.there != nil {
			w.here.adopt(*w.there)
		}
	},
	"share": func(w *world) { w.share(false) },
	"sign in elsewhere": func(w *world) {
		v := version(0)
		if w.there != nil {
			v = w.there.version
		}
		s := inFleet(v.after(noon.Add(-time.Minute)), "elsewhere", w.refreshToken())
		w.there = &s
	},
	"refresh elsewhere": func(w *world) {
		if w.there != nil && !w.there.removed {
			s := inFleet(w.there.version+1, "elsewhere", w.refreshToken())
			w.there = &s
		}
	},
	"lose the cache": func(w *world) { w.there = nil },
}

func (w *world) share(isSignIn bool) {
	if now, ok := w.here.publish(w.there, isSignIn); ok && now.account.ID != "" {
		w.there = &now
	}
}

// check returns what is wrong after a step.
func (w *world) check(step string, before accountState, wasRemoved bool, thereBefore *accountState) string {
	now, removed := w.here.now(), w.here.isRemoved()
	switch {
	case wasRemoved && !removed && step != "sign in":
		return "what was removed came back"
	case removed && now.refresh != "" && now.removed:
		return "a removed account has a refresh token"
	case !removed && !wasRemoved && now.version < before.version && before.refresh != "":
		return "the version has shrunk while there was a good refresh token"
	case step == "sign in" && (removed || now.refresh != fmt.Sprint("r", w.serial) || now.account.Name != "here"):
		return "a sign-in has lost"
	case step == "sign in" && (w.there == nil || w.there.refresh != now.refresh || thereBefore != nil && w.there.version <= thereBefore.version):
		return "a sign-in was not shared as the newest"
	case thereBefore != nil && thereBefore.removed && w.there != nil && !w.there.removed && !slices.Contains([]string{"sign in", "sign in elsewhere"}, step) && w.there.version <= thereBefore.version:
		return "something as old as a tombstone took its place"
	case step == "adopt" && thereBefore != nil && !wasRemoved && thereBefore.version > before.version && (now.refresh != thereBefore.refresh || removed != thereBefore.removed):
		return "what is newer in the fleet was not adopted"
	}
	return ""
}

// Each sequence of up to five steps keeps to what the table says.
func TestEverySequence(t *testing.T) {
	const depth = 5
	names := make([]string, 0, len(steps))
	for name := range steps {
		names = append(names, name)
	}
	slices.Sort(names)
	path := make([]int, depth)
	ran := 0
	for {
		ran++
		if wrong, at := play(names, path); wrong != "" {
			var did []string
			for _, i := range path[:at+1] {
				did = append(did, names[i])
			}
			t.Fatalf("%s, after: %s", wrong, strings.Join(did, ", "))
		}
		i := depth - 1
		for ; i >= 0 && path[i] == len(names)-1; i-- {
			path[i] = 0
		}
		if i < 0 {
			break
		}
		path[i]++
	}
	t.Logf("%d sequences", ran)
}

func play(names []string, path []int) (wrong string, at int) {
	w := &world{removals: newRemovals(10)}
	w.here = newAccountTokens("u", w.removals)
	for at, i := range path {
		before, wasRemoved, thereBefore := w.here.now(), w.here.isRemoved(), w.there
		steps[names[i]](w)
		if wrong := w.check(names[i], before, wasRemoved, thereBefore); wrong != "" {
			return wrong, at
		}
	}
	return "", 0
}
