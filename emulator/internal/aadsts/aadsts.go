// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package aadsts is the one table of the error codes of External ID and Entra
// ID: what a client is told of each, and what it means in short. Codes and
// OAuth's errors are Microsoft's, as far as they are documented or were reported;
// which goes with which is guessed for the rest.
package aadsts

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/guid"
)

// Error is an error as the token service tells it. It is no Go error: nil is none.
type Error = failure.Error

const prefix = "AADSTS"

var table = failure.Table{}

// Meaning says in short what a code means; "" for one that isn't in the table.
func Meaning(code string) string { return table[code] }

// Codes returns the number of codes in the table.
func Codes() int { return len(table) }

func define(meaning string, e Error) *Error {
	e.Code = prefix + e.Code
	return table.Define(meaning, e)
}

// Told is what a client is told of an error: the answer of the token endpoint,
// in its order.
type Told struct {
	Error         string `json:"error"`
	Description   string `json:"error_description"`
	Codes         []int  `json:"error_codes"`
	Timestamp     string `json:"timestamp"`
	TraceID       string `json:"trace_id"`
	CorrelationID string `json:"correlation_id"`
	URI           string `json:"error_uri,omitempty"`
	SubError      string `json:"suberror,omitempty"`
	Claims        string `json:"claims,omitempty"`
}

// Tell tells of an error at a time. One that isn't of the table, as of a custom
// extension, has no number.
func Tell(e *Error, at time.Time) Told {
	t := Told{
		Error: e.OAuth, Codes: []int{}, Timestamp: failure.Timestamp(at), TraceID: guid.New(), CorrelationID: guid.New(),
		SubError: e.SubError, Claims: e.Claims,
	}
	t.Description = fmt.Sprintf("%s: %s Trace ID: %s Correlation ID: %s Timestamp: %s", e.Code, e.Text, t.TraceID, t.CorrelationID, t.Timestamp)
	number, ok := strings.CutPrefix(e.Code, prefix)
	if n, err := strconv.Atoi(number); ok && err == nil {
		t.Codes, t.URI = []int{n}, "https://login.microsoftonline.com/error?code="+number
	}
	return t
}
