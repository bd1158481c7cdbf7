// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediskeys_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"

	"github.com/redis/go-redis/v9"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/jwks"
	"github.com/b2ckit/b2ckit/jwks/rediskeys"
	"github.com/b2ckit/b2ckit/keyring"
)

// A process of a fleet, while its Redis is down: there is nobody at this address.
// It fetches for itself, as if there were none.
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
	quiet := slog.New(slog.DiscardHandler)
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", ContextTimeoutEnabled: true})
	defer client.Close()
	snapshots, err := rediskeys.New(client, ring, &rediskeys.Options{Prefix: "shop:production:", Logger: quiet})
	if err != nil {
		log.Fatal(err)
	}

	tenant, err := authority.B2C("contoso", "775527ff-9a37-4307-8b3d-cc311f58d925")
	if err != nil {
		log.Fatal(err)
	}
	b2c := emulator.NewTenant(nil)
	keys, err := jwks.New(tenant.Flow("B2C_1_susi"), &jwks.Options{
		Snapshots: snapshots,
		Transport: b2c.Transport(),
		Logger:    quiet,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer keys.Close()
	set, err := keys.Find(context.Background(), jwks.Query{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("keys:", len(set.KeyIDs()))
	// Output:
	// keys: 1
}

// There are no snapshots in Redis without a seal.
func ExampleNew() {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	defer client.Close()
	_, err := rediskeys.New(client, nil, nil)
	fmt.Println(err)
	// Output:
	// rediskeys: ring: nil; whoever could write to Redis could have any token accepted, so snapshots are sealed
}
