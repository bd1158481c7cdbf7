// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"errors"
	"fmt"
	"strings"

	"github.com/b2ckit/b2ckit/emulator"
	"github.com/b2ckit/b2ckit/emulator/internal/wire"
)

// wrong is a mistake in a request.
func wrong(field, format string, args ...any) error {
	return &emulator.FieldError{Field: field, Problem: fmt.Sprintf(format, args...)}
}

// problemsIn says what is wrong with a request, a line for each field, which is
// named as in the request.
func problemsIn(err error) string {
	var lines []string
	for _, err := range wire.Errors(err) {
		line := err.Error()
		if e, ok := errors.AsType[*emulator.FieldError](err); ok {
			line = e.Field + ": " + e.Problem
			if e.Field == "" { // a user as a whole
				line = "user" + line
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
