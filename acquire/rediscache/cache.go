// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/keyring"
)

// maxTTL bounds every entry and lease, as nothing else ends them if the fleet
// goes away. B2C's refresh tokens live for 90 days at most.
const maxTTL = 90 * 24 * time.Hour

// release deletes a lease if it is still the holder's.
const release = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`

// Cache is an [acquire.Leaser] in Redis. Make one with [New]. See the package
// comment for what it promises.
type Cache struct {
	client  redis.UniversalClient
	ring    *keyring.Ring
	opts    Options
	breaker *breaker
	calls   chan struct{} // holds one for each command under way
	order   order         // of the writes
}

var _ acquire.Leaser = (*Cache)(nil)

// New returns the cache that the client and the keyring make. It does no I/O.
// The client stays the caller's, and so does its end.
func New(client redis.UniversalClient, ring *keyring.Ring, opts *Options) (*Cache, error) {
	if client == nil {
		return nil, errors.New("rediscache: client: nil")
	}
	if ring == nil {
		return nil, errors.New("rediscache: ring: nil; values are tokens, and are stored encrypted only")
	}
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Cache{
		client:  client,
		ring:    ring,
		opts:    o,
		breaker: &breaker{maxFailures: o.MaxFailures, minPause: o.MinPause, maxPause: o.MaxPause},
		calls:   make(chan struct{}, maxCalls),
	}, nil
}

// Get implements [acquire.Cache]. It returns nil and an error that is
// [ErrUnavailable], [ErrEntry] or the context's, if there may be a value but
// it can't be had.
func (c *Cache) Get(ctx context.Context, key string) ([]byte, error) {
	at := c.opts.Prefix + "value:" + key
	stored, err := call(ctx, c, command[string]{name: "get", do: func(ctx context.Context) (string, error) {
		// One byte more than a value of ours may have tells the larger ones
		// apart, and no more of them than that is read.
		s, err := c.client.GetRange(ctx, at, 0, int64(c.maxStored())).Result()
		switch {
		case errors.Is(err, redis.Nil): // servers say so by an empty string
			return "", nil
		case redis.HasErrorPrefix(err, "WRONGTYPE"):
			return "", fmt.Errorf("%w: not a string", ErrEntry)
		}
		return s, err
	}})
	if err != nil || stored == "" {
		return nil, err
	}
	return c.open(at, stored)
}

// Set implements [acquire.Cache]. A ttl above 90 days counts as 90 days. It
// refuses values of more than Options.MaxValueBytes.
func (c *Cache) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	ttl, err := bounded("set", ttl)
	if err != nil {
		return err
	}
	if len(value) > c.opts.MaxValueBytes {
		return fmt.Errorf("%w: the value has %d bytes; Options.MaxValueBytes is %d", ErrEntry, len(value), c.opts.MaxValueBytes)
	}
	at := c.opts.Prefix + "value:" + key
	stored := c.seal(at, value, ttl)
	_, err = call(ctx, c, command[string]{name: "set", key: at, do: func(ctx context.Context) (string, error) {
		return c.client.Set(ctx, at, stored, ttl).Result()
	}})
	return err
}

// Delete implements [acquire.Cache].
func (c *Cache) Delete(ctx context.Context, key string) error {
	at := c.opts.Prefix + "value:" + key
	_, err := call(ctx, c, command[int64]{name: "delete", key: at, do: func(ctx context.Context) (int64, error) {
		return c.client.Del(ctx, at).Result()
	}})
	return err
}

// Lease implements [acquire.Leaser]. A ttl above 90 days counts as 90 days.
// The release takes no longer than any operation; if Redis fails meanwhile,
// the lease lasts until it expires. One that Redis gives after the caller has
// left is given back.
func (c *Cache) Lease(ctx context.Context, key string, ttl time.Duration) (func(), bool, error) {
	ttl, err := bounded("lease", ttl)
	if err != nil {
		return nil, false, err
	}
	at, token := c.opts.Prefix+"lease:"+key, rand.Text()
	free := func(ctx context.Context) (any, error) {
		return c.client.Eval(ctx, release, []string{at}, token).Result()
	}
	ok, err := call(ctx, c, command[bool]{name: "lease", do: func(ctx context.Context) (bool, error) {
		return c.client.SetNX(ctx, at, token, ttl).Result()
	}, undo: func(ctx context.Context, ok bool) {
		if ok {
			_, _ = free(ctx)
		}
	}})
	if err != nil || !ok {
		return nil, false, err
	}
	return func() { _, _ = call(context.WithoutCancel(ctx), c, command[any]{name: "release", do: free}) }, true, nil
}

// bounded returns a ttl that Redis takes.
func bounded(name string, ttl time.Duration) (time.Duration, error) {
	if ttl <= 0 {
		return 0, fmt.Errorf("rediscache: %s: the ttl is %v; want a positive one", name, ttl)
	}
	return min(max(ttl, time.Millisecond), maxTTL), nil
}
