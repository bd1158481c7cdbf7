// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package rediscache

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/b2ckit/b2ckit/acquire"
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

// printable makes the text of the client's or the server's error fit for an
// error of ours, on one line. Servers quote a command that they don't know,
// and that may be the one that logs in; so the quotation is cut off.
func printable(err error) string {
	const limit = 200
	text, _, _ := strings.Cut(err.Error(), "with args beginning with")
	if len(text) > limit {
		text = text[:limit] + "…"
	}
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, text)
}
