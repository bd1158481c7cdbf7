// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import (
	"context"
	"log/slog"
	"time"

	"github.com/b2ckit/b2ckit/acquire/internal/background"
)

// Home is what the entries of one application have in common.
type Home struct {
	Clock      Clock
	Background *background.Group // renewals run there, whoever waits for them
	Timeout    time.Duration     // of a renewal
	Log        *slog.Logger
	// Lines reports whether a line about a failure or recovery may be logged now, and
	// how many could not be since the last one.
	Lines func() (omitted int, ok bool)
	// Explain returns what callers get for an error of this package. It leaves
	// others as they are.
	Explain func(error) error
	// Served is told of each call of Get and Replace that is answered with what is
	// kept, and when it began: of those alone that waited for no renewal, or in vain.
	// The error is explained. If nil, nobody is, and no time is read.
	Served func(ctx context.Context, start time.Time, err error)
}
