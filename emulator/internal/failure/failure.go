// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package failure is an error as a client is told of it, and tables of them.
// Which there are, and how an answer tells of one, is a matter of each product.
package failure

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
)

// Error is an error as a tenant tells it. It is no Go error: nil is none.
type Error struct {
	Code   string // Microsoft's
	OAuth  string // OAuth's; "" for one that only people see
	Text   string // behind the code; With fills in its verbs
	Status int    // HTTP status at the token endpoint; 0 is 400

	Claims, SubError string // of a challenge; "" for none
}

// Challenging returns the error with what a client is told to do about it.
func (e *Error) Challenging(claims, subError string) *Error {
	challenge := *e
	challenge.Claims, challenge.SubError = claims, subError
	return &challenge
}

// With fills in the text; the words may come from a client.
func (e *Error) With(words ...string) *Error {
	args := make([]any, len(words))
	for i, word := range words {
		args[i] = foreign.Text(strings.Map(spaced, word))
	}
	filled := *e
	filled.Text = fmt.Sprintf(e.Text, args...)
	return &filled
}

// spaced puts spaces in place of what would break the description's lines.
func spaced(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// Timestamp is a time as errors have it.
func Timestamp(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05Z") }

// Table has the short meanings of errors, by code.
type Table map[string]string

// Define puts an error into the table, and returns it. It panics if the code is
// there with another meaning.
func (t Table) Define(meaning string, e Error) *Error {
	if known, ok := t[e.Code]; ok && known != meaning {
		panic("emulator: " + e.Code + " has two meanings")
	}
	t[e.Code] = meaning
	return &e
}
