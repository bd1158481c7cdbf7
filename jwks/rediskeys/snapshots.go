// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediskeys

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/internal/redisstore"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/keyring"
)

// Options tune the snapshots. Nil, and each zero field, means the default.
type Options struct {
	// Prefix begins every key in Redis: a snapshot is at Prefix + "keys:" + name, a
	// lease at Prefix + "keys-lease:" + name. Give environments that share a server
	// different ones. If empty, "b2ckit:".
	Prefix string

	// Timeout is how long an operation takes at most. If zero, 50 ms. It need not
	// be enough for connecting, but for a round trip to Redis.
	Timeout time.Duration

	// MaxFailures is how many operations in a row may fail before Redis is left
	// alone for a while. If zero, 3.
	MaxFailures int

	// MinPause and MaxPause bound how long that is. It begins near MinPause and
	// doubles each time that a try after it fails. If zero, 1 second (or
	// MaxPause, if that is less) and 30 seconds (or MinPause, if that is more).
	MinPause, MaxPause time.Duration

	// Logger is told when Redis is left alone and when it works again. If nil,
	// slog.Default().
	Logger *slog.Logger
}

// New returns the snapshots in the Redis behind the client, sealed with the
// ring, which must not be nil. It does no I/O. The client stays the caller's.
func New(client redis.UniversalClient, ring *keyring.Ring, opts *Options) (*jwks.Snapshots, error) {
	if client == nil {
		return nil, errors.New("rediskeys: client: nil")
	}
	if ring == nil {
		return nil, errors.New("rediskeys: ring: nil; whoever could write to Redis could have any token accepted, so snapshots are sealed")
	}
	var o Options
	if opts != nil {
		o = *opts
	}
	filled, err := redisstore.Options(o).WithDefaults("rediskeys")
	if err != nil {
		return nil, err
	}
	return jwks.NewSnapshots(&store{redisstore.New(client, filled), filled.Prefix}, ring)
}

// store is a [jwks.Leaser].
type store struct {
	redis  *redisstore.Store
	prefix string
}

var _ jwks.Leaser = (*store)(nil)

// Place implements [jwks.Store].
func (s *store) Place() string { return "redis " + s.prefix }

// Load implements [jwks.Store].
func (s *store) Load(ctx context.Context, name string) ([]byte, error) {
	value, err := s.redis.Get(ctx, s.prefix+"keys:"+name, jwks.MaxSnapshotBytes)
	switch {
	case errors.Is(err, redisstore.ErrNotString):
		return []byte{0}, nil // no snapshot either, and the next one replaces it
	case err != nil || value == "":
		return nil, failed(err)
	}
	return []byte(value), nil
}

// Save implements [jwks.Store].
func (s *store) Save(ctx context.Context, name string, value []byte, ttl time.Duration) error {
	return failed(s.redis.Set(ctx, s.prefix+"keys:"+name, value, max(ttl, time.Millisecond)))
}

// Lease implements [jwks.Leaser].
func (s *store) Lease(ctx context.Context, name string, ttl time.Duration) (func(), bool, error) {
	release, ok, err := s.redis.Lease(ctx, s.prefix+"keys-lease:"+name, max(ttl, time.Millisecond))
	return release, ok, failed(err)
}

func failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("rediskeys: %w", err)
}
