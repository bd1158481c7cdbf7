// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package acquire

import (
	"context"
	"log/slog"
	"testing"
	"time"
)

// oneEntry is a Cache of one entry that counts its calls.
type oneEntry struct {
	value []byte
	calls int
}

func (c *oneEntry) Get(context.Context, string) ([]byte, error) { c.calls++; return c.value, nil }

func (c *oneEntry) Set(_ context.Context, _ string, value []byte, _ time.Duration) error {
	c.calls++
	c.value = value
	return nil
}

func (c *oneEntry) Delete(context.Context, string) error { c.calls++; c.value = nil; return nil }

// What is shared late does not get in the way of a refresh under way: it would
// have to read and write what that is about to replace.
func TestSharedLateAfterTheRefresh(t *testing.T) {
	store := &oneEntry{}
	c := &sharedCache{store: newCacheStore(store, time.Second, slog.New(slog.DiscardHandler))}
	a := newCachedAccount("u", newRemovals(10), nil)
	a.signedIn(brought("new", "r1"), time.Now())
	a.refreshed("r1", grant{refresh: "r2", refreshUntil: time.Now().Add(time.Hour)})
	if !a.redeeming.acquire(t.Context(), false) {
		t.Fatal("the semaphore is not free")
	}
	if got := c.deliverLate(t.Context(), a, false); got != postponed || store.calls != 0 {
		t.Errorf("got %v and %d calls of the Cache, want postponed and none", got, store.calls)
	}
	a.redeeming.release()
	if got := c.deliverLate(t.Context(), a, false); got != delivered || len(store.value) == 0 {
		t.Errorf("afterwards: got %v and %q there, want delivered", got, store.value)
	}
	if !a.redeeming.acquire(t.Context(), false) {
		t.Error("the semaphore was kept")
	}
}
