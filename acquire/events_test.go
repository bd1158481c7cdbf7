// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// events returns level, message and attributes of each event that was logged, but for
// those of the keys, and the attributes that all lines have.
func (l *logs) events(t testing.TB) string {
	t.Helper()
	all := map[string]map[string]bool{}
	for line := range strings.Lines(l.String()) {
		attrs := map[string]any{}
		if err := json.Unmarshal([]byte(line), &attrs); err != nil {
			t.Fatal(err)
		}
		if attrs["authority"] == nil || attrs["client"] == nil {
			t.Errorf("got %s, want authority and client in all lines", line)
		}
		if attrs["key_ids"] != nil {
			continue
		}
		name := fmt.Sprintf("%v %v", attrs["level"], attrs["msg"])
		if name, _, _ = strings.Cut(name, ": "); all[name] == nil {
			all[name] = map[string]bool{}
		}
		for key := range attrs {
			if !slices.Contains([]string{"time", "level", "msg", "authority", "client"}, key) {
				all[name][key] = true
			}
		}
	}
	var lines []string
	for name, keys := range all {
		lines = append(lines, strings.TrimSpace(name+": "+strings.Join(slices.Sorted(maps.Keys(keys)), " ")))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// All that is logged, and what each line may tell: others go by it.
func TestEvents(t *testing.T) {
	log, logged := newLogs()
	bubble(t, func(t *testing.T) {
		e, cache := new(endpoint), newMemory()
		var away atomic.Bool
		app := newDaemonAt(t, contoso(t).Flow("B2C_1_susi"), acquire.Secret("775527ff-9a37-4307-8b3d-cc311f58d925"), e, &acquire.Options{
			Logger: log, Timeout: 10 * time.Second,
			Cache: scripted{memory: cache, get: func(ctx context.Context, key string) ([]byte, error) {
				if away.Load() {
					return nil, errors.New("the cache is away")
				}
				return cache.Get(ctx, key)
			}},
			OnAcquisition: func(_ context.Context, a acquire.Acquisition) {
				if a.Err != nil {
					panic("the hook's")
				}
			},
		})
		call := func() { _, _ = app.Token(t.Context(), tasksScope) }
		e.always(down())
		call() // the first one
		away.Store(true)
		time.Sleep(time.Minute)
		e.always(reply{})
		call()
		time.Sleep(57 * time.Minute)
		e.always(down())
		call()
		for i := range 20 {
			_, _ = app.Token(t.Context(), fmt.Sprintf("https://contoso.onmicrosoft.com/api%d/.default", i))
		}
		time.Sleep(2 * time.Minute)
		e.always(reply{panics: "the transport's"})
		_, _ = app.Token(t.Context(), stockScope)
	})
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		app := newWeb(t, w, "B2C_1_susi", &acquire.Options{Logger: log, OnRefreshToken: func(context.Context, acquire.Account, string) { panic("the application's") }})
		signedIn(t, app, newBrowser(t, b2c), readScope)
		w.altering(func(_ post, answer map[string]any) { delete(answer, "refresh_token") })
		for range 3 {
			signedIn(t, app, newBrowser(t, b2c), readScope)
			time.Sleep(31 * time.Second)
		}
	})
	if got := logged.events(t); got != strings.TrimSpace(wantEvents) {
		t.Errorf("got\n%s\nwant\n%s", got, strings.TrimSpace(wantEvents))
	}
	if text := logged.String(); strings.Contains(text, "the hook's") || strings.Contains(text, adaID) || strings.Contains(text, "ada@") {
		t.Errorf("the log tells of a panic's value or a user: %s", text)
	}
}

const wantEvents = `
DEBUG token acquired: duration grant renewal via
DEBUG token not acquired: duration error grant omitted renewal via
ERROR acquire.Options.OnAcquisition panicked: omitted panic stack
ERROR acquire.Options.OnRefreshToken panicked: panic
ERROR renewing a token panicked: grant panic stack
INFO renewing a token works again: failures grant
WARN a sign-in brought no refresh token, so the user has to sign in again when the access token ends: grant omitted
WARN getting a token failed: error failures grant omitted usable_token
WARN renewing a token failed: error failures grant usable_token
WARN the client secret is a GUID:
WARN the shared cache failed: error omitted operation
`

// Whatever fails, and however much of it, the log is not filled.
func TestLogIsNotFlooded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		log, logged := newLogs()
		e := new(endpoint)
		e.always(invalidClient())
		app := newDaemon(t, e, &acquire.Options{Logger: slog.New(aboveDebug{log.Handler()})})
		const failures = 200
		for i := range failures {
			_, _ = app.Token(t.Context(), fmt.Sprintf("https://contoso.onmicrosoft.com/api%d/.default", i))
		}
		if n := logged.lines("getting a token failed"); n != 10 {
			t.Errorf("got %d lines of %d failures, want 10", n, failures)
		}
		time.Sleep(time.Second)
		_, _ = app.Token(t.Context(), tasksScope)
		synctest.Wait() // the line is written by whoever fetched
		if n := logged.lines(`"omitted":190`); n != 1 {
			t.Errorf("got %s, want it told that 190 were left out", logged)
		}
	})
}

// aboveDebug is a handler without lines for debugging.
type aboveDebug struct{ slog.Handler }

func (h aboveDebug) Enabled(_ context.Context, l slog.Level) bool { return l > slog.LevelDebug }
func (h aboveDebug) WithAttrs(attrs []slog.Attr) slog.Handler {
	return aboveDebug{h.Handler.WithAttrs(attrs)}
}
