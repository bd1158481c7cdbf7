// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/b2ckit/b2ckit/keyring"
)

// An entry in Redis is one byte, the version of this format, and a sealed
// message whose plaintext is the time of expiry, in Unix milliseconds as 8
// bytes, and the value. It is bound to its key by the associated data. Redis
// expires it as well, but whoever writes the database can change that, or put
// an old entry back.
const (
	entryVersion = 1
	expirySize   = 8
)

// entries seals values into entries, and opens them.
type entries struct {
	ring     *keyring.Ring
	maxValue int
}

// maxStored is the length of an entry with the longest value.
func (e entries) maxStored() int {
	return 1 + keyring.Overhead + expirySize + e.maxValue
}

// boundTo is the associated data for an entry at a key of Redis. The first words
// tell it from what else may be sealed with the same keys.
func boundTo(at string) []byte { return []byte("b2ckit rediscache value\x00" + at) }

func (e entries) seal(at string, value []byte, ttl time.Duration) []byte {
	plaintext := make([]byte, 0, expirySize+len(value))
	plaintext = binary.BigEndian.AppendUint64(plaintext, uint64(time.Now().Add(ttl).UnixMilli()))
	plaintext = append(plaintext, value...)
	return append([]byte{entryVersion}, e.ring.Seal(plaintext, boundTo(at))...)
}

// open returns the value of an entry, never nil if it is good. An expired one
// is a plain miss, as clocks differ a little.
func (e entries) open(at, stored string) ([]byte, error) {
	switch {
	case len(stored) > e.maxStored():
		return nil, fmt.Errorf("%w: larger than any that may be set", ErrEntry)
	case stored[0] != entryVersion:
		return nil, fmt.Errorf("%w: its format is not version %d", ErrEntry, entryVersion)
	}
	plaintext, err := e.ring.Open([]byte(stored[1:]), boundTo(at))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEntry, err)
	}
	if len(plaintext) < expirySize {
		return nil, fmt.Errorf("%w: too short", ErrEntry)
	}
	until := time.UnixMilli(int64(binary.BigEndian.Uint64(plaintext))) //nolint:gosec // G115: seal wrote it
	if !time.Now().Before(until) {
		return nil, nil
	}
	return plaintext[expirySize:], nil
}
