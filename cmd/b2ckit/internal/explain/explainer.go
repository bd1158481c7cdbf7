// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"context"
	"time"

	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/cli"
	"github.com/b2ckit/b2ckit/validator"
)

// Explainer explains tokens. It is safe for concurrent use.
type Explainer struct {
	// Validator judges; if nil, what a token says of itself is all there is.
	Validator *validator.Validator
	// Requirements are what a route asks besides.
	Requirements []validator.Requirement
	// Claims says that all claims are told, names and addresses among them.
	Claims bool
	// Now is the time by which it is told how long ago something was.
	Now func() time.Time
}

// Answer is what there is to say about one token.
type Answer struct {
	// Note says what the token was taken out of.
	Note string

	explanation *validator.Explanation // nil without a validator
	said        *validator.Inspection
	now         time.Time
	claims      bool
}

// Explain judges a token.
func (e *Explainer) Explain(ctx context.Context, raw string) *Answer {
	a := &Answer{now: e.Now(), claims: e.Claims}
	if e.Validator == nil {
		a.said = validator.Inspect(raw)
		return a
	}
	a.explanation = e.Validator.Explain(ctx, raw, e.Requirements...)
	a.said = a.explanation.Unverified
	return a
}

// verdict is undecided where nobody can judge.
func (a *Answer) verdict() validator.Verdict {
	if a.explanation == nil {
		return validator.Undecided
	}
	return a.explanation.Verdict
}

// isVerified reports whether the signature has been verified.
func (a *Answer) isVerified() bool {
	if a.explanation == nil {
		return false
	}
	for _, c := range a.explanation.Checks {
		if c.Name == validator.CheckSignature {
			return c.Outcome == validator.OutcomePassed
		}
	}
	return false
}

// Status is the exit status that the verdict is.
func (a *Answer) Status() int {
	switch a.verdict() {
	case validator.Accepted:
		return 0
	case validator.Refused:
		return cli.StatusFailed
	case validator.Undecided:
	}
	return cli.StatusUndecided
}
