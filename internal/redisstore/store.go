// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// Store is values and leases in Redis. Make one with [New]. It may be used by
// many goroutines at once, and has none of its own but those of commands under
// way, which end soon after the client is closed.
//
// The error of an operation is an [*Unavailable], if Redis is to blame, or the
// context's. A ttl is a millisecond at least, which is Redis's unit.
type Store struct {
	client redis.UniversalClient
	calls  *calls
}

// New returns the store behind the client, which stays the caller's and gets a hook
// that watches how it connects. It does no I/O.
func New(client redis.UniversalClient, o Options) *Store {
	c := newCalls(o.Timeout, &breaker{maxFailures: o.MaxFailures, minPause: o.MinPause, maxPause: o.MaxPause}, journal{o.Logger})
	c.dials.watch(client)
	return &Store{client, c}
}

// Get returns the value at the key, and "" if there is none. Of one that is
// longer than most it returns the beginning, of one byte more than that. The
// error is [ErrNotString] if something else is there.
func (s *Store) Get(ctx context.Context, key string, most int) (string, error) {
	return call(ctx, s.calls, command[string]{name: "get", do: func(ctx context.Context) (string, error) {
		value, err := s.client.GetRange(ctx, key, 0, int64(most)).Result()
		switch {
		case errors.Is(err, redis.Nil): // servers say so by an empty string
			return "", nil
		case redis.HasErrorPrefix(err, "WRONGTYPE"):
			return "", ErrNotString
		}
		return value, err
	}})
}

// Set stores the value, which replaces whatever is there.
func (s *Store) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	_, err := call(ctx, s.calls, command[string]{name: "set", writes: key, do: func(ctx context.Context) (string, error) {
		return s.client.Set(ctx, key, value, ttl).Result()
	}})
	return err
}

// Delete deletes whatever is at the key.
func (s *Store) Delete(ctx context.Context, key string) error {
	_, err := call(ctx, s.calls, command[int64]{name: "delete", writes: key, do: func(ctx context.Context) (int64, error) {
		return s.client.Del(ctx, key).Result()
	}})
	return err
}

// Lease takes the lease at the key, unless somebody else has it. The release
// takes no longer than any operation; if Redis fails meanwhile, the lease lasts
// until it expires. One that Redis gives after the caller has left is given
// back.
func (s *Store) Lease(ctx context.Context, key string, ttl time.Duration) (release func(), ok bool, err error) {
	l := newLease(s.client, key)
	ok, err = call(ctx, s.calls, command[bool]{
		name: "lease",
		do:   func(ctx context.Context) (bool, error) { return l.take(ctx, ttl) },
		undo: func(ctx context.Context, taken bool) {
			if taken {
				_, _ = l.release(ctx)
			}
		},
	})
	if err != nil || !ok {
		return nil, false, err
	}
	return func() {
		_, _ = call(context.WithoutCancel(ctx), s.calls, command[any]{name: "release", do: l.release})
	}, true, nil
}
