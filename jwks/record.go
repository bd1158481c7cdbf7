// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// confirmation is when and how the server last confirmed a document. The zero
// confirmation is of one that never came. It is immutable.
type confirmation struct {
	etag   string
	maxAge time.Duration // the server's hint, -1 if it gave none
	at     time.Time     // when the request was made
}

// record is how things stand with one of the two documents of an authority.
// The zero record is of one that was never requested. Its owner guards it.
type record struct {
	confirmation // the last one

	err     *FetchError // of the last attempt, nil if that was good
	backoff retry.Backoff
}

// add records what came of an attempt, if there was one.
func (r *record) add(a *attempt) {
	switch {
	case a.isGood():
		*r = record{confirmation: confirmation{etag: a.doc.etag, maxAge: a.doc.maxAge, at: a.begun}}
	case a.err != nil:
		r.fail(a.err)
	}
}

func (r *record) fail(e *FetchError) {
	r.err = e
	if e.kind == failedLasting {
		r.backoff.FailLasting()
		return
	}
	r.backoff.Fail(e.RetryAfter)
}

// lift ends the back-off, since the host is back. What was said of the host as a
// whole is no longer true; what the server told this flow alone still counts.
func (r *record) lift() {
	if r.err != nil && r.err.kind.ofHost() {
		r.backoff = retry.Backoff{}
		return
	}
	r.backoff.Forgive()
}

// wait returns for how long a request that somebody waits for is held back.
func (r *record) wait(most caps) time.Duration {
	return r.backoff.WaitAtMost(most.demand, most.retryAfter)
}

// backgroundWait is wait for a request that nobody waits for.
func (r *record) backgroundWait(most caps) time.Duration {
	return r.backoff.WaitAtMost(backgroundCap, most.retryAfter)
}
