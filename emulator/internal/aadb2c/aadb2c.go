// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package aadb2c is the one table of B2C's error codes: what a client is
// told of each, and what it means in short. The texts are B2C's; which of
// OAuth's codes goes with which of them is known from reports, and guessed for
// the rest.
package aadb2c

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/b2ckit/b2ckit/emulator/internal/foreign"
	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

// Error is an error as B2C tells it. It is no Go error: nil is none.
type Error struct {
	Code   string // B2C's
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

// Description is the text a client gets to see, with B2C's line ends: code,
// correlation id and time are in it, and in no member of their own as with
// Entra ID.
func (e *Error) Description(at time.Time) string {
	return fmt.Sprintf("%s: %s\r\nCorrelation ID: %s\r\nTimestamp: %s\r\n", e.Code, e.Text, guid.New(), Timestamp(at))
}

// Timestamp is a time as B2C's errors have it.
func Timestamp(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05Z") }

// meanings are the short ones, by code.
var meanings = map[string]string{}

// Meaning says in short what a code means; "" for one that isn't in the table.
func Meaning(code string) string { return meanings[code] }

// Codes returns the number of codes in the table.
func Codes() int { return len(meanings) }

func define(meaning string, e Error) *Error {
	if known, ok := meanings[e.Code]; ok && known != meaning {
		panic("emulator: " + e.Code + " has two meanings")
	}
	meanings[e.Code] = meaning
	return &e
}
