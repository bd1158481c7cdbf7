// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package cachetest_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"sync"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
)

// mapCache is a whole Cache. It forgets nothing by itself, so it is for tests.
type mapCache struct {
	mu      sync.Mutex
	entries map[string]entry
}

func newMapCache() *mapCache { return &mapCache{entries: make(map[string]entry)} }

type entry struct {
	value []byte
	until time.Time
}

func (c *mapCache) Get(_ context.Context, key string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok || !time.Now().Before(e.until) {
		return nil, nil
	}
	return bytes.Clone(e.value), nil
}

func (c *mapCache) Set(_ context.Context, key string, value []byte, ttl time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = entry{bytes.Clone(value), time.Now().Add(ttl)}
	return nil
}

func (c *mapCache) Delete(_ context.Context, key string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, key)
	return nil
}

// A whole Cache of one's own. This is the test that holds it to the contract:
//
//	func TestConformance(t *testing.T) {
//		cachetest.Run(t, func(*testing.T) acquire.Cache { return newMapCache() })
//	}
func Example() {
	var cache acquire.Cache = newMapCache()
	ctx := context.Background()
	if err := cache.Set(ctx, "key", []byte("value"), time.Minute); err != nil {
		log.Fatal(err)
	}
	value, err := cache.Get(ctx, "key")
	fmt.Printf("%s, %v\n", value, err)
	value, err = cache.Get(ctx, "other")
	fmt.Printf("nil is %v, %v\n", value == nil, err)
	// Output:
	// value, <nil>
	// nil is true, <nil>
}
