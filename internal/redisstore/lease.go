// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/redis/go-redis/v9"
)

// ifOurs deletes a lease if it is still the holder's.
const ifOurs = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`

// lease is one holder's try at a lease, known by a random token: whoever is
// late must not release what another one has taken since. So leases need no
// [order].
type lease struct {
	client redis.UniversalClient
	key    string
	token  string
}

func newLease(client redis.UniversalClient, key string) *lease {
	return &lease{client, key, rand.Text()}
}

func (l *lease) take(ctx context.Context, ttl time.Duration) (bool, error) {
	return l.client.SetNX(ctx, l.key, l.token, ttl).Result()
}

func (l *lease) release(ctx context.Context) (any, error) {
	return l.client.Eval(ctx, ifOurs, []string{l.key}, l.token).Result()
}
