// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/emulator"
)

// A source is often made with the context of a start-up, or of a request, which
// has long ended when the token has. oauth2.NewClient is given the same one.
func TestTokenSourceOutlivesItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		w := newWire(b2c)
		web := newWeb(t, w, "B2C_1_susi", nil)
		in := signedIn(t, web, newBrowser(t, b2c), readScope)
		var e endpoint
		daemon := newDaemon(t, &e, nil)

		startup, cancel := context.WithTimeoutCause(t.Context(), 5*time.Second, errors.New("start-up is over"))
		defer cancel()
		api := &apiCalls{}
		with := context.WithValue(startup, oauth2.HTTPClient, &http.Client{Transport: api})
		for name, source := range map[string]oauth2.TokenSource{
			"application": daemon.TokenSource(startup, tasksScope),
			"user":        web.User(in.Account).TokenSource(startup, readScope),
		} {
			client := oauth2.NewClient(with, source)
			last := ""
			for _, idle := range []time.Duration{time.Second, 70 * time.Minute, 70 * time.Minute} {
				time.Sleep(idle)
				if idle > time.Second {
					cancel()
				}
				token, err := source.Token()
				if err != nil {
					t.Fatalf("%s: after %v: %v", name, idle, err)
				}
				if token.AccessToken == last {
					t.Errorf("%s: after %v: got the same token, want another", name, idle)
				}
				last = token.AccessToken
				if _, err := called(t, client, "https://api.contoso.example/", ""); err != nil {
					t.Errorf("%s: oauth2.NewClient, after %v: %v", name, idle, err)
				}
			}
		}
		if got := len(api.seen()); got != 6 {
			t.Errorf("got %d calls at the API, want 6", got)
		}
	})
}

// What ends a source is Close; and nothing makes it wait for longer than the
// Timeout.
func TestTokenSourceEndsWithApp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var e endpoint
		e.always(hanging())
		app := newDaemon(t, &e, &acquire.Options{Timeout: 7 * time.Second})
		source := app.TokenSource(t.Context(), tasksScope)
		start := time.Now()
		_, err := source.Token()
		wantClass(t, "hanging", err, acquire.ErrRetry)
		if took := time.Since(start); took > 8*time.Second {
			t.Errorf("hanging: got an error after %v, want it within the Timeout and a second", took)
		}
		time.Sleep(time.Minute)
		done := make(chan error)
		go func() {
			_, err := source.Token()
			done <- err
		}()
		time.Sleep(time.Second)
		if err := app.Close(); err != nil {
			t.Error(err)
		}
		wantClass(t, "closed while it waits", <-done, acquire.ErrClosed)
		_, err = source.Token()
		wantClass(t, "closed", err, acquire.ErrClosed)
	})
}

// The values of the context get to where a call of its own would bring them: the
// shared cache, whose spans belong to somebody's trace.
func TestTokenSourceKeepsValues(t *testing.T) {
	bubble(t, func(t *testing.T) {
		type key struct{}
		b2c := emulator.NewTenant(nil)
		cache := &valued{Cache: newMemory(), key: key{}}
		options := &acquire.Options{Cache: cache}
		in := signedIn(t, newWeb(t, newWire(b2c), "B2C_1_susi", options), newBrowser(t, b2c), readScope)
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "trace"))
		other := newWeb(t, newWire(b2c), "B2C_1_susi", options)
		source := other.User(in.Account).TokenSource(ctx, readScope)
		cancel()
		if _, err := source.Token(); err != nil || cache.value != "trace" {
			t.Errorf("got %v, and the cache saw %v; want a token, and the value of the context", err, cache.value)
		}
	})
}

// valued keeps a value of the context that an entry was asked for with.
type valued struct {
	acquire.Cache
	key, value any
}

func (c *valued) Get(ctx context.Context, key string) ([]byte, error) {
	if v := ctx.Value(c.key); v != nil {
		c.value = v
	}
	return c.Cache.Get(ctx, key)
}

// Replace is the way to force a refresh too, after what a user may do has
// changed: its texts suppose neither an API nor other processes.
func TestReplaceTexts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		app := newWeb(t, newWire(b2c), "B2C_1_susi", nil)
		in := signedIn(t, app, newBrowser(t, b2c), readScope)
		user := app.User(in.Account)
		token, err := user.Token(t.Context(), readScope)
		if err != nil {
			t.Fatal(err)
		}
		// Within one second, what B2C signs is the same to the byte.
		_, err = user.Replace(t.Context(), token, readScope)
		e := wantClass(t, "in the same second", err, acquire.ErrRetry)
		wantText(t, e.Advice, "what came in place of the rejected token is the same one; wait and try again")
		_, err = user.Replace(t.Context(), token, readScope)
		e = wantClass(t, "at once again", err, acquire.ErrRetry)
		wantText(t, e.Advice, "the last attempt to replace this token was less than 30 seconds ago; if an API refuses it, look for the reason there")
		if e.RetryAfter != 30*time.Second {
			t.Errorf("at once again: got RetryAfter %v, want 30s", e.RetryAfter)
		}
		time.Sleep(30 * time.Second)
		if newer, err := user.Replace(t.Context(), token, readScope); err != nil || newer.AccessToken == token.AccessToken {
			t.Errorf("half a minute later: got %v, want another token", err)
		}
	})
}

func wantText(t *testing.T, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}
