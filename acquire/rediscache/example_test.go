// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/acquire/rediscache"
	"github.com/b2ckit/b2ckit/keyring"
)

// A cache for a fleet, while its Redis is down: there is nobody at this
// address. An App that has it as its Options.Cache gets its tokens all the
// same, as if there were no cache.
func Example() {
	// All processes have the same key, from a secret store.
	key, err := keyring.ParseKey("4KJvwHlrZaJLWMCWFfXrbFAUqUvJbUOGoCXb5smQ5H0=")
	if err != nil {
		log.Fatal(err)
	}
	ring, err := keyring.New(key)
	if err != nil {
		log.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{
		Addr:                  "127.0.0.1:1",
		ContextTimeoutEnabled: true,
	})
	defer client.Close()

	cache, err := rediscache.New(client, ring, &rediscache.Options{Prefix: "shop:production:"})
	if err != nil {
		log.Fatal(err)
	}
	value, err := cache.Get(context.Background(), "key") // within 50 ms
	fmt.Println("a miss:", value == nil)
	fmt.Println("unavailable:", errors.Is(err, rediscache.ErrUnavailable))
	// Output:
	// a miss: true
	// unavailable: true
}

// There is no cache without encryption.
func ExampleNew() {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	defer client.Close()
	_, err := rediscache.New(client, nil, nil)
	fmt.Println(err)
	// Output:
	// rediscache: ring: nil; values are tokens, and are stored encrypted only
}
