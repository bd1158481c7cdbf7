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
//   - A server may be farther away than that: connecting takes half a dozen
//     round trips, with TLS and a password. So a command goes on without its
//     caller for up to five seconds more, and then its connection is there for
//     the next one. Only what a single round trip takes has to be less than
//     Options.Timeout.
//   - What goes on is harmless. The writes of one process to one key are done in
//     the order in which they began, so one that returned nil is not undone by an
//     earlier one that is late. A value that comes late is dropped, a lease is
//     given back. At most 64 commands are under way at once.
//   - While the server fails it is left alone: after a few failures in a row
//     operations return [ErrUnavailable] at once, and one of them at a time
//     tries again after a pause that grows. Whatever works ends the pause, if
//     not all answers come too late. The log has the cause once for each pause,
//     say a wrong password, a certificate that is not trusted, a server that is
//     full, or a read-only replica.
//   - Every entry expires. Entries and leases that were left behind need no
//     cleaning up.
//
// # The client
//
// Any client of go-redis will do, for one server, Sentinel, Cluster or Ring:
// each operation is one command on one key, but those of [Indexed]. It stays the caller's, who closes
// it when the Cache is used no longer, and gets a hook that watches how it connects,
// so that errors can tell why it doesn't.
//
// Whether ContextTimeoutEnabled is set in its options makes no difference to
// what the Cache does for its callers. With it, a command that the Cache has
// given up is over in the client too, five seconds after its caller's time was
// up; that is the better choice. Without it the command holds its connection
// and one of the 64 places until the client's own timeouts and retries have
// ended it, with go-redis' defaults after up to 20 seconds. Give the client none
// that are shorter than connecting takes: DialTimeout is for TCP and TLS
// together, ReadTimeout for each answer.
//
// The Cache has no goroutine of its own but those of commands under way. They
// end soon after the client is closed, whose owner thereby stops them.
//
// go-redis writes about failing connections to stderr by itself; redis.SetLogger
// changes that.
//
// The database is not trusted, but the server is, as far as go-redis trusts it:
// whoever can answer in its place can exhaust the process's memory. So use TLS
// where the network is not the server's own.
//
// The Redis user needs the commands GETRANGE, SET, DEL, EVAL and GET, on keys
// that begin with Options.Prefix. [Indexed] needs more.
package rediscache
