// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// wantAllocations fails unless f makes so many at most.
func wantAllocations(t *testing.T, what string, want float64, f func() error) {
	t.Helper()
	if raceEnabled {
		return // the race detector allocates too
	}
	got := testing.AllocsPerRun(200, func() {
		if err := f(); err != nil {
			t.Fatal(err)
		}
	})
	if got > want {
		t.Errorf("%s: got %v allocations, want %v", what, got, want)
	}
}

// nowhere answers without a look at the request.
type nowhere struct{ answer http.Response }

func (n *nowhere) RoundTrip(*http.Request) (*http.Response, error) {
	n.answer.StatusCode = http.StatusOK
	return &n.answer, nil
}

// A token from memory costs one allocation: the copy that the caller gets. So it
// does while a renewal hangs.
func TestTokenAllocations(t *testing.T) {
	for name, opts := range map[string]acquire.Options{"plain": {}, "with a cache": {Cache: newMemory()}} {
		var e endpoint
		var clock wallClock
		opts.Now = clock.now
		app := newDaemon(t, &e, &opts)
		mustToken(t, app, tasksScope)
		ctx := t.Context()
		source := app.TokenSource(ctx, tasksScope)
		check := func(when string) {
			wantAllocations(t, name+", Token"+when, 1, func() error { _, err := app.Token(ctx, tasksScope); return err })
			wantAllocations(t, name+", Token of several"+when, 1, func() error {
				_, err := app.Token(ctx, "openid", tasksScope, "offline_access")
				return err
			})
			wantAllocations(t, name+", TokenSource"+when, 1, func() error { _, err := source.Token(); return err })
		}
		check("")
		arrived := make(chan struct{})
		e.play(func(post) reply { close(arrived); return hanging() }) // panics if there is another one
		clock.set(55 * time.Minute)
		mustToken(t, app, tasksScope)
		<-arrived
		check(", while a renewal hangs")
		wantPosts(t, name, &e, 2)
	}
}

// A user's too, whatever the order of the scopes.
func TestUserTokenAllocations(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	in := signedIn(t, app, newBrowser(t, b2c), readScope, writeScope)
	user := app.User(in.Account)
	ctx := t.Context()
	userToken(t, app, in.Account, readScope)
	wantAllocations(t, "one", 1, func() error { _, err := user.Token(ctx, readScope); return err })
	wantAllocations(t, "two", 1, func() error { _, err := user.Token(ctx, readScope, writeScope); return err })
	wantAllocations(t, "in another order", 1, func() error { _, err := user.Token(ctx, writeScope, readScope); return err })
	source := user.TokenSource(ctx, writeScope, readScope)
	wantAllocations(t, "TokenSource", 1, func() error { _, err := source.Token(); return err })
	wantAllocations(t, "RawIDToken", 0, func() error { _, err := user.RawIDToken(ctx); return err })
}

// To send a request along with a token takes what its copy takes: the request,
// the header's map, which is two, and its values.
func TestRoundTripAllocations(t *testing.T) {
	var e endpoint
	b2c := emulator.NewTenant(nil)
	web := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
	in := signedIn(t, web, newBrowser(t, b2c), readScope)
	app, err := newDaemon(t, &e, nil).Transport("https://stock.internal", tasksScope)
	if err != nil {
		t.Fatal(err)
	}
	user, err := web.User(in.Account).Transport("https://stock.internal", readScope)
	if err != nil {
		t.Fatal(err)
	}
	for name, tr := range map[string]*acquire.Transport{"application": app, "user": user} {
		tr.Base = &nowhere{}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://stock.internal/items", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "application/json")
		wantAllocations(t, name+", the look-up alone", 0, func() error { return tr.LookUp(r) })
		wantAllocations(t, name, 4, func() error { _, err := tr.RoundTrip(r); return err })
	}
}
