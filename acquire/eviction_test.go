// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func scopeNumber(i int) string {
	return fmt.Sprintf("https://contoso.onmicrosoft.com/api-%04d/.default", i)
}

// Scopes that a caller chooses must not fill the memory: those used longest
// ago go, and those in use stay.
func TestManyScopesStayBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const many = 2000
		var e endpoint
		e.always(reply{life: 24 * time.Hour})
		app := newDaemon(t, &e, nil)
		for i := range many {
			mustToken(t, app, scopeNumber(i))
			time.Sleep(2 * time.Second)
			if got := mustToken(t, app, scopeNumber(0)).AccessToken; got != "token-1" {
				t.Fatalf("after %d: the one in use all the time is now %s, want token-1", i, got)
			}
		}
		wantPosts(t, "each once", &e, many)
		kept := 0
		for i := many - 1; i >= 0; i-- { // the last ones first: asking for one puts another out
			before := e.count()
			if mustToken(t, app, scopeNumber(i)); e.count() != before {
				break
			}
			kept++
		}
		if kept < 100 || kept > 300 {
			t.Errorf("got the last %d of %d from memory, want 100 to 300", kept, many)
		}
	})
}

// A token as long as is taken, for as many scopes as are kept: the memory for
// it all is some megabytes.
func TestManyScopesMemory(t *testing.T) {
	if raceEnabled {
		return // the race detector keeps memory of its own
	}
	var e endpoint
	app := newDaemon(t, &e, nil)
	filler := make([]byte, 60<<10)
	for i := range filler {
		filler[i] = 'a'
	}
	e.play(func(p post) reply { return reply{token: fmt.Sprintf("%d-%s", p.n, filler)} })
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 2000 { // 120 MB, were they all kept
		mustToken(t, app, scopeNumber(i))
		e.forget()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 40<<20 {
		t.Errorf("the heap has grown by %d MiB, want at most 40", grown>>20)
	}
	runtime.KeepAlive(app)
}

// What is put out of memory while callers wait for it comes all the same.
func TestEvictedWhileWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		answer := make(chan struct{})
		e.play(func(p post) reply {
			if p.n == 1 {
				return reply{until: answer}
			}
			return reply{}
		})
		app := newDaemon(t, &e, nil)
		done := make(chan struct{})
		go func() {
			defer close(done)
			tokens, errs := herd(10, func() (*oauth2.Token, error) { return app.Token(t.Context(), tasksScope) })
			wantGood(t, "waiting", &e, tokens, errs)
		}()
		time.Sleep(time.Second)
		for i := range 600 {
			mustToken(t, app, scopeNumber(i))
			time.Sleep(5 * time.Millisecond)
		}
		close(answer)
		<-done
		wantPosts(t, "all", &e, 601)
	})
}
