// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package jwks knows where keys come from: the metadata and the key set of
// one authority, fetched, cached, rotated and carried through outages.
//
// Programs seldom use it directly; a validator makes one [Cache] for each
// authority it trusts. What a Cache promises:
//
//   - It is lazy. The constructor does no I/O; the first use fetches, and
//     however many callers wait there is one fetch.
//   - Reading the current keys takes no lock and never waits.
//   - Keys are refreshed in the background, with jitter, between a floor and
//     a ceiling whatever the server's caching headers say.
//   - An unknown key id fetches at once, so that the first token signed with
//     a new key passes. A budget keeps floods of made-up key ids from
//     reaching the server; it never makes a caller wait. While it is empty
//     nothing is said of an unknown key: it may be new.
//   - A fetch runs on a context of its own. A caller waits no longer than its
//     own context and than one document may take, and a caller that gives up
//     fails nobody else. What comes too late for it is there for the next.
//   - Metadata and keys are requested, timed and retried each for itself: slow
//     documents come one after the other, and a new key is found while
//     metadata is away.
//   - A failed attempt is not repeated over the connection that failed it.
//   - After failures fetches are held back: up to a minute where nobody waits,
//     5 seconds for a token of a new key, 2 seconds while there are no keys.
//     What the server asks for by Retry-After is believed up to 10 minutes, and
//     up to one while there are no keys.
//   - A document that is empty, huge, HTML, cut, foreign or malformed never
//     replaces a good one. Good keys outlive an outage, up to a named age.
//   - A key that is gone from a freshly fetched set is gone at once.
//   - What a key may verify its authority has pinned ([authority.Authority.Algorithms]):
//     no document widens it, and a JWK that names an algorithm is for that one alone.
//   - Where keys name an issuer of their own, it is kept ([Key.Issuer]): key sets of
//     External ID and Entra ID may hold other tenants'. For B2C it is not read.
//
// Caches of several authorities share a [Limiter], since B2C counts requests per
// address and tenant: what one finds out about a host the others know.
// Where the metadata of two names the very same key set URL, as that of an External
// ID tenant does under each of its hosts, and they read keys by the same rules, one
// request serves both; each takes over only what its own metadata names, and that a key is not published it believes of
// no request that began before it was asked.
//
// # Snapshots
//
// What was fetched may be kept outside of the process ([Options.Snapshots]): in a
// file (package keyfile) for the next start, or in Redis (package rediskeys) for a
// fleet. What that promises:
//
//   - A process that starts while the server is away validates tokens from its
//     first request on. A snapshot as fresh as keys of its own would be saves it the
//     fetch; with an older one it fetches in the background.
//   - A snapshot is the two documents as the server sent them. It is judged as if
//     they had just been fetched, by the configuration of the process that reads it:
//     it can never widen trust.
//   - Its age counts from when the server last confirmed it, by the wall's clock,
//     and it lapses like keys in memory do (Options.MaxStale). One that is dated more
//     than a minute ahead is none.
//   - It never replaces what was confirmed later, and the first good fetch replaces
//     it.
//   - It is sealed, and bound to its authority and place: see [NewSnapshots]. What
//     was changed, cut, moved, is too old or sealed with other keys is none, and the
//     log says so, once an hour at most.
//   - Of a fleet one process fetches, when a refresh is due and when a new key id
//     comes; the others look into the store, wait for it a fifth of
//     Options.FetchTimeout at most, and else fetch for themselves. That a key is not
//     published is believed of one's own fetch alone, so made-up key ids cost what
//     they cost without a store: the budget of each process. They cause a look a
//     second at most where they cause no fetch.
//   - A store that is away, slow, hangs or panics costs a fetch a tenth of
//     Options.FetchTimeout at most (Redis: 50 ms) for the first call that fails, and
//     then nothing for a second.
//
// A Cache has no standing goroutine: a timer starts one for the length of a
// fetch, of which there is never more than one at a time.
package jwks
