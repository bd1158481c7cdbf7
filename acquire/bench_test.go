// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
)

// guardedMap is the least that a cache of tokens by scope can be.
type guardedMap struct {
	mu     sync.Mutex
	tokens map[string]*oauth2.Token
}

func (m *guardedMap) token(scope string) (*oauth2.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.tokens[scope]
	if t == nil || !time.Now().Before(t.Expiry) {
		return nil, context.Canceled
	}
	c := *t
	return &c, nil
}

// door is a way to a token.
type door struct {
	name string
	get  func() error
}

func doorTo(name string, get func() (*oauth2.Token, error)) door {
	return door{name, func() error { _, err := get(); return err }}
}

// newAging returns an App whose token is old enough to be renewed, while B2C does
// not answer, and the look-up of its Transport.
func newAging(b *testing.B) (app *acquire.App, lookUp func() error) {
	b.Helper()
	var e endpoint
	var clock wallClock
	app = newDaemon(b, &e, &acquire.Options{Now: clock.now, Timeout: time.Minute})
	mustToken(b, app, tasksScope)
	e.play(func(post) reply { return hanging() })
	clock.set(55 * time.Minute)
	return app, lookUpOf(b, app)
}

// lookUpOf returns what an App's Transport does to get its token.
func lookUpOf(b *testing.B, app *acquire.App) func() error {
	b.Helper()
	tr, err := app.Transport("https://stock.internal", tasksScope)
	if err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "https://stock.internal/items", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	return func() error { return tr.LookUp(r) }
}

// BenchmarkToken compares tokens from memory with what others do, in one run.
//
//	map     a map with a lock, the time's check and a copy
//	reuse   oauth2.ReuseTokenSource, which has no scopes and no copy
//	token   App.Token; hanging: while a renewal gets no answer, clock with
//	        Options.Now as in hanging
//	source  App.TokenSource
//	lookup  what App.Transport does before it sends a request
//	user    User.Token of one scope, of two, and of two in the other order
func BenchmarkToken(b *testing.B) {
	var e endpoint
	ctx := context.Background()
	app := newDaemon(b, &e, nil)
	withClock := newDaemon(b, &e, &acquire.Options{Now: new(wallClock).now})
	token := mustToken(b, app, tasksScope)
	mustToken(b, withClock, tasksScope)
	bare := &guardedMap{tokens: map[string]*oauth2.Token{tasksScope: token}}
	aging, agingLookUp := newAging(b)
	web := newWeb(b, &endpoint{}, "B2C_1_susi", nil)
	web.Keep(member(0), "refresh", map[string]string{readScope: "one", readScope + " " + writeScope: "two"})
	user := web.User(member(0))
	for _, d := range []door{
		doorTo("map", func() (*oauth2.Token, error) { return bare.token(tasksScope) }),
		doorTo("reuse", oauth2.ReuseTokenSource(token, nil).Token),
		doorTo("token", func() (*oauth2.Token, error) { return app.Token(ctx, tasksScope) }),
		doorTo("token-clock", func() (*oauth2.Token, error) { return withClock.Token(ctx, tasksScope) }),
		doorTo("token-hanging", func() (*oauth2.Token, error) { return aging.Token(ctx, tasksScope) }),
		doorTo("source", app.TokenSource(ctx, tasksScope).Token),
		{"lookup", lookUpOf(b, app)},
		{"lookup-clock", lookUpOf(b, withClock)},
		{"lookup-hanging", agingLookUp},
		doorTo("user-one", func() (*oauth2.Token, error) { return user.Token(ctx, readScope) }),
		doorTo("user-two", func() (*oauth2.Token, error) { return user.Token(ctx, readScope, writeScope) }),
		doorTo("user-order", func() (*oauth2.Token, error) { return user.Token(ctx, writeScope, readScope) }),
	} {
		b.Run(d.name, d.bench)
	}
}

func (d door) bench(b *testing.B) {
	b.Run("serial", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := d.get(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := d.get(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

// member returns one of many accounts.
func member(i int) acquire.Account {
	return acquire.Account{
		ID: fmt.Sprintf("%08d-c747-491c-b669-d4a981268755-b2c_1_susi.%s", i, contosoID), UserID: fmt.Sprintf("%08d-c747-491c-b669-d4a981268755", i),
		SignedInAt: time.Unix(1_700_000_000, 0), Username: fmt.Sprintf("user-%d@contoso.example", i), Name: fmt.Sprintf("User %d", i),
		Logins: []string{fmt.Sprintf("user-%d@contoso.example", i)},
	}
}

// newMembers returns an App that keeps the tokens of so many users: each an
// access token, an ID token and a refresh token of that length.
func newMembers(tb testing.TB, many, length int) *acquire.App {
	tb.Helper()
	app := newWeb(tb, &endpoint{}, "B2C_1_susi", &acquire.Options{MaxAccounts: max(many, 1)})
	for i := range many {
		text := func() string { return strings.Repeat("x", length) }
		app.Keep(member(i), text(), map[string]string{readScope: text(), "": text()})
	}
	return app
}

// BenchmarkManyUsers gets tokens of so many users in turn.
func BenchmarkManyUsers(b *testing.B) {
	for _, many := range []int{1, 1000, 100_000} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			app := newMembers(b, many, 40)
			users := make([]*acquire.User, many)
			for i := range users {
				users[i] = app.User(member(i))
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, err := users[i].Token(b.Context(), readScope); err != nil {
					b.Fatal(err)
				}
				if i++; i == many {
					i = 0
				}
			}
		})
	}
}
