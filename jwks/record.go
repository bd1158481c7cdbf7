// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package jwks

import (
	"time"

	"github.com/b2ckit/b2ckit/internal/retry"
)

// record is how things stand with one of the two documents of an authority.
// The zero record is of one that was never asked for. Its Cache guards it.
type record struct {
	etag    string
	maxAge  time.Duration // the server's hint, -1 if it gave none
	at      time.Time     // when the request was made that last confirmed it
	err     *FetchError   // of the last attempt, nil if that was good
	backoff retry.Backoff
}

// confirm notes a good answer to a request made at that time.
func (r *record) confirm(doc document, begun time.Time) {
	*r = record{etag: doc.etag, maxAge: doc.maxAge, at: begun}
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
// whole is no longer true; what the server asked of this flow alone still counts.
func (r *record) lift() {
	if r.err != nil && r.err.isHosts() {
		r.backoff = retry.Backoff{}
		return
	}
	r.backoff.Forgive()
}

// wait returns for how long a request that somebody waits for is held back.
func (r *record) wait(most caps) time.Duration { return r.backoff.WaitAtMost(most.demand, most.asked) }

// rest is wait for a request that nobody waits for.
func (r *record) rest(most caps) time.Duration {
	return r.backoff.WaitAtMost(backgroundCap, most.asked)
}
