// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Index is a list of values in one key of Redis, by names that are its members: a
// sorted set, in the order in which they expire. It is written along with the values,
// by the same command, and may be behind them: one that has no value is left out of
// a page and goes, one that lacks here is not found until its value is set again. The
// key is one, so in a cluster one node has it.
type Index struct {
	store *Store
	key   string
	life  time.Duration // no value's ttl is longer
}

// Index returns the one at the key, for values that live no longer than life.
func (s *Store) Index(key string, life time.Duration) Index { return Index{s, key, life} }

// maxPage is how many members a page has at most, and maxMember how long one may be:
// others may write to the database.
const (
	maxPage   = 1000
	maxMember = 256
)

// add lists a member until a time, unless it is for longer already, so that nobody
// who goes through the pages misses one that moved towards the front. Some of what has
// expired goes, more than came.
const add = `
local was = redis.call("ZSCORE", KEYS[1], ARGV[1])
if not was or tonumber(was) < tonumber(ARGV[2]) then redis.call("ZADD", KEYS[1], ARGV[2], ARGV[1]) end
local over = redis.call("ZCOUNT", KEYS[1], "-inf", ARGV[3])
if over > 0 then redis.call("ZREMRANGEBYRANK", KEYS[1], 0, math.min(over, 100) - 1) end
redis.call("PEXPIRE", KEYS[1], ARGV[4])
return 0`

// Set stores the value at the key and lists it.
func (x Index) Set(ctx context.Context, member, key string, value []byte, ttl time.Duration) error {
	return x.write(ctx, "set", key, func(ctx context.Context, p redis.Pipeliner) {
		now := time.Now()
		p.Set(ctx, key, value, ttl)
		p.Eval(ctx, add, []string{x.key}, member, now.Add(ttl).UnixMilli(), now.UnixMilli(), x.life.Milliseconds())
	})
}

// Delete deletes whatever is at the key, and lists it no more.
func (x Index) Delete(ctx context.Context, member, key string) error {
	return x.write(ctx, "delete", key, func(ctx context.Context, p redis.Pipeliner) {
		p.Del(ctx, key)
		p.ZRem(ctx, x.key, member)
	})
}

func (x Index) write(ctx context.Context, name, key string, give func(context.Context, redis.Pipeliner)) error {
	_, err := call(ctx, x.store.calls, command[struct{}]{name: name, writes: key, do: func(ctx context.Context) (none struct{}, err error) {
		_, err = x.store.client.Pipelined(ctx, func(p redis.Pipeliner) error { give(ctx, p); return nil })
		return none, err
	}})
	return err
}

// Page returns a page of the members whose values are there, at the keys that keyOf
// tells: limit of them at most. The first page is "", and next is the following one,
// "" behind the last. It takes up to three operations, with a Timeout each.
func (x Index) Page(ctx context.Context, page string, limit int, keyOf func(member string) string) (members []string, next string, err error) {
	listed, next, err := x.read(ctx, page, min(limit, maxPage))
	if err != nil || len(listed) == 0 {
		return nil, next, err
	}
	there, err := x.exist(ctx, listed, keyOf)
	if err != nil {
		return nil, "", err
	}
	var gone []any
	for i, l := range listed {
		if there[i] {
			members = append(members, l.member)
		} else {
			gone = append(gone, l.member, l.until)
		}
	}
	if len(gone) > 0 {
		x.drop(ctx, gone)
	}
	return members, next, nil
}

// listed is a member of an index.
type listed struct{ member, until string }

// read returns a page of an index, beginning behind a member, or behind the place where
// it was. How many there were comes first, since some go that are no names of ours.
const read = `
local from = redis.call("ZCOUNT", KEYS[1], "-inf", ARGV[1])
if ARGV[2] ~= "" then
  local behind
  if redis.call("ZSCORE", KEYS[1], ARGV[3]) == ARGV[2] then
    behind = redis.call("ZRANK", KEYS[1], ARGV[3]) + 1
  else
    behind = redis.call("ZCOUNT", KEYS[1], "-inf", "(" .. ARGV[2])
  end
  from = math.max(from, behind)
end
local all = redis.call("ZRANGE", KEYS[1], from, from + ARGV[4] - 1, "WITHSCORES")
local page = {tostring(#all / 2)}
for i = 1, #all, 2 do
  if #all[i] > tonumber(ARGV[5]) then
    redis.call("ZREM", KEYS[1], all[i])
  else
    page[#page + 1] = all[i]
    page[#page + 1] = all[i + 1]
  end
end
return page`

func (x Index) read(ctx context.Context, page string, limit int) (all []listed, next string, err error) {
	until, member, ok := strings.Cut(page, " ")
	if page != "" && !ok {
		return nil, "", fmt.Errorf("list: no page: %q", page)
	}
	found, err := call(ctx, x.store.calls, command[[]string]{name: "list", do: func(ctx context.Context) ([]string, error) {
		return x.store.client.Eval(ctx, read, []string{x.key}, time.Now().UnixMilli(), until, member, limit, maxMember).StringSlice()
	}})
	if err != nil {
		return nil, "", err
	}
	for i := 1; i+1 < len(found); i += 2 {
		all = append(all, listed{found[i], found[i+1]})
	}
	switch {
	case len(found) == 0 || found[0] != strconv.Itoa(limit):
		return all, "", nil // it is the last one
	case len(all) == 0 && page == "":
		return nil, "0 ", nil // what was there has gone
	case len(all) == 0:
		return nil, page, nil
	}
	last := all[len(all)-1]
	return all, last.until + " " + last.member, nil
}

func (x Index) exist(ctx context.Context, all []listed, keyOf func(member string) string) ([]bool, error) {
	return call(ctx, x.store.calls, command[[]bool]{name: "list", do: func(ctx context.Context) ([]bool, error) {
		counts := make([]*redis.IntCmd, len(all))
		_, err := x.store.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, l := range all {
				counts[i] = p.Exists(ctx, keyOf(l.member))
			}
			return nil
		})
		there := make([]bool, len(all))
		for i, c := range counts {
			there[i] = err == nil && c.Val() > 0
		}
		return there, err
	}})
}

// drop takes members out of an index, unless they were listed anew.
const drop = `
for i = 1, #ARGV, 2 do
  if redis.call("ZSCORE", KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call("ZREM", KEYS[1], ARGV[i]) end
end
return 0`

// drop drops members without values, each with its time. If that fails, the next one
// who lists them does it.
func (x Index) drop(ctx context.Context, gone []any) {
	_, _ = call(ctx, x.store.calls, command[any]{name: "list", do: func(ctx context.Context) (any, error) {
		return x.store.client.Eval(ctx, drop, []string{x.key}, gone...).Result()
	}})
}
