// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package rediscache is an [acquire.Leaser] in Redis, so that a fleet asks for
// a token once. What it promises:
//
//   - Values are encrypted before they leave the process, and bound to their
//     Redis key and to their expiry. Who reads or writes the database learns no
//     token, and can't have one taken for another: such an entry is an [ErrEntry]
//     and counts as a miss. So does the answer to somebody else's question, which
//     clients have been known to give (CVE-2025-29923). All they can do is to
//     delete entries, and to put back an earlier one of the same key until it
//     expires.
//   - An operation returns within Options.Timeout, 50 ms, whatever timeouts and
//     retries the client has. A server that hangs costs nobody more.
//   - While the server fails it is left alone: after a few failures in a row
//     operations return [ErrUnavailable] at once, and one of them at a time
//     tries again after a pause that grows.
//   - Every entry expires. Entries and leases that were left behind need no
//     cleaning up.
//
// # The client
//
// Any client of go-redis will do, for one server, Sentinel, Cluster or Ring:
// each operation is one command on one key. It stays the caller's, who closes
// it when the Cache is used no longer.
//
// Set ContextTimeoutEnabled in the client's options. Then what the Cache has
// given up is over in the client too. Without it such a call holds a connection
// and a goroutine until the client's own timeouts end it; there are at most 64
// of them.
//
// go-redis writes about failing connections to stderr by itself; redis.SetLogger
// changes that.
//
// The database is not trusted, but the server is, as far as go-redis trusts it:
// whoever can answer in its place can exhaust the process's memory. So use TLS
// where the network is not the server's own.
//
// The Redis user needs the commands GETRANGE, SET, DEL, EVAL and GET, on keys
// that begin with Options.Prefix.
package rediscache
