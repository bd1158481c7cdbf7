// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package rediskeys keeps key snapshots in Redis, so that of a fleet one process
// fetches keys and the others read them, and so that one which starts while B2C
// is away accepts tokens from its first request.
//
//	snapshots, err := rediskeys.New(client, ring, &rediskeys.Options{Prefix: "shop:production:"})
//	v, err := validator.New(flows, clientID, &validator.Options{
//		Keys: &jwks.Options{Snapshots: snapshots},
//	})
//
// What it promises:
//
//   - Snapshots are sealed, and bound to their authority, the prefix and the time at
//     which the server confirmed them. Who writes to the database can delete them,
//     and put back an earlier one of the same place for as long as it would have
//     been good anyway (jwks.Options.MaxStale, 24 hours). No key of theirs is ever
//     trusted. See [jwks.NewSnapshots].
//   - An operation returns within Options.Timeout, 50 ms, whatever timeouts and
//     retries the client has. While Redis fails it is left alone, and each process
//     fetches for itself as if there were none.
//   - Connecting takes longer than that where Redis is far: it goes on without its
//     caller for up to five seconds, and is done once.
//   - Every snapshot and lease expires.
//
// # The ring
//
//	key, err := keyring.ParseKey(os.Getenv("KEY_RING")) // from: openssl rand -base64 32
//	ring, err := keyring.New(key)
//
// All who have one prefix need the same ring. A process with another ring takes none
// of their snapshots, and says so in the log; one with another prefix finds none,
// which can't be told from an empty database.
//
// # The client
//
// Any client of go-redis will do: each operation is one command on one key. It
// stays the caller's, who closes it after the validators. It may be the one of
// package rediscache, whose page says more about its settings; each of the two
// finds out by itself when Redis fails.
//
// The Redis user needs the commands GETRANGE, SET, EVAL, GET and DEL, on keys
// that begin with Options.Prefix.
package rediskeys
