// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/answer"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
)

// telling is how a product tells of errors.
type telling interface {
	// own returns an error as the product has it: what all products have in
	// common says B2C's.
	own(e *failure.Error) *failure.Error
	// parameters are those of an answer at a redirect URI.
	parameters(e *failure.Error, at time.Time) []answer.Parameter
	// lost is what is told of a path that leads nowhere; nil for no more than a page.
	lost(of names, path string) *failure.Error
	// answer is that of the token endpoint, to be written as JSON.
	answer(e *failure.Error, at time.Time) any
}
