// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"log/slog"
	"strings"
)

// Verdict is what a validation comes to. The list is closed, and the words are stable.
type Verdict string

// The verdicts.
const (
	Accepted Verdict = "accepted"
	Refused  Verdict = "refused"
	// Undecided: keys, or what the application asks, are away. It says nothing about
	// the token.
	Undecided Verdict = "undecided"
)

// Outcome is what one check comes to. The list is closed, and the words are stable.
type Outcome string

// The outcomes.
const (
	OutcomePassed Outcome = "passed"
	OutcomeFailed Outcome = "failed"
	// OutcomeUndecided: what the check needs is away.
	OutcomeUndecided Outcome = "undecided"
	// OutcomeNotReached: it can't be judged for what failed before it.
	OutcomeNotReached Outcome = "not_reached"
)

// Explanation is the verdict on a token and how it came about, for an operator. It
// holds neither the token nor its signature. What it quotes is escaped and cut short,
// and names nobody; it is not for the client all the same.
type Explanation struct {
	// Verdict is what Validate comes to, and the requirements after it.
	Verdict Verdict
	// Err is the error of that, nil for a token that is accepted.
	Err *Error
	// Checks are all checks in their order. The first that did not pass decides the
	// verdict; those behind it tell what would be wrong besides.
	Checks []Check
	// Token is the verified token, nil unless it is accepted.
	Token *Token
	// Unverified is what the token says of itself, whatever the verdict.
	Unverified *Inspection
}

// Check is one check of an [Explanation].
type Check struct {
	// Name says which check it is.
	Name CheckName
	// Outcome is what it came to.
	Outcome Outcome
	// Unverified says that the outcome rests on what the token says of itself, as no
	// key has verified its signature: nobody may go by it but to look for a mistake.
	Unverified bool
	// Requirement is what is asked, for CheckRequirement, as it is written in Go.
	Requirement string
	// Reason and Hint are those of the error, "" for a check that passed.
	Reason Reason
	Hint   Hint
	// Found is what was found, in a line.
	Found string
	// Fix is what to change, "" for a check that passed.
	Fix string
}

// Failed returns the check that decided against the token, nil if none did.
func (x *Explanation) Failed() *Check {
	for i := range x.Checks {
		if c := &x.Checks[i]; c.Outcome == OutcomeFailed || c.Outcome == OutcomeUndecided {
			return c
		}
	}
	return nil
}

// LogValue gives logs the verdict, reason and hint, which checks did not pass, and
// what to change.
func (x *Explanation) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("verdict", string(x.Verdict))}
	if x.Err != nil {
		attrs = append(attrs, slog.String("reason", string(x.Err.Reason)), slog.String("hint", string(x.Err.Hint)))
	}
	var failed []string
	for _, c := range x.Checks {
		if c.Outcome == OutcomeFailed || c.Outcome == OutcomeUndecided {
			failed = append(failed, string(c.Name))
		}
	}
	attrs = append(attrs, slog.String("failed", strings.Join(failed, " ")))
	if c := x.Failed(); c != nil {
		attrs = append(attrs, slog.String("found", c.Found), slog.String("fix", c.Fix))
	}
	return slog.GroupValue(attrs...)
}

// verdictOf returns the verdict that an error means.
func verdictOf(e *Error) Verdict {
	switch {
	case e == nil:
		return Accepted
	case e.Reason.Kind() == Unavailable:
		return Undecided
	}
	return Refused
}
