// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package memory keeps values under SHA-256 keys for as long as they may live,
// within a number of bytes. It is made for tokens that have been verified: few of
// them are busy, and any client can bring thousands that are seen once or twice.
// Such a flood doesn't push the busy ones out.
//
//	Memory     what callers use: the lock, and the count of bytes
//	entry      one value, and its links into what follows
//	table      entries by key; reading takes no lock
//	deadlines  entries by the time at which they expire
//	s3fifo     which entry goes when there is no room
//	ghosts     keys of those that went lately
//
// There is no goroutine and no timer. An expired entry is never returned, and is
// forgotten by the Get that finds it, and by the next Put or Stats.
//
// Keys are placed by their first bits, without a seed. Whoever could choose them
// could make a row of entries that lie behind each other; but only values of tokens
// that an identity provider has signed are put, and their hashes are nobody's choice.
// Who searches for made-up tokens whose hashes begin like each other has every Get
// look at the same few entries, and gains nothing.
package memory
