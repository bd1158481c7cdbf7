// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/internal/goroutines"
	"github.com/b2ckit/b2ckit/jwks"
)

func TestConstructorDoesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		before := goroutines.InBubble()
		c := open(t, b2c.Transport(), nil)
		time.Sleep(48 * time.Hour)
		if got := goroutines.InBubble(); got != before {
			t.Errorf("got %d goroutines after New, want %d", got, before)
		}
		if got := b2c.Counts(); got != (emulator.Counts{}) {
			t.Errorf("got requests %+v before first use, want none", got)
		}
		if c.Current() != nil {
			t.Error("got a set before first use")
		}
	})
}

func TestReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := open(t, b2c.Transport(), nil)
		for range 3 {
			if err := ready(t.Context(), c); err != nil {
				t.Fatalf("Ready: %v", err)
			}
		}
		if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 1 {
			t.Errorf("got %+v, want one request for each document", got)
		}
		if c.Current() == nil {
			t.Error("ready, but no set")
		}
		if got := c.Authority(); got.ID() != susi(t).ID() {
			t.Errorf("got authority %v", got)
		}
	})
}

func TestReadyMakesOneAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		fail(b2c)
		c := open(t, b2c.Transport(), nil)
		start := time.Now()
		e := unavailable(t, ready(t.Context(), c))
		if e.RetryAfter <= 0 || e.RetryAfter > 2*time.Second {
			t.Errorf("got RetryAfter %v, want up to 2 s", e.RetryAfter)
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("took %v, want an answer as soon as the fetch fails", d)
		}
		_ = ready(t.Context(), c)
		if got := b2c.Counts().Metadata; got != 1 {
			t.Errorf("got %d metadata requests, want 1: back-off holds for readiness probes", got)
		}
	})
}

func TestStateFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := open(t, b2c.Transport(), nil)
		s := c.State()
		if s.Authority != origin+"/contoso.onmicrosoft.com/b2c_1_susi/v2.0/.well-known/openid-configuration" {
			t.Errorf("got Authority %q", s.Authority)
		}
		if s.Usable || s.Issuer != "" || s.KeyIDs != nil || !s.LastSuccess.IsZero() || !s.NextRefresh.IsZero() || s.KeyFetches != 0 {
			t.Errorf("got %+v before first use", s)
		}

		begin := time.Now()
		if err := ready(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		s = c.State()
		if !s.Usable || s.Issuer != issuer || !slices.Equal(s.KeyIDs, []string{b2c.CurrentKey("").ID()}) || len(s.Ignored) != 0 {
			t.Errorf("got %+v after a good fetch", s)
		}
		if !s.LastSuccess.Equal(begin) || s.Age != 10*time.Second || s.LastError != nil || !s.LastErrorAt.IsZero() {
			t.Errorf("got %+v, want the success 10 s ago and no error", s)
		}
		if d := s.NextRefresh.Sub(begin); d < 43*time.Minute || d > 53*time.Minute {
			t.Errorf("got NextRefresh %v after the fetch, want around 48 min", d)
		}
		if s.MetadataFetches != 1 || s.KeyFetches != 1 || s.Failures != 0 {
			t.Errorf("got counts %+v", s)
		}

		fail(b2c)
		failedAt := time.Now()
		_, _ = c.Find(t.Context(), jwks.Query{KeyID: "unknown"})
		s = c.State()
		if !s.Usable || s.LastError == nil || !s.LastErrorAt.Equal(failedAt) || s.Failures != 1 || s.KeyFetches != 2 {
			t.Errorf("got %+v after a failure", s)
		}
		if d := time.Until(s.NextRefresh); d <= 0 || d > 2*time.Second {
			t.Errorf("got NextRefresh in %v after a failure, want about 1 s", d)
		}

		b2c.Intercept(nil)
		time.Sleep(5 * time.Second)
		if s = c.State(); s.LastError != nil || !s.LastErrorAt.Equal(failedAt) || s.Failures != 1 {
			t.Errorf("got %+v after recovery, want no LastError, but its time kept", s)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		c := warm(t, b2c, nil)
		kid := b2c.CurrentKey("").ID()
		for range 2 {
			if err := c.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
		for _, id := range []string{"", kid, "unknown"} {
			_, err := c.Find(t.Context(), jwks.Query{KeyID: id})
			if unavailable(t, err); !errors.Is(err, jwks.ErrClosed) {
				t.Errorf("Find(%q): got %v, want ErrClosed", id, err)
			}
		}
		if err := ready(t.Context(), c); !errors.Is(err, jwks.ErrClosed) {
			t.Errorf("Ready: got %v, want ErrClosed", err)
		}
		if c.Current() != nil || c.State().Usable {
			t.Error("got usable keys after Close")
		}
		time.Sleep(48 * time.Hour)
		if got := b2c.Counts(); got.Metadata != 1 || got.Keys != 1 {
			t.Errorf("got %+v, want no request after Close", got)
		}
	})
}

// The bubble itself fails if a goroutine is left.
func TestCloseDuringHangingFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b2c := emulator.NewTenant(nil)
		hang(b2c)
		c := open(t, b2c.Transport(), nil)
		errs := make([]error, 20)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { _, errs[i] = c.Find(t.Context(), jwks.Query{KeyID: "kid"}) })
		}
		synctest.Wait()
		start := time.Now()
		wg.Go(func() { _ = c.Close() })
		_ = c.Close()
		wg.Wait()
		if d := time.Since(start); d != 0 {
			t.Errorf("Close took %v", d)
		}
		for _, err := range errs {
			if !errors.Is(err, jwks.ErrClosed) {
				t.Errorf("got %v, want ErrClosed", err)
			}
		}
	})
}

// A transport that ignores the context breaks the contract of RoundTripper
// and keeps Close waiting, but no caller.
func TestCloseFreesCallersOfDeafTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, roundTripper(func(*http.Request) (*http.Response, error) {
			time.Sleep(time.Minute)
			return nil, errors.New("at last")
		}), nil)
		var err error
		var wg sync.WaitGroup
		wg.Go(func() { err = ready(context.Background(), c) })
		synctest.Wait()
		start := time.Now()
		go c.Close()
		if wg.Wait(); !errors.Is(err, jwks.ErrClosed) || time.Since(start) != 0 {
			t.Errorf("got %v after %v, want ErrClosed at once", err, time.Since(start))
		}
		time.Sleep(time.Minute)
	})
}
