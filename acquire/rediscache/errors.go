// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"errors"
	"fmt"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/internal/redisstore"
)

var (
	// ErrUnavailable tells that Redis did not do what it was asked, or is left
	// alone for a while as it has failed too often; the text says why, as far as
	// is known. An operation that ran into the timeout may have been done all the
	// same, or may be within the next five seconds, but not after a later write
	// of this process to the same key.
	ErrUnavailable = errors.New("rediscache: unavailable")
	// ErrEntry tells that what is in Redis for the key can't be used: it is
	// too large, changed, moved from elsewhere, or of another keyring or format.
	// It counts as a miss; the next Set replaces it. From Set it tells that the
	// value is larger than Options.MaxValueBytes.
	ErrEntry = fmt.Errorf("rediscache: %w", acquire.ErrEntry)
)

// failed returns the store's error as ours, and nil if there is none.
func failed(err error) error {
	_, unavailable := errors.AsType[*redisstore.Unavailable](err)
	switch {
	case err == nil:
		return nil
	case unavailable:
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	case errors.Is(err, redisstore.ErrNotString):
		return fmt.Errorf("%w: %w", ErrEntry, err)
	}
	return fmt.Errorf("rediscache: %w", err)
}
