// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/acquire/cachetest"
	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/internal/redistest"
)

// indexedRights are what the comment of Indexed asks for.
const indexedRights = "+getrange +set +del +eval +get +zadd +zcount +zrange +zrank +zrem +zremrangebyrank +zscore +pexpire +exists"

// accounts is the prefix of an App's accounts, and indexAt where they are listed.
const (
	accounts = "1:account:app:"
	indexAt  = "b2ckit:accounts:" + accounts
)

func newIndexed(t *testing.T, client redis.UniversalClient, o rediscache.Options) *rediscache.Indexed {
	t.Helper()
	o.Logger = slog.New(slog.DiscardHandler)
	c, err := rediscache.NewIndexed(client, ring(t, 1), &o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestIndexedConformance(t *testing.T) {
	server := redistest.Start(t)
	do := []any{"acl", "setuser", "app", "on", ">pa55word", "~b2ckit:*"}
	for right := range strings.FieldsSeq(indexedRights) {
		do = append(do, right)
	}
	if err := dial(t, server.Addr, nil).Do(t.Context(), do...).Err(); err != nil {
		t.Fatal(err)
	}
	async, err := dial(t, server.Addr, nil).AsyncAutoPipeline()
	if err != nil {
		t.Fatal(err)
	}
	sharded := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"a": server.Addr, "b": redistest.Start(t).Addr}})
	t.Cleanup(func() { _, _ = async.Close(), sharded.Close() })
	for name, client := range map[string]redis.UniversalClient{
		"FewRights":    dial(t, server.Addr, func(o *redis.Options) { o.Username, o.Password = "app", "pa55word" }),
		"RESP2":        dial(t, server.Addr, func(o *redis.Options) { o.Protocol = 2 }),
		"AutoPipeline": async,
		"Ring":         sharded,
		"Cluster":      newCluster(t, 3).client,
	} {
		t.Run(name, func(t *testing.T) {
			cachetest.Run(t, func(t *testing.T) acquire.Cache { return newIndexed(t, client, patient) })
		})
	}
}

// TestNoIndexUnlessAsked: a Cache says that it can't list, and keeps no list.
func TestNoIndexUnlessAsked(t *testing.T) {
	client := dial(t, redistest.Start(t).Addr, nil)
	c := newCache(t, client, patient)
	if _, ok := any(c).(acquire.Lister); ok {
		t.Error("a Cache is a Lister")
	}
	set(t, c, accounts+"a", "value")
	set(t, newIndexed(t, client, patient).Cache, accounts+"b", "value")
	if err := newIndexed(t, client, patient).Set(t.Context(), "1:app:c", []byte("value"), time.Hour); err != nil {
		t.Fatal(err)
	}
	if keys := client.Keys(t.Context(), "b2ckit:accounts:*").Val(); len(keys) > 0 {
		t.Errorf("got indexes %q, want none", keys)
	}
}

// TestIndexOfAnApp: another process finds the App's users, and the index tells
// nothing about them.
func TestIndexOfAnApp(t *testing.T) {
	client := dial(t, redistest.Start(t).Addr, nil)
	f := newFleet(t, time.Hour, nil)
	app := func(flow string) *acquire.App {
		a, err := acquire.NewPublic(f.tenant.Flow(flow), f.b2c.Native().ID, &acquire.Options{
			Transport: f.b2c.Transport(), Logger: slog.New(slog.DiscardHandler), Cache: newIndexed(t, client, patient),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Close() })
		return a
	}
	for _, flow := range fleetFlows {
		f.signIn(t, app(flow), flow)
	}
	for _, flow := range fleetFlows {
		a := app(flow)
		if err := a.LoadAccounts(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := a.Accounts(); len(got) != 1 || got[0].ID != f.accounts[flow].ID {
			t.Errorf("%s: got %v, want its user", flow, got)
		}
	}
	index := client.Keys(t.Context(), "b2ckit:accounts:*").Val()
	if len(index) != 2 {
		t.Fatalf("got indexes %q, want one for each flow", index)
	}
	user := f.accounts[fleetFlows[0]]
	text := fmt.Sprint(index, client.ZRange(t.Context(), index[0], 0, -1).Val())
	for _, secret := range []string{user.ID, user.UserID, user.Username, "lin@", f.b2c.ID()} {
		if secret != "" && strings.Contains(text, secret) {
			t.Errorf("%s tells %s", text, secret)
		}
	}
	if ttl := client.PTTL(t.Context(), index[0]).Val(); ttl <= 0 {
		t.Errorf("got a ttl of %v for an index, want one", ttl)
	}

	a := app(fleetFlows[0])
	if err := a.Remove(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	if err := a.LoadAccounts(t.Context()); err != nil || len(a.Accounts()) > 0 {
		t.Errorf("removed: got %v, %v, want none", a.Accounts(), err)
	}
}

// put sets accounts of these names.
func put(t *testing.T, c acquire.Cache, ttl time.Duration, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := c.Set(t.Context(), accounts+name, []byte("value"), ttl); err != nil {
			t.Fatal(err)
		}
	}
}

// list returns a page of names, sorted.
func list(t *testing.T, c acquire.Lister, page string, limit int) (names, next string) {
	t.Helper()
	keys, next, err := c.Keys(t.Context(), accounts, page, limit)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(keys)
	return strings.ReplaceAll(strings.Join(keys, " "), accounts, ""), next
}

// TestIndexForgets what was evicted, what has expired, and what is none of ours.
func TestIndexForgets(t *testing.T) {
	ctx, client := t.Context(), dial(t, redistest.Start(t).Addr, nil)
	c := newIndexed(t, client, patient)
	put(t, c, time.Hour, "a", "b", "c")
	client.Del(ctx, at(accounts+"b"))
	client.ZAdd(ctx, indexAt, redis.Z{Score: 9e15, Member: strings.Repeat("x", 1000)}, redis.Z{Score: 9e15, Member: "no such value"})
	if got, next := list(t, c, "", 100); got != "a c" || next != "" {
		t.Errorf("got %q and page %q, want a and c alone", got, next)
	}
	if got := client.ZRange(ctx, indexAt, 0, -1).Val(); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("got an index of %q afterwards, want a and c", got)
	}
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprint("short", i))
	}
	put(t, c, time.Millisecond, many...)
	wait(t, "the index to forget what has expired", func() bool {
		put(t, c, time.Hour, "a")
		return client.ZCard(ctx, indexAt).Val() == 2
	})
	if err := c.Delete(ctx, accounts+"c"); err != nil || client.ZCard(ctx, indexAt).Val() != 1 {
		t.Errorf("deleted: got %v and %d, want one", err, client.ZCard(ctx, indexAt).Val())
	}
	long := strings.Repeat("x", 1000)
	set(t, c.Cache, accounts+long, "what nobody writes")
	client.ZAdd(ctx, indexAt, redis.Z{Score: float64(time.Now().Add(time.Minute).UnixMilli()), Member: long})
	var all []string
	for page, n := "", 0; n < 10 && (page != "" || n == 0); n++ {
		var names string
		names, page = list(t, c, page, 1)
		all = append(all, names)
	}
	if strings.TrimSpace(strings.Join(all, " ")) != "a" || client.ZCard(ctx, indexAt).Val() != 1 {
		t.Errorf("got pages %q, want a, and what is too long to go", all)
	}
}

// TestIndexMissesNobody who is there all the while, though accounts are renewed
// between two pages.
func TestIndexMissesNobody(t *testing.T) {
	c := newIndexed(t, dial(t, redistest.Start(t).Addr, nil), patient)
	names := []string{"a", "b", "c", "d", "e", "f"}
	for i, name := range names {
		put(t, c, time.Duration(i+1)*time.Hour, name)
	}
	seen := map[string]int{}
	page, n := "", 0
	for ; n < 20; n++ {
		var got string
		if got, page = list(t, c, page, 2); page == "" {
			for name := range strings.FieldsSeq(got) {
				seen[name]++
			}
			break
		}
		for name := range strings.FieldsSeq(got) {
			seen[name]++
		}
		switch n {
		case 0:
			put(t, c, 10*time.Hour, "b")  // where the page ended
			put(t, c, time.Minute, "d")   // which would come before it
			put(t, c, time.Minute, "new") // and may be missed
		case 1:
			if err := c.Delete(t.Context(), accounts+"e"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n == 20 {
		t.Fatal("the pages have no end")
	}
	for _, name := range []string{"a", "b", "c", "d", "f"} {
		if seen[name] == 0 {
			t.Errorf("%s is in no page: %v", name, seen)
		}
	}
}

// TestIndexedErrors: what can't be listed says so, and a broken index costs no value.
func TestIndexedErrors(t *testing.T) {
	client := dial(t, redistest.Start(t).Addr, nil)
	c := newIndexed(t, client, patient)
	for _, prefix := range []string{"", "1:app:", "1:account:", accounts + "a", "b2ckit:value:"} {
		if keys, _, err := c.Keys(t.Context(), prefix, "", 10); err == nil || errors.Is(err, rediscache.ErrUnavailable) {
			t.Errorf("prefix %q: got %q, %v, want an error", prefix, keys, err)
		}
	}
	for _, limit := range []int{0, -1} {
		if _, _, err := c.Keys(t.Context(), accounts, "", limit); err == nil {
			t.Errorf("limit %d: got no error", limit)
		}
	}
	if _, _, err := c.Keys(t.Context(), accounts, "junk", 10); err == nil {
		t.Error("no page: got no error")
	}
	if err := c.Set(t.Context(), accounts+"a", make([]byte, 1<<20), time.Hour); !errors.Is(err, rediscache.ErrEntry) {
		t.Errorf("too large: got %v, want %v", err, rediscache.ErrEntry)
	}
	client.Set(t.Context(), indexAt, "no index", 0)
	if err := c.Set(t.Context(), accounts+"a", []byte("value"), time.Hour); !errors.Is(err, rediscache.ErrUnavailable) || !strings.Contains(err.Error(), "WRONGTYPE") {
		t.Errorf("index of another type: got %v, want that told", err)
	}
	if got, err := c.Get(t.Context(), accounts+"a"); string(got) != "value" || err != nil {
		t.Errorf("the value: got %q, %v, want it", got, err)
	}
}

// TestIndexedHasTheSameBudget: a server that hangs costs a write no more than before,
// and a list as much for each round trip.
func TestIndexedHasTheSameBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{reply: hanging}
		c := newIndexed(t, f.pipe(t, nil), rediscache.Options{MaxFailures: 1000})
		for name, do := range map[string]func() error{
			"set":    func() error { return c.Set(t.Context(), accounts+"a", []byte("value"), time.Hour) },
			"delete": func() error { return c.Delete(t.Context(), accounts+"b") },
			"list":   func() error { _, _, err := c.Keys(t.Context(), accounts, "", 10); return err },
		} {
			overdue(t, name, do)
		}
	})
}
