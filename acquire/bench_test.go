// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
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

// BenchmarkToken compares a token from memory with what others do, on one
// token in one run.
//
//	map     a map with a lock, the time's check and a copy
//	reuse   oauth2.ReuseTokenSource, which has no scopes and no copy
//	token   App.Token
//	source  App.TokenSource
func BenchmarkToken(b *testing.B) {
	var e endpoint
	app := newDaemon(b, &e, nil)
	ctx := context.Background()
	token := mustToken(b, app, tasksScope)
	bare := &guardedMap{tokens: map[string]*oauth2.Token{tasksScope: token}}
	reuse := oauth2.ReuseTokenSource(token, nil)
	source := app.TokenSource(ctx, tasksScope)
	for _, bench := range []struct {
		name string
		get  func() (*oauth2.Token, error)
	}{
		{"map", func() (*oauth2.Token, error) { return bare.token(tasksScope) }},
		{"reuse", reuse.Token},
		{"token", func() (*oauth2.Token, error) { return app.Token(ctx, tasksScope) }},
		{"source", source.Token},
	} {
		b.Run(bench.name+"/serial", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bench.get(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(bench.name+"/parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := bench.get(); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}
