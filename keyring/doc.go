// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package keyring encrypts what leaves the process for a while and comes back:
// entries of a shared cache, and cookies. It is AES-256-GCM under a ring of
// keys, of which the first one seals and every one opens, so that keys can be
// changed with no entry lost:
//
//  1. New(old, next) on every machine, so that all can open what is sealed
//     with the next key.
//  2. New(next, old): what is new is sealed with the next key.
//  3. New(next), when all that was sealed with the old key has expired.
//
// What is sealed is bound to associated data, such as the name of the cache
// entry, that must be the same when it is opened. Use other associated data
// for each purpose: what is sealed for one must not open for another. What was
// sealed can be put back in its own place at a later time; put an expiry into
// the plaintext if that matters.
//
// # Format
//
// A sealed message is, in this order:
//
//	 1 byte   version, 1
//	 4 bytes  key id: HKDF-SHA256 of the key, labelled; tells nothing about it
//	16 bytes  random salt
//	12 bytes  random nonce
//	 n bytes  ciphertext
//	16 bytes  tag
//
// The first 21 bytes and the associated data, in this order, are the
// additional data of AES-GCM. The AES key is derived from the ring's key and
// the salt by HKDF-SHA256, for this message alone. GCM with random nonces
// takes 2^32 messages a key; with a salt besides, nobody needs to count.
package keyring
