// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"

	"github.com/b2ckit/b2ckit/emulator"
)

// Error is a mistake in a configuration.
type Error struct {
	// File is the name of the file; for text that is no JSON with line and
	// column, such as "b2c.json:12:7".
	File string

	// FieldError says where in the file and what. Its Field is such as
	// "tenants[0].flows[2].kind", or "" for the file as a whole.
	emulator.FieldError
}

// Error returns file, path and problem, on one line.
func (e *Error) Error() string {
	if e.Field == "" {
		return e.File + ": " + e.Problem
	}
	return e.File + ": " + e.Field + ": " + e.Problem
}

// Unwrap returns the mistake without the file.
func (e *Error) Unwrap() error { return &e.FieldError }

// mistakes are those that were found in a file.
type mistakes struct {
	file string
	all  []error
	at   map[string]bool // where
}

func (m *mistakes) add(path, format string, args ...any) {
	m.all = append(m.all, &Error{m.file, emulator.FieldError{Field: path, Problem: fmt.Sprintf(format, args...)}})
	if m.at == nil {
		m.at = map[string]bool{}
	}
	m.at[path] = true
}
