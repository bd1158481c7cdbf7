// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/background"
	"github.com/b2ckit/b2ckit/acquire/internal/tokencache"
)

var errRefused = errors.New("refused")

// bench is an entry whose renewals the test answers.
type bench struct {
	entry *tokencache.Entry
	clock tokencache.Clock
	group *background.Group

	mu    sync.Mutex
	wants []tokencache.Want
	next  func(tokencache.Want) (*tokencache.Token, *tokencache.Failure)
}

func newBench(t *testing.T) *bench {
	b := &bench{group: background.New()}
	t.Cleanup(b.group.Close)
	home := &tokencache.Home{
		Clock: b.clock, Background: b.group, Timeout: 10 * time.Second, Log: slog.New(slog.DiscardHandler), Lines: func() (int, bool) { return 0, true },
		Explain: func(err error) error { return err },
	}
	b.entry = home.NewEntry(false, func(_ context.Context, want tokencache.Want) (*tokencache.Token, *tokencache.Failure) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.wants = append(b.wants, want)
		return b.next(want)
	})
	return b
}

func (b *bench) gives(text string, life time.Duration) {
	b.next = func(tokencache.Want) (*tokencache.Token, *tokencache.Failure) {
		return tokencache.NewToken(text, "", b.clock.Now(), life), nil
	}
}

func (b *bench) fails(f tokencache.Failure) {
	b.next = func(tokencache.Want) (*tokencache.Token, *tokencache.Failure) { return nil, &f }
}

func (b *bench) get(t *testing.T) string {
	t.Helper()
	token, _, err := b.entry.Get(t.Context())
	if err != nil {
		return "error: " + err.Error()
	}
	return token.Text()
}

// After each kind of failure there is another wait before the next renewal.
func TestWhatAFailureMeansForTheNextRenewal(t *testing.T) {
	for name, tt := range map[string]struct {
		failure    tokencache.Failure
		soon, late time.Duration // there is none yet, there is one by then
	}{
		"back off":                   {tokencache.Failure{Err: errRefused}, 700 * time.Millisecond, 1300 * time.Millisecond},
		"back off as asked":          {tokencache.Failure{Err: errRefused, After: 20 * time.Second}, 19 * time.Second, 21 * time.Second},
		"held back for another":      {tokencache.Failure{Err: errRefused, Next: tokencache.Hold, After: 5 * time.Second}, 4 * time.Second, 6 * time.Second},
		"only a sign-in helps":       {tokencache.Failure{Err: errRefused, Next: tokencache.AtOnce, After: time.Hour}, -1, 0},
		"told for how long to wait":  {tokencache.Failure{Err: errRefused, Passing: true}, 700 * time.Millisecond, 1300 * time.Millisecond},
		"nothing more than was said": {tokencache.Failure{Err: errRefused, Passing: true, After: time.Minute}, 59 * time.Second, 61 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.fails(tt.failure)
				_, _, err := b.entry.Get(t.Context())
				held, isHeld := errors.AsType[*tokencache.HeldBackError](err)
				if want := tt.failure.Passing && tt.failure.After == 0; isHeld != want {
					t.Errorf("those who waited got %v (a wait told: %v), want a wait told: %v", err, isHeld, want)
				}
				if isHeld && (!errors.Is(held.Err, errRefused) || held.Wait <= 0) {
					t.Errorf("got %v", held)
				}
				b.gives("new", time.Hour)
				if tt.soon >= 0 {
					time.Sleep(tt.soon)
					if got := b.get(t); got == "new" || len(b.wants) != 1 {
						t.Errorf("after %v: got %q and %d renewals, want none but the first", tt.soon, got, len(b.wants))
					}
					time.Sleep(tt.late - tt.soon)
				}
				if got := b.get(t); got != "new" {
					t.Errorf("after %v: got %q, want the new token", tt.late, got)
				}
				if failing := b.wants[len(b.wants)-1].Failing; failing != (tt.failure.Next == tokencache.BackOff) {
					t.Errorf("the next renewal was told Failing %v", failing)
				}
			})
		})
	}
}

// One token's life, as its callers see it.
func TestATokensLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.gives("first", time.Hour)
		if got := b.get(t); got != "first" {
			t.Fatalf("got %q", got)
		}
		time.Sleep(47 * time.Minute)
		b.gives("second", time.Hour)
		if got := b.get(t); got != "first" || len(b.wants) != 1 {
			t.Errorf("fresh: got %q after %d renewals", got, len(b.wants))
		}
		time.Sleep(4 * time.Minute)
		if got := b.get(t); got != "first" {
			t.Errorf("aging: got %q, want the old one while the new one is on its way", got)
		}
		synctest.Wait()
		if got := b.get(t); got != "second" || len(b.wants) != 2 {
			t.Errorf("afterwards: got %q after %d renewals", got, len(b.wants))
		}
	})
}

func TestRejectedTokenIsReplacedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.gives("first", time.Hour)
		b.get(t)
		if got, err := b.entry.Replace(t.Context(), tokencache.Ask{Rejected: "another"}); err != nil || got.Text() != "first" {
			t.Errorf("another token rejected: got %v, %v", got, err)
		}
		if _, err := b.entry.Replace(t.Context(), tokencache.Ask{Rejected: "first"}); !errors.Is(err, tokencache.ErrSame) {
			t.Errorf("the same came again: got %v, want ErrSame", err)
		}
		b.gives("second", time.Hour)
		if _, err := b.entry.Replace(t.Context(), tokencache.Ask{Rejected: "first"}); err == nil || len(b.wants) != 2 {
			t.Errorf("too soon: got %v after %d renewals", err, len(b.wants))
		}
		time.Sleep(31 * time.Second)
		if got, err := b.entry.Replace(t.Context(), tokencache.Ask{Rejected: "first"}); err != nil || got.Text() != "second" {
			t.Errorf("later: got %v, %v", got, err)
		}
		if want := b.wants[2]; want.Rejected != "first" || want.Old.Text() != "first" {
			t.Errorf("the renewal was asked for %+v", want)
		}
	})
}

// What came with a sign-in stays, whatever a renewal under way brings.
func TestPutWinsOverARenewalUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.next = func(tokencache.Want) (*tokencache.Token, *tokencache.Failure) {
			time.Sleep(time.Second)
			return tokencache.NewToken("refreshed", "", b.clock.Now(), time.Hour), nil
		}
		go func() {
			time.Sleep(time.Millisecond)
			b.entry.Put(tokencache.NewToken("signed in", "", b.clock.Now(), time.Hour))
		}()
		if got := b.get(t); got != "signed in" {
			t.Errorf("the one who waited got %q", got)
		}
		if got := b.get(t); got != "signed in" {
			t.Errorf("the next one got %q", got)
		}
	})
}

func TestClosedAndPanicking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.next = func(tokencache.Want) (*tokencache.Token, *tokencache.Failure) { panic("mine") }
		if _, _, err := b.entry.Get(t.Context()); !errors.Is(err, tokencache.ErrPanicked) {
			t.Errorf("got %v, want ErrPanicked", err)
		}
		b.group.Close()
		if _, _, err := b.entry.Get(t.Context()); !errors.Is(err, tokencache.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	})
}
