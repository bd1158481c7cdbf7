// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/jwks/internal/private"
)

// storeRest is for how long a store that failed is left alone.
const storeRest = time.Second

// maxStuck is how many calls of a store may hang, for longer than anybody waits,
// before it is called no more until one of them returns.
const maxStuck = 16

// storeCalls makes calls of a store, which is the user's and may hang or panic.
// One that fails is left alone for a while, by all caches that have it.
type storeCalls struct {
	store Store

	mu       sync.Mutex
	resting  time.Time // until when
	stuck    int       // calls that nobody waits for any more
	problems complaints
}

// errStoreRests is why a store was not called.
var errStoreRests = errors.New("the store of key snapshots failed just now")

// where names the store for people.
func (c *storeCalls) where() string {
	if s, ok := c.store.(fmt.Stringer); ok {
		return foreign.Text(s.String())
	}
	return foreign.Text(c.store.Place())
}

// loaded is what a store has under a name, or why it must not be used.
type loaded struct {
	value   []byte
	refused *private.Refused
}

func (c *storeCalls) load(ctx context.Context, bound time.Duration, name string) (loaded, error) {
	return callStore(ctx, c, bound, "load", func(ctx context.Context) (l loaded, err error) {
		l.value, err = c.store.Load(ctx, name)
		if errors.As(err, &l.refused) {
			return l, nil
		}
		return l, err
	}, nil)
}

func (c *storeCalls) save(ctx context.Context, bound time.Duration, name string, value []byte, ttl time.Duration) error {
	_, err := callStore(ctx, c, bound, "save", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, c.store.Save(ctx, name, value, ttl)
	}, nil)
	return err
}

// lease returns how to give back what it has taken, nil if another process has
// it. Where nobody can say who has it, everybody does.
func (c *storeCalls) lease(ctx context.Context, bound time.Duration, name string, ttl time.Duration) (release func(context.Context), err error) {
	leaser, ok := c.store.(Leaser)
	if !ok {
		return func(context.Context) {}, nil
	}
	take := func(ctx context.Context) (func(), error) {
		release, ok, err := leaser.Lease(ctx, name, ttl)
		if !ok || err != nil {
			return nil, err
		}
		return release, nil
	}
	giveBack, err := callStore(ctx, c, bound, "lease", take, func(late func()) {
		if late != nil {
			late()
		}
	})
	if giveBack == nil {
		return nil, err
	}
	return func(ctx context.Context) {
		_, _ = callNow(context.WithoutCancel(ctx), c, bound, "release", func(context.Context) (struct{}, error) {
			giveBack()
			return struct{}{}, nil
		}, nil)
	}, nil
}

// callStore makes one call, unless the store rests.
func callStore[T any](ctx context.Context, c *storeCalls, bound time.Duration, what string, call func(context.Context) (T, error), undo func(T)) (none T, err error) {
	if c.rests() {
		return none, errStoreRests
	}
	return callNow(ctx, c, bound, what, call, undo)
}

// callNow makes one call, and waits no longer for it than the bound, nor than ctx.
// What comes later is undone.
func callNow[T any](ctx context.Context, c *storeCalls, bound time.Duration, what string, call func(context.Context) (T, error), undo func(T)) (none T, err error) {
	bounded, cancel := context.WithTimeout(ctx, bound)
	type answer struct {
		value T
		err   error
	}
	answers, left := make(chan answer), make(chan struct{})
	go func() { // ends when the store returns, which is soon if it heeds its context
		defer cancel()
		a := answer{err: errors.New("it ended its goroutine")}
		defer func() {
			select {
			case answers <- a:
			case <-left:
				defer c.returned()
				if undo != nil && a.err == nil {
					_ = caught(func() error { undo(a.value); return nil })
				}
			}
		}()
		a.err = caught(func() (err error) { a.value, err = call(bounded); return err })
	}()
	select {
	case a := <-answers:
		err = a.err
		if err == nil {
			return a.value, nil
		}
	case <-bounded.Done():
		c.leave()
		close(left)
		err = fmt.Errorf("no answer within %v", bound)
	}
	if ctx.Err() != nil {
		return none, ctx.Err() // the cache is closed; that is not the store's fault
	}
	return none, c.failed(what, err)
}

// caught turns a panic into an error: on a goroutine of ours it would end the
// process. Its value could hold anything, so only its type is told.
func caught(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it panicked with a %T", p)
		}
	}()
	return run()
}

func (c *storeCalls) rests() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stuck >= maxStuck || time.Now().Before(c.resting)
}

// leave counts a call that nobody waits for any more, until it has returned.
func (c *storeCalls) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stuck++
}

func (c *storeCalls) returned() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stuck--
}

func (c *storeCalls) failed(what string, err error) error {
	c.mu.Lock()
	c.resting = time.Now().Add(storeRest)
	c.mu.Unlock()
	err = fmt.Errorf("%s: %s", what, foreign.Text(err.Error()))
	c.problems.add(what, err.Error())
	return err
}
