// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/background"
)

// While nothing can be begun for a token, nobody who has it takes the lock.
func TestAgingTokenTakesNoLock(t *testing.T) {
	hang := func(ctx context.Context, _ Want) (*Token, *Failure) {
		<-ctx.Done()
		return nil, &Failure{Err: ctx.Err()}
	}
	heedless := func(context.Context, Want) (*Token, *Failure) {
		time.Sleep(time.Minute)
		return nil, &Failure{Err: errors.New("late")}
	}
	fails := func(next Next) Renewal {
		return func(context.Context, Want) (*Token, *Failure) {
			return nil, &Failure{Err: errors.New("refused"), Next: next, After: 5 * time.Second}
		}
	}
	for name, renew := range map[string]Renewal{
		"a renewal hangs":         hang,
		"one was given up":        heedless,
		"one has failed":          fails(BackOff),
		"one was held back":       fails(Hold),
		"only a sign-in helps":    fails(AtOnce),
		"one has changed nothing": func(_ context.Context, w Want) (*Token, *Failure) { return w.Old, nil },
	} {
		t.Run(name, func(t *testing.T) {
			e := &Entry{}
			release := sync.OnceFunc(func() { e.mu.Unlock() })
			var locked, waited atomic.Bool
			defer time.AfterFunc(5*time.Second, func() { // real ones: in a bubble no time passes while a mutex is waited for
				if locked.Load() {
					waited.Store(true)
					release()
				}
			}).Stop()
			synctest.Test(t, func(t *testing.T) {
				group := background.New()
				defer group.Close()
				e.home = &Home{Background: group, Timeout: 10 * time.Second, Log: slog.New(slog.DiscardHandler), Lines: func() (int, bool) { return 0, true }, Explain: func(err error) error { return err }}
				e.renew = renew
				e.Put(NewToken("aging", "", Clock{}.Now().Add(-55*time.Minute), time.Hour))
				if _, _, err := e.Get(t.Context()); err != nil { // begins a renewal
					t.Fatal(err)
				}
				synctest.Wait()
				if name == "one was given up" {
					time.Sleep(e.home.Timeout + grace)
					_, _, _ = e.Get(t.Context())
					synctest.Wait()
				}
				e.mu.Lock()
				defer release()
				locked.Store(true)
				if token, _, err := e.Get(t.Context()); err != nil || token.Text() != "aging" {
					t.Errorf("got %v, %v", token, err)
				}
			})
			if waited.Load() {
				t.Error("Get waited for the lock")
			}
		})
	}
}

// They take it as soon as something can be begun, whatever has happened.
func TestSettledIsNeverTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		source := rand.New(rand.NewPCG(1, 2))
		random := func(n int) int {
			mu.Lock()
			defer mu.Unlock()
			return source.IntN(n)
		}
		aging := func() *Token { return NewToken("aging", "", Clock{}.Now().Add(-20*time.Hour), 24*time.Hour) }
		group := background.New()
		e := (&Home{
			Background: group, Timeout: 10 * time.Second, Log: slog.New(slog.DiscardHandler), Lines: func() (int, bool) { return 0, true }, Explain: func(err error) error { return err },
		}).NewEntry(false, nil)
		var begun atomic.Int64
		e.renew = func(_ context.Context, w Want) (*Token, *Failure) {
			begun.Add(1)
			failure := &Failure{Err: errors.New("refused"), After: time.Duration(random(5)) * time.Second}
			switch random(7) {
			case 0:
				return aging(), nil
			case 1:
				return w.Old, nil
			case 2:
				failure.Next = Hold
			case 3:
				failure.Next = AtOnce
			case 4:
				time.Sleep(5 * time.Second)
			case 5:
				time.Sleep(2 * time.Minute) // heeds no context
			}
			return nil, failure
		}
		e.Put(aging())
		skipped, looked := 0, 0
		for range 20_000 {
			time.Sleep(time.Duration(random(1000)) * time.Millisecond)
			synctest.Wait()
			if random(100) == 0 {
				e.Put(aging())
			}
			before := begun.Load()
			if int64(e.home.Clock.Now().mono) >= e.settled.Load() {
				looked++
				if _, _, err := e.Get(t.Context()); err != nil {
					t.Fatal(err)
				}
				continue
			}
			skipped++
			e.Renew(e.Current(), Ask{})
			synctest.Wait()
			if begun.Load() != before {
				t.Fatal("a renewal could be begun, and Get would not have tried")
			}
		}
		group.Close()
		if n := begun.Load(); n < 100 || skipped < 100 || looked < int(n) || looked > int(n)+skipped/2 {
			t.Errorf("%d renewals, %d times none was tried, %d times one was: the test sees too little", n, skipped, looked)
		} else {
			t.Logf("%d renewals, %d times none was tried, %d times one was", n, skipped, looked)
		}
	})
}
