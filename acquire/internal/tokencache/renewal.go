// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package tokencache

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Renewal gets a better token than there is. It may return that one itself, if
// someone else is about to renew it.
type Renewal func(ctx context.Context, want Want) (*Token, *Failure)

// Ask is what a caller has to say of the token that it wants. It is kept no longer than
// the renewal that it begins.
type Ask struct {
	Rejected string // if not empty, the token of that text is worth nothing any more
	Claims   string // what the one in its place must have besides
	Proof    string // what shows that the caller may have one, where each has its own
}

// Want is what a renewal is for.
type Want struct {
	Ask            // of the caller that began it
	Old     *Token // what there is; may be nil
	Failing bool   // the renewal before failed
}

// Takes reports whether a token that came some other way will do.
func (w Want) Takes(t *Token, at Instant) bool { return t.Age(at) != Gone && t.Text() != w.Rejected }

// IsUrgent reports whether there is nothing to go on with meanwhile.
func (w Want) IsUrgent(at Instant) bool { return !w.Takes(w.Old, at) }

// Failure is why a renewal brought no token, and what that means for the next
// one. As an error it is for those alone who make renewals: those who wait for
// one are told Err.
type Failure struct {
	Err     error
	Next    Next
	After   time.Duration
	Passing bool // only time helps, so whoever waits is told for how long
	Quiet   bool // not worth a line in the log
}

// Next is when the next renewal may begin.
type Next uint8

const (
	// BackOff is later after each failure in a row, and not before After.
	BackOff Next = iota
	// Hold is after After: it was held back for another's sake, and failed in
	// nothing.
	Hold
	// AtOnce is when the next caller has no token: what is missing may come from
	// elsewhere. While there is one, it is after a second or two.
	AtOnce
)

// Error returns the text of Err.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap returns Err.
func (f *Failure) Unwrap() error { return f.Err }

// What an entry finds by itself. Home.Explain makes of each what callers get.
var (
	ErrClosed   = errors.New("tokencache: closed")
	ErrHeedless = errors.New("tokencache: a renewal does not end")
	ErrExpired  = errors.New("tokencache: the token that came has expired already")
	ErrSame     = errors.New("tokencache: what came in place of the rejected token is the same one")
	ErrPanicked = errors.New("tokencache: the renewal panicked")
	ErrExited   = errors.New("tokencache: the renewal ended its goroutine")
)

// WaitError is that a caller's context has ended.
type WaitError struct{ Err, Cause error }

func waitError(ctx context.Context) error { return &WaitError{ctx.Err(), context.Cause(ctx)} }

// Error returns the context's error.
func (e *WaitError) Error() string { return "tokencache: waiting for a token: " + e.Err.Error() }

// HeldBackError is the last failure, while it holds renewals back.
type HeldBackError struct {
	Err  error // the failure's
	Wait time.Duration
}

// Error returns both.
func (e *HeldBackError) Error() string { return fmt.Sprintf("%v (try again in %v)", e.Err, e.Wait) }

// TooSoonError is that the last token was replaced a moment ago.
type TooSoonError struct{ Wait time.Duration }

// Error returns for how long to wait.
func (e *TooSoonError) Error() string {
	return fmt.Sprintf("tokencache: replaced too soon (try again in %v)", e.Wait)
}
