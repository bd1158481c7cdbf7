// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import "time"

// clock is the wall clock that the times of tokens are compared with.
type clock struct {
	now    func() time.Time
	leeway time.Duration // how far it may differ from the issuer's
}

// usualClock is that of tokens which no validator made.
var usualClock = clock{now: time.Now, leeway: defaultLeeway}

const defaultLeeway = time.Minute

// checkSignIn requires that the user signed in no longer than limit and slack
// ago, and not in the future either: a time that can't be says nothing.
func (k *clock) checkSignIn(authTime time.Time, limit, slack time.Duration) *Error {
	var e *Error
	now := k.now()
	switch age := now.Sub(authTime); {
	case authTime.IsZero():
		e = refuse(ErrSignInTooOld, "auth_time", "the token does not say when the user signed in, in an auth_time that is a number; at most %v ago is needed", limit)
	case age < -k.leeway:
		e = ahead(ErrSignInTooOld, "auth_time", "the user signed in in the future, at", authTime, now)
	case age-slack > limit:
		e = refuse(ErrSignInTooOld, "auth_time", "the user signed in %v ago; at most %v is needed", age.Round(time.Second), limit)
	default:
		return nil
	}
	e.MaxAge = limit
	return e
}

// ahead is about a time that has not come yet.
func ahead(r Reason, claim, what string, t, now time.Time) *Error {
	return refuse(r, claim, "%s %s, %v ahead; here it is %s; is this machine's clock right?",
		what, t.UTC().Format(time.RFC3339), t.Sub(now).Round(time.Second), now.UTC().Format(time.RFC3339)).hinted(HintClock)
}
