// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/internal/redisstore"
	"github.com/b2ckit/b2ckit/keyring"
)

// maxTTL bounds every entry and lease, as nothing else ends them if the fleet
// goes away. B2C's refresh tokens live for 90 days at most.
const maxTTL = 90 * 24 * time.Hour

// Cache is an [acquire.Leaser] in Redis. Make one with [New]. See the package
// comment for what it promises. It keeps no list of users; [Indexed] does.
type Cache struct {
	store   *redisstore.Store
	entries entries
	prefix  string
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
		store: redisstore.New(client, redisstore.Options{
			Timeout: o.Timeout, MaxFailures: o.MaxFailures, MinPause: o.MinPause, MaxPause: o.MaxPause, Logger: o.Logger,
		}),
		entries: entries{ring, o.MaxValueBytes},
		prefix:  o.Prefix,
	}, nil
}

func (c *Cache) valueAt(key string) string { return c.prefix + "value:" + key }

// Get implements [acquire.Cache]. It returns nil and an error that is
// [ErrUnavailable], [ErrEntry] or the context's, if there may be a value but
// it can't be had.
func (c *Cache) Get(ctx context.Context, key string) ([]byte, error) {
	at := c.valueAt(key)
	stored, err := c.store.Get(ctx, at, c.entries.maxStored())
	if err != nil || stored == "" {
		return nil, failed(err)
	}
	return c.entries.open(at, stored)
}

// Set implements [acquire.Cache]. A ttl above 90 days counts as 90 days. It
// refuses values of more than Options.MaxValueBytes.
func (c *Cache) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	at, sealed, ttl, err := c.sealed(key, value, ttl)
	if err != nil {
		return err
	}
	return failed(c.store.Set(ctx, at, sealed, ttl))
}

// sealed returns what to write, where, and for how long.
func (c *Cache) sealed(key string, value []byte, ttl time.Duration) (at string, sealed []byte, until time.Duration, err error) {
	if ttl, err = bounded("set", ttl); err != nil {
		return "", nil, 0, err
	}
	if most := c.entries.maxValue; len(value) > most {
		return "", nil, 0, fmt.Errorf("%w: the value has %d bytes; Options.MaxValueBytes is %d", ErrEntry, len(value), most)
	}
	at = c.valueAt(key)
	return at, c.entries.seal(at, value, ttl), ttl, nil
}

// Delete implements [acquire.Cache].
func (c *Cache) Delete(ctx context.Context, key string) error {
	return failed(c.store.Delete(ctx, c.valueAt(key)))
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
	release, ok, err := c.store.Lease(ctx, c.prefix+"lease:"+key, ttl)
	return release, ok, failed(err)
}

// bounded returns a ttl that Redis takes.
func bounded(name string, ttl time.Duration) (time.Duration, error) {
	if ttl <= 0 {
		return 0, fmt.Errorf("rediscache: %s: the ttl is %v; want a positive one", name, ttl)
	}
	return min(max(ttl, time.Millisecond), maxTTL), nil
}
