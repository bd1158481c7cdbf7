// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/internal/redisstore"
	"github.com/b2ckit/b2ckit/keyring"
)

// Indexed is a [Cache] that can list the accounts it holds, an [acquire.Lister]: for
// jobs that work for users who are away, by [acquire.App.LoadAccounts]. Make one with
// [NewIndexed]. Fleets that serve requests want a Cache: there the account of a user
// stands in the session, and no list of users has to be kept.
//
// The index of one App's accounts is a sorted set at Options.Prefix + "accounts:" + the
// prefix of their keys, with the end of each key, a hash that tells nothing about the
// user, and when it expires. It is written in the same round trip as the values, so all
// processes have to use an Indexed: what a Cache writes stands in no list. What has
// expired goes as others come, what was evicted is left out, and goes when it is met.
// An account that lacks in the index works as ever, and is listed once its tokens are
// next renewed. Whoever writes to the database can hide accounts from the list, and
// add none: what is listed has to be there, and to open.
//
// In a cluster the index of an App is on one node, which takes part in each write of
// its accounts.
//
// The Redis user needs, beyond what a Cache does, the commands ZADD, ZCOUNT, ZRANGE,
// ZRANK, ZREM, ZREMRANGEBYRANK, ZSCORE, PEXPIRE and EXISTS.
type Indexed struct{ *Cache }

var (
	_ acquire.Lister = (*Indexed)(nil)
	_ acquire.Leaser = (*Indexed)(nil)
)

// NewIndexed is [New] for a cache that can list its accounts.
func NewIndexed(client redis.UniversalClient, ring *keyring.Ring, opts *Options) (*Indexed, error) {
	c, err := New(client, ring, opts)
	if err != nil {
		return nil, err
	}
	return &Indexed{c}, nil
}

// Set implements [acquire.Cache] like [Cache.Set]. If it fails, the value may be
// there and not be listed, or the other way round.
func (c *Indexed) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	prefix, ok := acquire.AccountPrefix(key)
	if !ok {
		return c.Cache.Set(ctx, key, value, ttl)
	}
	at, sealed, ttl, err := c.sealed(key, value, ttl)
	if err != nil {
		return err
	}
	return failed(c.index(prefix).Set(ctx, key[len(prefix):], at, sealed, ttl))
}

// Delete implements [acquire.Cache].
func (c *Indexed) Delete(ctx context.Context, key string) error {
	prefix, ok := acquire.AccountPrefix(key)
	if !ok {
		return c.Cache.Delete(ctx, key)
	}
	return failed(c.index(prefix).Delete(ctx, key[len(prefix):], c.valueAt(key)))
}

// Keys implements [acquire.Lister], for the prefix of one App's accounts. A page has
// 1,000 keys at most. It takes two round trips, three where it meets accounts that are
// gone, and as many times Options.Timeout at most.
func (c *Indexed) Keys(ctx context.Context, prefix, page string, limit int) (keys []string, next string, err error) {
	if of, ok := acquire.AccountPrefix(prefix); !ok || of != prefix {
		return nil, "", fmt.Errorf("rediscache: list: %q is no prefix of accounts, and nothing else is listed", prefix)
	}
	if limit <= 0 {
		return nil, "", errors.New("rediscache: list: the limit is not positive")
	}
	members, next, err := c.index(prefix).Page(ctx, page, limit, func(member string) string { return c.valueAt(prefix + member) })
	for _, m := range members {
		if !strings.Contains(m, ":") { // else it is none that Set wrote
			keys = append(keys, prefix+m)
		}
	}
	return keys, next, failed(err)
}

func (c *Indexed) index(prefix string) redisstore.Index {
	return c.store.Index(c.prefix+"accounts:"+prefix, maxTTL)
}
