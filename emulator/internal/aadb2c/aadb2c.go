// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package aadb2c is the one table of B2C's error codes: what a client is
// told of each, and what it means in short. The texts are B2C's; which of
// OAuth's codes goes with which of them is known from reports, and guessed for
// the rest.
package aadb2c

import (
	"fmt"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

// Error is an error as B2C tells it. It is no Go error: nil is none.
type Error = failure.Error

// Description is the text a client gets to see, with B2C's line ends: code,
// correlation id and time are in it, and in no member of their own as with
// Entra ID.
func Description(e *Error, at time.Time) string {
	return fmt.Sprintf("%s: %s\r\nCorrelation ID: %s\r\nTimestamp: %s\r\n", e.Code, e.Text, guid.New(), failure.Timestamp(at))
}

var table = failure.Table{}

// Meaning says in short what a code means; "" for one that isn't in the table.
func Meaning(code string) string { return table[code] }

// Codes returns the number of codes in the table.
func Codes() int { return len(table) }

func define(meaning string, e Error) *Error { return table.Define(meaning, e) }
